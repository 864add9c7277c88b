"""Reading what a page sent: words or a command, a button's arguments, an act's id."""

from __future__ import annotations

import re
from typing import Any

from adapters.web.state import kind
from bot.desk.context import Rules
from bot.domain.text import TEXT_LIMIT, clean, is_blank
from bot.messages.model import Arg

MESSAGE_LIMIT = TEXT_LIMIT
"""Characters of a message: what the desk would refuse is refused before it stands where others read it."""

_STRAY = re.compile(r"\s*(/\w[\w-]*)(?=\s|$)")
"""A word that looks like a command; a path such as /etc/hosts does not."""

_ACT = re.compile(r"[0-9A-Za-z-]{8,64}")


def command_in(text: str, rules: Rules) -> str | None:
    """What follows the desk's command word or a mention of the desk; None where the text is for people."""
    found = called(text, rules)
    return found["rest"] if found else None


def called(text: str, rules: Rules) -> re.Match[str] | None:
    """The call of the desk that a text begins with: `call`, `gap` and the `rest` after it."""
    # A name may have several words: @help desk, claim 42.
    name = r"\s+".join(map(re.escape, rules.name.split()))
    call = rf"(?P<call>{re.escape(rules.command)}|@{name}[,:]*)"
    return re.match(rf"{call}(?:(?P<gap>\s+)|$)(?P<rest>.*)", text.lstrip(), re.IGNORECASE | re.DOTALL)


def stray_in(text: str) -> str | None:
    """The word that looks like a command and is none."""
    found = _STRAY.match(text)
    return found[1] if found else None


def text_of(value: Any, *, may_be_empty: bool = False) -> str:
    """The composer's words. Raises a kind error where there are none, or too many."""
    text = clean(value) if isinstance(value, str) else ""
    if is_blank(text):
        if may_be_empty:
            return ""
        raise kind(400, "There is nothing to send yet. Write a few words first.")
    if len(text) > MESSAGE_LIMIT:
        raise kind(
            413,
            f"A message can have {MESSAGE_LIMIT:,} characters; yours has {len(text):,}. "
            "Nothing was sent and your words are still here: shorten them, or send them in parts.",
        )
    return text


def args_of(given: dict[str, Any]) -> dict[str, Arg]:
    """A button's or a form's arguments."""
    args: dict[str, Arg] = {}
    for name, value in given.items():
        if not isinstance(value, str | int | bool):
            raise kind(400, "This button is broken. Reload the page and try again.")
        args[clean(name)] = clean(value) if isinstance(value, str) else value
    return args


def act_of(data: dict[str, Any]) -> str:
    """The id that the page gave this act."""
    act = data.get("id")
    if not isinstance(act, str) or not _ACT.fullmatch(act):
        raise kind(400, "This page is out of date. Reload it and try again; what you typed is kept.")
    return act
