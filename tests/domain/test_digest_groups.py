"""Whom a morning names: each open request once, in the most pressing group it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.calendar import WEEKDAYS, weekly
from bot.domain.clocks import Clock, Phase, State, Stretch
from bot.domain.digest import Group, digest
from bot.domain.events import Status
from bot.domain.people import Directory, Person, Role
from bot.domain.policy import ClockKind, Priority, Terms
from bot.domain.request import Request

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
ALWAYS = weekly("always", "UTC", {day: [("00:00", "24:00")] for day in WEEKDAYS})
TERMS = Terms("gold", 1, Priority.P3, ALWAYS.ref, {})
SAM = Person("sam", "Sam", Role.ENGINEER)
DIRECTORY = Directory(
    people={"sam": SAM, "old": Person("old", "Old", Role.ENGINEER, active=False)}, calendars={ALWAYS.ref: ALWAYS}
)


def clock(hours: float, kind: ClockKind = ClockKind.NEXT_REPLY, **more: object) -> Clock:
    """A clock that started a day ago and is due in so many hours."""
    start = NOW - timedelta(days=1)
    target = int((hours + 24) * 3600)
    return Clock(kind, 1, start, TERMS, target, (Stretch(start, ALWAYS.ref),), **more)  # type: ignore[arg-type]


def request(number: int = 1, *clocks: Clock, owner: str | None = "sam", status: Status = Status.ACTIVE) -> Request:
    """A request with these clocks."""
    opened = NOW - timedelta(days=9)
    phases = (Phase(opened, Status.NEW), Phase(opened + timedelta(hours=1), status))
    phases += (Phase(opened + timedelta(hours=2), status),)
    state = State(terms=TERMS, clocks=clocks, phases=phases)
    return Request(number, "ACME", "It", "dana", opened, "command", status=status, owner=owner, sla=state)


def group_of(one: Request, **more: object) -> tuple[Group, datetime] | None:
    """Where it is named, and with which instant."""
    found = digest([one], DIRECTORY, now=NOW, until=TOMORROW, quiet=more.pop("quiet", {}))  # type: ignore[arg-type]
    return next(((group, items[0].at) for group, items in found.groups.items()), None)


@pytest.mark.parametrize(
    ("clocks", "group", "hours"),
    [
        ((clock(-1),), Group.LATE, -1),
        ((clock(-1, breached_at=NOW - timedelta(hours=1)), clock(2)), Group.LATE, -1),
        ((clock(2), clock(1, ClockKind.RESOLUTION)), Group.AT_RISK, 1),
        ((clock(30, warned=(75,)),), Group.AT_RISK, 30),
        ((clock(2, ClockKind.PROMISE), clock(9)), Group.PROMISED, 2),
    ],
)
def test_what_a_deadline_says(clocks: tuple[Clock, ...], group: Group, hours: float):
    """Late beats at risk; due before the next digest is at risk, and so is what was warned of."""
    assert group_of(request(1, *clocks)) == (group, NOW + timedelta(hours=hours))


def test_what_is_not_due_until_the_next_digest_is_left_alone():
    """It has its owner and its time."""
    assert group_of(request(1, clock(30))) is None
    assert group_of(request(1, clock(24))) is None


def test_a_late_one_that_is_paused_is_late_all_the_same():
    """Its deadline passed before it was paused."""
    start = NOW - timedelta(days=1)
    paused = Clock(
        ClockKind.RESOLUTION, 1, start, TERMS, 3600, (Stretch(start, ALWAYS.ref, NOW - timedelta(hours=20)),),
        breached_at=start + timedelta(hours=1),
    )  # fmt: skip
    assert group_of(request(1, paused)) == (Group.LATE, start + timedelta(hours=1))
    brief = replace(paused, stretches=(Stretch(start, ALWAYS.ref, start),))
    assert group_of(request(1, brief)) == (Group.LATE, start + timedelta(hours=1))


def test_nobodys_and_those_of_somebody_who_has_left():
    """Both want an owner."""
    opened = NOW - timedelta(days=9)
    assert group_of(request(owner=None)) == (Group.UNOWNED, opened)
    assert group_of(request(owner="old")) == (Group.UNOWNED, opened)


@pytest.mark.parametrize("status", [Status.WAITING_CLIENT, Status.WAITING_OTHER])
def test_waiting_since_it_began(status: Status):
    """A change of policy meanwhile is no new beginning."""
    assert group_of(request(status=status)) == (Group.WAITING, NOW - timedelta(days=9) + timedelta(hours=1))
    bare = replace(request(status=status), sla=State())
    assert group_of(bare) == (Group.WAITING, bare.opened_at)


def test_quiet_ones_come_last():
    """Nothing else is to be said of them."""
    since = NOW - timedelta(days=5)
    assert group_of(request(), quiet={1: since}) == (Group.STALE, since)
    assert group_of(request(status=Status.WAITING_CLIENT), quiet={1: since}) != (Group.STALE, since)


def test_the_busiest_first_and_the_most_pressing_first():
    """How many each has, and lines in the order of their instants."""
    requests = [request(1, clock(-1)), request(2, clock(-3)), request(3, owner=None), request(4, clock(40))]
    found = digest(requests, DIRECTORY, now=NOW, until=TOMORROW, quiet={})
    assert found.open == 4
    assert found.loads == (("sam", 3), (None, 1))
    assert [i.request.number for i in found.groups[Group.LATE]] == [2, 1]
    assert list(found.groups) == [Group.LATE, Group.UNOWNED]


def test_no_requests_give_an_empty_digest():
    """Nothing to tell."""
    found = digest([], DIRECTORY, now=NOW, until=TOMORROW, quiet={})
    assert (found.open, found.loads, found.groups) == (0, (), {})
