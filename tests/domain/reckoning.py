"""Business time reckoned the slow way, instant by instant on the wall: what the table of edges must answer too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from bot.domain.calendar import DAY, Calendar, Window, zone

Span = tuple[datetime, datetime]


def wall(day: date, seconds: int, name: str) -> datetime:
    """A local time as an instant: the first of two, and one that does not exist later by the gap."""
    naive = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001 -- a wall time
    first = naive.replace(tzinfo=zone(name), fold=0)
    return (naive - first.utcoffset()).replace(tzinfo=UTC)  # type: ignore[operator]


def covered(calendar: Calendar, at: datetime) -> bool:
    """Whether the instant is in a window of its date or of those about it, and in no break."""
    local = at.astimezone(zone(calendar.zone)).date()
    days = [local + timedelta(days=n) for n in range(-5, 4)]

    def inside(day: date, windows: tuple[Window, ...]) -> bool:
        return any(
            wall(day, a, calendar.zone) <= at < wall(day, b if b > a else b + DAY, calendar.zone) for a, b in windows
        )

    def windows(day: date) -> tuple[Window, ...]:
        off = day in calendar.holidays or (day.month, day.day) in calendar.annual
        return () if off else calendar.overrides.get(day, calendar.hours[day.weekday()])

    return any(inside(d, windows(d)) for d in days) and not any(inside(d, calendar.breaks.get(d, ())) for d in days)


def spans(calendar: Calendar, start: datetime, end: datetime) -> list[Span]:
    """The open spans within [start, end): between two neighbouring edges all is open, or nothing."""
    edges = {start, end}
    day = start.astimezone(zone(calendar.zone)).date() - timedelta(days=5)
    while day <= end.astimezone(zone(calendar.zone)).date() + timedelta(days=3):
        for a, b in (*calendar.hours[day.weekday()], *calendar.overrides.get(day, ()), *calendar.breaks.get(day, ())):
            edges |= {wall(day, a, calendar.zone), wall(day, b if b > a else b + DAY, calendar.zone)}
        day += timedelta(days=1)
    cuts = sorted(edge for edge in edges if start <= edge <= end)
    found: list[Span] = []
    for a, b in pairwise(cuts):
        if covered(calendar, a):
            found = [*found[:-1], (found[-1][0], b)] if found and found[-1][1] == a else [*found, (a, b)]
    return found
