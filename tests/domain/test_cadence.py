"""Recurrence rules: read from words, said in words, and next by the wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.cadence import START, Cadence, cadence, checked, read_rule, say_rule
from bot.domain.recurrence import RuleError

NOW = datetime(2026, 6, 9, 9, tzinfo=UTC)
RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYDAY=1TH",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU",
        "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=29",
    ]
)


@pytest.mark.parametrize(
    ("words", "rule", "said"),
    [
        ("every month, first Thursday", "FREQ=MONTHLY;BYDAY=1TH", "every month, first Thursday"),
        ("monthly on the last fridays", "FREQ=MONTHLY;BYDAY=-1FR", "every month, last Friday"),
        ("every 2 weeks on Monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "every 2 weeks on Monday"),
        ("Every other week on mon and thu", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday, Thursday"),
        ("biweekly", "FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
        ("quarterly, second Tuesday", "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", "every quarter, second Tuesday"),
        ("every 2 quarters", "FREQ=MONTHLY;INTERVAL=6", "every 2 quarters"),
        ("every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "every month, day 15"),
        ("every month, last day", "FREQ=MONTHLY;BYMONTHDAY=-1", "every month, last day"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("daily", "FREQ=DAILY", "every day"),
        ("every year", "FREQ=YEARLY", "every year"),
        ("RRULE:freq=weekly; interval=1; wkst=mo;", "FREQ=WEEKLY", "every week"),
        ("FREQ=DAILY;UNTIL=20270131T090000Z", "FREQ=DAILY;UNTIL=20270131", "every day, until 31 January 2027"),
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3", "every day, 3 times in all"),
        ("FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;BYDAY=5MO", "every month, 5 Monday"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        ),
    ],
)
def test_words_and_rules(words: str, rule: str, said: str):
    """What people write becomes one rule, which is said again in words where it has plain ones."""
    assert read_rule(words) == rule
    assert say_rule(rule) == said
    assert checked(rule) == rule


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("now and then", "I cannot read “now and then” as a rule. Write it like"),
        ("every month, first moonday", "I cannot read “first moonday”"),
        ("every week, first Thursday", "I cannot read “first thursday”"),
        ("every year on Monday", "I cannot read “monday”"),
        ("every month on day 32", "BYMONTHDAY=32 cannot be read"),
        ("FREQ=HOURLY", "Hourly is more often than a day"),
        ("FREQ=SECONDLY;COUNT=2", "more often than a day"),
        ("FREQ=SOMETIMES", "does not say how often"),
        ("BYDAY=MO", "does not say how often"),
        ("FREQ=DAILY;BYDAY", "“BYDAY” is no part of a rule"),
        ("FREQ=DAILY;FREQ=DAILY", "is no part of a rule"),
        ("FREQ=DAILY;BYMONTH=2", "BYMONTH does not go with FREQ=DAILY here; use COUNT, INTERVAL, UNTIL"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY=1MO cannot be read"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0 cannot be read"),
        ("FREQ=DAILY;INTERVAL=100", "cannot be read"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "ends by COUNT or by UNTIL"),
        ("FREQ=DAILY;UNTIL=20271301", "UNTIL=20271301 is no date"),
    ],
)
def test_what_is_no_rule(text: str, why: str):
    """The message names what does not fit, and how it would."""
    with pytest.raises(RuleError) as caught:
        read_rule(text)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never comes: no day fits it"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9", "never comes"),
        ("FREQ=DAILY;UNTIL=20260608", "has ended already"),
        ("FREQ=DAILY;COUNT=2", "has ended already"),
        ("FREQ=DAILY;UNTIL=20200101", "never comes"),
    ],
)
def test_a_rule_that_would_never_come(rule: str, why: str):
    """Said when it is set, not when nothing happens."""
    with pytest.raises(RuleError, match=why):
        cadence(rule, "10:00", "UTC", now=NOW)


def test_one_that_comes():
    """It has a name for its timer, and words."""
    made = cadence("every month, first Thursday", "10:00", "Europe/London", now=NOW)
    assert made.words == "every month, first Thursday 10:00"
    assert made.name == "FREQ=MONTHLY;BYDAY=1TH 10:00 Europe/London 2024-01-01"
    assert made.after(NOW) == datetime(2026, 7, 2, 9, tzinfo=UTC)
    assert cadence("FREQ=DAILY;COUNT=2", "10:00", "UTC", now=NOW, start=date(2026, 6, 9)).after(NOW)


def test_a_count_ends():
    """After the last one there is none."""
    twice = Cadence("FREQ=DAILY;COUNT=2", "10:00", "UTC", date(2026, 6, 9))
    first, second = NOW + timedelta(hours=1), NOW + timedelta(hours=25)
    assert [twice.after(NOW), twice.after(first), twice.after(second)] == [first, second, None]
    assert twice.last(NOW + timedelta(days=9), NOW) == second
    assert twice.last(first, NOW) == first
    assert twice.last(NOW, NOW - timedelta(days=3)) is None


@settings(deadline=None)  # a loaded machine is no counterexample
@given(
    RULES,
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"]),
    st.times().map(lambda t: t.strftime("%H:%M")),
    st.integers(0, 12 * 365 * 86_400),
)
def test_the_next_is_strictly_after_on_a_day_of_the_rule_at_its_wall_time(rule: str, zone: str, at: str, seconds: int):
    """Whatever the zone does: its wall time is the one asked for, or moved by a gap; of two the first."""
    after = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    made = Cadence(rule, at, zone)
    due = made.after(after)
    assert due is not None
    assert due > after
    local = due.astimezone(ZoneInfo(zone))
    assert local.fold == 0
    asked = datetime.combine(local.date(), datetime.min.time(), ZoneInfo(zone)).replace(
        hour=int(at[:2]), minute=int(at[3:])
    )
    assert timedelta() <= local.replace(tzinfo=None) - asked.replace(tzinfo=None) <= timedelta(hours=1)
    if asked.astimezone(UTC).astimezone(ZoneInfo(zone)) == asked:  # it exists
        assert local.strftime("%H:%M") == at
    assert made.after(due - timedelta(microseconds=1)) == due
    assert made.last(due, after) == due


def test_the_start_is_a_monday_and_a_first():
    """So that weeks, months and quarters fall alike for everybody."""
    assert (START.weekday(), START.day, START.month) == (0, 1, 1)
