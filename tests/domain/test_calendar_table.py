"""What the table of edges answers beyond adding: backwards, closings, windows, breaks, and the ends of time."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from bot.codec import calendar_from_json, calendar_to_json
from bot.domain.calendar import DAY, WEEKDAYS, Calendar, CalendarError, NaiveInstant, wall_seconds, weekly, zone

HOUR = 3600
OFFICE = weekly("office", "UTC", {day: [("09:00", "17:00")] for day in WEEKDAYS[:5]})
ALWAYS = weekly("always", "UTC", {day: [("00:00", "24:00")] for day in WEEKDAYS})
NIGHT = weekly("night", "UTC", {day: [("22:00", "06:00")] for day in WEEKDAYS})
MONDAY = date(2026, 1, 12)


def t(text: str) -> datetime:
    """`12 09:00` is that time in UTC in January 2026; a whole date may lead."""
    return datetime.fromisoformat(text if text.count("-") == 2 else f"2026-01-{text}").replace(tzinfo=UTC)


def spans(*texts: str) -> tuple[tuple[int, int], ...]:
    """Windows of a day: `09:00-17:00`."""
    return tuple((wall_seconds(a), wall_seconds(b)) for a, b in (text.split("-") for text in texts))


# --- backwards --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "hours", "found"),
    [
        ("13 10:00", 2, "12 16:00"),
        ("19 10:00", 2, "16 16:00"),
        ("12 17:00", 8, "12 09:00"),
        ("13 09:00", 1, "12 16:00"),
        ("18 12:00", 40, "12 09:00"),
    ],
)
def test_subtracting_is_adding_in_the_mirror(start: str, hours: int, found: str):
    """The latest instant from which so much passes; used up exactly at opening, it is the opening instant."""
    assert OFFICE.subtract(t(start), hours * HOUR) == t(found)
    assert OFFICE.between(t(found), t(start)) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "found"),
    [("12 12:00", "12 12:00"), ("12 09:00", "12 09:00"), ("12 17:00", "12 17:00"), ("18 12:00", "16 17:00")],
)
def test_subtracting_nothing_stays_in_hours(start: str, found: str):
    """It is the instant itself where that is open, else the last closing until then."""
    assert OFFICE.subtract(t(start), 0) == t(found)


def test_the_last_closing_may_lie_in_another_month():
    """A month that begins closed asks the one before; a window that ends with a month closes there."""
    assert OFFICE.subtract(t("2026-02-01 12:00"), 0) == t("2026-01-30 17:00")
    ends = weekly("ends", "UTC", {}, overrides={date(2026, 1, 31): spans("20:00-24:00")})
    assert ends.subtract(t("2026-02-01 00:00"), 0) == t("2026-02-01 00:00")
    assert ends.subtract(t("2026-09-01 00:00"), 4 * HOUR) == t("2026-01-31 20:00")


def test_hours_that_run_out_backwards_are_told():
    """Before the first date on which it opens, there is nothing to subtract from."""
    fair = weekly("fair", "UTC", {}, overrides={date(2026, 1, 14): spans("00:00-01:00")})
    for seconds in (0, 1):
        with pytest.raises(CalendarError, match="“fair” has too few open hours before 2026-01-13"):
            fair.subtract(t("13 10:00"), seconds)
    with pytest.raises(CalendarError, match="too few open hours before 2026-01-20"):
        fair.subtract(t("20 10:00"), HOUR + 1)
    assert fair.subtract(t("2026-12-01 10:00"), HOUR) == t("14 00:00")


def test_years_of_hours_are_added_and_taken_away():
    """Far steps land as exactly as near ones, whichever months were asked about before."""
    far = replace(OFFICE, zone="Europe/London")
    start = datetime(2026, 1, 12, 9, tzinfo=UTC)
    end = far.add(start, 20 * 261 * 8 * HOUR)
    assert end.year == 2046
    assert far.between(start, end) == 20 * 261 * 8 * HOUR
    assert far.subtract(end, 20 * 261 * 8 * HOUR) == start
    assert far.subtract(start, 10 * 261 * 8 * HOUR).year == 2016
    assert far.add(start, 20 * 261 * 8 * HOUR) == end


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), 1e30])
def test_no_calendar_is_open_for_ever_so_long(seconds: float):
    """A duration beyond all time is refused like one that is only too long."""
    for ask in (OFFICE.add, OFFICE.subtract):
        with pytest.raises(CalendarError, match="too few open hours"):
            ask(t("12 10:00"), seconds)


# --- closings and windows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "closes"),
    [("12 12:00", "12 17:00"), ("12 09:00", "12 17:00"), ("12 17:00", "13 17:00"), ("17 12:00", "19 17:00")],
)
def test_the_next_closing_ends_this_window_or_the_next(at: str, closes: str):
    """The closing instant itself belongs to the next window."""
    assert OFFICE.next_close(t(at)) == t(closes)


def test_a_closing_over_the_end_of_a_month_is_found():
    """A night shift goes on into the next month, and windows that adjoin over its end are one."""
    assert NIGHT.next_close(t("2026-01-31 23:00")) == t("2026-02-01 06:00")
    new_year = weekly(
        "eve", "UTC", {}, overrides={date(2026, 12, 31): spans("12:00-24:00"), date(2027, 1, 1): spans("00:00-03:00")}
    )
    assert list(new_year.windows(t("12 00:00"))) == [(t("2026-12-31 12:00"), t("2027-01-01 03:00"))]
    assert list(new_year.windows(t("2027-06-01 00:00"), "back")) == [(t("2026-12-31 12:00"), t("2027-01-01 03:00"))]


def test_what_never_closes_says_so():
    """Round the clock there is no closing; a holiday brings one, and an end of hours is told too."""
    with pytest.raises(CalendarError, match="“always” does not close"):
        ALWAYS.next_close(t("12 10:00"))
    assert replace(ALWAYS, holidays=frozenset({date(2027, 3, 1)})).next_close(t("12 10:00")) == t("2027-03-01 00:00")
    fair = weekly("fair", "UTC", {}, overrides={date(2026, 1, 14): spans("00:00-01:00")})
    with pytest.raises(CalendarError, match="does not open after 2026-01-14"):
        fair.next_close(t("14 01:00"))


def test_windows_are_clipped_at_the_instant():
    """From within a window on, its rest comes first; back from within it, its beginning."""
    assert list(islice(OFFICE.windows(t("12 10:00")), 2)) == [
        (t("12 10:00"), t("12 17:00")),
        (t("13 09:00"), t("13 17:00")),
    ]
    back = list(islice(OFFICE.windows(t("13 10:00"), "back"), 2))
    assert back == [(t("13 09:00"), t("13 10:00")), (t("12 09:00"), t("12 17:00"))]
    assert next(OFFICE.windows(t("12 17:00"))) == (t("13 09:00"), t("13 17:00"))
    assert next(OFFICE.windows(t("12 09:00"), "back")) == (t("09 09:00"), t("09 17:00"))
    assert next(OFFICE.windows(t("12 17:00"), "back")) == (t("12 09:00"), t("12 17:00"))


def test_windows_without_end_last_as_long_as_time_is_reckoned():
    """Round the clock there is one window each way."""
    assert [closes.year for _, closes in ALWAYS.windows(t("12 10:00"))] == [2300]
    assert [opens.year for opens, _ in ALWAYS.windows(t("12 10:00"), "back")] == [1900]
    wraps = weekly("wraps", "UTC", {day: [("09:00", "09:00")] for day in WEEKDAYS})
    assert [closes.year for _, closes in wraps.windows(t("2299-10-12 10:00"))] == [2300]


def test_windows_end_where_a_calendar_of_dates_ends():
    """Asked long before or after its dates, it lists them all the same, and then no more."""
    one = (t("14 09:00"), t("14 17:00"))
    fair = weekly("fair", "UTC", {}, overrides={date(2026, 1, 14): spans("09:00-17:00")})
    assert list(fair.windows(t("2020-01-01 00:00"))) == [one]
    assert list(fair.windows(t("2030-01-01 00:00"), "back")) == [one]
    assert list(fair.windows(t("2030-01-01 00:00"))) == list(fair.windows(t("2020-01-01 00:00"), "back")) == []
    assert fair.next_open(t("2020-01-01 00:00")) == one[0]


# --- breaks and holidays of every year --------------------------------------------------------------------------------


def test_a_break_is_taken_out_of_its_date():
    """Lunch together on the 12th splits that day and no other; a break outside hours takes nothing."""
    calendar = replace(OFFICE, breaks={MONDAY: spans("12:00-13:00", "18:00-19:00")})
    assert list(islice(calendar.windows(t("12 00:00")), 2)) == [
        (t("12 09:00"), t("12 12:00")),
        (t("12 13:00"), t("12 17:00")),
    ]
    assert calendar.between(t("12 00:00"), t("14 00:00")) == 15 * HOUR
    assert calendar.next_open(t("12 12:00")) == t("12 13:00")


def test_a_break_cuts_whatever_is_open_then():
    """Yesterday's night shift too, and one that crosses midnight cuts both days."""
    calendar = replace(NIGHT, breaks={MONDAY: spans("02:00-03:00", "23:00-01:00")})
    assert list(islice(calendar.windows(t("12 00:00")), 4)) == [
        (t("12 00:00"), t("12 02:00")),
        (t("12 03:00"), t("12 06:00")),
        (t("12 22:00"), t("12 23:00")),
        (t("13 01:00"), t("13 06:00")),
    ]


def test_a_break_may_leave_nothing_of_a_day():
    """The day is then closed, and an override is cut as well as a weekday."""
    calendar = replace(OFFICE, breaks={MONDAY: spans("08:00-18:00")}, overrides={MONDAY: spans("09:00-12:00")})
    assert calendar.next_open(t("12 00:00")) == t("13 09:00")


def test_holidays_of_every_year_need_no_dates():
    """The 25th of December is off in any year; a leap day only where there is one."""
    calendar = replace(OFFICE, annual=frozenset({(12, 25), (2, 29)}))
    assert calendar.next_open(t("2026-12-25 00:00")) == t("2026-12-28 09:00")
    assert calendar.next_open(t("2031-12-25 00:00")) == t("2031-12-26 09:00")
    assert calendar.next_open(t("2028-02-29 00:00")) == t("2028-03-01 09:00")


# --- calendars that never open ----------------------------------------------------------------------------------------


def test_a_year_of_holidays_is_refused():
    """Where each day of the year is off, there are no hours left, and the mend is to take some away."""
    every = frozenset((date(2028, 1, 1) + timedelta(days=n)).timetuple()[1:3] for n in range(366))
    with pytest.raises(CalendarError, match="every day of the year is a holiday"):
        replace(OFFICE, annual=every)
    assert replace(OFFICE, annual=every - {(2, 29)}).next_open(t("12 00:00")) == t("2028-02-29 09:00")


@pytest.mark.parametrize(
    "more",
    [
        {"holidays": frozenset({date(2026, 3, 29)})},
        {"annual": frozenset({(3, 29)})},
        {"breaks": {date(2026, 3, 29): spans("00:00-24:00")}},
        {"overrides": {date(2026, 3, 29): spans("01:30-02:15")}},
        {"overrides": {date(1492, 3, 29): spans("09:00-10:00")}},
    ],
    ids=["holiday", "annual", "break", "gap", "long ago"],
)
def test_dates_of_which_nothing_is_left_never_open(more: dict[str, object]):
    """Holidays, breaks and a gap of the zone may leave no hours on the only dates; it is told at once."""
    with pytest.raises(CalendarError, match=r"“gone” never opens: .* Give it hours"):
        weekly("gone", "Europe/London", {}, **{"overrides": {date(2026, 3, 29): spans("09:00-10:00")}, **more})


# --- the ends of time -------------------------------------------------------------------------------------------------

EARLY, LATE = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone_name"),
    [
        *((at, name) for at in (EARLY, LATE) for name in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago")),
        (t("1899-12-31 23:59"), "UTC"),
        (t("2300-01-01 00:00"), "UTC"),
    ],
)
def test_the_ends_of_time_are_refused_kindly(at: datetime, zone_name: str):
    """No instant is too early or too late for a clear answer: the years that are reckoned, and the date."""
    calendar = replace(OFFICE, zone=zone_name)
    local = at.replace(tzinfo=zone(zone_name))
    for ask in (
        lambda: calendar.is_open(local),
        lambda: calendar.next_open(local),
        lambda: calendar.next_close(local),
        lambda: next(calendar.windows(local, "back")),
        lambda: calendar.add(local, 60),
        lambda: calendar.subtract(local, 60),
        lambda: calendar.subtract(local, 0),
        lambda: calendar.between(min(local, t("12 10:00")), max(local, t("12 10:00"))),
    ):
        with pytest.raises(CalendarError, match="reckoned from 1900 to 2299"):
            ask()


def test_hours_beyond_the_last_year_are_too_few():
    """Adding past the end of what is reckoned says so, and so does subtracting past its beginning."""
    late, early = (replace(OFFICE, zone=name) for name in ("Etc/UTC", "Etc/GMT"))  # a table of its own each
    with pytest.raises(CalendarError, match="too few open hours after 2299-12-31"):
        late.add(t("2299-12-31 10:00"), 40 * HOUR)
    with pytest.raises(CalendarError, match="too few open hours before 1900-01-02"):
        early.subtract(t("1900-01-02 10:00"), 40 * HOUR)
    with pytest.raises(CalendarError, match="does not open after 2299-12-31"):
        late.next_open(t("2299-12-31 18:00"))


# --- a value ----------------------------------------------------------------------------------------------------------


def test_a_calendar_is_a_value_whatever_it_was_asked():
    """What it has looked up is no part of it: equal, hashed, printed and pickled as before."""
    calendar = replace(OFFICE, breaks={MONDAY: spans("12:00-13:00")}, annual=frozenset({(12, 25)}))
    other = replace(calendar)
    calendar.add(t("12 10:00"), HOUR)
    assert calendar == other
    assert hash(calendar) == hash(other)
    assert repr(calendar) == repr(other)
    again = pickle.loads(pickle.dumps(calendar))  # noqa: S301 -- our own bytes
    assert again == calendar
    assert len(pickle.dumps(calendar)) == len(pickle.dumps(other))
    assert again.add(t("12 10:00"), 4 * HOUR) == t("12 15:00")
    assert calendar != replace(calendar, breaks={})


def test_breaks_and_yearly_holidays_are_stored():
    """They come back from their stored form; one that was stored without them has none."""
    calendar = replace(OFFICE, breaks={MONDAY: spans("12:00-13:00")}, annual=frozenset({(12, 25)}))
    assert calendar_from_json(calendar_to_json(calendar)) == calendar
    old = calendar_to_json(OFFICE).replace(',"breaks":{},"annual":[]', "")
    assert "breaks" not in old
    assert calendar_from_json(old) == OFFICE


def test_breaks_lie_within_their_day():
    """Like windows."""
    with pytest.raises(CalendarError, match="outside the day"):
        replace(OFFICE, breaks={MONDAY: ((0, DAY + 1),)})


def test_a_naive_instant_is_refused_backwards_too():
    """No method takes an instant of no zone."""
    naive = datetime(2026, 1, 12, 10)  # noqa: DTZ001 -- the naive instant is the point
    for ask in (
        lambda: OFFICE.subtract(naive, 1),
        lambda: OFFICE.next_close(naive),
        lambda: next(OFFICE.windows(naive)),
    ):
        with pytest.raises(NaiveInstant):
            ask()


def test_a_negative_duration_is_refused_backwards_too():
    """Subtracting never goes ahead."""
    with pytest.raises(CalendarError, match="never negative"):
        OFFICE.subtract(t("12 10:00"), -1)


def test_calendars_that_are_open_alike_share_their_table():
    """A calendar read anew for each change is not reckoned anew; its name and version do not matter."""
    one, two = Calendar("a", "UTC", OFFICE.hours), Calendar("b", "UTC", OFFICE.hours, version=7)
    assert one._table is two._table
    assert one._table is not replace(one, holidays=frozenset({MONDAY}))._table
