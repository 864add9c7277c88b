"""Who has room: how much one person works at a time, when they are away, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.domain.calendar import zone

if TYPE_CHECKING:
    from bot.domain.people import Person

MOST = 500
"""Open requests a limit may name: beyond it, it says nothing."""


class CapacityError(ValueError):
    """A limit or a leave that cannot be kept; the message names the mend."""


@dataclass(frozen=True)
class Leave:
    """Days away, both included, of the person's own zone."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CapacityError(f"A leave ends on its first day or later; {self.last} is before {self.first}.")


@dataclass(frozen=True)
class Work:
    """How much a person of the team takes on. `limit` counts open requests; 0 is none set."""

    limit: int = 0
    leave: tuple[Leave, ...] = field(default=())
    """By first day."""

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= MOST:
            raise CapacityError(f"A limit is a number from 1 to {MOST}, or 0 for none.")


def away(person: Person, at: datetime) -> Leave | None:
    """The leave the person is on at that instant, by the calendar days of their own zone."""
    today = at.astimezone(zone(person.zone)).date()
    return next((leave for leave in person.work.leave if leave.first <= today <= leave.last), None)


def with_leave(work: Work, leave: Leave, today: date) -> Work:
    """The work with one more leave. What touches or overlaps becomes one; what is over is forgotten."""
    joined = leave
    others: list[Leave] = []
    for each in work.leave:
        if each.last < today:
            continue
        if (joined.first - each.last).days > 1 or (each.first - joined.last).days > 1:
            others.append(each)
        else:
            joined = Leave(min(joined.first, each.first), max(joined.last, each.last))
    return replace(work, leave=tuple(sorted((*others, joined), key=lambda each: each.first)))


def back(work: Work, today: date) -> Work:
    """Here again: the leave of today is over, one to come stays."""
    return replace(work, leave=tuple(each for each in work.leave if not each.first <= today <= each.last))


def full(person: Person, load: int) -> bool:
    """Whether that many open requests are all the person takes on."""
    return 0 < person.work.limit <= load


def in_turn(people: Iterable[Person], loads: Mapping[str, int], *, at: datetime, number: int) -> Person | None:
    """Whose turn it is: who is here and has the least, measured by their limit; None where nobody has room.

    Between equals the request's number decides, so that they take turns whatever the order of arrival.
    """
    here = sorted((p for p in people if not away(p, at) and not full(p, loads.get(p.id, 0))), key=lambda p: p.id)
    if not here:
        return None
    usual = max((p.work.limit for p in here), default=0) or 10

    def share(person: Person) -> float:
        return loads.get(person.id, 0) / (person.work.limit or usual)

    least = min(map(share, here))
    equals = [person for person in here if share(person) == least]
    return equals[number % len(equals)]
