"""The engine beside a slow and simple reckoning of the same rules, over lives of every kind of event and option."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import takewhile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lives import CALENDARS, HOURS, life_of
from oracle import DAY
from sla_cases import Ticket, calendar_of, instant

from bot.domain.clocks import Clock, State, warn_at
from bot.domain.people import Role
from bot.domain.replaying import clocks
from bot.domain.sla import next_wakes, settled, tick

KNOWN = {name: calendar_of(name, given) for name, given in CALENDARS.items()}


class Punctual(Ticket):
    """A desk that looks at each timer in its very instant; one that falls on an event's comes after it (rule 18)."""

    def wait(self, until: datetime) -> None:
        while self.request is not None:
            now = max(min(next_wakes(self.now.sla, self.calendars).values(), default=until), self.entries[-1].at)
            if now >= until:
                return
            due = tick(self.now.sla, now, self.calendars)
            assert due, "woken for nothing"
            self._tell(now, "desk", Role.DESK, *due)


def lived(told: Ticket) -> Ticket:
    """The life as it was, with each answer as the oracle expects it."""
    for name, got, expected, *_ in told.answers():
        wanted = instant(expected) if isinstance(expected, str) else expected
        assert got == wanted, f"{name}: {got}, expected {expected}"
    return told


@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.binary(min_size=6, max_size=30))
def test_the_engine_answers_as_the_oracle(program: bytes):
    """After each event and at several instants later: each due time, breach and sum of time is what the rules' plain
    text gives, and each warning still to come (rule 17), whether the desk looks late or in each timer's very instant;
    and the history alone gives the same."""
    case, oracle = life_of(program)
    late, punctual = lived(Ticket(case, KNOWN)), lived(Punctual(case, KNOWN))
    now = max(instant(check["at"]) for check in case["checks"] if "at" in check)
    assert _bare(late, now) == _bare(punctual, now)
    for told in (late, punctual):
        policies = {policy.ref: policy for policy in told.versions}
        assert clocks(told.entries, policies, told.calendars, now) == settled(told.now.sla, now, told.calendars)
        warned = {clock.kind: warn_at(clock, told.calendars, 75) for clock in told.now.sla.clocks if clock.running}
        assert warned == oracle.warnings(HOURS["always"].step(now), 75)


def _bare(told: Ticket, now: datetime) -> list[Clock]:
    """The clocks without what depends on when somebody looked."""
    state: State = settled(told.now.sla, now, told.calendars)
    return [replace(clock, warned=(), reported=False) for clock in state.clocks]


@pytest.mark.parametrize("name", CALENDARS)
def test_the_hours_are_those_that_the_wall_shows(name: str):
    """Open and closed, step by step along the wall clock, over two changes of it (rule 1)."""
    hours, first, last = HOURS[name], 4 * DAY, 90 * DAY
    edges = [n for n in range(first + 1, last) if hours.open[n] != hours.open[n - 1]]
    until = hours.instant(last)
    spans = takewhile(lambda span: span[0] < until, KNOWN[name].windows(hours.instant(first)))
    seen = [edge for span in spans for edge in span if edge < until]
    if hours.open[first]:
        edges = [first, *edges]
    assert list(map(hours.instant, edges)) == seen
