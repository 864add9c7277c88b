"""Working hours: when a calendar is open, and arithmetic in business time.

Rules 1 to 3 of the SLA rules hold here. Instants are aware and answered in UTC; durations are whole or fractional
seconds of real time inside open windows (a 24 h window on a 25 h day holds 25 h).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.refusal import Declined

DAY = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HORIZON = timedelta(days=366 * 12)
"""How far a search looks before it says that the calendar does not open: longer than any run of leap-day overrides."""

Window = tuple[int, int]
"""Seconds of local wall time from midnight, half-open; an end at or before the start means the next day."""


class CalendarError(Declined, ValueError):
    """A calendar that cannot be used; the message names the mend."""


class NaiveInstant(TypeError):
    """An instant without a zone was handed in; every instant of the desk is aware."""


def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises CalendarError for a name the zone database does not have."""
    if name not in _zones():
        raise CalendarError(f"“{name}” is no time zone; use an IANA name such as Europe/London.")
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    """The names that mean the same on every machine: this one's own time is none of them."""
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def wall_seconds(text: str) -> int:
    """Seconds from midnight of `HH:MM` or `HH:MM:SS`; `24:00` is the day's end. Raises CalendarError otherwise."""
    if text in ("24:00", "24:00:00"):
        return DAY
    try:
        wall = time.fromisoformat(text)
    except ValueError as error:
        raise CalendarError(f"“{text}” is no time of day; write it as 09:00.") from error
    return wall.hour * 3600 + wall.minute * 60 + wall.second


def aware(instant: datetime) -> datetime:
    """The instant in UTC. Raises NaiveInstant where it carries no zone."""
    if instant.tzinfo is None:
        raise NaiveInstant(f"{instant.isoformat()} has no time zone; hand in an aware instant.")
    return instant.astimezone(UTC)


@dataclass(frozen=True)
class Calendar:
    """One version of a client's opening hours, in one zone.

    `hours` holds seven tuples of windows, Monday first. `overrides` replace a local date's windows; `holidays` remove
    the windows that start that date. Holiday beats override beats weekday (rule 1).
    """

    name: str
    zone: str
    hours: tuple[tuple[Window, ...], ...]
    holidays: frozenset[date] = frozenset()
    overrides: Mapping[date, tuple[Window, ...]] = field(default_factory=dict[date, tuple[Window, ...]])
    version: int = 1
    region: str = ""
    """Whose public holidays are among `holidays`: a country, or country-subdivision such as GB-ENG; empty for none."""
    public: frozenset[date] = frozenset()
    """Those of `holidays` that the region gave; the others were named by hand."""

    def __post_init__(self) -> None:
        zone(self.zone)
        if len(self.hours) != 7:
            raise CalendarError(f"“{self.name}” needs hours for seven days, Monday first.")
        for opens, closes in (w for day in (*self.hours, *self.overrides.values()) for w in day):
            if not (0 <= opens < DAY and 0 <= closes <= DAY):
                raise CalendarError(f"“{self.name}” has a window outside the day; use times from 00:00 to 24:00.")
        if not any(self.hours) and not any(
            windows for day, windows in self.overrides.items() if day not in self.holidays
        ):
            raise CalendarError(f"“{self.name}” never opens; give it hours on at least one day.")

    @property
    def ref(self) -> str:
        """What a clock keeps to say which hours judged it."""
        return f"{self.name}@{self.version}"

    def is_open(self, at: datetime) -> bool:
        """Whether the instant lies in a window; the closing instant does not."""
        at = aware(at)
        return any(opens <= at < closes for opens, closes in self._spans(at, at + timedelta(microseconds=1)))

    def next_open(self, at: datetime) -> datetime:
        """The first open instant at or after `at`. Raises CalendarError where the calendar does not open again."""
        at = aware(at)
        for opens, _ in self._spans(at):
            return max(opens, at)
        raise CalendarError(f"“{self.name}” does not open after {at:%Y-%m-%d}; give it hours.")

    def between(self, start: datetime, end: datetime) -> float:
        """Business seconds from start to end; 0 where end is not after start."""
        return self.open_time(start, end).total_seconds()

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """Business time from start to end, exact: sums of it never differ from the whole by a rounding."""
        start, end = aware(start), aware(end)
        if end <= start:
            return timedelta()
        return sum((min(closes, end) - max(opens, start) for opens, closes in self._spans(start, end)), timedelta())

    def add(self, start: datetime, seconds: float) -> datetime:
        """The earliest instant at which `seconds` of business time have passed since start (rule 2).

        Used up exactly at closing, it is the closing instant; with nothing to add it is the next open instant.
        Raises CalendarError for a negative duration, and where the calendar does not open for that long.
        """
        start = aware(start)
        if seconds < 0:
            raise CalendarError("A duration is never negative.")
        left = timedelta(seconds=seconds)
        if not left:
            return self.next_open(start)
        for opens, closes in self._spans(start):
            opens = max(opens, start)
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise CalendarError(f"“{self.name}” has too few open hours after {start:%Y-%m-%d}.")

    def _spans(self, start: datetime, end: datetime | None = None) -> Iterator[tuple[datetime, datetime]]:
        """The windows that overlap [start, end) in order, without overlaps among themselves; not clipped at either."""
        tz = zone(self.zone)
        last = end or start + _HORIZON
        # Yesterday's night shift may reach into today, and a zone's gap may push a window over midnight: two days back.
        day = start.astimezone(tz).date() - timedelta(days=2)
        final = last.astimezone(tz).date() + timedelta(days=2)
        reached = datetime.min.replace(tzinfo=UTC)
        waiting: list[tuple[datetime, datetime]] = []
        while day <= final:
            waiting = sorted([*waiting, *self._windows_of(day, tz)])
            # A gap over midnight pushes a late window past the next day's first: a day is told once the next is known.
            settled = wall_instant(datetime.combine(day, time()), 0, tz)
            day += timedelta(days=1)
            while waiting and waiting[0][0] < settled:
                opens, closes = waiting.pop(0)
                opens = max(opens, reached)
                if opens >= closes:
                    continue  # left empty by a gap of the zone, or inside the window before it
                reached = closes
                if opens < last and closes > start:
                    yield opens, closes

    def _windows_of(self, day: date, tz: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        if day in self.holidays:
            return
        midnight = datetime.combine(day, time())
        for opens, closes in self.overrides.get(day, self.hours[day.weekday()]):
            closes += DAY if closes <= opens else 0
            yield wall_instant(midnight, opens, tz), wall_instant(midnight, closes, tz)


def wall_instant(midnight: datetime, seconds: int, tz: ZoneInfo) -> datetime:
    """A wall time as an instant: the first of two, and past a gap by the gap's length (fold 0 does both)."""
    return (midnight + timedelta(seconds=seconds)).replace(tzinfo=tz).astimezone(UTC)


def next_day(at: datetime, tz: ZoneInfo) -> datetime:
    """The first instant of the local day after `at`."""
    return wall_instant(datetime.combine(at.astimezone(tz).date() + timedelta(days=1), time()), 0, tz)


def weekly(name: str, zone: str, hours: Mapping[str, list[tuple[str, str]]], **more: object) -> Calendar:
    """A calendar from words: `weekly("office", "Europe/London", {"mon": [("09:00", "17:00")], …})`."""
    unknown = set(hours) - set(WEEKDAYS)
    if unknown:
        raise CalendarError(f"“{sorted(unknown)[0]}” is no weekday; use {', '.join(WEEKDAYS)}.")
    days = tuple(
        tuple((wall_seconds(opens), wall_seconds(closes)) for opens, closes in hours.get(day, [])) for day in WEEKDAYS
    )
    return Calendar(name, zone, days, **more)  # type: ignore[arg-type]
