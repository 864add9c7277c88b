"""What happens once: request numbers, inbound events, one-time tokens."""

from __future__ import annotations

from datetime import datetime

from bot.ports import AlreadyHandled, CodeTry, InboxId, Reused
from storage.errors import Damaged
from storage.instants import instant_or_none, micros
from storage.tx import Tx, ask, one

NUMBERS = "request"
"""The counter that request numbers come from."""


def next_value(counter: str) -> Tx[int]:
    """The next value of a counter. Raises Damaged where the schema's first rows are gone."""
    row = yield from one("next_value", name=counter)
    if row is None:
        raise Damaged(f"The counter “{counter}” is missing; restore the database from a backup.")
    return row["value"]


def mark(name: str) -> Tx[datetime | None]:
    """An instant that was kept under that name; None where none was."""
    row = yield from one("counter_value", name=name)
    return instant_or_none(row["value"] if row else None)


def put_mark(name: str, at: datetime) -> Tx[None]:
    """Keep an instant under that name; it only ever moves forward."""
    yield from ask("raise_mark", name=name, value=micros(at))


def remember_event(inbox: InboxId, result: str, at: datetime | None) -> Tx[None]:
    """Write the event down. Raises AlreadyHandled with the earlier answer."""
    when = None if at is None else micros(at)
    row = yield from one(
        "remember_event",
        platform=inbox.platform,
        event_id=inbox.event_id,
        at=when,
        result=result,
        digest=inbox.digest,
    )
    if row is None:
        raise AlreadyHandled((yield from handled(inbox)) or "")


def handled(inbox: InboxId) -> Tx[str | None]:
    """What was answered to the event, None where it is new. Raises Reused where it carried something else."""
    row = yield from one("event_result", platform=inbox.platform, event_id=inbox.event_id)
    if row is not None and row["digest"] != inbox.digest:
        raise Reused
    return None if row is None else row["result"]


def use_token(token: str, at: datetime, expires_at: datetime) -> Tx[bool]:
    """Remember a one-time token (machine time); False where it was used before."""
    yield from ask("forget_tokens", at=micros(at))
    return (yield from one("use_token", token=token, expires_at=micros(expires_at))) is not None


WRONG_TRIES = 5
"""After so many the setup code is good no more: it cannot be guessed."""


def put_setup_code(digest: str, expires_at: datetime) -> Tx[None]:
    """Keep the digest of a setup code (machine time) instead of the one before."""
    yield from ask("put_setup_code", digest=digest, expires_at=micros(expires_at))


def try_setup_code(digest: str, at: datetime, event: InboxId | None = None) -> Tx[CodeTry]:
    """Use the setup code up (machine time), or count a wrong try; once an event, of which it is kept how that ended."""
    if event is not None and (before := (yield from handled(event))) is not None:
        raise AlreadyHandled(before)
    outcome = yield from _tried(digest, at)
    if event is not None:
        yield from remember_event(event, outcome.value, at)
    return outcome


def _tried(digest: str, at: datetime) -> Tx[CodeTry]:
    if (yield from one("use_setup_code", digest=digest, at=micros(at))) is not None:
        return CodeTry.FITS
    row = yield from one("miss_setup_code", at=micros(at))
    if row is None:
        return CodeTry.WRONG
    if row["tries"] < WRONG_TRIES:
        return CodeTry.WRONG
    yield from ask("drop_setup_code")
    return CodeTry.SPENT
