"""All clocks of many open requests, told anew from their histories: how long it takes, how often a calendar adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from time import process_time
from unittest.mock import patch

from benchmarks.hours import START, office
from benchmarks.measuring import Row
from bot.domain.calendar import WEEKDAYS, Calendar, weekly
from bot.domain.events import (
    AskedClient,
    Assigned,
    ClientWrote,
    Entry,
    Event,
    NoteAdded,
    Opened,
    PolicyApplied,
    PriorityChanged,
    Replied,
    Resumed,
    Status,
    WaitedOn,
)
from bot.domain.people import Role
from bot.domain.policy import ClockKind, Policy, Priority
from bot.domain.replaying import clocks
from bot.domain.sla import next_deadline, next_wakes

MOST_ADDS = 40
"""What a request's clocks may cost at most."""

ALWAYS = weekly("always", "UTC", {day: [("00:00", "24:00")] for day in WEEKDAYS})
OFFICE = office([])
CALENDARS = {calendar.ref: calendar for calendar in (ALWAYS, OFFICE)}
HOUR = 3600


def _policy(calendar: Calendar, version: int) -> Policy:
    targets = {
        priority: {kind: (2 + step) * HOUR * (8 if kind is ClockKind.RESOLUTION else 1) for kind in list(ClockKind)[:4]}
        for step, priority in enumerate(Priority)
    }
    return Policy("Gold", "ACME", calendar.ref, targets, version, warn_before=(1800,))


EDITIONS = (_policy(OFFICE, 1), _policy(ALWAYS, 2))
POLICIES = {policy.ref: policy for policy in EDITIONS}


def history(number: int) -> list[Entry]:
    """An open request's: asked, answered, waited for, put on another priority, and now and then under other terms."""
    chance = Random(number)  # noqa: S311 -- the same each time
    at, priority, policy = START - timedelta(minutes=chance.randint(1, 14 * 24 * 60)), Priority.P3, EDITIONS[0]
    entries = [Entry(1, at, "dana", Role.CLIENT, Opened(number, "ACME", "Export fails", "dana", at, "message"))]

    def tell(by: str, role: Role, *events: Event) -> None:
        nonlocal at
        at += timedelta(seconds=chance.choice((20, 600, 5400, 4 * HOUR, 20 * HOUR)))
        for event in events:
            entries.append(Entry(len(entries) + 1, at, by, role, event))

    tell("desk", Role.DESK, PolicyApplied(policy.terms(priority)))
    for _ in range(chance.randint(4, 12)):
        match chance.randrange(8):
            case 0 | 1:
                tell("sam", Role.ENGINEER, Replied("on it"))
            case 2:
                tell("dana", Role.CLIENT, ClientWrote("and this?"))
            case 3:
                tell("sam", Role.ENGINEER, AskedClient(Status.NEW, "which?"))
                tell("dana", Role.CLIENT, Resumed(Status.WAITING_CLIENT, Status.NEW, ""), ClientWrote("that one"))
            case 4:
                tell("sam", Role.ENGINEER, Assigned(None, "sam"), NoteAdded("looking"))
            case 5:
                tell("sam", Role.ENGINEER, WaitedOn(Status.NEW, "Contoso"))
            case 6:
                before, priority = priority, chance.choice(list(Priority))
                tell("lee", Role.LEAD, PriorityChanged(before, priority), PolicyApplied(policy.terms(priority)))
            case _:
                policy = EDITIONS[1]
                tell("lee", Role.LEAD, PolicyApplied(policy.terms(priority), edited=True))
    return entries


def told(entries: list[Entry], now: datetime) -> None:
    """What a desk asks of a request that it knows nothing of: its clocks, its next deadline, its timers."""
    state = clocks(entries, POLICIES, CALENDARS, max(now, entries[-1].at))
    next_deadline(state, CALENDARS)
    next_wakes(state, CALENDARS)


def adds(entries: list[Entry], now: datetime) -> int:
    """How often a calendar adds for it."""
    with patch.object(Calendar, "add", autospec=True, side_effect=Calendar.add) as add:
        told(entries, now)
    return add.call_count


def run(count: int, say: Callable[[str], None]) -> Iterator[Row]:
    """One row: seconds of the processor for all and for one, and the most adds that any of a thousand costs."""
    say(f"the clocks of {count:,} open requests …")
    now, spent = START, 0.0
    for first in range(0, count, 1000):
        batch = [history(number) for number in range(first, min(first + 1000, count))]
        begun = process_time()
        for entries in batch:
            told(entries, now)
        spent += process_time() - begun
    counted = [adds(history(number), now) for number in range(0, count, max(1, count // 1000))]
    most, mean = max(counted), sum(counted) / len(counted)
    against = f"one; calendar adds, {mean:.1f} on average"
    name = f"the clocks of {count:,} open requests (CPU)"
    yield Row(name, against, spent, spent / count, most, f"≤ {MOST_ADDS}", most <= MOST_ADDS)
