"""Working hours: rules 1 to 3 of the SLA rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from histories import ALWAYS, HOUR, OFFICE, t

from bot.domain.calendar import (
    DAY,
    WEEKDAYS,
    Calendar,
    CalendarError,
    NaiveInstant,
    aware,
    next_day,
    wall_seconds,
    weekly,
    zone,
)

LONDON, NEW_YORK, LORD_HOWE = "Europe/London", "America/New_York", "Australia/Lord_Howe"


def daily(zone: str, *windows: tuple[str, str], **more: object) -> Calendar:
    return weekly("daily", zone, {day: list(windows) for day in WEEKDAYS}, **more)


# --- making one -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["Mars/Olympus", "", "../etc/passwd", "Europe", "\x00", "localtime", "posixrules", "Factory", "europe/london"],
)
def test_an_unknown_zone_is_refused_by_name(name: str):
    """A zone the database does not have, or that is another on each machine, is refused with what to write instead."""
    with pytest.raises(CalendarError, match="Europe/London"):
        zone(name)


@pytest.mark.parametrize(
    ("text", "seconds"), [("00:00", 0), ("09:30", 34_200), ("23:59:59", DAY - 1), ("24:00", DAY), ("24:00:00", DAY)]
)
def test_a_time_of_day_is_seconds_from_midnight(text: str, seconds: int):
    """`24:00` is the day's end, and seconds are kept."""
    assert wall_seconds(text) == seconds


@pytest.mark.parametrize("text", ["25:00", "24:01", "nine", "", "-1:00"])
def test_what_is_no_time_of_day_is_refused(text: str):
    """The message shows how to write one."""
    with pytest.raises(CalendarError, match="09:00"):
        wall_seconds(text)


@pytest.mark.rule("1.1")
def test_instants_are_answered_in_utc():
    """An aware instant of any zone is the same instant in UTC (rule 1)."""
    there = datetime(2026, 1, 12, 12, tzinfo=timezone(timedelta(hours=2)))
    assert aware(there) == t("12 10:00")
    assert aware(there).tzinfo is UTC


@pytest.mark.parametrize("ask", ["is_open", "next_open"])
@pytest.mark.rule("1.1")
def test_a_naive_instant_is_refused(ask: str):
    """An instant without a zone never passes for one of any zone (rule 1)."""
    with pytest.raises(NaiveInstant, match="aware"):
        getattr(OFFICE, ask)(datetime(2026, 1, 12, 10))  # noqa: DTZ001 -- the naive instant is the point


def test_naive_instants_are_refused_by_arithmetic_too():
    """Both ends of a stretch must be aware."""
    naive = datetime(2026, 1, 12, 10)  # noqa: DTZ001 -- the naive instant is the point
    with pytest.raises(NaiveInstant):
        OFFICE.between(t("12 09:00"), naive)
    with pytest.raises(NaiveInstant):
        OFFICE.add(naive, 60)


def test_a_week_has_seven_days():
    """Fewer days than seven would shift the week; a missing day must be written as closed (osTicket#6739)."""
    with pytest.raises(CalendarError, match="seven days"):
        Calendar("short", "UTC", (((0, DAY),),) * 6)


@pytest.mark.parametrize("window", [(-1, 10), (DAY, DAY), (0, DAY + 1), (0, -1)])
def test_a_window_lies_within_its_day(window: tuple[int, int]):
    """A window opens before midnight and closes by it, or the next day by wrapping."""
    with pytest.raises(CalendarError, match="outside the day"):
        Calendar("odd", "UTC", ((window,), *((),) * 6))
    with pytest.raises(CalendarError, match="outside the day"):
        Calendar("odd", "UTC", ((((0, DAY)),),) * 7, overrides={date(2026, 1, 1): (window,)})


@pytest.mark.rule("1.13")
def test_a_calendar_that_never_opens_is_refused():
    """It is a configuration error with a message, never wall-clock time (rule 1)."""
    with pytest.raises(CalendarError, match="never opens"):
        weekly("empty", "UTC", {})


def test_an_opening_on_a_holiday_is_no_opening():
    """Holiday beats override: a calendar whose one override is a holiday never opens."""
    day = date(2026, 1, 12)
    with pytest.raises(CalendarError, match="never opens"):
        weekly("empty", "UTC", {}, overrides={day: ((0, DAY),)}, holidays=frozenset({day}))


def test_a_calendar_may_open_on_dates_alone():
    """Overrides without weekly hours are hours."""
    fair = weekly("fair", "UTC", {}, overrides={date(2026, 1, 14): ((wall_seconds("09:00"), wall_seconds("17:00")),)})
    assert fair.next_open(t("12 10:00")) == t("14 09:00")


def test_a_weekday_is_named_in_three_letters():
    """A typing mistake in a weekday is told, not dropped."""
    with pytest.raises(CalendarError, match="“monday” is no weekday"):
        weekly("odd", "UTC", {"monday": [("09:00", "17:00")]})


def test_a_calendar_is_named_with_its_version():
    """A clock can say which version of the hours judged it (rule 12)."""
    assert weekly("office", "UTC", {"mon": [("09:00", "17:00")]}, version=3).ref == "office@3"


# --- asking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("12 08:59:59.999999", False),
        ("12 09:00", True),
        ("12 16:59:59.999999", True),
        ("12 17:00", False),
        ("17 12:00", False),
    ],
)
@pytest.mark.rule("1.3")
def test_windows_are_half_open(at: str, is_open: bool):
    """The opening instant is open, the closing instant is not (rule 1)."""
    assert OFFICE.is_open(t(at)) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [("12 12:00", "12 12:00"), ("12 17:00", "13 09:00"), ("16 17:00", "19 09:00"), ("12 00:00", "12 09:00")],
)
def test_the_next_opening_is_now_when_open(at: str, opens: str):
    """Otherwise it is the next window's start, over the weekend if need be."""
    assert OFFICE.next_open(t(at)) == t(opens)


def test_business_time_is_counted_inside_windows_only():
    """From Friday 16:00 to Monday 10:00 are two business hours."""
    assert OFFICE.between(t("16 16:00"), t("19 10:00")) == 2 * HOUR


@pytest.mark.parametrize(
    ("start", "end"), [("12 12:00", "12 10:00"), ("12 10:00", "12 10:00"), ("14 12:00", "12 10:00")]
)
def test_nothing_passes_backwards(start: str, end: str):
    """Where the end is not after the start, no business time has passed; never a negative one."""
    assert OFFICE.between(t(start), t(end)) == 0


def test_fractions_of_seconds_add_up():
    """Cut anywhere, the parts are the whole: a rounding would make an equal stop late (rule 3)."""
    cuts = [
        t("12 09:00:00.1"),
        t("12 11:11:11.123457"),
        t("13 12:00:00.7"),
        t("14 09:30:00.333333"),
        t("16 16:00:00.1"),
    ]
    parts = [OFFICE.open_time(a, b) for a, b in pairwise(cuts)]
    assert sum(parts, timedelta()) == timedelta(hours=39)
    assert OFFICE.between(cuts[0], cuts[-1]) == 39 * HOUR


@pytest.mark.rule("2.2")
@pytest.mark.mistake("zendesk/biz PR 139")
def test_a_due_time_at_closing_is_the_closing_instant():
    """Used up exactly at the end of the window, it is that end, not the next opening (rule 2, zendesk/biz PR 139)."""
    assert OFFICE.add(t("12 10:00"), 7 * HOUR) == t("12 17:00")
    assert OFFICE.add(t("12 10:00"), 7 * HOUR + 1) == t("13 09:00:01")


def test_adding_crosses_the_weekend():
    """Two hours from Friday 16:00 end on Monday 10:00."""
    assert OFFICE.add(t("16 16:00"), 2 * HOUR) == t("19 10:00")


@pytest.mark.parametrize(("start", "end"), [("12 10:00", "12 10:00"), ("17 12:33", "19 09:00")])
def test_adding_nothing_is_the_next_open_instant(start: str, end: str):
    """Nothing to wait for is now when open, and the next opening when closed."""
    assert OFFICE.add(t(start), 0) == t(end)


def test_a_negative_duration_is_refused():
    """Adding never goes back."""
    with pytest.raises(CalendarError, match="never negative"):
        OFFICE.add(t("12 10:00"), -1)


def test_hours_that_run_out_are_told():
    """A calendar open on one date has no hours after it; the message names the calendar."""
    fair = weekly("fair", "UTC", {}, overrides={date(2026, 1, 14): ((0, HOUR),)})
    with pytest.raises(CalendarError, match="“fair” has too few open hours"):
        fair.add(t("12 10:00"), HOUR + 1)
    with pytest.raises(CalendarError, match="“fair” does not open after 2026-01-14"):
        fair.next_open(t("14 01:00"))


# --- windows ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("1.8")
def test_overlapping_windows_count_once():
    """Overlaps merge, in whatever order they are written (rule 1)."""
    calendar = weekly("lapping", "UTC", {"mon": [("12:00", "17:00"), ("09:00", "13:00"), ("10:00", "11:00")]})
    assert calendar.between(t("12 00:00"), t("13 00:00")) == 8 * HOUR
    assert calendar.add(t("12 09:00"), 8 * HOUR) == t("12 17:00")


def test_windows_that_touch_have_no_gap():
    """At the seam it is open, and a target used up there breaches there."""
    calendar = weekly("touching", "UTC", {"mon": [("09:00", "12:00"), ("12:00", "17:00")]})
    assert calendar.is_open(t("12 12:00"))
    assert calendar.next_open(t("12 12:00")) == t("12 12:00")
    assert calendar.add(t("12 09:00"), 3 * HOUR) == t("12 12:00")


@pytest.mark.rule("1.2")
def test_a_lunch_break_is_closed():
    """Several windows a day leave the time between them out (rule 1)."""
    calendar = weekly("lunch", "UTC", {"mon": [("09:00", "12:00"), ("13:00", "17:00")]})
    assert not calendar.is_open(t("12 12:30"))
    assert calendar.add(t("12 11:00"), 2 * HOUR) == t("12 14:00")


NIGHT = weekly("night", "UTC", {"mon": [("22:00", "06:00")], "fri": [("22:00", "06:00")]}, holidays=frozenset())


@pytest.mark.rule("1.4")
def test_a_night_shift_belongs_to_the_day_it_starts_on():
    """Monday's shift runs into Tuesday; Tuesday has none of its own (rule 1)."""
    assert NIGHT.is_open(t("13 05:59"))
    assert not NIGHT.is_open(t("13 22:00"))
    assert NIGHT.between(t("12 00:00"), t("14 00:00")) == 8 * HOUR


def test_a_night_shift_overlapping_the_morning_counts_once():
    """Yesterday's tail and today's window merge."""
    calendar = weekly("both", "UTC", {"mon": [("22:00", "10:00")], "tue": [("09:00", "17:00")]})
    assert calendar.between(t("12 22:00"), t("13 17:00")) == 19 * HOUR


def test_a_window_that_ends_where_it_starts_is_a_whole_day():
    """09:00 to 09:00 crosses midnight, like any window whose end is not after its start."""
    calendar = weekly("long", "UTC", {"mon": [("09:00", "09:00")]})
    assert calendar.between(t("12 00:00"), t("14 00:00")) == DAY


@pytest.mark.rule("1.5")
def test_a_holiday_removes_what_starts_that_day_only():
    """The tail of yesterday's night shift stays; the shift that starts on the holiday goes, its tail too (rule 1)."""
    calendar = daily("UTC", ("22:00", "06:00"), holidays=frozenset({date(2026, 1, 13)}))
    assert calendar.is_open(t("13 05:00"))
    assert not calendar.is_open(t("13 23:00"))
    assert not calendar.is_open(t("14 05:00"))
    assert calendar.next_open(t("13 06:00")) == t("14 22:00")


@pytest.mark.rule("1.7")
def test_an_override_replaces_the_weekdays_windows():
    """It may shorten a day, close it, or open a weekend (rule 1)."""
    calendar = weekly(
        "special",
        "UTC",
        {day: [("09:00", "17:00")] for day in WEEKDAYS[:5]},
        overrides={
            date(2026, 1, 12): ((wall_seconds("09:00"), wall_seconds("12:00")),),
            date(2026, 1, 13): (),
            date(2026, 1, 17): ((wall_seconds("10:00"), wall_seconds("11:00")),),
        },
    )
    assert calendar.between(t("12 00:00"), t("14 00:00")) == 3 * HOUR
    assert calendar.between(t("17 00:00"), t("18 00:00")) == HOUR


@pytest.mark.rule("1.6")
def test_a_holiday_beats_an_override():
    """Holiday beats override beats weekday (rule 1)."""
    day = date(2026, 1, 12)
    calendar = daily("UTC", ("09:00", "17:00"), overrides={day: ((0, DAY),)}, holidays=frozenset({day}))
    assert calendar.between(t("12 00:00"), t("13 00:00")) == 0


# --- days of 23 and 25 hours ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (LONDON, "2026-03-29", 23),
        (LONDON, "2026-10-25", 25),
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
        (LORD_HOWE, "2026-10-04", 23.5),
        (LORD_HOWE, "2026-04-05", 24.5),
    ],
)
@pytest.mark.rule("1.12")
def test_business_time_is_real_time(zone: str, day: str, hours: float):
    """A window of the whole day holds as many hours as the day has, a half-hour shift included (rule 1)."""
    calendar = weekly("day", zone, {}, overrides={date.fromisoformat(day): ((0, DAY),)})
    assert (
        calendar.between(t(f"{day} 00:00") - timedelta(days=2), t(f"{day} 00:00") + timedelta(days=2)) == hours * HOUR
    )


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        (LONDON, "2026-03-28 09:00", "2026-03-29 08:00"),
        (NEW_YORK, "2026-03-07 14:00", "2026-03-08 13:00"),
        (LORD_HOWE, "2026-10-02 22:30", "2026-10-03 22:00"),
    ],
)
@pytest.mark.mistake("fivetran/dbt_zendesk#25")
def test_opening_follows_the_wall_clock(zone: str, winter: str, summer: str):
    """The offset of that date counts, not today's (fivetran/dbt_zendesk#25)."""
    calendar = daily(zone, ("09:00", "17:00"))
    assert calendar.next_open(t(winter) - timedelta(hours=1)) == t(winter)
    assert calendar.next_open(t(summer) - timedelta(hours=1)) == t(summer)


@pytest.mark.rule("1.9")
def test_an_ambiguous_wall_time_is_its_first_occurrence():
    """01:30 in London on 25 October 2026 comes at 00:30 UTC and again at 01:30; the first begins it (rule 1)."""
    calendar = daily(LONDON, ("01:30", "03:00"))
    assert calendar.next_open(t("2026-10-25 00:00")) == t("2026-10-25 00:30")
    assert calendar.between(t("2026-10-25 00:00"), t("2026-10-25 12:00")) == 2.5 * HOUR


@pytest.mark.rule("1.10")
def test_a_wall_time_that_does_not_exist_moves_forward_by_the_gap():
    """01:30 in London on 29 March 2026 is 02:30; in Lord Howe's half hour, 02:10 on 4 October is 02:40 (rule 1)."""
    assert daily(LONDON, ("01:30", "04:00")).next_open(t("2026-03-29 00:30")) == t("2026-03-29 01:30")
    assert daily(LORD_HOWE, ("02:10", "04:00")).next_open(t("2026-10-03 15:00")) == t("2026-10-03 15:40")


@pytest.mark.rule("1.11")
def test_a_window_left_empty_by_a_gap_is_dropped():
    """01:30 to 02:15 becomes 02:30 to 02:15: nothing, and nothing negative (rule 1)."""
    calendar = daily(LONDON, ("01:30", "02:15"))
    assert calendar.between(t("2026-03-29 00:00"), t("2026-03-29 12:00")) == 0
    assert calendar.next_open(t("2026-03-29 00:00")) == t("2026-03-30 00:30")


def test_a_gap_over_midnight_loses_no_time():
    """Nuuk has no 23:00 to 24:00 on 28 March 2026: Saturday's late window falls inside Sunday's first."""
    calendar = weekly("nuuk", "America/Nuuk", {"sat": [("23:30", "23:45")], "sun": [("00:00", "06:00")]})
    assert calendar.between(t("2026-03-28 12:00"), t("2026-03-29 12:00")) == 6 * HOUR
    assert calendar.next_open(t("2026-03-28 12:00")) == t("2026-03-29 01:00")


def test_a_skipped_date_keeps_the_next_ones_hours():
    """Samoa had no 30 December 2011: its windows fall on the 31st and merge with that day's."""
    calendar = daily("Pacific/Apia", ("09:00", "10:00"), ("20:00", "21:00"))
    assert calendar.between(t("2011-12-30 10:00"), t("2011-12-31 10:00")) == 2 * HOUR


def test_always_open_is_open_through_both_shifts():
    """A calendar of whole days has no seam at midnight, not even where the zone shifts."""
    calendar = daily(NEW_YORK, ("00:00", "24:00"))
    for day in ("2026-03-08", "2026-11-01"):
        start = t(f"{day} 00:00")
        assert calendar.between(start, start + timedelta(days=2)) == 2 * DAY
        assert calendar.add(start, DAY) == start + timedelta(days=1)


def test_a_calendar_of_utc_never_shifts():
    """Where the zone has no summer time a day is a day."""
    assert ALWAYS.between(t("2026-03-28 00:00"), t("2026-03-30 00:00")) == 2 * DAY


def test_the_next_day_begins_where_the_zone_says():
    """At the local midnight, also on the night of a change of the clocks."""
    london = zone("Europe/London")
    assert next_day(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), london) == datetime(2026, 3, 29, tzinfo=UTC)
    assert next_day(datetime(2026, 3, 29, 12, tzinfo=UTC), london) == datetime(2026, 3, 29, 23, tzinfo=UTC)
