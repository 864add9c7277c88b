"""Laws of business time, over calendars of every kind in zones that do odd things, found out by trying many."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reckoning import spans

from bot.domain.calendar import DAY, Calendar, CalendarError

law = settings(
    max_examples=100,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)

SHIFTS = {
    "UTC": date(2026, 1, 1),
    "Australia/Lord_Howe": date(2026, 10, 4),  # half an hour
    "Pacific/Apia": date(2011, 12, 30),  # a date that never was
    "Africa/Casablanca": date(2026, 2, 15),  # back for Ramadan
    "Europe/Dublin": date(2026, 10, 25),  # winter is the saved time
    "Antarctica/Troll": date(2026, 3, 29),  # two hours
    "Asia/Kathmandu": date(1986, 1, 1),  # a quarter of an hour, once
    "America/Nuuk": date(2026, 3, 28),  # before midnight
    "America/New_York": date(2026, 3, 8),
    "America/Sao_Paulo": date(2018, 11, 4),  # at midnight
}
wall = st.integers(0, 95).map(lambda quarter: quarter * 900)
window = st.tuples(wall, st.one_of(wall, st.just(DAY)))
windows = st.lists(window, max_size=3).map(tuple)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, datetime, datetime]:
    """A calendar, and two instants in order about a change of its zone's clocks."""
    name = draw(st.sampled_from(sorted(SHIFTS)))
    near = st.integers(-5, 5).map(lambda n: SHIFTS[name] + timedelta(days=n))
    hours = [draw(windows) for _ in range(7)]
    hours[draw(st.integers(0, 6))] = (draw(st.sampled_from([(32_400, 61_200), (79_200, 21_600), (0, DAY)])),)
    dated = st.dictionaries(near, windows, max_size=2)
    off = frozenset(draw(st.lists(near, max_size=2)))
    annual = frozenset((day.month, day.day) for day in draw(st.lists(near, max_size=1)))
    calendar = Calendar("any", name, tuple(hours), off, overrides=draw(dated), breaks=draw(dated), annual=annual)
    instants = st.builds(
        lambda day, second, micro: (
            datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second, microseconds=micro)
        ),
        near,
        st.integers(0, DAY),
        st.sampled_from([0, 0, 1, 999_999]),
    )
    start, end = sorted([draw(instants), draw(instants)])
    return calendar, start, end


durations = st.one_of(st.integers(0, 90 * 3600), st.sampled_from([1, 3600, 8 * 3600, DAY]), st.just(0.000001))


@law
@given(cases())
def test_the_table_answers_what_slow_reckoning_does(case: tuple[Calendar, datetime, datetime]):
    """Windows both ways, the sum of them, and what is open, as found instant by instant without a table."""
    calendar, start, end = case
    slow = spans(calendar, start, end)
    assert calendar.open_time(start, end) == sum((b - a for a, b in slow), timedelta())
    ahead = [(a, min(b, end)) for a, b in takewhile(lambda span: span[0] < end, calendar.windows(start))]
    back = [(max(a, start), b) for a, b in takewhile(lambda span: span[1] > start, calendar.windows(end, "back"))]
    assert ahead == slow
    assert back[::-1] == slow
    assert calendar.is_open(start) == any(a <= start < b for a, b in spans(calendar, start, start + timedelta(hours=1)))


@law
@given(cases(), durations)
def test_adding_and_subtracting_undo_each_other(case: tuple[Calendar, datetime, datetime], seconds: float):
    """Exactly as much passes as was added or taken away; back from where adding ended lies where it began to count."""
    calendar, start, _ = case
    end = calendar.add(start, seconds)
    assert calendar.between(start, end) == seconds
    begun = calendar.subtract(start, seconds)
    assert calendar.between(begun, start) == seconds
    if seconds:
        assert calendar.subtract(end, seconds) == calendar.next_open(start)
        assert calendar.add(begun, seconds) == calendar.subtract(start, 0) or calendar.is_open(start)
        later = begun + timedelta(microseconds=1)
        assert calendar.open_time(later, start) < timedelta(seconds=seconds), "it is the latest such instant"


@law
@given(cases(), st.floats(0, 1))
def test_time_may_be_cut_anywhere(case: tuple[Calendar, datetime, datetime], part: float):
    """The parts are the whole, in both directions of asking."""
    calendar, start, end = case
    cut = start + (end - start) * part
    assert calendar.open_time(start, cut) + calendar.open_time(cut, end) == calendar.open_time(start, end)
    assert calendar.open_time(end, start) == timedelta()


@law
@given(cases())
def test_the_next_closing_ends_the_first_window(case: tuple[Calendar, datetime, datetime]):
    """It is closed then, and all is open from the next opening until then."""
    calendar, start, _ = case
    opens = calendar.next_open(start)
    try:
        closes = calendar.next_close(start)
    except CalendarError:
        return  # always open from then on
    assert not calendar.is_open(closes)
    assert calendar.open_time(opens, closes) == closes - opens
    assert calendar.subtract(closes, 0) == closes
