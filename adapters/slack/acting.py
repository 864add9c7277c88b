"""What every act of a person has in common: who they are, where it is, and how they alone are answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.drawing import Drawing
from adapters.slack.failing import code_of, part, patiently
from adapters.slack.files import SlackFiles
from adapters.slack.modals import modal, shown
from adapters.slack.people import People
from adapters.slack.places import PLATFORM, place_of
from adapters.slack.team import Team, Teams
from bot.commands import split_verb
from bot.desk.context import Desk
from bot.desk.newcomer import Newcomer
from bot.messages import refusals
from bot.messages.model import NOTHING, Action, Answer, Document, Form, Message, Said, line
from bot.ports import InboxId, Place, RateLimited

log = logging.getLogger("steward.slack")

ROOM = 10
"""Answers that are shown at a time."""
SPENT = ("expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged", "invalid_trigger_id")
"""A trigger that opens nothing any more."""
UNTOLD = (SlackApiError, RateLimited, aiohttp.ClientError, OSError)
"""Slack does not show it, or the line broke, so that nobody knows."""


@dataclass(frozen=True)
class Act:
    """Something that one person did."""

    user: str
    person: str
    """Their id at the desk; empty for a stranger, whom the desk refuses kindly."""
    team: Team
    place: Place | None = None
    """Where; None for an act of no conversation, as in App Home."""
    trigger: str = ""
    """Lets one modal be opened, within three seconds."""
    respond: str = ""
    """An address that takes a few answers for this person alone, also where the desk is no member."""
    replaces: bool = False
    """What was pressed stands in an answer for them alone, which the next one replaces."""

    def event(self, id: str) -> InboxId:
        """The event that it is."""
        return InboxId(PLATFORM, id)

    @property
    def kept(self) -> dict[str, str]:
        """What a modal remembers of it, to answer where it was asked."""
        if self.place is None:
            return {}
        return {"channel": self.place.channel, **({"thread": self.place.thread} if self.place.thread else {})}


@dataclass
class Acting:
    """The parts that inbound calls share, made once in wiring.py."""

    desk: Desk
    client: AsyncWebClient
    drawing: Drawing
    people: People
    teams: Teams
    files: SlackFiles
    missed: Callable[[], None] = lambda: None
    """Told where something that Slack takes for heard was not: it is read again."""
    _showing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ROOM))
    _going: set[asyncio.Task[Any]] = field(default_factory=set[asyncio.Task[Any]])

    async def act(
        self,
        user: str,
        channel: str = "",
        thread: str | None = None,
        *,
        trigger: str = "",
        respond: str = "",
        replaces: bool = False,
    ) -> Act:
        """Who that is, and where."""
        team = await self.teams.team()
        person = await self.people.known(team.workspace, user) or ""
        place = place_of(team.workspace, channel, thread) if channel else None
        return Act(user, person, team, place, trigger, respond, replaces)

    async def newcomer(self, act: Act, text: str, *, seen: bool = False) -> Newcomer | None:
        """Somebody who may know a code, of the setup or to be linked, as Slack knows them; None for who asks for
        something else. `seen` is what others can read."""
        asks = split_verb(text)[0] in ("setup", "link")
        profile = await self.people.profile(act.user) if asks else None
        if profile is None or not profile.human:
            return None
        return Newcomer(PLATFORM, act.team.workspace, act.user, profile.name, profile.zone, seen)

    def later(self, act: Act, answer: Answer) -> None:
        """Show it by itself: what was done is done."""
        if answer != NOTHING:
            self._go(self._shown(act, answer))

    async def _shown(self, act: Act, answer: Answer) -> None:
        async with self._showing:
            await self.answered(act, answer)

    def _go(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._going.add(task)
        task.add_done_callback(self._ended)
        return task

    async def stop(self) -> None:
        """Answers when what was begun has ended."""
        if self._going:
            await asyncio.wait(self._going, timeout=5)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._going.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("something that was done in Slack failed", exc_info=error)
            self.missed()

    async def answered(self, act: Act, answer: Answer) -> None:
        """Show the person what the desk answers; nobody else sees it."""
        if answer.form is not None and not await self._opened(act, answer.form):
            # No trigger, as for an emoji or a mention, or it is over: a button brings another.
            button = Action(answer.form.command, answer.form.title, answer.form.args, "primary")
            await self.tell(act, Said("form", (line(answer.form.intro or answer.form.title),), (button,)))
        if answer.message is not None and not (act.place is None and await self._laid_before(act, answer.message)):
            await self.tell(act, answer.message)

    async def _laid_before(self, act: Act, body: Message) -> bool:
        """Whether it stands in a modal: an answer to what was pressed in App Home, which is no conversation."""
        if not act.trigger:
            return False
        view = shown(body, await self.drawing.reader(act.person, body))
        if not await self._opens(act, view):
            return False
        if isinstance(body, Document):
            await self.send_file(act, body.name, body.text)
        return True

    async def tell(self, act: Act, body: Message) -> None:
        """Words for one person: where they acted, or, where that cannot be, in their direct conversation."""
        posts = await self.drawing.for_one(body, act.person)
        for number, post in enumerate(posts):
            given = post.arguments()
            given.pop("username", None)
            if not await self._told(act, given, first=number == 0):
                log.warning("%s could not be answered", act.user)
                return
        for file in (file for post in posts for file in post.files):
            await self.send_file(act, file.name, file.text)

    async def _told(self, act: Act, given: dict[str, Any], *, first: bool) -> bool:
        place = act.place
        if act.respond and not (place and place.thread and not act.replaces):
            hook = AsyncWebhookClient(act.respond, session=self.client.session, retry_handlers=[])
            body = {**given, "response_type": "ephemeral", "replace_original": act.replaces and first}
            try:
                if (await hook.send_dict(body)).status_code == 200:
                    return True
            except Exception as error:
                log.info("an answer goes another way, since its address failed: %s", error)
        if place is not None:
            where = {"channel": place.channel, "user": act.user, "thread_ts": place.thread}
            try:
                await patiently(lambda: self.client.chat_postEphemeral(**where, **given))
                return True
            except UNTOLD as error:
                log.info("an answer goes to a direct conversation: %s", error)
        try:
            opened = await patiently(lambda: self.client.conversations_open(users=act.user))
            to = {"channel": str(part(opened, "channel", "id")), "unfurl_links": False, "unfurl_media": False}
            await patiently(lambda: self.client.chat_postMessage(**to, **given))
            return True
        except UNTOLD as error:
            log.warning("no direct conversation: %s", error)
            return False

    async def send_file(self, act: Act, name: str, text: str) -> None:
        """A text to keep, in the person's own conversation: an answer for one alone takes no files."""
        try:
            opened = await patiently(lambda: self.client.conversations_open(users=act.user))
            channel = str(part(opened, "channel", "id"))
            await patiently(lambda: self.files.send(name, text.encode(), channel))
        except Exception as error:
            log.warning("the file %s could not be sent: %s", name, error)
            await self.answered(act, refusals.refused(refusals.file_not_sent(name)))

    async def update(self, view: Mapping[str, Any], given: dict[str, Any]) -> None:
        """Show this in the modal instead, unless it has changed since."""
        try:
            which = {"view_id": str(view["id"]), "hash": str(view.get("hash") or "")}
            await patiently(lambda: self.client.views_update(**which, view=given))
        except UNTOLD as error:
            log.info("a modal could not be changed: %s", error)

    async def _opened(self, act: Act, form: Form) -> bool:
        return bool(act.trigger) and await self._opens(act, modal(form, kept=act.kept))

    async def _opens(self, act: Act, view: Mapping[str, Any]) -> bool:
        try:
            await self.client.views_open(trigger_id=act.trigger, view=view)
            return True
        except SlackApiError as error:
            if code_of(error) not in SPENT:
                log.error("a modal could not be opened: %s", code_of(error))
            return False
        except UNTOLD as error:
            log.info("whether a modal is open cannot be told; a button brings it, too: %s", error)
            return False
