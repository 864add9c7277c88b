"""The App Home: what awaits somebody (`bot.desk.at_home`), as a view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.slack.layout import fitting, note
from adapters.slack.pressing import PREFIX, Block, Ids
from adapters.slack.render import blocks
from bot.desk.reader import Reader
from bot.messages import around
from bot.messages.model import Message

HOME_VIEW = f"{PREFIX}home"
"""The `callback_id` of our App Home."""


def home(parts: Sequence[Message], to: Reader) -> dict[str, Any]:
    """The view of these answers. What does not fit is not shown, and the last line says so."""
    shown = fitting(_every(parts, to))
    return {"type": "home", "callback_id": HOME_VIEW, "blocks": shown or [note(around.nothing_awaits())]}


def _every(parts: Sequence[Message], to: Reader) -> Iterator[Block]:
    ids = Ids()
    for number, part in enumerate(parts):
        if number:
            yield {"type": "divider"}
        yield from blocks(part, to, ids)
