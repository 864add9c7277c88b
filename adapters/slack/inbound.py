"""What people do on purpose, as calls of the front door: the command, buttons, forms, and what a message's menu offers.

Each is acknowledged when it is done, or when it is kept where that takes longer (keeping.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack import modals
from adapters.slack.acting import Act, Acting
from adapters.slack.chat import SlackChat
from adapters.slack.dispatching import UNREADABLE
from adapters.slack.events import Listening
from adapters.slack.filling import filled_in
from adapters.slack.limits import LABEL
from adapters.slack.places import place_of, thread_of
from adapters.slack.pressing import FILE, pressed
from adapters.slack.shortcuts import ON_OWN_NOTE, SHORTCUT
from adapters.slack.told import named
from bot.commands import REGISTRY, Kind
from bot.desk import front, hearing
from bot.desk.context import Refusal
from bot.desk.figures import figures
from bot.domain.period import PeriodError
from bot.messages import around, filling, refusals
from bot.messages.flowing import short
from bot.messages.model import Answer, Arg, Document, Said, line
from bot.ports import InboxId, MessageRef

log = logging.getLogger("steward.slack")

Body = Mapping[str, Any]


class Inbound:
    """Bolt's listeners for what people press, type and submit."""

    def __init__(self, acting: Acting, listening: Listening, chat: SlackChat) -> None:
        self._acting, self._listening, self._chat = acting, listening, chat
        self._desk = acting.desk

    async def command(self, ack: AsyncAck, body: Body) -> None:
        """`/desk …`, typed anywhere but in a thread."""
        try:
            await self._command(body)
        except UNREADABLE:
            log.exception("a command could not be carried out")
            await ack(refusals.unexpected())
            return
        await ack()

    async def renamed(self, ack: AsyncAck) -> None:
        """A command that the settings call otherwise than the app in Slack does."""
        await ack(refusals.other_command(self._desk.rules.command))

    async def press(self, ack: AsyncAck, body: Body) -> None:
        """A button or an entry of a menu."""
        await self._press(body)
        await ack()

    async def shortcut(self, ack: AsyncAck, body: Body) -> None:
        """An entry of a message's own menu, or of the one beside the composer."""
        await self._shortcut(body)
        await ack()

    async def submit(self, ack: AsyncAck, body: Body, late: asyncio.Event) -> None:
        """A form. What does not fit is said beside its field, and what comes next takes the form's place; where it is
        `late` for that, the form has closed."""
        await ack(**await self._submit(body, late))

    async def closed(self, ack: AsyncAck) -> None:
        """A form that was put away: nothing was done."""
        await ack()

    async def _command(self, body: Body) -> None:
        act = await self._act(body, str(body.get("user_id", "")), str(body.get("channel_id", "")))
        event = _event(act, body)
        text = await self._listening.words(act.team, str(body.get("text") or ""), command=True)
        newcomer = await self._acting.newcomer(act, text)
        await self._answer(
            act,
            front.run_text(self._desk, act.person, text, place=act.place, event=event, newcomer=newcomer),
        )

    async def _press(self, body: Body) -> None:
        element = next(iter(body.get("actions") or ()), {})
        view = body.get("view")
        if isinstance(view, Mapping) and view.get("type") == "modal":
            await self._turned(body, element, view)
            return
        wanted = pressed(element)
        container = body.get("container") or {}
        message = body.get("message") or {}
        channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
        thread = thread_of(message) or container.get("thread_ts")
        hidden = bool(container.get("is_ephemeral"))
        act = await self._act(body, _user(body), channel, str(thread) if thread else None, hidden=hidden)
        if wanted is None:
            await self._acting.tell(act, _refused(around.outdated("button")))
            return
        if wanted.command == FILE:
            await self._figures(act, wanted.args)
            return
        event = _event(act, body)
        await self._answer(
            act, front.run(self._desk, act.person, wanted.command, wanted.args, place=act.place, event=event)
        )
        if element.get("type") == "static_select" and message.get("ts") and not hidden:
            place = place_of(act.team.workspace, channel)
            await self._unchosen(MessageRef(place, str(message["ts"])))

    async def _unchosen(self, ref: MessageRef) -> None:
        try:
            await self._chat.unchoose(ref)
        except Exception as error:
            log.info("a menu goes on showing what was chosen: %s", error)

    async def _figures(self, act: Act, words: Mapping[str, Arg]) -> None:
        """A report's figures as a file, in the person's own conversation."""
        person = (await self._desk.store.directory()).people.get(act.person)
        try:
            if person is None or not person.active:
                raise Refusal(refusals.stranger(await self._desk.store.directory()))
            file = await figures(self._desk, person, str(words.get("client", "")), str(words.get("period", "")))
        except (Refusal, PeriodError) as no:
            await self._acting.answered(act, refusals.refused(str(no)))
            return
        await self._acting.send_file(act, file.name, "".join([piece async for piece in file.pieces]))

    async def _turned(self, body: Body, element: Body, view: Body) -> None:
        """A button within a modal: the way back of a form, which submits too, or what a message in it offers."""
        back = element.get("action_id") == modals.BACK
        asked = modals.submitted(view, back=True) if back else pressed(element)
        if asked is None:
            return
        act = await self._in_modal(body, view)
        if asked.command == FILE:
            await self._figures(act, asked.args)
            return
        event = _event(act, body)
        answer = await front.run(self._desk, act.person, asked.command, asked.args, place=act.place, event=event)
        given: dict[str, Any] | None = None
        if answer.form is not None:
            given = modals.modal(answer.form, kept=act.kept)
        elif answer.message is not None:
            given = modals.shown(answer.message, await self._acting.drawing.reader(act.person, answer.message))
        if given is not None:
            await self._acting.update(view, given)
        if isinstance(answer.message, Document):
            await self._acting.send_file(act, answer.message.name, answer.message.text)

    async def _shortcut(self, body: Body) -> None:
        name = str(body.get("callback_id", "")).removeprefix(SHORTCUT)
        command, raw = REGISTRY.find(name), body.get("message")
        channel = str((body.get("channel") or {}).get("id", ""))
        thread = thread_of(raw) if isinstance(raw, Mapping) else None
        act = await self._act(body, _user(body), channel, thread)
        event = _event(act, body)
        if not isinstance(raw, Mapping) or command is None:
            await self._answer(act, front.run(self._desk, act.person, name, {}, place=act.place, event=event))
            return
        try:
            heard = await self._listening.heard(act.team, channel, raw)
        except Refusal as no:
            self._acting.later(act, refusals.refused(str(no)))
            return
        if heard.author == act.person and await hearing.in_team_thread(self._desk.store, heard.ref.place):
            command = REGISTRY.find(ON_OWN_NOTE.get(name, name)) or command
        of_one = any(param.kind is Kind.REQUEST for param in command.params)
        number = await hearing.request_at(self._desk.store, heard.ref) if of_one else None
        args = {"request": str(number)} if number else {}
        await self._answer(
            act,
            front.run(self._desk, act.person, command.name, args, place=heard.ref.place, event=event, message=heard),
        )

    async def _submit(self, body: Body, late: asyncio.Event) -> dict[str, Any]:
        """What Slack does with the form; where that comes too `late`, since it closed, all is said beside it."""
        view = body.get("view") or {}
        if modals.submitted(view) is None:
            return {}
        act = await self._in_modal(body, view)
        event = _event(act, body)
        try:
            view, wrong = await filled_in(self._acting, self._listening, act, view)
            asked = modals.submitted(view)
            if wrong and not late.is_set():
                return {"response_action": "errors", "errors": {at: short(said, LABEL) for at, said in wrong.items()}}
            if asked is None or wrong:
                raise Refusal("; ".join(wrong.values()))
            answer = await front.run(self._desk, act.person, asked.command, asked.args, place=act.place, event=event)
        except Refusal as no:
            answer = refusals.refused(str(no))
        except Exception:
            log.exception("the form of %s failed", act.user)
            answer = refusals.refused(refusals.unexpected())
        reader = await self._acting.drawing.reader(act.person, *([answer.message] if answer.message else []))
        done = modals.answered(answer, view, reader)
        if done is None and act.place is None and answer.message is not None and not late.is_set():
            # Asked for where there is no conversation: what there is to say takes the form's place.
            return {"response_action": "update", "view": modals.shown(answer.message, reader)}
        if late.is_set() and isinstance(answer.message, Said) and answer.message.purpose == "refusal":
            words = filling.written(modals.typed_of(view))
            answer = replace(answer, message=replace(answer.message, lines=(*answer.message.lines, *words)))
        if done is None or late.is_set():
            # The form closes; what there is to say is said where it was asked for.
            self._acting.later(act, answer)
        return done or {}

    async def _in_modal(self, body: Body, view: Body) -> Act:
        asked = modals.submitted(view)
        kept = asked.kept if asked else {}
        return await self._act(body, _user(body), str(kept.get("channel") or ""), kept.get("thread") or None)

    async def _act(
        self, body: Body, user: str, channel: str, thread: str | None = None, *, hidden: bool = False
    ) -> Act:
        respond = str(body.get("response_url") or "")
        trigger = str(body.get("trigger_id") or "")
        return await self._acting.act(user, channel, thread, trigger=trigger, respond=respond, replaces=hidden)

    async def _answer(self, act: Act, work: Any) -> None:
        try:
            answer: Answer = await work
        except Exception:
            log.exception("what %s asked for failed", act.user)
            answer = refusals.refused(refusals.unexpected())
        self._acting.later(act, answer)


def _user(body: Body) -> str:
    return str((body.get("user") or {}).get("id", ""))


def _event(act: Act, body: Body) -> InboxId | None:
    _, id = named(body)
    return act.event(id) if id else None


def _refused(text: str) -> Said:
    return Said("refusal", (line(text),), tone="warn")
