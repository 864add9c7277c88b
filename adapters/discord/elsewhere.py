"""Answers that stand in another conversation than what they are about: nobody but who used something can be answered
alone where others read, so words about a message go to its author in person. What is pressed there still means here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.messages.model import Action, Arg, Card, Form, Message, Notice

AT = "@"
"""The argument that says in which channel or thread; no command has one of that name."""


def about(body: Message, at: str) -> Message:
    """The message, whose buttons mean that place."""
    if not at or isinstance(body, Notice):
        return body
    if isinstance(body, Card):
        body = replace(body, more=_there(body.more, at))
    return replace(body, actions=_there(body.actions, at))


def about_form(form: Form, at: str) -> Form:
    """The form, which means that place."""
    return replace(form, args={**form.args, AT: at}) if at else form


def taken(args: Mapping[str, Arg]) -> tuple[str, dict[str, Arg]]:
    """The place that is meant, and the command's own arguments."""
    return str(args.get(AT, "")), {name: value for name, value in args.items() if name != AT}


def _there(actions: Sequence[Action], at: str) -> tuple[Action, ...]:
    return tuple(replace(each, args={**each.args, AT: each.args.get(AT, at)}) for each in actions)
