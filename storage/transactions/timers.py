"""Waiting deadlines. A timer waits, has fired, or was cancelled; its generation counts how often it was set anew."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.ports import Stuck, Timer
from storage.instants import instant, instant_or_none, micros
from storage.tx import Row, Rows, Tx, Value, ask, many, one

AGAIN, AGAIN_AT_MOST = timedelta(seconds=1), timedelta(hours=1)
"""When a timer that could not be decided comes again: desk time, each time twice as late."""

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
    return tuple(timer_from(row) for row in (yield from of((subject,))))


def of(subjects: Iterable[str]) -> Tx[Rows]:
    """The waiting timers of all these subjects, by due time."""
    return (yield from ask("waiting_timers", subjects=json.dumps(sorted(subjects))))


def standing(ids: Collection[int]) -> Tx[dict[int, int]]:
    """Those of these timers that wait, by id: the generation of each."""
    rows = (yield from ask("standing_timers", ids=json.dumps(list(ids)))) if ids else ()
    return {row["id"]: row["generation"] for row in rows}


def replace(wanted: Mapping[str, Mapping[str, datetime]]) -> Tx[None]:
    """Make these the waiting timers of each of these subjects (desk time), and no others."""
    there: dict[str, dict[str, datetime]] = {subject: {} for subject in wanted}
    if wanted:
        for timer in map(timer_from, (yield from of(wanted))):
            there[timer.subject][timer.kind] = timer.due_at
    yield from change(there, wanted)


def change(there: Mapping[str, Mapping[str, datetime]], wanted: Mapping[str, Mapping[str, datetime]]) -> Tx[None]:
    """From what waits of each subject to what is wanted of it, in two queries."""
    cancelled: list[Mapping[str, Value]] = []
    set_anew: list[Mapping[str, Value]] = []
    for subject in sorted(wanted):
        now, then = there[subject], wanted[subject]
        cancelled += ({"subject": subject, "kind": kind} for kind in sorted(now.keys() - then.keys()))
        set_anew += (
            {"subject": subject, "kind": kind, "due_at": micros(due_at)}
            for kind, due_at in then.items()
            if now.get(kind) != due_at
        )
    yield from many("cancel_timer", cancelled)
    yield from many("want_timer", set_anew)


def add(subject: str, wanted: Mapping[str, datetime]) -> Tx[None]:
    """Make these wait too (desk time), where none of the name does yet."""
    there = {timer.kind for timer in (yield from waiting(subject))}
    for kind, due_at in wanted.items():
        if kind not in there:
            yield from ask("want_timer", subject=subject, kind=kind, due_at=micros(due_at))


def claim(now: datetime, limit: int) -> Tx[Rows]:
    """The timers of requests due at `now` (desk time), oldest first, each with the `state` of its request; the request
    is this transaction's until it ends, and so is a timer that is `held`."""
    at, limit = micros(now), max(limit, 0)
    due = yield from ask("due_timers", now=at, limit=limit)
    if len(due) < limit:
        # Seldom any, and asked for once everything else has been taken.
        strays = yield from ask("stray_timers", now=at, limit=limit - len(due))
        due = sorted((*due, *strays), key=lambda row: (row["due_at"], row["id"])) if strays else due
    return due


def due_jobs(now: datetime, limit: int) -> Tx[tuple[Timer, ...]]:
    """The timers due at `now` (desk time) that no request has, oldest first."""
    rows = yield from ask("due_jobs", now=micros(now), limit=max(limit, 0))
    return tuple(timer_from(row) for row in rows)


def fire(timer: Timer) -> Tx[bool]:
    """A job has been decided; False where its timer waits no longer, or for another time."""
    row = yield from one("fire_job", subject=timer.subject, kind=timer.kind, generation=timer.generation)
    return row is not None


def fired(ids: Sequence[int]) -> Tx[None]:
    """They have been decided."""
    yield from many("mark_fired", [{"id": id} for id in ids])


def put_off(row: Row, now: datetime) -> Tx[None]:
    """It could not be decided: it comes again, each time later (desk time), and stands among the stuck meanwhile. Not
    so where a sibling that was decided with it has moved or cancelled it."""
    if (yield from standing([row["id"]])).get(row["id"]) != row["generation"]:
        return
    failed = yield from one("count_failure", name=_stuck_name(row), due_at=row["due_at"])
    failures = failed["generation"] if failed else 1
    again = now + min(AGAIN * 2 ** min(failures - 1, 16), AGAIN_AT_MOST)
    yield from ask("put_off", id=row["id"], due_at=micros(again))


def stuck() -> Tx[tuple[Stuck, ...]]:
    """The waiting timers that could not be decided, the longest overdue first."""
    rows = yield from ask("stuck")
    names = [row["name"].split(" ", 1) for row in rows]
    there = {_stuck_name(row) for row in (yield from of({subject for subject, _ in names}))} if names else set[str]()
    return tuple(
        Stuck(subject, kind, instant(row["due_at"]), row["failures"])
        for (subject, kind), row in zip(names, rows, strict=True)
        if row["name"] in there
    )


def forget_failures(decided: Collection[Row]) -> Tx[None]:
    """What was decided is not stuck, nor is what nobody waits for any more."""
    rows = yield from ask("stuck")
    if not rows:
        return
    waiting = {(timer.subject, timer.kind) for timer in (yield from stuck())}
    waiting -= {(row["subject"], row["kind"]) for row in decided}
    gone = [row["name"] for row in rows if tuple(row["name"].split(" ", 1)) not in waiting]
    yield from many("forget_failures", [{"name": name} for name in gone])


def _stuck_name(row: Row) -> str:
    return f"{row['subject']} {row['kind']}"


def next_due() -> Tx[datetime | None]:
    """When the earliest waiting timer is due (desk time)."""
    row = yield from one("next_due")
    return instant_or_none(row["due_at"] if row else None)
