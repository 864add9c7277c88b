"""A fake Slack: one server on the loopback, that real clients of Slack's connect to by its address.

    async with FakeSlack() as slack:
        app = slack.install()  # in slack.team; the bot is app.user, its token app.token
        ann, bob = slack.person("Ann Lee"), slack.person("Bob Ray", guest="single")
        help = slack.channel("help", ann, bob, app)
        # Start the program under test with SLACK_API_URL=slack.api_url, SLACK_BOT_TOKEN=app.token and
        # SLACK_APP_TOKEN=slack.app.app_token. For HTTP: SLACK_SIGNING_SECRET=slack.app.signing_secret,
        # slack.app.socket_mode = False, slack.app.request_url = "http://127.0.0.1:…/slack/events".
        await slack.sockets.connected()
        said = ann.say(help, "My printer & I")  # @names, #channels and links become what Slack makes of them
        await slack.until(lambda: len(ann.thread(said)) == 2)
        shown = await ann.slash(help, "/desk new")  # what she alone is told at once, or None
        await slack.until(lambda: ann.modal)  # .title, .text, .labels, .values, .options(label), .buttons
        wrong = await ann.submit({"Title": "Printer", "How urgent": "High"})  # errors by label, {} if it was taken
        await ann.press("Take it", ann.find("ACME-1", help))  # or on=ann.home; without it, in the open form
        await ann.message_shortcut("Turn into a request", said)  # a name from slack.app.shortcuts
        ann.react(said, "eyes"); ann.edit(said, "…"); ann.delete(said); ann.open_home(); ann.dm("hello")

What is on a screen: `sees(channel)`, `thread(message)`, `alone(channel)`, `find(words, channel)`, `modal`, `home`; each
message as `Seen` (.text as it is read, .author, .buttons, .reactions, .message). What went over the wire:
`slack.record.calls` and `.of("chat.postMessage", channel=…)`, `.refused`, `.told`, `.lost`, and `.complaints`, which is
what Slack would pass over in silence.

What goes wrong: `slack.faults.add("chat.postMessage", status=429, retry_after=1)`, `status=500`, `delay=0.2`,
`error="internal_error"`, `drop=True` (not done), `drop_answer=True` (done, and nobody hears), `garbage=True`, each with
`times=` and `when=`; `slack.faults.away = True` for all calls, `.tell_twice`, `.late` and `.lose` for events;
`slack.sockets.cut()`, `await slack.sockets.refresh()`, `slack.sockets.open[0].deaf = True` or `.mute = True`;
`slack.tell(told)` tells once more, and `Limits.keeps_for_nobody` what came while nobody was connected.

What the app's own pages would say is in `slack.app`: `.scopes`, `.events`, `.commands`, `.shortcuts`, `.home` …, or
comes from `slack.use_manifest(manifest)`; `slack.uninstall()` takes it out. Another workspace is
`globex = slack.workspace("Globex")`, a channel of both has `shared_with=[globex]`, and
`async with Browser(slack, ann, app_url)` opens the pages on which she installs the app. `in_thread.py` has all of it
for programs that block.

Time: deadlines and limits run on `slack.times`, which goes as the machine's clock does and is moved on by
`slack.times.skip(60)`; a `clock=` that is given says what messages are stamped with. `Limits` holds every limit:
`FakeSlack(limits=Limits(paced=False))` for stories in which pace does not matter.

It is stricter than Slack: unknown arguments, blocks without a text beside them, texts that Slack would cut, action ids
that occur twice, an answer to a press, an error for a field that is not there are all refused, and say why.

It has no Enterprise Grid, user tokens, token rotation, scheduled messages, workflows or canvases; a method that it does
not know answers `unknown_method`.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web
from fakes.slack import api_methods as api_methods
from fakes.slack.codes import Codes
from fakes.slack.deeds import SCOPES, Deeds
from fakes.slack.doors import Doors
from fakes.slack.errors import NotAnswered, SlackError
from fakes.slack.faults import Faults
from fakes.slack.limits import Limits
from fakes.slack.manifest import read_manifest
from fakes.slack.pacing import Pacing
from fakes.slack.person import Person
from fakes.slack.posting import Posting
from fakes.slack.record import Record, Told
from fakes.slack.slack_things import App, Channel, File, Installation, Team, User, Usergroup
from fakes.slack.slack_world import World
from fakes.slack.sockets import Gone, Sockets
from fakes.slack.triggers import ResponseUrls, Triggers
from fakes.slack.web_api import WebApi
from fakes.times import Times
from fakes.waiting import PATIENCE, Waiting

from bot.clock import Clock

EVERY_SCOPE = frozenset(
    """
    app_mentions:read channels:history channels:join channels:manage channels:read chat:write chat:write.customize
    chat:write.public commands files:read files:write groups:history groups:read groups:write im:history im:read
    im:write mpim:history mpim:read mpim:write reactions:read reactions:write team:read usergroups:read users:read
    users:read.email
    """.split()  # noqa: SIM905 - a list of words would be five times as long
)

MENTIONED = re.compile(r"<(@|#|!subteam\^)([A-Z0-9]+)[|>]")


class FakeSlack(Waiting):
    """Use it as an async context manager. `api_url` is what SLACK_API_URL is set to."""

    def __init__(self, *, limits: Limits | None = None, clock: Clock | None = None) -> None:
        super().__init__()
        self.limits = limits or Limits()
        self.times = Times(clock)
        self.world = World(self.times)
        self.record, self.faults = Record(), Faults()
        self.pacing = Pacing(self.limits, self.times)
        self.triggers, self.response_urls = Triggers(self.limits, self.times), ResponseUrls(self.limits, self.times)
        self.codes = Codes(self.limits, self.times)
        self.app = _new_app(self.world)
        self.deeds = Deeds(self.world, self.app, self._tell)
        self.sockets = Sockets(self.limits, self.times, self.record)
        self.uploads: dict[str, File] = {}
        """Where a file's content is still to come, by the address' key."""
        self.team = self.workspace("Acme")
        """The workspace that is there from the start, without the app."""
        self._telling: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FakeSlack:
        self.posting = Posting(self.limits, self.times, self.app)
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/api/{method}", WebApi(self).handle)
        Doors(self).add_to(app.router)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = self.world.base = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)
        await self.sockets.close()
        await self._runner.cleanup()
        await self.posting.close()

    @property
    def api_url(self) -> str:
        """The base of the Web API."""
        return f"{self.url}/api/"

    # --- making what there is -----------------------------------------------------------------------

    def workspace(self, name: str) -> Team:
        """One more workspace."""
        domain = "-".join(name.lower().split())
        team = Team(self.world.id("T", name), name, domain)
        self.world.teams[team.id] = team
        if not self.world.users:
            self.world.users["USLACKBOT"] = User("USLACKBOT", team, "slackbot", "Slackbot")
        return team

    def person(self, name: str, *, team: Team | None = None, **known: Any) -> Person:
        """One more: `Ann Lee` becomes @ann, ann@acme.example. `guest="single"`, `email=None`, `tz=…`; `bot=True` for
        another app's bot, which can only write."""
        team = team or self.team
        handle = known.pop("handle", name.split()[0].lower())
        known.setdefault("email", f"{handle}@{team.domain}.example")
        known.setdefault("picture", f"https://avatars.example/{handle}.png")
        bot = known.pop("bot", False)
        user = User(self.world.id("U", handle), team, handle, name, **known)
        if bot:
            user.bot_id, user.app_id, user.email = self.world.id("B", handle), self.world.id("A", handle), None
        self.world.users[user.id] = user
        return Person(self, user)

    def welcome(self, person: Person) -> None:
        """The app hears that this person is new in the workspace; otherwise people have always been there."""
        team = person.user.team
        self.deeds.of_team({"type": "team_join", "user": person.user.seen_from(team)}, team)

    def channel(self, name: str, *members: Person | User | Installation, **how: Any) -> Channel:
        """A channel with these in it: `private=True`, `shared_with=[team]` for Slack Connect, `team=…` for its host."""
        team: Team = how.get("team") or self.team
        users = [member if isinstance(member, User) else member.user for member in members]
        teams = [team, *how.get("shared_with", ())]
        kind = "private" if how.get("private") else "public"
        now = int(self.times.now())
        made = Channel(self.world.id("C", name), kind, name, team, teams, users[0].id if users else "USLACKBOT", now)
        made.members = [user.id for user in users]
        assert all(user.team in teams for user in users), "a member of a workspace that does not share the channel"
        self.world.channels[made.id] = made
        return made

    def usergroup(self, handle: str, *people: Person, team: Team | None = None) -> Usergroup:
        """A group that can be mentioned as @handle."""
        ids = [person.user.id for person in people]
        group = Usergroup(self.world.id("S", handle), team or self.team, handle, handle.title(), ids)
        self.world.usergroups[group.id] = group
        return group

    def regroup(self, group: Usergroup, *people: Person) -> None:
        """Others are in that group now, and the app hears of it."""
        before, group.users = set(group.users), [person.user.id for person in people]
        after = set(group.users)
        told: dict[str, Any] = {"type": "subteam_members_changed", "subteam_id": group.id, "team_id": group.team.id}
        told |= {"added_users": sorted(after - before), "removed_users": sorted(before - after)}
        told |= {"added_users_count": len(after - before), "removed_users_count": len(before - after)}
        self.deeds.of_team(told, group.team)
        self.deeds.of_team({"type": "subteam_updated", "subteam": group.seen(users=True)}, group.team)

    def install(
        self, team: Team | None = None, *, scopes: set[str] | None = None, by: Person | None = None
    ) -> Installation:
        """The app is in that workspace now; answers its token and its bot. Installed again it keeps its bot."""
        team = team or self.team
        before = self.app.installations.get(team.id)
        bots = (u for u in self.world.users.values() if u.team is team and u.app_id == self.app.id)
        user = before.user if before else next(bots, None)
        if user is None:
            user = User(self.world.id("U", self.app.name), team, self.app.name.lower(), self.app.name)
            user.bot_id, user.app_id = self.world.id("B", self.app.name), self.app.id
            self.world.users[user.id] = user
        user.deleted = False
        token = before.token if before else f"xoxb-{team.id}-{secrets.token_hex(12)}"
        granted = set(scopes if scopes is not None else self.app.scopes)
        made = Installation(self.app, team, token, user, granted, by.user.id if by else "USLACKBOT")
        self.app.installations[team.id] = self.world.tokens[token] = made
        return made

    def uninstall(self, team: Team | None = None) -> None:
        """Somebody takes the app out of that workspace: its token is good no longer, and it hears of both."""
        installation = self.app.installations[(team or self.team).id]
        self.revoke(installation)
        self.deeds.tell({"type": "app_uninstalled"}, [installation], name="app_uninstalled")

    def revoke(self, installation: Installation) -> None:
        """That token is good no longer."""
        self.world.revoked.add(installation.token)
        self.app.installations.pop(installation.team.id, None)
        installation.user.deleted = True
        for channel in self.world.channels.values():
            if installation.user.id in channel.members and channel.kind != "im":
                channel.members.remove(installation.user.id)
        told = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [installation.user.id]}}
        self.deeds.tell(told, [installation], name="tokens_revoked")

    def delete_file(self, file: File) -> None:
        """It is gone wherever it was shown; a message that was nothing else goes with it."""
        file.deleted, file.content = True, None
        for channel in [self.world.channels[id] for id in file.channels]:
            for message in list(channel.messages.values()):
                if file in message.files:
                    empty = not message.text and all(f.deleted for f in message.files)
                    self.deeds.remove(message) if empty else self.deeds.change(message, lambda changed: None)
        self.deeds.of_team({"type": "file_deleted", "file_id": file.id}, file.team)

    def use_manifest(self, manifest: dict[str, Any]) -> None:
        """The app is as its manifest says: scopes, events, commands. ValueError says what Slack would refuse."""
        read_manifest(manifest, self.app)

    # --- telling the app ----------------------------------------------------------------------------

    def envelope(self, installation: Installation, event: dict[str, Any], host: Team | None = None) -> dict[str, Any]:
        """An event as the Events API carries it. In a channel that is shared, the team is the one that made it."""
        at = {"enterprise_id": None, "team_id": installation.team.id, "user_id": installation.user.id}
        told = {
            "token": self.app.verification_token,
            "team_id": host.id if host else installation.team.id,
            "context_team_id": installation.team.id,
            "context_enterprise_id": None,
            "api_app_id": self.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self.world.id("Ev"),
            "event_time": int(float(event["event_ts"])),
            "authorizations": [at | {"is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": host is not None,
            "event_context": f"4-{uuid4().hex}",
        }
        if event["type"] == "app_mention":
            del told["context_team_id"], told["context_enterprise_id"]
        if event["type"] in ("app_uninstalled", "tokens_revoked"):
            del told["authorizations"], told["context_team_id"], told["context_enterprise_id"]
        return told

    def _tell(self, installation: Installation, event: dict[str, Any], host: Team | None) -> None:
        told = Told("events_api", self.envelope(installation, event, host), self.times.now())
        self.tell(told)

    def tell(self, told: Told) -> None:
        """Send it, in the background; for tests also what was told before, once more."""
        self.record.told.append(told)
        self.in_background(self._until_heard(told))

    @contextmanager
    def holding(self) -> Iterator[list[Told]]:
        """What happens meanwhile the app is not told of; `tell` tells it afterwards."""
        held: list[Told] = []
        tell, self.tell = self.tell, held.append  # type: ignore[method-assign]
        try:
            yield held
        finally:
            self.tell = tell  # type: ignore[method-assign]

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it beside all else; it ends with the fake."""
        task = asyncio.ensure_future(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _until_heard(self, told: Told) -> None:
        event = told.payload["event"]
        if self.faults.lose(event):
            told.lost = True
            return
        await self.times.sleep(self.faults.late(event))
        for _ in range(2 if self.faults.tell_twice else 1):
            began = self.times.wall()
            told.acked = await self._one_way.event(told) or told.acked
            told.took = self.times.wall() - began
        told.lost = not told.acked
        self.changed()

    @property
    def _one_way(self) -> Sockets | Posting:
        return self.sockets if self.app.socket_mode else self.posting

    async def ask(self, kind: str, payload: dict[str, Any]) -> Any:
        """Tell it of what a person did, and what it answers; NotAnswered where it does not in time."""
        if kind == "interactive" and not self.app.interactive:
            raise NotAnswered("this app is not configured to handle interactive responses")
        told = Told(kind, payload, self.times.now(), tries=1)
        self.record.told.append(told)
        asked = self.times.wall()
        try:
            if self.app.socket_mode:
                told.answer = await self.sockets.ask(told, answers=True)
            else:
                told.answer = await self.posting.ask(told)
        except (TimeoutError, Gone, aiohttp.ClientError, OSError) as problem:
            told.lost = True
            raise NotAnswered(f"{payload.get('command') or payload.get('type')}: {problem!r}") from problem
        finally:
            told.took = self.times.wall() - asked
            self.changed()
        told.acked = True
        return told.answer

    def look_for_strangers(self, text: str, blocks: Any) -> None:
        """Complain of a mention of nobody, which Slack shows as the bare id."""
        for sign, id in MENTIONED.findall(text + json.dumps(blocks, ensure_ascii=False)):
            known = {"@": self.world.users, "#": self.world.channels, "!subteam^": self.world.usergroups}[sign]
            if id not in known:
                self.record.complaints.append(f"{sign}{id} is mentioned, which is nobody")

    # --- waiting ------------------------------------------------------------------------------------

    async def heard(self, within: float = PATIENCE) -> None:
        """Until the app has acknowledged all events that it was told of, or they are lost."""
        await self.until(lambda: all(told.acked or told.lost for told in self.record.told), within)


def _new_app(world: World) -> App:
    return App(
        id=world.id("A"),
        name="Steward",
        client_id=f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}",
        client_secret=secrets.token_hex(16),
        signing_secret=secrets.token_hex(16),
        verification_token=secrets.token_hex(12),
        app_token=f"xapp-1-{world.id('A')}-{secrets.token_hex(12)}",
        scopes=set(EVERY_SCOPE),
        events=set(SCOPES),
        commands={"/desk": {"should_escape": True}},
        shortcuts={},
    )


__all__ = ["FakeSlack", "SlackError"]
