"""Other libraries set to the same hours: Monday to Friday 9 to 17 in New York, public holidays off.

Each is built once, outside the timing, as its documentation advises. One that is not installed is left out, and said.
Both `add` and `between` take instants as the library likes them best, made outside the timing too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.measuring import Call

ZONE = ZoneInfo("America/New_York")
OPENS, CLOSES, HOURS = time(9), time(17), 8
DAY_SECONDS = HOURS * 3600


@dataclass(frozen=True)
class Peer:
    """One library: what makes a call ready to be timed, and how its answer reads as an instant or as seconds."""

    name: str
    add: Callable[[datetime], Call] | None
    between: Callable[[datetime, datetime], Call] | None
    instant: Callable[[Any], datetime] = lambda found: found
    seconds: Callable[[Any], float] = float


def naive(at: datetime) -> datetime:
    """The wall time in New York, for what knows no zones."""
    return at.astimezone(ZONE).replace(tzinfo=None)


def businesstimedelta(days: list[date]) -> Peer:
    """businesstimedelta: zone-aware, walks period by period."""
    package, tz = import_module("businesstimedelta"), import_module("pytz").timezone(ZONE.key)
    work = package.WorkDayRule(start_time=OPENS, end_time=CLOSES, working_days=[0, 1, 2, 3, 4], tz=tz)
    rules = package.Rules([work, package.HolidayRule(frozenset(days), tz=tz)])
    eight = package.BusinessTimeDelta(rules, hours=HOURS)
    return Peer(
        "businesstimedelta",
        lambda start: lambda: start + eight,
        lambda start, end: lambda: rules.difference(start, end),
        seconds=lambda found: found.timedelta.total_seconds(),
    )


def pandas(days: list[date]) -> Peer:
    """pandas CustomBusinessHour: adds on zone-aware timestamps; it has no difference of its own."""
    package = import_module("pandas")
    eight = package.offsets.CustomBusinessHour(n=HOURS, start="09:00", end="17:00", holidays=days)

    def add(start: datetime) -> Call:
        stamp = package.Timestamp(start).tz_convert(ZONE.key)
        return lambda: stamp + eight

    return Peer("pandas CustomBusinessHour", add, None, instant=lambda found: found.to_pydatetime())


def business_duration(days: list[date]) -> Peer:
    """business-duration: a difference of naive wall times."""
    ask = import_module("business_duration").businessDuration

    def between(start: datetime, end: datetime) -> Call:
        a, b = naive(start), naive(end)
        return lambda: ask(a, b, OPENS, CLOSES, weekendlist=[5, 6], holidaylist=days, unit="sec")

    return Peer("business-duration", None, between)


def numpy(days: list[date]) -> Peer:
    """numpy's busday functions with the least glue that counts seconds; naive of zones."""
    package = import_module("numpy")
    week = package.busdaycalendar(weekmask="1111100", holidays=days)

    def into(at: datetime) -> int:
        return min(max((at.hour - 9) * 3600 + at.minute * 60 + at.second, 0), DAY_SECONDS)

    def count(start: datetime, end: datetime) -> int:
        first, last = start.date(), end.date()
        total = int(package.busday_count(first, last, busdaycal=week)) * DAY_SECONDS
        if package.is_busday(last, busdaycal=week):
            total += into(end)
        if package.is_busday(first, busdaycal=week):
            total -= into(start)
        return total

    def between(start: datetime, end: datetime) -> Call:
        a, b = naive(start), naive(end)
        return lambda: count(a, b)

    return Peer("numpy busday with glue", None, between)


PEERS: dict[str, Callable[[list[date]], Peer]] = {
    "businesstimedelta": businesstimedelta,
    "pandas": pandas,
    "business-duration": business_duration,
    "numpy": numpy,
}
