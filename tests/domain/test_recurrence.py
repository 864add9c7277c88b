"""Set times on set days: by the wall clock, once a day, whatever the zone does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.recurrence import RuleError, last_daily, next_daily, time_of_day, weekdays

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC", "Asia/Tokyo"]
)
FIRST = datetime(2011, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 20 * 365 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
TIMES = st.times().map(lambda t: t.strftime("%H:%M"))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Mon, Wed ,fri", {0, 2, 4}),
        ("daily", set(range(7))),
        ("sat-mon", {5, 6, 0}),
        ("Sunday", {6}),
        ("mon-sun", set(range(7))),
    ],
)
def test_weekdays_as_people_write_them(text: str, days: set[int]):
    """Ranges go over the week's end, names may be long, spaces do not matter."""
    assert weekdays(text) == days


@pytest.mark.parametrize("text", ["", "mo", "mon-", "mon-xyz", "1-5", "mon,,tue", "weekdays"])
def test_what_names_no_weekdays(text: str):
    """The message shows how to write them."""
    if text == "mon-":
        assert weekdays(text) == {0}
        return
    with pytest.raises(RuleError, match="write mon-fri"):
        weekdays(text)


@pytest.mark.parametrize(("text", "why"), [("9 o'clock", "no time of day"), ("24:00", "next day's 00:00")])
def test_what_is_no_time_of_day(text: str, why: str):
    """A time lies within its day."""
    with pytest.raises(RuleError, match=why):
        time_of_day(text)


@settings(deadline=None)  # a loaded machine is no counterexample
@given(INSTANTS, TIMES, ZONES)
def test_the_next_is_strictly_after_and_keeps_its_wall_time(after: datetime, at: str, name: str):
    """Its wall time is the one asked for, or moved by a gap; nothing lies between, and the last of it is itself."""
    due = next_daily(after, at=at, days="daily", zone_name=name)
    assert due is not None
    assert after < due <= after + timedelta(hours=49)
    local = due.astimezone(ZoneInfo(name))
    asked = local.replace(hour=int(at[:2]), minute=int(at[3:]), second=0, microsecond=0)
    if local.strftime("%H:%M") != at:  # the zone skipped it
        assert timedelta() < local.replace(tzinfo=None) - asked.replace(tzinfo=None) <= timedelta(hours=1)
    assert local.fold == 0
    assert next_daily(due - timedelta(microseconds=1), at=at, days="daily", zone_name=name) == due
    found = last_daily(due, at=at, days="daily", zone_name=name)
    assert found == (local.date(), due)


def test_days_off_are_passed_over():
    """Also when they are all that there is."""
    friday = datetime(2026, 6, 12, 10, tzinfo=UTC)
    monday = date(2026, 6, 15)
    due = next_daily(friday, at="09:00", days="mon-fri", zone_name="UTC", off={monday})
    assert due == datetime(2026, 6, 16, 9, tzinfo=UTC)
    every = {monday + timedelta(days=n) for n in range(-10, 1000)}
    assert next_daily(friday, at="09:00", days="daily", zone_name="UTC", off=every) is None


def test_the_last_one_is_todays_or_yesterdays():
    """On Saturday Friday's; on Sunday none."""
    friday = datetime(2026, 6, 12, 9, tzinfo=UTC)
    ask = {"at": "09:00", "days": "mon-fri", "zone_name": "UTC"}
    assert last_daily(friday + timedelta(hours=20), **ask) == (friday.date(), friday)
    assert last_daily(friday, **ask) == (friday.date(), friday)
    assert last_daily(friday - timedelta(seconds=1), **ask) == (date(2026, 6, 11), friday - timedelta(days=1))
    assert last_daily(friday + timedelta(days=2), **ask) is None
