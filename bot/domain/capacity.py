"""Who has room: who is here, whose plate is full, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from bot.domain.calendar import zone
from bot.domain.people import Person
from bot.domain.work import Leave


class Load(NamedTuple):
    """What somebody has: their open requests, and how many of those are late."""

    open: int
    late: int = 0


NONE = Load(0)


def away(person: Person, at: datetime) -> Leave | None:
    """The leave the person is on at that instant, by the calendar days of their own zone."""
    today = at.astimezone(zone(person.zone)).date()
    return next((leave for leave in person.work.leave if leave.first <= today <= leave.last), None)


def full(person: Person, load: int) -> bool:
    """Whether that many open requests are all the person takes on."""
    return 0 < person.work.limit <= load


def in_turn(people: Iterable[Person], loads: Mapping[str, Load], *, at: datetime, number: int) -> Person | None:
    """Whose turn it is: who is here and has the least, measured by their limit; None where nobody has room.

    What is late counts twice: it waits for its owner already. Between equals the request's number decides, so that they
    take turns whatever the order of arrival.
    """
    here = sorted(
        (p for p in people if not away(p, at) and not full(p, loads.get(p.id, NONE).open)), key=lambda p: p.id
    )
    if not here:
        return None
    usual = max((p.work.limit for p in here), default=0) or 10

    def share(person: Person) -> float:
        return sum(loads.get(person.id, NONE)) / (person.work.limit or usual)

    least = min(map(share, here))
    equals = [person for person in here if share(person) == least]
    return equals[number % len(equals)]


def next_in_turn(
    first: Iterable[Person], others: Iterable[Person], loads: Mapping[str, Load], *, at: datetime, number: int
) -> Person | None:
    """Of two groups the first goes before the others. Who has no limit and is late with something already has no more
    room than the others: then whoever of both has the least."""
    first = tuple(first)
    free = [person for person in first if person.work.limit or not loads.get(person.id, NONE).late]
    return in_turn(free, loads, at=at, number=number) or in_turn((*first, *others), loads, at=at, number=number)
