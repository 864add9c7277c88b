"""What the core has and a face has not: looked for everywhere, and the reasons of what is absent on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, cast

from core_things import commands, doors, forms, messages, sent
from faces import FACES, MENU, Face, press, split

from adapters.discord.tree import INNER
from bot.commands import Command, Kind
from bot.messages.model import Card, Form, Input, Listing, Message, Sheet, When

ABSENT: dict[tuple[str, str], str] = {
    ("Browser", "a call for programs"): "a program asks with a token, over the API; no person does",
    ("Slack", "a call for programs"): "the same",
    ("Discord", "a call for programs"): "the same",
    ("Slack", "suggestions while one types"): (
        "Slack asks an app nothing while a command is typed; what is left out is asked for by a form, "
        "which has the choices, and `/desk help` tells the rest"
    ),
    ("Discord", "another name of a command"): (
        "Discord shows every command in a list, where the same one would stand twice; it is the first name there"
    ),
    ("Discord", "a word that buttons say"): (
        "which page, that one is sure, how far a form has come: in a command's own fields they would puzzle, "
        "and the buttons have them"
    ),
    ("Discord", "the word on a form's button"): (
        "each form of Discord's has a button of Discord's own, Submit; where a form is offered or goes in steps, "
        "the offer's button has the word"
    ),
    ("Slack", "many suggestions of a field"): (
        "no field of Slack's both suggests and takes anything else: up to a dozen are named below it, of more none"
    ),
    ("Discord", "many suggestions of a field"): "the same in Discord",
}
"""By face: what is not there, and why."""

_PROGRAMS = frozenset(("run_for", "context_for"))
_TYPING = frozenset(("complete", "offered"))
"""One offers what may follow the words of a line, the other what fits one of several fields: a face has either."""
_SKIP = frozenset(
    ["t", "purpose", "person", "role", "command", "args", "style", "tone", "kind", "file", "media_type", "id", "number"]
)
_NEITHER = frozenset(["bar", "at", "since", "until", "size"])
"""What of a message is not for reading, and what is said in other words."""


@cache
def missing() -> dict[tuple[str, str], tuple[str, ...]]:
    """By face: what it has not, and where that would be."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for face in FACES:
        for what, where in _missing(face):
            found.setdefault((face.name, what), {})[where] = None
    return {key: tuple(where) for key, where in found.items()}


def _missing(face: Face) -> Iterator[tuple[str, str]]:
    for door in sorted(doors() - face.calls()):
        if door in _PROGRAMS:
            yield "a call for programs", door
        elif door not in _TYPING:
            yield "a call of the core", door
    if not _TYPING & face.calls():
        yield "suggestions while one types", "every command"
    for call in sorted(sent() - set(dir(face.chat))):
        yield "a call of the port", call
    for command in commands():
        yield from of_command(face, command)
    for maker in messages():
        yield from ((what, f"{maker.name}: {where}") for what, where in of_message(face, maker.made))
    for maker in forms():
        yield from ((what, f"{maker.name}: {where}") for what, where in of_form(face, maker.made))


def of_command(face: Face, command: Command) -> Iterator[tuple[str, str]]:
    """What of a command it has not."""
    wanted = {"typed"} if not command.hidden else set[str]()
    wanted |= {MENU} if command.on_message else set()
    given = {"typed" if way.startswith("`") else MENU if way.startswith(MENU) else way for way in face.gives(command)}
    for way in sorted((wanted | set(command.emoji)) - given):
        yield "a way to give a command", f"{command.name}: {way}"
    for name in sorted({command.name, *command.aliases} - face.names(command)):
        yield "another name of a command" if name != command.name else "a command", name
    for param in command.params:
        # The answers of a form whose fields are its own are typed nowhere.
        if param.kind is not Kind.VALUES and not face.takes(command, param):
            inner = param.name in INNER and not param.required
            yield "a word that buttons say" if inner else "a word of a command", f"{command.name} {param.name}"


def of_message(face: Face, body: Any) -> Iterator[tuple[str, str]]:
    """What of a message it has not."""
    if lost := unseen(spoken(body), face.words(body)):
        yield "words of a message", " ".join(lost)
    if lost := instants(body) - face.instants(body):
        yield "an instant of a message", ", ".join(map(str, sorted(lost)))
    for command, args in sorted(pressable(body) - face.presses(body)):
        yield "a button of a message", f"{command} {args}"


def of_form(face: Face, form: Any) -> Iterator[tuple[str, str]]:
    """What of a form it has not, its errors too."""
    asked = [given for given in form.inputs if _asks(given)]
    there = {name: required for name, required in face.fields(form)}
    for given in asked:
        if there.get(given.name) != given.required:
            yield "a field of a form", given.name
    if [name for name in there if name in {each.name for each in asked}] != [each.name for each in asked]:
        yield "the order of a form's fields", form.title
    wrong = replace(form, errors={given.name: f"Mend {given.name} so" for given in asked})
    read = face.form_words(wrong)
    told = [form.title, form.intro, form.back, *wrong.errors.values()]
    for given in asked:
        told += [given.label, given.hint, *([] if given.kind == "choice" else [given.value])]
        told += [option.label for option in given.options if given.kind == "choice"]
    if lost := unseen({word for text in told for word in split(text)}, read):
        yield "words of a form", " ".join(lost)
    if unseen(set(split(form.submit)), read):
        yield "the word on a form's button", form.submit
    if unseen(
        {word for given in asked for option in given.options if given.kind != "choice" for word in split(option.value)},
        read,
    ):
        yield "many suggestions of a field", ", ".join(given.name for given in asked if len(given.options) > 12)


def _asks(given: Input) -> bool:
    """A choice of nothing is asked by nobody, where it need not be made."""
    return given.kind != "choice" or bool(given.options) or given.required


def unseen(wanted: set[str], there: set[str]) -> list[str]:
    """The words that stand nowhere, not even within another."""
    return sorted(word for word in wanted - there if not any(word in each for each in there))


def spoken(value: Any) -> set[str]:
    """Every word of a message that somebody is to read; instants apart, which each reader has in their own zone."""
    if isinstance(value, str):
        return set(split(value))
    if isinstance(value, tuple):
        return set[str]().union(*map(spoken, value))
    if isinstance(value, When):
        return set()
    names = [name for name in getattr(value, "__dataclass_fields__", ()) if name not in _SKIP | _NEITHER]
    if isinstance(value, Sheet) and not value.rows:
        names.remove("rows_title")
    return set[str]().union(*(spoken(getattr(value, name)) for name in names))


def instants(value: Any) -> set[int]:
    """The moments in it, in seconds. How long it is until one is said in words, if the moment does not stand beside."""
    if isinstance(value, When):
        return {int(value.at.timestamp())} if value.style != "relative" else set()
    if isinstance(value, tuple):
        return set[int]().union(*map(instants, value))
    return set[int]().union(*(instants(getattr(value, name)) for name in getattr(value, "__dataclass_fields__", ())))


def pressable(body: Message) -> set[tuple[str, str]]:
    """What can be pressed in it."""
    found = {press(each.command, each.args) for each in getattr(body, "actions", ())}
    if isinstance(body, Card):
        found |= {press(each.command, each.args) for each in body.more}
    if isinstance(body, Listing | Sheet):
        found |= {press("show", {"request": row.number}) for row in body.rows}
    return found | ({press("", body.file)} if isinstance(body, Sheet) and body.file else set())


def given_by_buttons() -> set[str]:
    """The commands that some button, or some form, gives."""
    found = {name for maker in messages() for name, _ in pressable(cast(Message, maker.made))}
    return found | {form.command for maker in forms() if isinstance(form := maker.made, Form)}
