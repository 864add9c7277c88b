"""What happens once: request numbers, inbound events, one-time tokens."""

from __future__ import annotations

from datetime import datetime

from bot.ports import AlreadyHandled, InboxId
from storage.errors import Damaged
from storage.instants import micros
from storage.tx import Tx, ask, one

NUMBERS = "request"
"""The counter that request numbers come from."""


def next_value(counter: str) -> Tx[int]:
    """The next value of a counter. Raises Damaged where the schema's first rows are gone."""
    row = yield from one("next_value", name=counter)
    if row is None:
        raise Damaged(f"The counter “{counter}” is missing; restore the database from a backup.")
    return row["value"]


def remember_event(inbox: InboxId, result: str, at: datetime | None) -> Tx[None]:
    """Write the event down. Raises AlreadyHandled with the earlier answer."""
    when = None if at is None else micros(at)
    row = yield from one("remember_event", platform=inbox.platform, event_id=inbox.event_id, at=when, result=result)
    if row is None:
        raise AlreadyHandled((yield from handled(inbox)) or "")


def handled(inbox: InboxId) -> Tx[str | None]:
    """What was answered to the event, None where it is new."""
    row = yield from one("event_result", platform=inbox.platform, event_id=inbox.event_id)
    return None if row is None else row["result"]


def use_token(token: str, at: datetime, expires_at: datetime) -> Tx[bool]:
    """Remember a one-time token (machine time); False where it was used before."""
    yield from ask("forget_tokens", at=micros(at))
    return (yield from one("use_token", token=token, expires_at=micros(expires_at))) is not None
