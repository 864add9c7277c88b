"""Times as people say them, in the speaker's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.domain.moments import MomentError, begins, read, recall

NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)  # Tuesday, ten in London
LONDON = "Europe/London"


def told(text: str, *, now: datetime = NOW, zone: str = LONDON) -> tuple[str, str]:
    """When it is, in UTC, and the words after it."""
    moment = read(text, now=now, zone_name=zone, day_at=time(17))
    return moment.at.strftime("%d %H:%M"), moment.rest


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("16:00", "09 15:00", ""),
        ("at 16:00", "09 15:00", ""),
        ("today 16:00", "09 15:00", ""),
        ("tomorrow 10:00", "10 09:00", ""),
        ("Tomorrow at 10:00, we test it", "10 09:00", "we test it"),
        ("tomorrow", "10 16:00", ""),
        ("fri", "12 16:00", ""),
        ("Friday.", "12 16:00", ""),
        ("fri 9:30", "12 08:30", ""),
        ("monday", "15 16:00", ""),
        ("tuesday", "16 16:00", ""),
        ("tue 16:00", "16 15:00", ""),
        ("2026-06-12", "12 16:00", ""),
        ("2026-06-12 10:00: then", "12 09:00", "then"),
        ("4pm I'm on it", "09 15:00", "I'm on it"),
        ("4:30 pm today", "09 15:30", ""),
        ("16:00 tomorrow", "10 15:00", ""),
        ("9:30 next friday: we test", "19 08:30", "we test"),
        ("16:00, tomorrow we test it", "09 15:00", "tomorrow we test it"),
        ("until Friday", "12 16:00", ""),
        ("by 15:30", "09 14:30", ""),
        ("for 2h", "09 11:00", ""),
        ("next week", "15 16:00", ""),
        ("next friday 10:00", "19 09:00", ""),
        ("12 June at 10:00 we test it", "12 09:00", "we test it"),
        ("in an hour", "09 10:00", ""),
        ("in a week: sorry", "16 09:00", "sorry"),
        ("in 2h", "09 11:00", ""),
        ("2h", "09 11:00", ""),
        ("in 1 h 30 min and then some", "09 10:30", "and then some"),
        ("in 90 minutes", "09 10:30", ""),
        ("in 3 days: sorry", "12 09:00", "sorry"),
        ("in 1 week", "16 09:00", ""),
        ("16:00 2 of them are back", "09 15:00", "2 of them are back"),
    ],
)
def test_what_people_say(text: str, at: str, rest: str):
    """A time, a day, both, or a length; what follows is somebody's words."""
    assert told(text) == (at, rest)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9:00", "9:00 has passed in Europe/London. Say it like 16:00"),
        ("today 09:59", "Today 09:59 has passed"),
        ("yesterday 16:00", "Yesterday 16:00 has passed"),
        ("25:00", "“25:00” is no time of day. Say it like"),
        ("12:61", "no time of day"),
        ("13pm", "no time of day"),
        ("0am", "no time of day"),
        ("12am", "12am has passed"),
        ("16:00 tomorrow we test it", "Is it 16:00 tomorrow? Then write “tomorrow 16:00”; for today put a comma"),
        ("soon", "“soon” is no time I can read. Say it like 16:00, tomorrow 10:00"),
        ("", "no time I can read"),
        ("in", "no time I can read"),
        ("in 3 mindful hours", "no time I can read"),
        ("2026-13-01", "no time I can read"),
        ("9999-12-31", "no time I can read"),
        ("2028-01-01", "more than a year away"),
        ("in 9000 days", "more than a year away"),
    ],
)
def test_what_is_no_time_to_come(text: str, why: str):
    """The message says why, and how it would do."""
    with pytest.raises(MomentError) as no:
        told(text)
    assert why in str(no.value)


def test_a_wall_time_that_the_zone_skips_moves_by_the_gap():
    """01:30 does not exist in London on 28 March 2027; it is 02:30 there (rule 1)."""
    now = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    assert told("tomorrow 1:30", now=now) == ("28 01:30", "")


def test_of_two_wall_times_the_first_is_meant():
    """01:30 comes twice in London on 25 October 2026."""
    now = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert told("tomorrow 01:30", now=now) == ("25 00:30", "")


def test_a_length_is_real_time_over_a_shift_of_the_zone():
    """In two hours is two hours, whatever the wall says; tomorrow at ten is ten."""
    now = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert told("in 2h", now=now) == ("25 02:00", "")
    assert told("mon 10:00", now=now) == ("26 10:00", "")


def test_days_are_the_speakers():
    """Late on Monday in New York it is Tuesday in UTC: tomorrow is theirs."""
    now = datetime(2026, 6, 9, 2, 0, tzinfo=UTC)
    assert told("tomorrow 10:00", now=now, zone="America/New_York") == ("09 14:00", "")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9:30", "09 08:30"),
        ("at 9:30 it broke", "09 08:30"),
        ("yesterday 16:00", "08 15:00"),
        ("mon 10:00", "08 09:00"),
    ],
)
def test_a_time_that_has_been(text: str, at: str):
    """When somebody called: today's, or of the day that is named."""
    assert recall(text, now=NOW, zone_name=LONDON).at.strftime("%d %H:%M") == at


@pytest.mark.parametrize(("text", "why"), [("10:01", "has not come yet"), ("yesterday", "no time"), ("", "no time")])
def test_what_has_not_been(text: str, why: str):
    """A time to come, or none."""
    with pytest.raises(MomentError, match=why):
        recall(text, now=NOW, zone_name=LONDON)


@pytest.mark.parametrize(
    ("text", "is_time"),
    [("16:00 on it", True), ("2 h", True), ("25:99", True), ("24 16:00", False), ("soon", False), ("", False)],
)
def test_what_is_meant_as_a_time_is_told_from_other_words(text, is_time):
    """Also a time that no day has; a number before a time is none."""
    assert begins(text) is is_time
