"""Messages that could not be sent."""

from __future__ import annotations

from datetime import datetime

from bot.codec import message_from_json
from bot.ports import Letter, Op
from storage.instants import instant_or_none, micros
from storage.tx import Tx, ask, fits, one


def all_unsent(limit: int) -> Tx[tuple[Letter, ...]]:
    """The newest first."""
    rows = yield from ask("unsent", limit=limit)
    return tuple(
        Letter(
            row["id"],
            Op(row["op"]),
            row["conversation"],
            None if row["body"] is None else message_from_json(row["body"]),
            row["slot"],
            row["title"],
            row["attempts"],
            row["reason"],
            instant_or_none(row["first_at"]),
            instant_or_none(row["tried_at"]),
        )
        for row in rows
    )


def resend(id: int, machine: datetime) -> Tx[bool]:
    """It goes after all; False where it is none any more."""
    return fits(id) and (yield from one("resend", id=id, machine=micros(machine))) is not None


def leave(id: int, reason: str) -> Tx[bool]:
    """It is not sent; False where it is none any more."""
    return fits(id) and (yield from one("leave_unsent", id=id, reason=reason)) is not None
