"""What can be typed, and what a form asks for: by these a story's act finds its way (chat_world.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chat_hands import Control

from bot.commands import REGISTRY, Command, Kind, UsageError, arguments, parse
from bot.domain.names import read_ref
from bot.messages.model import Arg, Form
from bot.ports import Place


def named(value: Any) -> Any:
    """A request by its number, however it was named."""
    ref = read_ref(str(value)) if not isinstance(value, bool) else None
    return ref.number if ref else value


def meant(command: Command, args: Mapping[str, Any]) -> dict[str, Any] | None:
    """The arguments as the command takes them, so that two ways to say them are the same."""
    try:
        told = arguments(command, args)
    except UsageError:
        return None
    requests = {p.name for p in command.params if p.kind is Kind.REQUEST}
    return {
        name: named(value) if name in requests else value for name, value in told.items() if value not in ({}, False)
    }


def typed(command: Command, args: Mapping[str, Any], here: int | None) -> str | None:
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
    return text if meant(command, read) == meant(command, args) else None


def within(some: Mapping[str, Arg], args: Mapping[str, Any]) -> bool:
    """Whether all that a button says is said, too."""
    return all(name in args and named(args[name]) == named(value) for name, value in some.items())


def asks_for(form: Form, command: Command, args: Mapping[str, Any]) -> bool:
    """Whether the form asks for some of these, and for nothing that was said otherwise before."""
    if REGISTRY.find(form.command) is not command:
        return False
    if any(name in args and named(args[name]) != named(value) for name, value in form.args.items()):
        return False
    asked = {each.name for each in form.inputs} | ({"back"} if form.back else set())
    return bool(asked & set(args)) or set(args) <= set(form.args)


def stands_at(control: Control, place: Place) -> bool:
    """In the place, or in the channel of which it is a thread."""
    return (control.channel, control.thread) in ((place.channel, place.thread), (place.channel, None))
