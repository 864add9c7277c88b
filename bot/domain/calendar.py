"""Working hours: when a calendar is open, and arithmetic in business time.

Rules 1 to 3 of the SLA rules hold here. Instants are aware and answered in UTC; durations are whole or fractional
seconds of real time inside open windows (a 24 h window on a 25 h day holds 25 h).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.edges import DAY, END, FIRST_YEAR, LAST_YEAR, OutsideTime, Rules, Span, Table, Window
from bot.domain.edges import wall_instant as wall_instant  # in both modules, for the callers of this one
from bot.domain.refusal import Declined

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CalendarError(Declined, ValueError):
    """A calendar that cannot be used; the message names the mend."""


class NaiveInstant(TypeError):
    """An instant without a zone was handed in; every instant of the desk is aware."""


@cache
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
    """The instant in UTC. Raises NaiveInstant where it carries no zone, CalendarError where UTC has no such instant."""
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise NaiveInstant(f"{instant.isoformat()} has no time zone; hand in an aware instant.")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise outside(instant) from error


def outside(instant: datetime) -> CalendarError:
    """What is said of an instant beyond the years that are reckoned."""
    years = f"from {FIRST_YEAR} to {LAST_YEAR}"
    return CalendarError(f"Hours are reckoned {years}; {instant:%d.%m.}{instant.year} lies outside. Check the date.")


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

    breaks: Mapping[date, tuple[Window, ...]] = field(default_factory=dict[date, tuple[Window, ...]])
    """Times of a local date that are taken out of whatever is open then, yesterday's night shift included."""
    annual: frozenset[tuple[int, int]] = frozenset()
    """Holidays of every year, as month and day."""

    def __post_init__(self) -> None:
        zone(self.zone)
        if len(self.hours) != 7:
            raise CalendarError(f"“{self.name}” needs hours for seven days, Monday first.")
        dated = (*self.overrides.values(), *self.breaks.values())
        for opens, closes in (w for day in (*self.hours, *dated) for w in day):
            if not (0 <= opens < DAY and 0 <= closes <= DAY):
                raise CalendarError(f"“{self.name}” has a window outside the day; use times from 00:00 to 24:00.")
        if self.never:
            raise CalendarError(self.never)

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.zone, self.hours))

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_table"}

    @property
    def ref(self) -> str:
        """What a clock keeps to say which hours judged it."""
        return f"{self.name}@{self.version}"

    @property
    def never(self) -> str:
        """Why it never opens, with the mend; empty where it does."""
        if len(self.annual) >= 366:
            return f"“{self.name}” never opens: every day of the year is a holiday. Take some away."
        if self._table.ever:
            return ""
        if not any(self.overrides.values()):
            return f"“{self.name}” never opens; give it hours on at least one day."
        return (
            f"“{self.name}” never opens: it has hours on dates alone, and holidays, breaks or a change of the clocks "
            "leave nothing of them. Give it hours on at least one more day."
        )

    def is_open(self, at: datetime) -> bool:
        """Whether the instant lies in a window; the closing instant does not."""
        at = aware(at)
        try:
            return self._table.is_open(at)
        except OutsideTime:
            raise outside(at) from None

    def next_open(self, at: datetime) -> datetime:
        """The first open instant at or after `at`. Raises CalendarError where the calendar does not open again."""
        at = aware(at)
        try:
            found = self._table.first_open(at)
        except OutsideTime:
            raise outside(at) from None
        if found is None:
            raise CalendarError(f"“{self.name}” does not open after {at:%Y-%m-%d}; give it hours.")
        return found

    def next_close(self, at: datetime) -> datetime:
        """The end of the window that is open at `at`, else of the next one; windows that adjoin are one.

        Raises CalendarError where the calendar does not open again, and where it then never closes.
        """
        for _, closes in self.windows(at):
            if closes == END:
                raise CalendarError(f"“{self.name}” does not close after {at:%Y-%m-%d}: it is always open.")
            return closes
        raise CalendarError(f"“{self.name}” does not open after {at:%Y-%m-%d}; give it hours.")

    def windows(self, at: datetime, direction: Literal["forward", "back"] = "forward") -> Iterator[Span]:
        """The windows from `at` on, or back from it with the latest first; merged, and clipped at `at`.

        They are found as they are asked for. A window without an end lasts to the end of the years that are reckoned.
        """
        at = aware(at)
        try:
            yield from self._table.forward(at) if direction == "forward" else self._table.backward(at)
        except OutsideTime:
            raise outside(at) from None

    def between(self, start: datetime, end: datetime) -> float:
        """Business seconds from start to end; 0 where end is not after start."""
        return self.open_time(start, end).total_seconds()

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """Business time from start to end, exact: sums of it never differ from the whole by a rounding."""
        start, end = aware(start), aware(end)
        if end <= start:
            return _NONE
        table = self._table
        try:
            return table.elapsed(end) - table.elapsed(start)
        except OutsideTime:
            raise outside(start if start.year < FIRST_YEAR or start.year > LAST_YEAR else end) from None

    def add(self, start: datetime, seconds: float) -> datetime:
        """The earliest instant at which `seconds` of business time have passed since start (rule 2).

        Used up exactly at closing, it is the closing instant; with nothing to add it is the next open instant.
        Raises CalendarError for a negative duration, and where the calendar does not open for that long.
        """
        start, left = aware(start), self._length(seconds)
        try:
            found = self._table.ahead(start, left) if left else self.next_open(start)
        except OutsideTime:
            raise outside(start) from None
        if found is None:
            raise CalendarError(f"“{self.name}” has too few open hours after {start:%Y-%m-%d}.")
        return found

    def subtract(self, start: datetime, seconds: float) -> datetime:
        """The latest instant from which `seconds` of business time pass until start: `add` in the mirror.

        Used up exactly at opening, it is the opening instant; with nothing to subtract it is `start` where that is
        open, else the last closing. Raises CalendarError as `add` does.
        """
        start, left = aware(start), self._length(seconds)
        try:
            found = self._table.back(start, left) if left else self._table.last_open(start)
        except OutsideTime:
            raise outside(start) from None
        if found is None:
            raise CalendarError(f"“{self.name}” has too few open hours before {start:%Y-%m-%d}.")
        return found

    def _length(self, seconds: float) -> timedelta:
        if seconds < 0:
            raise CalendarError("A duration is never negative.")
        try:
            return timedelta(seconds=seconds)
        except (OverflowError, ValueError) as error:
            raise CalendarError(f"“{self.name}” has too few open hours for {seconds} seconds.") from error

    @cached_property
    def _table(self) -> Table:
        overrides, breaks = tuple(self.overrides.items()), tuple(self.breaks.items())
        return _table(self.zone, self.hours, self.holidays, self.annual, overrides, breaks)


_NONE = timedelta()
_Dated = tuple[tuple[date, tuple[Window, ...]], ...]


@lru_cache(maxsize=64)
def _table(
    tz: str,
    hours: tuple[tuple[Window, ...], ...],
    holidays: frozenset[date],
    annual: frozenset[tuple[int, int]],
    overrides: _Dated,
    breaks: _Dated,
) -> Table:
    """One table for all calendars that are open alike: a calendar is read anew for each change, its hours are not."""
    return Table(Rules(zone(tz), hours, holidays, annual, dict(overrides), dict(breaks)))


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
