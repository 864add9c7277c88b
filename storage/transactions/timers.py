"""Waiting deadlines. A timer waits, has fired, or was cancelled; its generation counts how often it was set anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.ports import Timer
from storage.instants import instant, instant_or_none, micros
from storage.tx import Row, Rows, Tx, ask, one

_REQUEST = "request:"


def subject_of(number: int) -> str:
    """What the timers of a request hang on."""
    return f"{_REQUEST}{number}"


def request_of(subject: str) -> int | None:
    """The request a subject names, None where it is something else."""
    number = subject.removeprefix(_REQUEST)
    return int(number) if number != subject and number.isascii() and number.isdecimal() else None


def timer_from(row: Row) -> Timer:
    """A row as the desk knows it."""
    return Timer(row["subject"], row["kind"], instant(row["due_at"]), row["generation"])


def waiting(subject: str) -> Tx[tuple[Timer, ...]]:
    """The waiting timers of a subject, by due time."""
    rows = yield from ask("waiting_timers", subject=subject)
    return tuple(timer_from(row) for row in rows)


def replace(subject: str, wanted: Mapping[str, datetime]) -> Tx[None]:
    """Make these the waiting timers of the subject (desk time), and no others."""
    there = {timer.kind: timer.due_at for timer in (yield from waiting(subject))}
    for kind in there.keys() - wanted.keys():
        yield from ask("cancel_timer", subject=subject, kind=kind)
    for kind, due_at in wanted.items():
        if there.get(kind) != due_at:
            yield from ask("want_timer", subject=subject, kind=kind, due_at=micros(due_at))


def add(subject: str, wanted: Mapping[str, datetime]) -> Tx[None]:
    """Make these wait too (desk time), where none of the name does yet."""
    there = {timer.kind for timer in (yield from waiting(subject))}
    for kind, due_at in wanted.items():
        if kind not in there:
            yield from ask("want_timer", subject=subject, kind=kind, due_at=micros(due_at))


def claim_due(now: datetime, limit: int) -> Tx[Rows]:
    """The timers due at `now` (desk time), oldest first, this transaction's until it ends."""
    return (yield from ask("claim_due_timers", now=micros(now), limit=max(limit, 0)))


def due_jobs(now: datetime, limit: int) -> Tx[tuple[Timer, ...]]:
    """The timers due at `now` (desk time) that no request has, oldest first."""
    rows = yield from ask("due_jobs", now=micros(now), limit=max(limit, 0))
    return tuple(timer_from(row) for row in rows)


def fire(timer: Timer) -> Tx[bool]:
    """A job has been decided; False where its timer waits no longer, or for another time."""
    row = yield from one("fire_job", subject=timer.subject, kind=timer.kind, generation=timer.generation)
    return row is not None


def stands(row: Row) -> Tx[bool]:
    """Whether a claimed timer still waits as it did when it was claimed."""
    return (yield from one("timer_stands", id=row["id"], generation=row["generation"])) is not None


def fired(row: Row) -> Tx[None]:
    """It has been decided."""
    yield from ask("mark_fired", id=row["id"])


def next_due() -> Tx[datetime | None]:
    """When the earliest waiting timer is due (desk time)."""
    row = yield from one("next_due")
    return instant_or_none(row["due_at"] if row else None)
