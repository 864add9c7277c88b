"""Days as people say them: one reader for every verb that takes one."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.days import DayError, read_day, read_span

TUESDAY = date(2026, 6, 9)


@pytest.mark.parametrize(
    ("today", "said", "day"),
    [
        (TUESDAY, "today", "2026-06-09"),
        (TUESDAY, "Tomorrow.", "2026-06-10"),
        (TUESDAY, "yesterday", "2026-06-08"),
        (TUESDAY, "fri", "2026-06-12"),
        (TUESDAY, "on Thurs", "2026-06-11"),
        (TUESDAY, "tuesday", "2026-06-16"),
        (TUESDAY, "this friday", "2026-06-12"),
        (TUESDAY, "next friday", "2026-06-19"),
        (TUESDAY, "last friday", "2026-06-05"),
        (TUESDAY, "next week", "2026-06-15"),
        (TUESDAY, "next month", "2026-07-01"),
        (TUESDAY, "end of month", "2026-06-30"),
        (TUESDAY, "end of the month", "2026-06-30"),
        (TUESDAY, "in 3 days", "2026-06-12"),
        (TUESDAY, "in a week", "2026-06-16"),
        (TUESDAY, "12 June", "2026-06-12"),
        (TUESDAY, "June 12th", "2026-06-12"),
        (TUESDAY, "9 jun", "2026-06-09"),
        (TUESDAY, "8 jun", "2027-06-08"),
        (TUESDAY, "29 feb", "2028-02-29"),
        (TUESDAY, "24 Dec 2027", "2027-12-24"),
        (TUESDAY, "2026-06-12", "2026-06-12"),
        # At a weekend, the coming weekday and the coming week are the same Monday.
        (date(2026, 6, 13), "mon", "2026-06-15"),
        (date(2026, 6, 14), "next week", "2026-06-15"),
        (date(2026, 6, 14), "sunday", "2026-06-21"),
        (date(2026, 6, 14), "next sunday", "2026-06-21"),
        # Over the end of a month and of a year.
        (date(2026, 12, 31), "tomorrow", "2027-01-01"),
        (date(2026, 12, 31), "next month", "2027-01-01"),
        (date(2026, 12, 31), "end of this month", "2026-12-31"),
        (date(2027, 1, 31), "in 1 day", "2027-02-01"),
        (date(2026, 12, 30), "2 jan", "2027-01-02"),
        # Over a shift of the clocks a day is a day.
        (date(2026, 10, 24), "in 1 day", "2026-10-25"),
        (date(2027, 3, 27), "in 2 days", "2027-03-29"),
    ],
)
def test_a_day_in_words(today: date, said: str, day: str):
    """From that day on, the words name this one."""
    assert read_day(said, today) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("said", "day"),
    [("mon", "2026-06-08"), ("tuesday", "2026-06-02"), ("9 june", "2026-06-09"), ("10 june", "2025-06-10")],
)
def test_looking_back_it_is_the_last_one(said: str, day: str):
    """When somebody called, or a report's day: what has been."""
    assert read_day(said, TUESDAY, back=True) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "said",
    ["", "on", "soon", "next", "next time", "31 june", "0 june", "june", "12", "2026-13-01", "9999-12-31", "2026-06-31",
     "friday evening", "end of days", "12/06", "in 3", "in 4 moons", "32 may 2026", "may june"],
)  # fmt: skip
def test_what_is_no_day(said: str):
    """The message shows how it would be said."""
    with pytest.raises(DayError, match=r"no day I can read\. Say it like today, fri"):
        read_day(said, TUESDAY)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("today", "2026-06-09", "2026-06-09"),
        ("until Friday", "2026-06-09", "2026-06-12"),
        ("till end of month", "2026-06-09", "2026-06-30"),
        ("this week", "2026-06-09", "2026-06-14"),
        ("next week", "2026-06-15", "2026-06-21"),
        ("next month", "2026-07-01", "2026-07-31"),
        ("3 days", "2026-06-09", "2026-06-11"),
        ("for a week", "2026-06-09", "2026-06-15"),
        ("in 3 days", "2026-06-12", "2026-06-12"),
        ("mon to wed", "2026-06-15", "2026-06-17"),
        ("from mon until wed", "2026-06-15", "2026-06-17"),
        ("fri - mon", "2026-06-12", "2026-06-15"),
        ("today to in 2 days", "2026-06-09", "2026-06-11"),
        ("today until next friday", "2026-06-09", "2026-06-19"),
        ("24 Dec to 2 Jan", "2026-12-24", "2027-01-02"),
        ("24 Dec – 2 Jan", "2026-12-24", "2027-01-02"),
        ("2026-12-24 2027-01-02", "2026-12-24", "2027-01-02"),
        ("2026-12-24..2027-01-02", "2026-12-24", "2027-01-02"),
    ],
)
def test_days_in_words(said: str, first: str, last: str):
    """One day, from a day to a day, until a day, or so many of them; the last is seen from the first."""
    assert read_span(said, TUESDAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("said", ["", "soon", "until", "fri to", "fri to never", "mon tue wed", "until fri evening"])
def test_what_are_no_days(said: str):
    """The message shows how they would be said."""
    with pytest.raises(DayError, match="Say it like today, until fri"):
        read_span(said, TUESDAY)
