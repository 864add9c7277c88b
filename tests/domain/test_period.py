"""Periods: the words people use for a time, and local midnights whatever summer time does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.period import Period, PeriodError, read_period

TODAY = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "first", "last", "name"),
    [
        ("", "2026-05-01", "2026-05-31", "May 2026"),
        ("last month", "2026-05-01", "2026-05-31", "May 2026"),
        ("  This   MONTH ", "2026-06-01", "2026-06-30", "June 2026"),
        ("this week", "2026-06-08", "2026-06-14", "8 Jun 2026 to 14 Jun 2026"),
        ("last week", "2026-06-01", "2026-06-07", "1 Jun 2026 to 7 Jun 2026"),
        ("this quarter", "2026-04-01", "2026-06-30", "Q2 2026"),
        ("last quarter", "2026-01-01", "2026-03-31", "Q1 2026"),
        ("this year", "2026-01-01", "2026-12-31", "2026"),
        ("last year", "2025-01-01", "2025-12-31", "2025"),
        ("today", "2026-06-09", "2026-06-09", "9 Jun 2026"),
        ("yesterday", "2026-06-08", "2026-06-08", "8 Jun 2026"),
        ("last 30d", "2026-05-11", "2026-06-09", "11 May 2026 to 9 Jun 2026"),
        ("last 1 day", "2026-06-09", "2026-06-09", "9 Jun 2026"),
        ("last 7 days", "2026-06-03", "2026-06-09", "3 Jun 2026 to 9 Jun 2026"),
        ("2026-05", "2026-05-01", "2026-05-31", "May 2026"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
        ("2025-12", "2025-12-01", "2025-12-31", "December 2025"),
        ("2025", "2025-01-01", "2025-12-31", "2025"),
        ("2026-06-02", "2026-06-02", "2026-06-02", "2 Jun 2026"),
        ("2026-05-01..2026-06-15", "2026-05-01", "2026-06-15", "1 May 2026 to 15 Jun 2026"),
        ("2026-05-01 to 2026-05-31", "2026-05-01", "2026-05-31", "May 2026"),
        ("2026-02-01…2026-04-30", "2026-02-01", "2026-04-30", "1 Feb 2026 to 30 Apr 2026"),
        ("2025-02-01..2026-01-31", "2025-02-01", "2026-01-31", "1 Feb 2025 to 31 Jan 2026"),
        ("q2", "2026-04-01", "2026-06-30", "Q2 2026"),
        ("Q3", "2025-07-01", "2025-09-30", "Q3 2025"),
        ("2025-q4", "2025-10-01", "2025-12-31", "Q4 2025"),
        ("q4 2025", "2025-10-01", "2025-12-31", "Q4 2025"),
        ("may", "2026-05-01", "2026-05-31", "May 2026"),
        ("Aug", "2025-08-01", "2025-08-31", "August 2025"),
        ("march 2024", "2024-03-01", "2024-03-31", "March 2024"),
    ],
)
def test_how_people_name_a_time(words: str, first: str, last: str, name: str):
    """Each way to say it, in any case and spacing; without a year it is the latest one that has begun."""
    found = read_period(words, TODAY, "Europe/London")
    assert (found.first.isoformat(), found.last.isoformat(), found.name) == (first, last, name)


def test_last_month_in_january_is_december():
    """Over the turn of the year too, in months and quarters."""
    january = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
    assert read_period("last month", january, "UTC").name == "December 2025"
    assert read_period("last quarter", january, "UTC").name == "Q4 2025"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("the other day", "“the other day” is no time I can report on. Write last month"),
        ("2026-13", "no time I can report on"),
        ("2026-06-31", "no time I can report on"),
        ("0000", "no time I can report on"),
        ("9999-12", "no time I can report on"),
        ("9999-12-31", "no time I can report on"),
        ("0001-01-01", "no time I can report on"),
        ("last 0d", "no time I can report on"),
        ("last 99999d", "more than ten years"),
        ("last 999999d", "no time I can report on"),
        ("q5", "no time I can report on"),
        ("may the force", "no time I can report on"),
        ("2026-06-02..2026-06-01", "Write the earlier day first: 2026-06-01..2026-06-02."),
        ("2026-07", "July 2026 has not begun yet"),
        ("2026-06-10", "10 Jun 2026 has not begun yet"),
        ("2001-01-01..2026-01-01", "more than ten years"),
        ("१९९९", "no time I can report on"),
    ],
)
def test_what_names_no_time(words: str, says: str):
    """What is wrong, and how to say it."""
    with pytest.raises(PeriodError) as error:
        read_period(words, TODAY, "Europe/London")
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("zone", "month", "hours"),
    [
        ("Europe/London", "2026-03", 743),
        ("Europe/London", "2025-10", 745),
        ("Australia/Lord_Howe", "2026-04", 720.5),
        ("UTC", "2026-03", 744),
        ("Asia/Beirut", "2026-03", 743),  # its clocks go forward at midnight
        ("Pacific/Apia", "2011-12", 744 - 24),  # it left out a day
    ],
)
def test_a_month_is_as_long_as_it_is(zone: str, month: str, hours: float):
    """Real hours between local midnights, over every shift of the zone."""
    found = read_period(month, TODAY, zone)
    assert (found.until - found.since) / timedelta(hours=1) == hours


def test_a_day_that_begins_with_a_gap_begins_after_it():
    """In Beirut there was no midnight on 29 March 2026: the day began at one o'clock, when the day before ended."""
    day = Period(date(2026, 3, 29), date(2026, 3, 29), "Asia/Beirut")
    assert day.since == datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert day.until - day.since == timedelta(hours=23)
    assert Period(date(2026, 3, 28), date(2026, 3, 28), "Asia/Beirut").until == day.since


@given(
    st.integers(631_152_000, 2_114_380_800),
    st.sampled_from(
        ["UTC", "Europe/London", "America/Havana", "America/Asuncion", "Asia/Beirut", "Australia/Lord_Howe"]
    ),
)
def test_now_is_always_today(at: int, zone: str):
    """The instant lies in the local day it has on the wall, and in no other."""
    now = datetime.fromtimestamp(at, UTC)
    today = read_period("today", now, zone)
    assert today.since <= now < today.until
    yesterday = read_period("yesterday", now, zone)
    assert yesterday.until == today.since


@pytest.mark.parametrize("said", ["1969", "2201-01-01..2201-02-01"])
def test_years_that_no_desk_has_lived_are_no_period(said: str):
    """What the calendars do not reach is refused like any other word."""
    with pytest.raises(PeriodError, match="no time I can report on"):
        read_period(said, datetime(2026, 6, 9, tzinfo=UTC), "Europe/London")
