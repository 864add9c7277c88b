"""The App Home: what awaits somebody, as the desk's own verbs tell it.

A client's people see their requests and when the next review is, an engineer their work by next deadline, a lead what
needs a hand as well, and a manager that first: what is late, what is at risk, and which reviews come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.layout import fitting, note
from adapters.slack.pressing import PREFIX, Block, Ids
from adapters.slack.render import blocks
from bot.desk.reader import Reader
from bot.domain.people import Person, Role
from bot.messages.model import Arg, Message

HOME_VIEW = f"{PREFIX}home"
"""The `callback_id` of our App Home."""

Asked = tuple[str, Mapping[str, Arg]]

_MY: Asked = ("my", {})
_REVIEW: Asked = ("review", {})
_OVERVIEW: Asked = ("overview", {})


def asked(person: Person) -> tuple[Asked, ...]:
    """The commands to run for somebody's home, in the order in which their answers stand there."""
    match person.role:
        case Role.MANAGER:
            return (_OVERVIEW, _REVIEW, _MY)
        case Role.LEAD:
            return (_OVERVIEW, _MY)
        case Role.CLIENT:
            return (_MY, _REVIEW)
        case _:
            return (_MY,)


def home(parts: Sequence[Message], to: Reader) -> dict[str, Any]:
    """The view of these answers. What does not fit is not shown, and the last line says so."""
    shown = fitting(_every(parts, to))
    return {"type": "home", "callback_id": HOME_VIEW, "blocks": shown or [note("Nothing awaits you.")]}


def _every(parts: Sequence[Message], to: Reader) -> Iterator[Block]:
    ids = Ids()
    for number, part in enumerate(parts):
        if number:
            yield {"type": "divider"}
        yield from blocks(part, to, ids)
