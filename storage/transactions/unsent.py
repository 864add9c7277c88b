"""Messages that could not be sent."""

from __future__ import annotations

from datetime import datetime

from bot.codec import message_to_show
from bot.ports import Letter, Op
from storage.instants import instant_or_none, micros
from storage.tx import Row, Tx, ask, fits, one


def all_unsent(limit: int) -> Tx[tuple[Letter, ...]]:
    """The newest first."""
    rows = yield from ask("unsent", limit=limit)
    return tuple(map(_letter, rows))


def one_unsent(id: int) -> Tx[Letter | None]:
    """That one; None where it is none any more."""
    row = (yield from one("one_unsent", id=id)) if fits(id) else None
    return None if row is None else _letter(row)


def count() -> Tx[int]:
    """How many there are."""
    (row,) = yield from ask("count_unsent")
    return row["letters"]


def _letter(row: Row) -> Letter:
    return Letter(
        row["id"],
        Op(row["op"]),
        row["conversation"],
        None if row["body"] is None else message_to_show(row["body"]),
        row["slot"],
        row["title"],
        row["attempts"],
        row["reason"],
        instant_or_none(row["first_at"]),
        instant_or_none(row["tried_at"]),
    )


def resend(id: int, machine: datetime) -> Tx[bool]:
    """It goes after all; False where it is none any more."""
    return fits(id) and (yield from one("resend", id=id, machine=micros(machine))) is not None


def leave(id: int, reason: str) -> Tx[bool]:
    """It is not sent; False where it is none any more."""
    return fits(id) and (yield from one("leave_unsent", id=id, reason=reason)) is not None
