"""Days on which a calendar opens: the n-th after an instant, its closing, and the same time of day on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.domain.calendar import Calendar, next_day, zone

_SEARCH = 1200
"""More than three years of closed days is a calendar that does not open."""


def closing_of_open_day(calendar: Calendar, at: datetime, days: int) -> datetime:
    """The last closing of the `days`-th local day after `at` on which the calendar opens at all."""
    day = _open_day(calendar, at, days)
    if day is None:
        return calendar.next_open(next_day(at, zone(calendar.zone)))
    midnight = datetime.combine(day, time(), zone(calendar.zone))
    return calendar.add(midnight, _seconds(calendar, day))


def same_time_on_open_day(calendar: Calendar, at: datetime, days: int) -> datetime:
    """The same time of day, in the calendar's zone, on the `days`-th open day after `at`; the next opening after it
    where that is none of its hours."""
    tz = zone(calendar.zone)
    day = _open_day(calendar, at, days)
    if day is None:
        return calendar.next_open(next_day(at, zone(calendar.zone)))
    return calendar.next_open(datetime.combine(day, at.astimezone(tz).time(), tz).astimezone(UTC))


def _open_day(calendar: Calendar, at: datetime, days: int) -> date | None:
    day = at.astimezone(zone(calendar.zone)).date()
    for _ in range(_SEARCH):
        day += timedelta(days=1)
        days -= _seconds(calendar, day) > 0
        if days == 0:
            return day
    return None


def _seconds(calendar: Calendar, day: date) -> float:
    tz = zone(calendar.zone)
    return calendar.between(datetime.combine(day, time(), tz), datetime.combine(day + timedelta(days=1), time(), tz))
