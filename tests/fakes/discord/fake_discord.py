"""A fake Discord: one server on the loopback, that the real discord.py connects to by its addresses.

    async with FakeDiscord() as discord:
        discord.invite()  # the bot into discord.guild; permissions=P.VIEW_CHANNEL | … where it may do less
        staff = discord.role("Engineers", mentionable=True)
        ann, bob = discord.person("Ann Lee"), discord.person("Bob Ray", roles=[staff])
        help = discord.channel("help")                    # everybody sees it
        desk = discord.channel("desk", only=[staff])      # and the bot, unless bot=False
        forum = discord.forum("requests", tags=["Open", "Done"])
        # Start the program under test with DISCORD_TOKEN=discord.app.token, DISCORD_API_BASE=discord.api_base and
        # DISCORD_GATEWAY_URL=discord.gateway_url; a client in this process: `with discord.here(): client.start(…)`,
        # which sets discord.http.Route.BASE and discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY, and nothing else.
        await discord.gateway.connected()
        said = ann.say(help, "@Engineers my printer is on fire")  # @names, #channels become what Discord makes of them
        await discord.until(lambda: ann.threads(help))
        shown = await ann.slash(help, "/desk new", urgency="High")  # what is shown at once, or None
        await ann.suggestions(help, "/desk show", "request", "AC")  # what is offered while she types
        ann.modal  # the form that it opened: .title, .text, .labels, .required, .values, .options(label)
        wrong = await ann.submit({"Title": "Printer", "File": {"p.txt": b"…"}})  # by label; {} if it was sent
        await ann.press("Take it", ann.find("ACME-1", help))
        await ann.choose("Priority", "High", ann.find("ACME-1", help))
        await ann.message_menu("Turn into a request", said)
        ann.react(said, "🎫"); ann.edit(said, "…"); ann.delete(said); ann.dm("hello"); ann.start_post(forum, "…", "…")

What is on a screen: `sees(channel)`, `alone(channel)`, `find(words, channel)`, `threads(channel)`,
`post(words, forum)`, `tags(post)`, `dms`, `pings` (what lit up their screen); each message as `Seen` (.text as it is
read, .author, .buttons, .reactions, .files, .message). What went over the wire: `discord.record.calls` and
`.of("POST /channels/{channel_id}/messages", channel_id=…)`, `.refused`, `.told`, `.told_of("MESSAGE_CREATE")`, and
`.complaints`, which is what Discord would pass over in silence.

What goes wrong: `discord.faults.add("POST /channels/{channel_id}/messages", status=429)`, `status=502`, `delay=0.2`,
`code=50013`, `drop=True` (not done), `drop_answer=True` (done, and nobody hears), `fail_after=504` (done, and said to
have failed), `garbage=True`, each with `times=` and `when=`; `discord.faults.away = True` for all requests,
`.tell_twice` and `.lose` for events; sockets as `gateway.py` says; `discord.outage(guild)` and `discord.back(guild)`.

Time: what expires runs on `discord.times`, which goes as the machine's clock does and is moved on by
`discord.times.skip(60)`; a `clock=` that is given says what messages are dated with. `Limits` holds every limit:
`FakeDiscord(limits=Limits(paced=False))` for stories in which pace does not matter: discord.py waits in real time.
`in_thread.py` has all of it for programs that block.

It is stricter than Discord: unknown fields in a body, a file that no `attachments` names, writing into an archived
thread (which Discord opens again by itself), an emoji by its name, a thread without a type are all refused, and say
why.

It has no voice, stages, polls, stickers, events, auto moderation, audit log, invites, user installs or interactions
over HTTP; a route that it does not know answers `404: Not Found`, code 0.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import discord.gateway
import discord.http
import yarl
from aiohttp import web
from fakes.discord import api_routes as api_routes
from fakes.discord.answering import Answering
from fakes.discord.deeds import Deeds
from fakes.discord.discord_messages import Message
from fakes.discord.discord_things import (
    CATEGORY,
    FORUM,
    NEWS,
    TEXT,
    App,
    Channel,
    Guild,
    Member,
    Overwrite,
    Role,
    User,
    Webhook,
)
from fakes.discord.discord_world import World
from fakes.discord.errors import DiscordError
from fakes.discord.faults import Faults
from fakes.discord.files import download
from fakes.discord.gateway import Gateway
from fakes.discord.http_api import HttpApi
from fakes.discord.intents import readable
from fakes.discord.interacting import Interactions
from fakes.discord.limits import Limits
from fakes.discord.nonces import Nonces
from fakes.discord.pacing import Pacing
from fakes.discord.permissions import BOT, P, in_guild, may, sees
from fakes.discord.person import Person
from fakes.discord.ready import Ready
from fakes.discord.record import Record
from fakes.discord.threads import Threads
from fakes.times import Times
from fakes.waiting import Waiting

from bot.clock import Clock


class FakeDiscord(Waiting):
    """Use it as an async context manager. `api_base` and `gateway_url` are what the program under test is given."""

    def __init__(self, *, limits: Limits | None = None, clock: Clock | None = None) -> None:
        super().__init__()
        self.limits = limits or Limits()
        self.times = Times(clock)
        self.world = World(self.times)
        self.world.link_lives = self.limits.link_lives
        self.app.token = f"{secrets.token_hex(12)}.{secrets.token_hex(3)}.{secrets.token_hex(14)}"
        self.record, self.faults = Record(), Faults()
        self.pacing, self.nonces = Pacing(self.limits, self.times), Nonces(self.limits, self.times)
        self.gateway, self.ready = Gateway(self), Ready(self)
        self.deeds, self.threads = Deeds(self), Threads(self)
        self.interactions, self.answering = Interactions(self), Answering(self)
        self.guild = self.new_guild("Acme")
        """The guild that is there from the start, without the bot."""

    async def __aenter__(self) -> FakeDiscord:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/api/v10/{path:.*}", HttpApi(self).handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{channel_id}/{file_id}/{name}", self._download)
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
        await self.gateway.end()
        await self._runner.cleanup()

    @property
    def app(self) -> App:
        """The application under test, with its bot and its token."""
        return self.world.app

    @property
    def api_base(self) -> str:
        """What DISCORD_API_BASE is set to."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL is set to."""
        return f"ws{self.url.removeprefix('http')}/gateway/"

    @contextmanager
    def here(self) -> Iterator[None]:
        """The discord.py of this process speaks to this fake, as long as the block lasts."""
        route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
        before = route.BASE, socket.DEFAULT_GATEWAY
        route.BASE, socket.DEFAULT_GATEWAY = self.api_base, yarl.URL(self.gateway_url)
        try:
            yield
        finally:
            route.BASE, socket.DEFAULT_GATEWAY = before

    async def _download(self, request: web.Request) -> web.StreamResponse:
        return await download(self, request)

    # --- making what there is -----------------------------------------------------------------------

    def new_guild(self, name: str, *, owner: Person | None = None) -> Guild:
        """One more, that somebody owns."""
        user = owner.user if owner else self.world.new_user(f"{name} Owner")
        guild = Guild(self.world.id(), name, user.id)
        self.world.guilds[guild.id] = guild
        guild.members[user.id] = Member(user, self.world.now())
        return guild

    def invite(self, guild: Guild | None = None, *, permissions: P = BOT) -> Role:
        """The bot into a guild, with a role of its own that has these."""
        guild = guild or self.guild
        role = Role(self.world.id(), self.app.name, permissions, position=50, managed=True)
        guild.roles[role.id] = role
        guild.members[self.app.id] = Member(self.app.user, self.world.now(), [role.id])
        self.deeds.guild_create(guild)
        return role

    def remove(self, guild: Guild | None = None) -> None:
        """The bot out of it again."""
        guild = guild or self.guild
        del guild.members[self.app.id]
        self.app.guild_commands.pop(guild.id, None)
        self.deeds.guild_delete(guild, unavailable=False)

    def person(self, name: str, *, guild: Guild | None = None, roles: Sequence[Role] = (), **known: Any) -> Person:
        """One more, in a guild: `Ann Lee` is annlee. `locale="de"`, `takes_dms=False`; `bot=True` for another app's."""
        made = Person(self, self.world.new_user(name, **known))
        self.join(guild or self.guild, made.user, roles)
        return made

    def stranger(self, name: str, **known: Any) -> Person:
        """Somebody who is in no guild."""
        return Person(self, self.world.new_user(name, **known))

    def role(
        self, name: str, *, guild: Guild | None = None, permissions: P | None = None, mentionable: bool = False
    ) -> Role:
        """One more; it allows nothing by itself."""
        guild = guild or self.guild
        made = Role(self.world.id(), name, permissions or P(0), position=1, mentionable=mentionable)
        guild.roles[made.id] = made
        self.deeds.role(guild, made, "CREATE")
        return made

    def channel(
        self,
        name: str,
        *,
        guild: Guild | None = None,
        only: Sequence[Role | Person] | None = None,
        bot: bool = True,
        kind: int = TEXT,
        category: Channel | None = None,
        tags: Sequence[str | dict[str, Any]] = (),
    ) -> Channel:
        """One more: for all, or `only` for these and the bot."""
        guild = guild or self.guild
        made = Channel(self.world.id(), kind, name, self.world.now(), guild, category, position=len(guild.channels))
        made.tags = [self._tag(tag) for tag in tags]
        if only is not None:
            made.overwrites[guild.id] = Overwrite(guild.id, 0, deny=P.VIEW_CHANNEL)
            for one in only:
                made.overwrites[one.id] = Overwrite(one.id, int(isinstance(one, Person)), allow=P.VIEW_CHANNEL)
            if bot:
                made.overwrites[self.app.id] = Overwrite(self.app.id, 1, allow=P.VIEW_CHANNEL)
        self.deeds.add_channel(made)
        return made

    def forum(self, name: str, *, tags: Sequence[str | dict[str, Any]] = (), **how: Any) -> Channel:
        """A channel of posts; `{"name": "Done", "moderated": True}` is a tag that moderators alone may set."""
        return self.channel(name, kind=FORUM, tags=tags, **how)

    def category(self, name: str, **how: Any) -> Channel:
        """What channels are grouped in."""
        return self.channel(name, kind=CATEGORY, **how)

    def news(self, name: str, **how: Any) -> Channel:
        """A channel of announcements."""
        return self.channel(name, kind=NEWS, **how)

    def _tag(self, tag: str | dict[str, Any]) -> dict[str, Any]:
        given = {"name": tag} if isinstance(tag, str) else tag
        return {"id": self.world.id(), "moderated": False, "emoji_id": None, "emoji_name": None, **given}

    # --- what happens to it -------------------------------------------------------------------------

    def join(self, guild: Guild, user: User, roles: Sequence[Role] = ()) -> Member:
        """Somebody comes into it."""
        member = guild.members[user.id] = Member(user, self.world.now(), [role.id for role in roles])
        self.deeds.member(guild, member, "ADD")
        return member

    def leave(self, guild: Guild, user: User) -> None:
        """Somebody goes, out of its threads too."""
        member = guild.members.pop(user.id)
        for thread in guild.threads.values():
            thread.thread_members.pop(user.id, None)
        self.deeds.member(guild, member, "REMOVE")

    def set_roles(self, guild: Guild, member: Member, roles: Sequence[str]) -> None:
        """Somebody's roles there are these now, by id. Where they are the bot's, it may see more than before."""
        with self.noticing(*guild.channels.values()):
            member.roles = list(roles)
        self.deeds.member(guild, member, "UPDATE")

    def give(self, person: Person, *roles: Role, guild: Guild | None = None) -> None:
        """Somebody's roles there are these now."""
        guild = guild or self.guild
        self.set_roles(guild, guild.members[person.id], [role.id for role in roles])

    def drop_role(self, guild: Guild, role: Role) -> None:
        """Nobody has it any more."""
        del guild.roles[role.id]
        for member in guild.members.values():
            if role.id in member.roles:
                self.set_roles(guild, member, [id for id in member.roles if id != role.id])
        self.deeds.role(guild, role, "DELETE")

    def permit(self, role: Role, permissions: P, *, guild: Guild | None = None) -> None:
        """A role allows these now; `discord.guild.everyone` and the bot's own are roles, too."""
        guild = guild or self.guild
        with self.noticing(*guild.channels.values()):
            role.permissions = permissions
        self.deeds.role(guild, role, "UPDATE")

    def rule(
        self, channel: Channel, who: Role | Person | User, *, allow: P | None = None, deny: P | None = None
    ) -> None:
        """An exception of that channel for a role, a person or the bot."""
        kind = 0 if isinstance(who, Role) else 1
        with self.noticing(channel):
            channel.overwrites[who.id] = Overwrite(who.id, kind, allow or P(0), deny or P(0))
        self.deeds.channel(channel, "UPDATE")

    def drop_webhook(self, hook: Webhook) -> None:
        """It writes no more; what it wrote stays."""
        del self.world.webhooks[hook.id]
        self.deeds.webhooks(hook)

    def delete(self, channel: Channel) -> None:
        """A channel or a thread is gone."""
        self.deeds.drop_channel(channel)

    def outage(self, guild: Guild | None = None) -> None:
        """Discord has trouble with a guild: the bot is told that it is unavailable, and of nothing in it."""
        guild = guild or self.guild
        self.deeds.guild_delete(guild, unavailable=True)
        guild.unavailable = True

    def back(self, guild: Guild | None = None) -> None:
        """It is there again."""
        guild = guild or self.guild
        guild.unavailable = False
        self.deeds.guild_create(guild, again=True)

    @contextmanager
    def noticing(self, *channels: Channel) -> Iterator[None]:
        """What the bot sees after it and did not before, it is told the threads of."""
        unseen = [channel for channel in channels if not sees(channel, self.app.id)]
        yield
        if found := [channel for channel in unseen if sees(channel, self.app.id)]:
            self.deeds.list_threads(found[0].home, found)

    # --- what the bot may ---------------------------------------------------------------------------

    def may(self, channel: Channel, user_id: str = "") -> P:
        """What the bot, or somebody, may do there."""
        return may(channel, user_id or self.app.id)

    def may_in(self, guild: Guild) -> P:
        """What the bot may do in a guild."""
        return in_guild(guild, guild.members[self.app.id])

    def readable(self, message: Message) -> bool:
        """Whether the bot reads what stands in it, over HTTP: there the portal's switch decides."""
        return readable(message, self.app.id, content="message_content" in self.app.privileged)

    def open_thread(self, channel: Channel, *, to_write: bool = True) -> None:
        """Refuse the bot where the thread is archived, or locked."""
        self.threads.open(channel, self.app.user, to_write=to_write)


__all__ = ["DiscordError", "FakeDiscord"]
