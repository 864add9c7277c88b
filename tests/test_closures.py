"""Closed days out of an iCalendar file: what closes, what does not, and what is said of a file that cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.closures import BadCalendarFile, Closures, read
from bot.domain.calendar import DAY

YEARS = range(2026, 2029)
HOUR = 3600


def event(*lines: str, uid: str = "1") -> str:
    """One event of these lines."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Away", *lines, "END:VEVENT"])


def closed(*events: str, zone: str = "Europe/London") -> Closures:
    """What a file of these events closes."""
    return read(
        "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *events, "END:VCALENDAR", ""]), zone, YEARS
    )


def days(*events: str) -> list[str]:
    """The closed dates."""
    found = closed(*events)
    assert not found.breaks
    return [str(day) for day in sorted(found.days)]


def test_an_all_day_event_closes_its_dates():
    """Its end is not one of them; without an end, or with the same date twice, it is one day."""
    assert days(event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227")) == [
        "2026-12-24",
        "2026-12-25",
        "2026-12-26",
    ]
    assert days(event("DTSTART;VALUE=DATE:20261224")) == ["2026-12-24"]
    assert days(event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261224")) == ["2026-12-24"]
    assert days(event("DTSTART;VALUE=DATE:20261224", "DURATION:P2D")) == ["2026-12-24", "2026-12-25"]


def test_an_event_with_times_is_a_break_on_the_calendars_wall():
    """10:00 to 11:30 in New York is 15:00 to 16:30 in London; UTC and times of no zone are read too."""
    break_ = {date(2026, 1, 12): ((15 * HOUR, 16 * HOUR + 1800),)}
    for start, end in (
        (";TZID=America/New_York:20260112T100000", ";TZID=America/New_York:20260112T113000"),
        (":20260112T150000Z", ":20260112T163000Z"),
        (":20260112T150000", ":20260112T163000"),
    ):
        assert closed(event(f"DTSTART{start}", f"DTEND{end}")).breaks == break_
    assert closed(event("DTSTART:20260112T150000", "DURATION:PT1H30M")).breaks == break_


def test_a_break_over_midnight_belongs_to_each_of_its_dates():
    """From Monday evening to Wednesday morning: an evening, a whole day, a morning; never an empty piece."""
    found = closed(
        event("DTSTART:20260112T180000", "DTEND:20260114T090000"),
        event("DTSTART:20260120T220000", "DTEND:20260121T000000"),
    )
    assert found.breaks == {
        date(2026, 1, 12): ((18 * HOUR, DAY),),
        date(2026, 1, 13): ((0, DAY),),
        date(2026, 1, 14): ((0, 9 * HOUR),),
        date(2026, 1, 20): ((22 * HOUR, DAY),),
    }
    assert not found.days


def test_what_repeats_is_written_out_for_the_years_that_are_filled():
    """A yearly day that began long ago, without one that was called off, and with one more."""
    yearly = event(
        "DTSTART;VALUE=DATE:19991224",
        "RRULE:FREQ=YEARLY",
        "EXDATE;VALUE=DATE:20271224",
        "RDATE;VALUE=DATE:20260505,20270505",
    )
    assert days(yearly) == ["2026-05-05", "2026-12-24", "2027-05-05", "2028-12-24"]


def test_repeats_keep_their_wall_time_and_end_where_they_say():
    """Weekly at 09:00 in London through the change of the clocks, until an instant; counted ones end by their count."""
    weekly = event(
        "DTSTART;TZID=Europe/London:20260323T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20260406T080000Z"
    )
    assert closed(weekly).breaks == {
        date(2026, 3, 23 + 7 * n) if n < 2 else date(2026, 4, 6): ((9 * HOUR, 10 * HOUR),) for n in range(3)
    }
    counted = event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=MONTHLY;COUNT=3")
    assert days(counted) == ["2026-01-01", "2026-02-01", "2026-03-01"]
    until = event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;UNTIL=20260103")
    assert days(until) == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_one_repeat_that_was_moved_or_called_off_is_not_kept():
    """A changed repeat stands in for the one it names; a date alone calls off what has times on it."""
    series = event("DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("RECURRENCE-ID;VALUE=DATE:20260112", "DTSTART;VALUE=DATE:20260113")
    gone = event("RECURRENCE-ID;VALUE=DATE:20260119", "DTSTART;VALUE=DATE:20260119", "STATUS:CANCELLED")
    assert days(series, moved, gone) == ["2026-01-05", "2026-01-13"]
    timed = event("DTSTART:20260105T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE;VALUE=DATE:20260112")
    assert list(closed(timed).breaks) == [date(2026, 1, 5)]


def test_what_is_free_or_cancelled_closes_nothing():
    """Nor what lies outside the years; a long closing is cut to them."""
    stays = event("DTSTART;VALUE=DATE:20260601", uid="2")
    free = event("DTSTART;VALUE=DATE:20260501", "TRANSP:TRANSPARENT")
    cancelled = event("DTSTART;VALUE=DATE:20260502", "STATUS:CANCELLED")
    past = event("DTSTART;VALUE=DATE:20200502")
    assert days(stays, free, cancelled, past) == ["2026-06-01"]
    assert days(event("DTSTART;VALUE=DATE:20251220", "DTEND;VALUE=DATE:20260103")) == ["2026-01-01", "2026-01-02"]


GOOD = event("DTSTART;VALUE=DATE:20261224")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1 should be BEGIN:VCALENDAR"),
        ("hello\nworld", "line 1 should be BEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR", "no events"),
        (f"BEGIN:VCALENDAR\n{GOOD}", "VCALENDAR of line 1 never ends"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", "Line 3 ends VCALENDAR, but VEVENT of line 2 is still open"),
        (f"BEGIN:VCALENDAR\n{GOOD}\nEND:VCALENDAR\nEND:VCALENDAR", "nothing is open"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART 20260101\nEND:VEVENT\nEND:VCALENDAR",
            "Line 3 is no line of a calendar",
        ),
        (f"BEGIN:VCALENDAR\n{'X-A:b' * 200_001}", "longer than 1,000,000 characters"),
        ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 2001 + "END:VCALENDAR", "more than 2,000 events"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_with_its_line(text: str, said: str):
    """The message names the line and what it should be."""
    with pytest.raises(BadCalendarFile, match=said):
        read(text, "Europe/London", YEARS)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["DTSTART;VALUE=DATE:2026122"], "its DTSTART cannot be read"),
        (["DTEND;VALUE=DATE:20261224"], "it has no DTSTART"),
        (["DTSTART;VALUE=DATE:20260101", "DTSTART;VALUE=DATE:20260102"], "DTSTART twice"),
        (["DTSTART;TZID=Mars/Base:20260101T090000", "DURATION:PT1H"], "“Mars/Base” is no time zone"),
        (["DTSTART:20260102T090000", "DTEND:20260101T090000"], "it ends before it begins"),
        (["DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY"], "1 is no year"),
        (["DTSTART:20260101T090000", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"], "it repeats secondly"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYMONTH=99"], "BYMONTH outside 1 to 12"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;INTERVAL=0"], "INTERVAL outside 1 to 1000"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYSETPOS=999"], "its RRULE cannot be read"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:COUNT=3"], "it repeats by no rule"),
        (["RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260101", "DTSTART;VALUE=DATE:20260101"], "THISANDFUTURE"),
    ],
)
def test_an_event_that_cannot_be_read_is_named(lines: list[str], said: str):
    """By its line and title, with what is wrong."""
    with pytest.raises(BadCalendarFile, match=said) as refused:
        closed(event(*lines))
    assert str(refused.value).startswith("The event on line 4 (“Away”): ")


def test_a_file_that_closes_nothing_is_a_slip():
    """It is told, with the years that were looked at."""
    with pytest.raises(BadCalendarFile, match="closes nothing from 2026 to 2028"):
        closed(event("DTSTART;VALUE=DATE:20200101"))


def test_a_small_file_may_not_come_to_a_flood_of_days():
    """Repeats are counted, those before the years too."""
    with pytest.raises(BadCalendarFile, match="more than 20,000 days"):
        closed(event("DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=DAILY"))
