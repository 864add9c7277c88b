"""The same world in somebody else's chat: people act in it with their own hands, through the platform's real app.

A story says what somebody does, and never how: `ChatWorld` finds the way that a person would have there. A form that is
open and asks for just this is filled in; else a button that says it is pressed; else the message's menu; else it is
typed, and what cannot be typed is filled into the form that the bare command opens. Where there is no way at all
`NoWay` is raised: that is a defect of the face, or an absence with its reason in `absences.py`.

What the desk answered is what its front door returned, on the other side of the platform; each time it is compared with
what the person then sees, and each message of the desk's with what stands in the chat: all of its words, and its
buttons. A face is one more `Hands`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from unittest.mock import patch

from desk_world import World

from bot.clock import SimulatedClock
from bot.commands import REGISTRY, Command, Kind, UsageError, arguments, parse
from bot.desk import front, reminders
from bot.desk.context import Desk, Heard
from bot.domain.names import read_ref
from bot.domain.people import Directory
from bot.messages.model import (
    NOTHING,
    Action,
    Answer,
    Arg,
    Card,
    Chronicle,
    Document,
    Form,
    Line,
    Listing,
    Message,
    Quote,
    Ref,
    Relay,
    Said,
    Sheet,
    Text,
    line,
)
from bot.outbox import Relay as Outbox
from bot.ports import Chat, MessageRef, Place, Posted
from storage import SqlStore

BY_WORDS = {"report": ("client", "period"), "review": ("what", "client"), "recurring": ("what",)}
"""Verbs that read their words themselves, and what people type there in which order."""
FROM = {"change-settings": ("settings", ("subject",), "group"), "save-reply": ("saved", (), "known")}
"""Verbs that are only pressed where they say this much, and what shows their buttons."""
STEPS = 6
"""So many forms may follow one another."""
SPIED = ("run", "run_text", "hear", "edited", "deleted", "react")


class NoWay(AssertionError):
    """A person could not do this there."""


@dataclass(frozen=True)
class Control:
    """Something to press that stands before a person, and what it runs."""

    command: str
    args: Mapping[str, Arg]
    channel: str
    thread: str | None
    how: Any
    """What the hands press it by."""


@dataclass(frozen=True)
class Stands:
    """A message that stands in a channel or a thread: whose, what, and the name by which it is known."""

    id: str
    thread: str | None
    author: str | None
    text: str
    at: datetime
    edited_at: datetime | None = None
    replies: int = 0


class Hands(Protocol):
    """What people can do in a platform, and what they see there."""

    platform: str
    chat: Chat
    """The face's port, by which the desk speaks."""

    def place(self, channel: str, thread: str | None) -> Place:
        """A place by the name that the stories have for it (`client-acme`, `dm:sam`), or by its id."""
        ...

    async def follow(self, directory: Directory) -> None:
        """Whoever is new in the directory has an account, and is where they belong."""
        ...

    async def arrive(self, who: str) -> None:
        """Whoever acts has an account that the desk knows as theirs, where it knows them at all."""
        ...

    async def settle(self) -> None:
        """Until the app has done all that it was told of."""
        ...

    def controls(self, who: str) -> Iterator[Control]:
        """All that stands before them and can be pressed, the newest first."""
        ...

    async def press(self, who: str, control: Control) -> None:
        """Press it."""
        ...

    def open_form(self, who: str) -> bool:
        """Whether a form is open before them."""
        ...

    async def put_away(self, who: str) -> None:
        """Close what is open before them."""
        ...

    async def fill(self, who: str, form: Form, values: Mapping[str, str], *, back: bool) -> None:
        """Fill in the form that is open, and send it. Raises NoWay for what its fields do not take."""
        ...

    async def menu(self, who: str, verb: str, ref: MessageRef) -> None:
        """An entry of a message's menu. Raises NoWay where there is none."""
        ...

    async def type(self, who: str, text: str, place: Place | None) -> None:
        """A command: in a channel, in a thread, or, without a place, to the desk alone."""
        ...

    async def say(
        self, who: str, text: str, place: Place, files: Mapping[str, bytes], *, told: bool = True
    ) -> tuple[MessageRef, datetime]:
        """A message. Where the app is not `told`, `again` tells it."""
        ...

    async def rewrite(self, who: str, ref: MessageRef, text: str) -> None:
        """They change a message of theirs."""
        ...

    async def take_back(self, who: str, ref: MessageRef) -> None:
        """They delete a message of theirs."""
        ...

    async def forge(self, who: str, verb: str, args: Mapping[str, Any], place: Place | None) -> None:
        """A press of a button that no message has."""
        ...

    async def again(self, ref: MessageRef, event: str) -> None:
        """The platform tells of a message once more; under another event's name where one is given."""
        ...

    async def react(self, who: str, emoji: str, ref: MessageRef) -> None:
        """An emoji on a message."""
        ...

    def last(self) -> Any:
        """What the app was told last of a person's doing, to be told again."""
        ...

    async def retold(self, told: Any) -> None:
        """The platform tells of that once more."""
        ...

    def standing(self, channel: str, thread: str | None) -> list[Stands]:
        """What stands there for everybody, the oldest first; of a message in parts the first."""
        ...

    def mark(self, who: str) -> Any:
        """How much they have seen so far."""
        ...

    def alone(self, who: str, mark: Any) -> str:
        """What they were shown alone since: words, buttons, forms, and what is said beside fields."""
        ...

    def shown(self, ref: MessageRef) -> str | None:
        """All that is to be read of a message of the desk's, with its buttons; None where it is gone."""
        ...


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
        return answer

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
        if form is not None and _asks_for(form, command, args):
            return await self._through(who, command, args, Answer(form=form))
        if self.hands.open_form(who):
            await self.hands.put_away(who)
        if heard is not None:
            answer = await self._acted(who, self.hands.menu(who, command.name, heard.ref))
            further = {name: value for name, value in args.items() if name != "request"}  # the message says which
            return await self._through(who, command, further, answer) if further else answer
        if (control := self._found(who, command, args, place)) is not None:
            return await self._acted(who, self.hands.press(who, control))
        text = _typed(command, args, await self._here(place))
        if text is not None:
            return await self._acted(who, self.hands.type(who, text, place))
        return await self._through(who, command, args, await self._begun(who, command, args, place))

    async def _begun(self, who: str, command: Command, args: dict[str, Any], place: Place | None) -> Answer:
        """What asks for the rest: a button that says the beginning of it, or as much as can be typed."""
        some = [
            each
            for each in self.hands.controls(who)
            if each.command == command.name and _within(each.args, args) and (place is None or _at(each, place))
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
            bare = bare or _typed(command, first, here)
        if bare is None:
            raise NoWay(f"nobody can type {command.name} with {first}")
        return await self._acted(who, self.hands.type(who, bare, place))

    async def _through(self, who: str, command: Command, args: dict[str, Any], answer: Answer) -> Answer:
        """Form by form, until all was asked for and said."""
        left, asked = set(args), False
        if command.name in BY_WORDS and answer.form is None:
            left -= set(BY_WORDS[command.name])
        for _ in range(STEPS):
            if answer.form is not None and _asks_for(answer.form, command, args):
                asked = True
                form, names = answer.form, {each.name for each in answer.form.inputs}
                answer = await self._filled(who, form, {name: args[name] for name in args if name in names | {"back"}})
                left -= names | set(form.args) | {"back"}
            elif isinstance(answer.message, Said | Listing | Sheet) and (
                further := [
                    each
                    for each in answer.message.actions
                    if each.command == command.name and set(each.args) & left and _within(each.args, args)
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
        wanted = _told(command, args)
        for each in self.hands.controls(who):
            said = each.command == command.name and _told(command, each.args) == wanted
            if said and (place is None or _at(each, place)):
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
        answer = await self._acted(who, self.hands.take_back(who, heard.ref))
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
            missing = [*missing_of_form(answer.form, seen), *missing_of(message, seen)]
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


# --- what can be typed, and what a form asks for ------------------------------------------------------


def _named(value: Any) -> Any:
    """A request by its number, however it was named."""
    ref = read_ref(str(value)) if not isinstance(value, bool) else None
    return ref.number if ref else value


def _told(command: Command, args: Mapping[str, Any]) -> dict[str, Any] | None:
    """The arguments as the command takes them, so that two ways to say them are the same."""
    try:
        told = arguments(command, args)
    except UsageError:
        return None
    requests = {p.name for p in command.params if p.kind is Kind.REQUEST}
    return {
        name: _named(value) if name in requests else value for name, value in told.items() if value not in ({}, False)
    }


def _typed(command: Command, args: Mapping[str, Any], here: int | None) -> str | None:
    """The words that say it; None where no words do."""
    words = [command.name]
    for param in command.params:
        value = args.get(param.name)
        if value is None or value == "" or param.kind is Kind.VALUES:
            continue
        if param.kind is Kind.FLAG:
            words += [f"--{param.name}"] if str(value).lower() in ("true", "1", "on", "yes") else []
        elif param.option:
            words.append(f"--{param.name} {value}")
        else:
            words.append(str(value))
    text = " ".join(words)
    if set(args) - {param.name for param in command.params}:
        return None
    try:
        read = parse(command, text.partition(" ")[2], here=here)
    except UsageError as wrong:
        # What is said wrongly can be typed wrongly, as long as it is that which is wrong.
        return text if str(wrong) and not command.form and len(args) <= 1 else None
    return text if _told(command, read) == _told(command, args) else None


def _within(some: Mapping[str, Arg], args: Mapping[str, Any]) -> bool:
    return all(name in args and _named(args[name]) == _named(value) for name, value in some.items())


def _asks_for(form: Form, command: Command, args: Mapping[str, Any]) -> bool:
    """Whether the form asks for some of these, and for nothing that was said otherwise before."""
    if REGISTRY.find(form.command) is not command:
        return False
    if any(name in args and _named(args[name]) != _named(value) for name, value in form.args.items()):
        return False
    asked = {each.name for each in form.inputs} | ({"back"} if form.back else set())
    return bool(asked & set(args)) or set(args) <= set(form.args)


def _at(control: Control, place: Place) -> bool:
    return (control.channel, control.thread) in ((place.channel, place.thread), (place.channel, None))


# --- whether all of it is to be read ------------------------------------------------------------------


def squeezed(text: str) -> str:
    """The words without what a platform makes of white space and of marks, and of what is long."""
    return re.sub(r"It goes on below \(\d+ of \d+\)\.|[\s*_`>~\\]+", "", text)


def missing_of(body: Message | None, seen: str) -> list[str]:
    """What of a message is not to be read in that."""
    there = squeezed(seen)
    return [each for each in said(body) if squeezed(each) not in there]


def missing_of_form(form: Form | None, seen: str) -> list[str]:
    """The same of a form: its fields and what is wrong with them, or the button that opens it."""
    if form is None:
        return []
    there = squeezed(seen)
    if squeezed(form.title) in there and not any(squeezed(each.label[:60]) in there for each in form.inputs[:1]):
        return []  # a button, since nothing can be opened by a message
    wanted = [form.title[:20], form.intro, form.back, *form.errors.values(), *(each.label[:60] for each in form.inputs)]
    return [each for each in wanted if squeezed(each) not in there]


def said(body: Message | None) -> list[str]:
    """All that a message says, in pieces: names, times and links are as the platform has them."""
    match body:
        case Said(lines=lines, actions=actions):
            return [*_of(lines), *_labels(actions)]
        case Relay(name=name, text=text, about=about, files=files, actions=actions):
            return [*_of((about,)), name, text, *(file.name for file in files), *_labels(actions)]
        case Card() as card:
            fields = [each for field in card.fields for each in (field.label, *_of((field.value,)))]
            return [card.ref, card.title, card.status, card.priority, *fields, *_labels(card.actions)]
        case Listing(title=title, lines=lines, rows=rows, actions=actions):
            told = [each for row in rows for each in (row.ref, row.title, row.status, row.owner)]
            return [title, *_of(lines), *told, *_labels(actions)]
        case Sheet(title=title, lines=lines, tables=tables, rows=rows, notes=notes, actions=actions):
            cells = [cell for table in tables for row in table.rows for cell in (row.head, *row.cells)]
            told = [each for row in rows for each in (row.ref, row.title)]
            return [
                title,
                *_of(lines),
                *(table.title for table in tables),
                *cells,
                *told,
                *_of(notes),
                *_labels(actions),
            ]
        case Chronicle(title=title, lines=lines, chapters=chapters, notes=notes, actions=actions):
            told = [
                each
                for chapter in chapters
                for each in (
                    chapter.title,
                    *_of((chapter.state, *chapter.lines, *(m.line for m in chapter.moments), *chapter.notes)),
                )
            ]
            return [title, *_of(lines), *told, *_of(notes), *_labels(actions)]
        case Document(title=title, name=name):
            return [title, name]
        case _:
            return []


def _of(lines: Sequence[Line]) -> list[str]:
    return [
        part
        for line in lines
        for span in line
        for part in ([span.text] if isinstance(span, Text | Quote) else [span.ref] if isinstance(span, Ref) else [])
        if part.strip()
    ]


def _labels(actions: Sequence[Action]) -> list[str]:
    return [each.label for each in actions if not each.staff_only and not each.client_only]


__all__ = ["ChatWorld", "Control", "Hands", "NoWay", "Stands", "replace"]
