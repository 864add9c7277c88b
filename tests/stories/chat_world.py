"""The same world in somebody else's chat: people act in it with their own hands, through the platform's real app.

A story says what somebody does, and never how: `ChatWorld` finds the way that a person would have there. A form that is
open and asks for just this is filled in; else a button that says it is pressed; else the message's menu; else it is
typed, and what cannot be typed is filled into the form that the bare command opens. Where there is no way at all
`NoWay` is raised: that is a defect of the face, or an absence with its reason in `elsewhere.py`.

What the desk answered is what its front door returned, on the other side of the platform; each time it is compared with
what the person then sees, and each message of the desk's with what stands in the chat: all of its words, and its
buttons (chat_screen.py). A face is one more `Hands` (chat_hands.py).
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from chat_hands import Control, Hands, NoWay
from chat_screen import missing_of, missing_of_form
from chat_ways import asks_for, meant, stands_at, typed, within
from desk_world import World, words

from bot.clock import SimulatedClock
from bot.commands import REGISTRY, Command, Kind
from bot.desk import front, reminders
from bot.desk.context import Desk, Heard
from bot.messages.model import NOTHING, Answer, Form, Listing, Message, Said, Sheet, line
from bot.outbox import Relay as Outbox
from bot.ports import Chat, MessageRef, Place, Posted
from storage import SqlStore

BY_WORDS = {"report": ("client", "period"), "review": ("what", "client"), "recurring": ("what",)}
"""Verbs that read their words themselves, and what people type there in which order."""
FROM = {"change-settings": ("settings", ("subject",), "group"), "save-reply": ("saved", (), "known")}
"""Verbs that are only pressed where they say this much, and what shows their buttons."""
STEPS = 6
"""So many forms may follow one another."""
THEMSELVES = "delete it there yourself"
"""What whoever wrote it is asked where no app may take away what people write."""
SPIED = ("run", "run_text", "hear", "edited", "deleted", "react")


@dataclass
class Heeded:
    """A call of the front door that has ended."""

    actor: str
    call: str
    named: str
    answer: Answer
    mine: bool = False
    """Whether the act that it came of has found it."""


class Spoken:
    """The face's port; keeps what the desk said where."""

    def __init__(self, chat: Chat, bodies: dict[tuple[str, str], Message], changed: dict[MessageRef, Message]) -> None:
        self._chat, self._bodies, self._changed = chat, bodies, changed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chat, name)

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        ref = await self._chat.post(place, message, key=key)
        self._keep(ref, message)
        return ref

    async def edit(self, ref: MessageRef, message: Message) -> MessageRef | None:
        moved = await self._chat.edit(ref, message)
        if moved is not None:
            self._forget(ref)
        self._keep(moved or ref, message)
        return moved

    async def delete(self, ref: MessageRef) -> None:
        await self._chat.delete(ref)
        self._forget(ref)

    def _forget(self, ref: MessageRef) -> None:
        self._bodies.pop((ref.place.channel, ref.message), None)
        self._changed.pop(ref, None)

    def _keep(self, ref: MessageRef, message: Message) -> None:
        self._bodies[ref.place.channel, ref.message] = message
        self._changed[ref] = message


class ChatWorld(World):
    """People act in it through a platform."""

    def __init__(self, store: SqlStore, clock: SimulatedClock, desk: Desk, hands: Hands) -> None:
        self.store, self.clock, self.desk, self.hands = store, clock, desk, hands
        self.bodies: dict[tuple[str, str], Message] = {}
        self._changed: dict[MessageRef, Message] = {}
        self.speak(clock)
        self._heeded: list[Heeded] = []
        self._asked: dict[str, Form] = {}
        self._told: dict[tuple[str, str], Any] = {}

    def speak(self, clock: SimulatedClock, also: Mapping[str, Chat] | None = None) -> None:
        chat: Any = Spoken(self.hands.chat, self.bodies, self._changed)
        self.relay = Outbox(self.store, {self.hands.platform: chat, **(also or {})}, clock, home=self.hands.platform)

    @asynccontextmanager
    async def heeding(self) -> AsyncIterator[None]:
        """Look over the front door's shoulder."""

        def heeded(call: str, kept: Any) -> Any:
            async def spied(desk: Desk, actor: str, *args: Any, **more: Any) -> Answer:
                answer = await kept(desk, actor, *args, **more)
                self._heeded.append(Heeded(actor or "", call, str(args[0]) if args else "", answer))
                return answer

            def spy(*args: Any, **more: Any) -> Any:
                through = sys._getframe(1).f_globals["__name__"].startswith("adapters.")
                return (spied if through else kept)(*args, **more)

            return spy

        kept = {name: getattr(front, name) for name in SPIED}
        with patch.multiple(front, **{name: heeded(name, call) for name, call in kept.items()}):
            yield

    # --- time, and what is sent meanwhile -----------------------------------------------------------

    async def wake(self) -> None:
        await self.hands.follow(await self.store.directory())
        await reminders.fire(self.desk)
        await self.relay.drain()
        await self.hands.settle()
        self._look_over()

    def place(self, channel: str, thread: int | str | None = None) -> Place:
        return self.hands.place(channel, str(thread) if thread else None)

    # --- what people do -----------------------------------------------------------------------------

    async def do(
        self,
        who: str,
        verb: str,
        /,
        *,
        place: Place | None = None,
        event: str = "",
        heard: Heard | None = None,
        **args: Any,
    ) -> Answer:
        """The way that a person has to it there."""
        verb = verb.replace("_", "-")
        if event and (told := self._told.get((who, event))) is not None:
            answer = await self._acted(who, self.hands.retold(told), look=False)
        else:
            answer = await self._done(who, verb, place, heard, args)
            if event:
                self._told[who, event] = self.hands.last()
        await self.wake()
        if isinstance(answer.message, Said) and THEMSELVES in words(answer.message):
            await self._taken_away(who, place, str(args.get("message", "")))
        return answer

    async def _taken_away(self, who: str, place: Place | None, message: str) -> None:
        """What still stands there its author takes away, as they were asked to."""
        if place is not None:
            with suppress(NoWay):  # it is gone already
                await self.hands.take_back(who, MessageRef(place, message))
                await self.wake()

    async def _done(
        self, who: str, verb: str, place: Place | None, heard: Heard | None, args: dict[str, Any]
    ) -> Answer:
        command = REGISTRY.find(verb)
        if command is None:
            return await self._acted(who, self.hands.type(who, verb, place))
        if not any(param.kind is Kind.VALUES for param in command.params):
            # What a command does not take is passed over by every face.
            known = {param.name for param in command.params} | {"back"}
            args = {name: value for name, value in args.items() if name in known}
        try:
            return await self._way(who, command, place, heard, args)
        except NoWay:
            if heard is not None:
                raise
            # No screen of theirs offers it: sent all the same, as by a button of another time, it must be declined.
            answer = await self._acted(who, self.hands.forge(who, command.name, args, place), last=True)
            said = isinstance(answer.message, Said) and answer.message.purpose == "refusal"
            if not said and not (answer.form and answer.form.errors):
                raise
            return answer

    async def _way(
        self, who: str, command: Command, place: Place | None, heard: Heard | None, args: dict[str, Any]
    ) -> Answer:
        form = self._asked.get(who)
        if form is not None and asks_for(form, command, args):
            return await self._through(who, command, args, Answer(form=form))
        if self.hands.open_form(who):
            await self.hands.put_away(who)
        if heard is not None:
            answer = await self._acted(who, self.hands.menu(who, command.name, heard.ref))
            further = {name: value for name, value in args.items() if name != "request"}  # the message says which
            return await self._through(who, command, further, answer) if further else answer
        if (control := self._found(who, command, args, place)) is not None:
            return await self._acted(who, self.hands.press(who, control))
        text = typed(command, args, await self._here(place))
        if text is not None:
            return await self._acted(who, self.hands.type(who, text, place))
        return await self._through(who, command, args, await self._begun(who, command, args, place))

    async def _begun(self, who: str, command: Command, args: dict[str, Any], place: Place | None) -> Answer:
        """What asks for the rest: a button that says the beginning of it, or as much as can be typed."""
        some = [
            each
            for each in self.hands.controls(who)
            if each.command == command.name and within(each.args, args) and (place is None or stands_at(each, place))
        ]
        if command.form is not None and some:
            return await self._acted(who, self.hands.press(who, max(some, key=lambda each: len(each.args))))
        if command.name in FROM and FROM[command.name][2] in args:
            verb, names, _ = FROM[command.name]
            said = " ".join(str(args[name]) for name in names if args.get(name))
            return await self._acted(who, self.hands.type(who, f"{verb} {said}", place))
        if command.name in BY_WORDS:
            said = " ".join(str(args[name]) for name in BY_WORDS[command.name] if args.get(name))
            return await self._acted(who, self.hands.type(who, f"{command.name} {said}", place))
        here = await self._here(place)
        bare, first = None, dict[str, Any]()
        for kinds in ((Kind.REQUEST, Kind.PERSON, Kind.CLIENT), (Kind.REQUEST,), ()):
            first = {p.name: args[p.name] for p in command.params if p.kind in kinds and p.name in args}
            bare = bare or typed(command, first, here)
        if bare is None:
            raise NoWay(f"nobody can type {command.name} with {first}")
        return await self._acted(who, self.hands.type(who, bare, place))

    async def _through(self, who: str, command: Command, args: dict[str, Any], answer: Answer) -> Answer:
        """Form by form, until all was asked for and said."""
        left, asked = set(args), False
        if command.name in BY_WORDS and answer.form is None:
            left -= set(BY_WORDS[command.name])
        for _ in range(STEPS):
            if answer.form is not None and asks_for(answer.form, command, args):
                asked = True
                form, names = answer.form, {each.name for each in answer.form.inputs}
                answer = await self._filled(who, form, {name: args[name] for name in args if name in names | {"back"}})
                left -= names | set(form.args) | {"back"}
            elif isinstance(answer.message, Said | Listing | Sheet) and (
                further := [
                    each
                    for each in answer.message.actions
                    if each.command == command.name and set(each.args) & left and within(each.args, args)
                ]
            ):
                control = self._found(who, command, dict(further[0].args), None)
                if control is None:
                    raise NoWay(f"{further[0]} does not stand before {who}")
                answer = await self._acted(who, self.hands.press(who, control))
                left -= set(further[0].args)
            elif isinstance(answer.message, Said) and answer.message.purpose == "refusal" and asked:
                return answer
            if not {name for name in left if args[name] not in ("", False)}:
                return answer
        raise NoWay(f"{command.name} asks for none of {sorted(left)} of {args}, but: {answer}")

    async def _filled(self, who: str, form: Form, args: dict[str, Any]) -> Answer:
        if not self.hands.open_form(who):
            button = self._found(who, REGISTRY.commands[form.command], dict(form.args), None)
            if button is None:
                raise NoWay(f"the form of {form.command} is gone")
            await self._acted(who, self.hands.press(who, button))
        values = {name: str(value) for name, value in args.items() if name != "back"}
        return await self._acted(who, self.hands.fill(who, form, values, back=bool(args.get("back"))))

    def _found(self, who: str, command: Command, args: dict[str, Any], place: Place | None) -> Control | None:
        wanted = meant(command, args)
        for each in self.hands.controls(who):
            said = each.command == command.name and meant(command, each.args) == wanted
            if said and (place is None or stands_at(each, place)):
                return each
        return None

    async def _here(self, place: Place | None) -> int | None:
        """The request whose thread it is typed in."""
        name = await self.store.conversation_at(place) if place and place.thread else None
        parts = (name or "").split(":")
        return int(parts[1]) if parts[0] == "request" else None

    async def type(self, who: str, text: str, *, place: Place | None = None) -> Answer:
        if self.hands.open_form(who):
            await self.hands.put_away(who)
        answer = await self._acted(who, self.hands.type(who, text, place))
        await self.wake()
        return answer

    async def write(
        self, who: str, text: str, *, place: Place, files: Mapping[str, bytes] | None = None
    ) -> tuple[Heard, Answer]:
        said: list[Heard] = []

        async def say() -> None:
            ref, at = await self.hands.say(who, text, place, files or {})
            said.append(Heard(ref, who, at, text))

        answer = await self._acted(who, say())
        await self.wake()
        source = await self.store.source(said[0].ref) if files else None
        return replace(said[0], files=source.files if source else ()), answer

    async def said(self, who: str, text: str, *, place: Place) -> Heard:
        ref, at = await self.hands.say(who, text, place, {}, told=False)
        return Heard(ref, who, at, text)

    async def edit(self, who: str, heard: Heard, text: str, **more: Any) -> Answer:
        if set(more) - {"edited_at", "files"}:
            raise NoWay(f"nobody can change a message with {sorted(more)}")
        answer = await self._acted(who, self.hands.rewrite(who, heard.ref, text))
        await self.wake()
        return answer

    async def delete(self, who: str, heard: Heard, **more: Any) -> Answer:
        if more:
            raise NoWay(f"nobody can delete a message with {sorted(more)}")
        # A chat does not say who took something away: nobody is answered.
        answer = await self._acted(who, self.hands.take_back(who, heard.ref), look=False)
        await self.wake()
        return answer

    async def hear(self, who: str, heard: Heard, *, event: str = "") -> Answer:
        answer = await self._acted(who, self.hands.again(heard.ref, event), look=False)
        await self.wake()
        return answer

    async def react(self, who: str, emoji: str, heard: Heard) -> Answer:
        answer = await self._acted(who, self.hands.react(who, emoji, heard.ref))
        await self.wake()
        return answer

    async def _acted(self, who: str, act: Any, *, look: bool = True, last: bool = False) -> Answer:
        """Do it, wait for the app, and answer what the desk answered, which is what they see."""
        await self.hands.arrive(who)
        began, mark = len(self._heeded), self.hands.mark(who)
        await act
        await self.hands.settle()
        mine = [each for each in self._heeded[began:] if not each.mine and each.actor in (who, "")]
        seen = self.hands.alone(who, mark)
        if mine:
            mine[-last].mine = True
            answer = mine[-last].answer
        else:
            # Where the face itself answers, it is what they see.
            answer = Answer(Said("refusal", (line(seen),))) if look and seen.strip() else NOTHING
        if answer.form is not None:
            self._asked[who] = answer.form
        else:
            self._asked.pop(who, None)
        if look and answer != NOTHING:
            message = answer.message
            if isinstance(message, Said) and message.purpose == "refusal" and self.hands.open_form(who):
                message = replace(message, actions=())  # beside a field there is room for words alone
            partly = answer.form is not None and self.hands.partly(who)
            missing = [*missing_of_form(answer.form, seen, partly=partly), *missing_of(message, seen)]
            assert not missing, f"{who} is not shown {missing} of {answer}, but:\n{seen}"
        return answer

    # --- what they see ------------------------------------------------------------------------------

    def _look_over(self) -> None:
        """What the desk said since is there, whole."""
        changed = dict(self._changed)
        self._changed.clear()
        for ref, body in changed.items():
            seen = self.hands.shown(ref)
            missing = missing_of(body, seen or "")
            assert seen is not None, f"the message {ref} is gone: {body}"
            assert not missing, f"{missing} is missing in {ref}:\n{seen}"

    async def messages(self, channel: str, thread: int | str | None = None) -> list[Posted]:
        place = self.place(channel, thread)
        found: list[Posted] = []
        for each in self.hands.standing(place.channel, place.thread):
            body = self.bodies.get((place.channel, each.id))
            id: Any = each.id  # the platform's own, by which a thread is named too
            if body is not None or each.author is not None:
                words = "" if body is not None else each.text
                author = None if body is not None else each.author
                found.append(
                    Posted(
                        id,
                        place.channel,
                        place.thread,
                        author,
                        words,
                        body,
                        each.at,
                        each.edited_at,
                        False,
                        each.replies,
                    )  # type: ignore[arg-type]
                )
        return found
