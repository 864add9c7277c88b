"""What every act of a person has in common: who they are, where it is, and how they alone are answered.

Discord waits three seconds for an answer to what somebody used, and fifteen minutes for all that is said after it. So
what takes longer than a moment is put off first; a form can only be the first answer, and is offered by a button then.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.discord.channels import Channels
from adapters.discord.drafts import Drafts, drafting
from adapters.discord.drawing import Drawing
from adapters.discord.elsewhere import about, about_form
from adapters.discord.failing import NO_DMS
from adapters.discord.files import DiscordFiles, Upload, with_files
from adapters.discord.keeping import FORM, Deed, Keeping
from adapters.discord.modals import Modal, draft_in, modal, offer, returned
from adapters.discord.people import People, profile_of
from adapters.discord.places import PLATFORM, inner
from adapters.discord.raw import Drawn, DrawnForm
from adapters.discord.render import Post
from adapters.discord.responding import UNCLEAR, is_answered, put_off, replaces_wait, respond, said_later
from adapters.discord.rooms import Rooms
from adapters.discord.urgent import Lateness
from adapters.discord.wire import Wire
from bot.commands import split_verb
from bot.desk.claiming import Newcomer
from bot.desk.context import Desk
from bot.messages import filling, refusals
from bot.messages.model import NOTHING, Answer, Form, Message, Said, line
from bot.ports import InboxId, Place, Refused

log = logging.getLogger("steward.discord")

ROOM = 10
"""Commands that are carried out at a time: in a burst the first are done soon, instead of all of them late. Whoever
comes while so many are under way is put off at once."""
AT_ONCE = 25
"""So many are told to wait at a time: each more would need one more connection, which takes longer than a turn."""
MOMENT = 1.5
"""Seconds until an act is put off; Discord waits three, from when it told of it."""


@dataclass(frozen=True)
class Act:
    """Something that one person did."""

    who: discord.abc.User
    person: str
    """Their id at the desk; empty for a stranger, whom the desk refuses kindly."""
    place: Place | None = None
    """Where; None where the desk does not know."""
    interaction: discord.Interaction[Any] | None = None
    """What they used, which takes answers for them alone."""
    elsewhere: bool = False
    """The place is another one than where they read: what is pressed there says where it was about."""

    @property
    def at(self) -> str:
        """What buttons and forms carry, where an answer stands in another conversation than what it is about."""
        away = self.elsewhere or self.interaction is None
        return str(inner(self.place)) if away and self.place is not None else ""

    def event(self, id: str) -> InboxId:
        """The event that it is."""
        return InboxId(PLATFORM, id)


@dataclass
class Acting:
    """The parts that inbound calls share, made once in face.py."""

    desk: Desk
    wire: Wire
    drawing: Drawing
    people: People
    rooms: Rooms
    channels: Channels
    files: DiscordFiles
    keeping: Keeping
    missed: Callable[[], None] = lambda: None
    """Told where something that Discord takes for heard was not: it is read again."""
    _lateness: Lateness = field(default_factory=Lateness)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ROOM))
    _telling: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _going: set[asyncio.Task[Any]] = field(default_factory=set[asyncio.Task[Any]])
    _using: set[asyncio.Task[Any]] = field(default_factory=set[asyncio.Task[Any]])
    """Those of discord.py in which somebody waits for their answer."""
    _stopping: bool = False

    async def act(
        self, who: discord.abc.User, place: Place | None, interaction: Any = None, *, elsewhere: bool = False
    ) -> Act:
        """Who that is, and where."""
        return Act(who, await self.people.known(who) or "", place, interaction, elsewhere)

    def newcomer(self, act: Act, text: str, *, seen: bool = False) -> Newcomer | None:
        """Somebody who may know a code, of the setup or to be linked, as Discord knows them; None for who asks for
        something else. `seen` is what others can read."""
        profile = profile_of(act.who)
        if split_verb(text)[0] not in ("setup", "link") or not profile.human:
            return None
        return Newcomer(PLATFORM, profile.server, profile.user, profile.name, seen=seen)

    def drafting(self, act: Act, data: Mapping[str, Any] | None = None) -> AbstractAsyncContextManager[Drafts]:
        """What they have filled in of forms that go step by step; `data` is of what they used."""
        holder = act.person or f"{PLATFORM}:{act.who.id}"
        return drafting(self.desk.store.form_drafts, holder, draft_in(data or {}), self.desk.clock.machine())

    # --- interactions -----------------------------------------------------------------------------------

    async def used(
        self,
        deed: Deed,
        interaction: discord.Interaction[Any],
        work: Callable[[], Coroutine[Any, Any, tuple[Act, Answer | Modal]]],
        *,
        quiet: bool,
    ) -> None:
        """Carry out what somebody used, and answer them: at once where that is done within a moment, else once it is
        written down. `quiet` says that no answer is one, as for a button whose message changes."""
        if (task := asyncio.current_task()) is not None:
            self._using.add(task)
            task.add_done_callback(self._using.discard)
        left = MOMENT - self._lateness.of(deed.id, self.desk.clock.machine())
        kept = len(self._going) >= ROOM and await self._put_off(deed, interaction, quiet=quiet)
        task = self._go(self._in_turn(work))
        if not kept:
            await asyncio.wait({task}, timeout=max(left, 0.0))
            kept = not task.done() and await self._put_off(deed, interaction, quiet=quiet, unless=task.done)
        try:
            act, answer = await task
        except Exception:
            log.exception("what %s asked for failed", interaction.user.id)
            act, answer = Act(interaction.user, "", None, interaction), refusals.refused(refusals.unexpected())
            if deed.kind == FORM:
                answer = returned(answer, deed.data)
        try:
            if not isinstance(answer, Modal):
                await self.answered(act, answer, quiet=quiet)
            elif not await self._opens(interaction, answer):
                await self.tell(act, Said("refusal", (line(filling.late()),), tone="warn"))
        except Exception:
            log.exception("%s could not be answered", interaction.user.id)
        if kept:
            self.keeping.done(deed)

    async def _put_off(
        self,
        deed: Deed,
        used: discord.Interaction[Any],
        *,
        quiet: bool,
        unless: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Whether it is written down; then they are told to wait, unless that is needless by then."""
        with self.wire.urgent.going():
            kept = await self.keeping.keep(deed)
            async with self._telling:
                if kept and not unless():
                    await put_off(used, thinking=not quiet)
        return kept

    async def answered(self, act: Act, answer: Answer, *, quiet: bool = False) -> None:
        """Show the person what the desk answers; nobody else sees it."""
        form = about_form(answer.form, act.at) if answer.form is not None else None
        if form is not None and not await self._opened(act, form):
            # Nothing was used, as with an emoji or a mention, or it was put off: a button brings the form.
            async with self.drafting(act) as drafts:
                offered = offer(form, drafts)
            await self.tell(act, offered)
        if answer.message is not None:
            await self.tell(act, answer.message)
        if answer == NOTHING and act.interaction is not None:
            await self._said_nothing(act.interaction, quiet=quiet)

    def later(self, act: Act, answer: Answer) -> None:
        """Show it by itself: what was done is done."""
        if answer != NOTHING:
            self._go(self.answered(act, answer))

    async def tell(self, act: Act, body: Message) -> None:
        """Words for one person: where they acted, or, where that cannot be, in their direct conversation."""
        for number, post in enumerate(await self.drawing.for_one(about(body, act.at), act.person)):
            if not await self._told(act, post, first=number == 0):
                log.warning("%s could not be answered", act.who.id)
                return

    async def send_file(self, act: Act, name: str, text: str) -> None:
        """A text to keep, for them alone."""
        used, body = act.interaction, text.encode()

        def file() -> discord.File:
            return discord.File(io.BytesIO(body), filename=name)

        if used is not None:
            if not is_answered(used):
                await put_off(used, thinking=True)
            if await said_later(used, lambda: used.followup.send(file=file(), ephemeral=True)):
                return
        try:
            client = await self.wire.client()
            await (await client.create_dm(discord.Object(act.who.id))).send(file=file())
        except (discord.DiscordException, *UNCLEAR) as error:
            log.warning("the file %s could not be sent: %s", name, error)
            await self.answered(act, refusals.refused(refusals.file_not_sent(name)))

    async def stop(self) -> None:
        """Answers when what was begun has ended, or after some seconds. What waits in line is written down, and is the
        next start's."""
        self._stopping = True
        if under_way := {*self._going, *self._using}:
            _, late = await asyncio.wait(under_way, timeout=5)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.keeping.stop()

    def _go(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._going.add(task)
        task.add_done_callback(self._ended)
        return task

    async def _in_turn(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """A few at a time, and none while others are being told to wait."""
        async with self._room:
            await self.wire.urgent.calm()
            if self._stopping:
                raise asyncio.CancelledError
            return await work()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._going.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("something that was done in Discord failed", exc_info=error)
            self.missed()

    async def _opened(self, act: Act, form: Form) -> bool:
        """Whether the form is open. One with something wrong in it is offered, since none has room to say so."""
        if act.interaction is None or form.errors or not _takes_form(act.interaction):
            return False
        async with self.drafting(act) as drafts:
            made = modal(form, drafts)
        return made is not None and await self._opens(act.interaction, made)

    async def _opens(self, used: discord.Interaction[Any], made: Modal) -> bool:
        """Only what was used, and is not answered yet, can bring a form, and no form another."""
        if not _takes_form(used):
            return False
        return await respond(used, lambda: used.response.send_modal(DrawnForm(made.given)))

    async def _told(self, act: Act, post: Post, *, first: bool) -> bool:
        uploads = await self.files.uploads(post.files, post.attachments)
        components = with_files(post.components, uploads)
        given: dict[str, Any] = {"view": Drawn(components), "allowed_mentions": discord.AllowedMentions.none()}
        if act.interaction is not None and await self._shown(act.interaction, given, uploads, first=first):
            return True
        client = await self.wire.client()
        try:
            await (await client.create_dm(discord.Object(act.who.id))).send(files=_files(uploads), **given)
            return True
        except (discord.DiscordException, *UNCLEAR) as error:
            log.info("no direct conversation: %s", error)
            if not (act.person and isinstance(error, discord.HTTPException) and error.code == NO_DMS):
                return False
        try:
            own = await self.rooms.own(act.person)
            if own is not None:
                await client.get_partial_messageable(inner(own)).send(files=_files(uploads), **given)
            return own is not None
        except (discord.DiscordException, Refused, *UNCLEAR) as error:
            log.warning("nor a thread of their own: %s", error)
            return False

    async def _shown(
        self, used: discord.Interaction[Any], given: dict[str, Any], uploads: Sequence[Upload], *, first: bool
    ) -> bool:
        """Where it was used. What was used in an answer for them alone is replaced by the next one."""
        replaces = first and used.message is not None and used.message.flags.ephemeral
        response = used.response
        if not is_answered(used):
            if replaces:
                return await respond(used, lambda: response.edit_message(attachments=_files(uploads), **given))
            return await respond(used, lambda: response.send_message(ephemeral=True, files=_files(uploads), **given))
        if replaces or (first and replaces_wait(used)):
            return await said_later(used, lambda: used.edit_original_response(attachments=_files(uploads), **given))
        return await said_later(used, lambda: used.followup.send(ephemeral=True, files=_files(uploads), **given))

    async def _said_nothing(self, used: discord.Interaction[Any], *, quiet: bool) -> None:
        """What was done shows by itself, and what waits for an answer is let go."""
        if not is_answered(used):
            await put_off(used, thinking=not quiet)
        if not quiet:
            await said_later(used, used.delete_original_response)


def _takes_form(used: discord.Interaction[Any]) -> bool:
    return not is_answered(used) and used.type is not discord.InteractionType.modal_submit


def _files(uploads: Sequence[Upload]) -> list[discord.File]:
    return [upload.file() for upload in uploads]
