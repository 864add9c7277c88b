"""What the desk says of its commands, as they are typed in Discord: most stand in a group there, or in a command of
leads and managers, and `/desk settings` would lead nowhere."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from adapters.discord.tree import path_of
from bot.messages.model import Line, Listing, Message, Said, Sheet, Text


def spelled(body: Message, name: str) -> Message:
    """The message with the desk's commands as they are called there; people's words, and names of theirs, stay."""

    def lines(given: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(
            tuple(replace(span, text=typed(span.text, name)) if isinstance(span, Text) else span for span in each)
            for each in given
        )

    match body:
        case Said() | Listing():
            return replace(body, lines=lines(body.lines))
        case Sheet():
            return replace(body, lines=lines(body.lines), notes=lines(body.notes))
        case _:
            return body


def typed(text: str, name: str) -> str:
    """The same of a text."""
    if name not in text:
        return text
    return _finder(name).sub(lambda found: path_of(name, found[1]) or found[0], text)


@lru_cache(maxsize=4)
def _finder(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/]){re.escape(name)} ([a-z][a-z-]*)")
