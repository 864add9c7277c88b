"""When something comes again: at set times on set weekdays, by the wall clock of one zone.

Wall times are found first and made instants then, so ten o'clock stays ten o'clock across summer time: a wall time that
does not exist moves forward by the gap, of one that exists twice the first counts (rule 1). Instants are UTC.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import WEEKDAYS, aware, wall_instant, wall_seconds, zone
from bot.domain.refusal import Declined

_SEARCH = 366 * 2
"""Days a search for the next of set weekdays looks ahead: longer than any run of days off."""


class RuleError(Declined, ValueError):
    """A rule that cannot be kept; the message names the mend."""


def weekdays(text: str) -> frozenset[int]:
    """The days that `mon-fri`, `mon,wed,fri` or `daily` name, Monday as 0. Raises RuleError."""
    found: set[int] = set()
    for part in "".join(text.split()).casefold().split(","):
        if part == "daily":
            part = "mon-sun"
        first, _, last = part.partition("-")
        if first[:3] not in WEEKDAYS or (last and last[:3] not in WEEKDAYS):
            raise RuleError(f"“{text}” names no weekdays; write mon-fri, mon,wed,fri or daily.")
        begin, end = WEEKDAYS.index(first[:3]), WEEKDAYS.index((last or first)[:3])
        found |= {day % 7 for day in range(begin, end + 1 + (7 if end < begin else 0))}
    return frozenset(found)


def time_of_day(text: str) -> int:
    """Seconds from midnight of `09:00`; a day's end is none. Raises RuleError."""
    try:
        seconds = wall_seconds(text)
    except ValueError as error:
        raise RuleError(str(error)) from error
    if seconds == wall_seconds("24:00"):
        raise RuleError("“24:00” is the next day's 00:00; write that.")
    return seconds


def day_of(text: str) -> date | None:
    """The day that 2026-06-01 names; None for an empty text. Raises RuleError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RuleError(f"“{text}” is no day; write it as 2026-06-01.") from error


def at_time(day: date, at: str, zone_name: str) -> datetime:
    """That day's instant of a time of day."""
    return wall_instant(datetime.combine(day, time()), time_of_day(at), zone(zone_name))


def next_daily(
    after: datetime, *, at: str, days: str, zone_name: str, off: Collection[date] = frozenset()
) -> datetime | None:
    """The first such time strictly after the instant, on none of the days off; None where they are all off."""
    wanted = weekdays(days)
    day = aware(after).astimezone(zone(zone_name)).date() - timedelta(days=1)
    for _ in range(_SEARCH):
        if day.weekday() in wanted and day not in off:
            instant = at_time(day, at, zone_name)
            if instant > after:
                return instant
        day += timedelta(days=1)
    return None


def last_daily(
    now: datetime, *, at: str, days: str, zone_name: str, off: Collection[date] = frozenset()
) -> tuple[date, datetime] | None:
    """The latest such time at or before the instant and its local day, not looking back further than yesterday."""
    wanted = weekdays(days)
    today = aware(now).astimezone(zone(zone_name)).date()
    for day in (today, today - timedelta(days=1)):
        if day.weekday() in wanted and day not in off:
            instant = at_time(day, at, zone_name)
            if instant <= now:
                return day, instant
    return None
