"""Closed days and hours out of an iCalendar file: what a calendar application exports, as a client's calendar keeps it.

An all-day event closes its dates like a holiday; an event with times is a break. What repeats is written out for the
years in which public holidays are filled, this one and the next two; a calendar holds dates, no rules, so that its
versions stay the same for ever. What is transparent ("free") or cancelled closes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, cast

from dateutil.rrule import rrulestr

from bot.domain.calendar import DAY, CalendarError, Window, zone

LIMIT = 1_000_000
"""Characters of a file: a year of closed days has a few thousand."""
_EVENTS, _STEPS = 2_000, 20_000

_BEGIN = "BEGIN:VCALENDAR"
_LINE = re.compile(r"[A-Za-z0-9-]+(;[^:;=]+=(\"[^\"]*\"|[^\":;]*))*:")
_RARE = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")

_BOUNDS = (("INTERVAL", 1, 1000), ("BYMONTH", 1, 12), ("BYMONTHDAY", 1, 31), ("BYYEARDAY", 1, 366), ("BYWEEKNO", 1, 53))
"""Beyond these a rule matches nothing, which would be searched for through all years."""


class BadCalendarFile(CalendarError):
    """An iCalendar file that cannot be read; the message names the line and the mend."""


@dataclass(frozen=True)
class Closures:
    """The dates that are closed, and the times that are on others."""

    days: frozenset[date]
    breaks: dict[date, tuple[Window, ...]]


def is_content(text: str) -> bool:
    """Whether this is a calendar itself rather than the name of a file that holds one."""
    return "\n" in text or text.lstrip("\ufeff \t").upper().startswith(_BEGIN)


def read(text: str, zone_name: str, years: range) -> Closures:
    """What the file closes in those years, on the wall of that zone. Raises BadCalendarFile."""
    # Loaded by the first file that is read, not by each start: it brings every part a calendar may have.
    from icalendar import Calendar as Parsed

    here, lines = zone(zone_name), _event_lines(text)
    try:
        parsed = cast(list[Any], Parsed.from_ical(text.lstrip("\ufeff"), multiple=True))
    except (ValueError, IndexError) as error:
        raise BadCalendarFile(f"This is no iCalendar file: {str(error)[:120]}. Export it again as .ics.") from error
    walked = [event for calendar in parsed for event in calendar.walk("VEVENT")]
    events = [_Event(event, line, here) for event, line in zip(walked, lines, strict=True)]
    budget = _Budget()
    days, breaks = set[date](), dict[date, set[Window]]()
    for event in events:
        moved = {
            (other.uid, event.wall(other.instead_of)) for other in events if other.instead_of and other is not event
        }
        for start in event.starts(years, moved, budget):
            if event.whole_days:
                days.update(day for day in event.dates(start, years, budget))
            else:
                for day, window in event.pieces(start, here, years, budget):
                    breaks.setdefault(day, set()).add(window)
    if not days and not breaks:
        span = f"{years[0]} to {years[-1]}"
        raise BadCalendarFile(f"This calendar file closes nothing from {span}. Export the calendar of these years.")
    return Closures(frozenset(days), {day: tuple(sorted(breaks[day])) for day in sorted(breaks)})


def _event_lines(text: str) -> list[int]:
    """The line on which each event begins. Raises BadCalendarFile for what is no calendar, at the line it shows."""
    if len(text) > LIMIT:
        raise BadCalendarFile(f"This calendar file is longer than {LIMIT:,} characters. Export only the closed days.")
    if not is_content(text) or not text.lstrip("\ufeff \t\r\n").upper().startswith(_BEGIN):
        raise BadCalendarFile(f"This is no iCalendar file: line 1 should be {_BEGIN}. Export it again as .ics.")
    open_ones: list[tuple[str, int]] = []
    found: list[int] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if not line.strip() or line[0] in " \t":
            continue  # an empty line, or the rest of the one before
        if not _LINE.match(line):
            raise BadCalendarFile(
                f"Line {number} is no line of a calendar: “{line[:40]}”. It should be like NAME:value."
            )
        name, _, value = line.strip().upper().partition(":")
        if name == "BEGIN":
            open_ones.append((value, number))
            if value == "VEVENT":
                found.append(number)
        elif name == "END":
            if not open_ones or open_ones[-1][0] != value:
                inside = (
                    f"{open_ones[-1][0]} of line {open_ones[-1][1]} is still open" if open_ones else "nothing is open"
                )
                raise BadCalendarFile(f"Line {number} ends {value[:20]}, but {inside}. Export the file again.")
            open_ones.pop()
    if open_ones:
        value, number = open_ones[-1]
        raise BadCalendarFile(f"{value} of line {number} never ends: the file was cut off. Export it again.")
    if not found:
        raise BadCalendarFile(
            "There are no events in this calendar file. Export the calendar that holds the closed days."
        )
    if len(found) > _EVENTS:
        raise BadCalendarFile(f"There are more than {_EVENTS:,} events in this file. Export only the closed days.")
    return found


class _Budget:
    """How many occurrences and days a file may come to."""

    def __init__(self) -> None:
        self.left = _STEPS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise BadCalendarFile(
                f"The events of this file come to more than {_STEPS:,} days. Export only the closed ones."
            )


class _Event:
    """One VEVENT. Its occurrences are reckoned on the wall of its own zone, as the standard wants."""

    def __init__(self, event: Any, line: int, here: tzinfo) -> None:
        self._event, self._line = event, line
        for name, why in event.errors:
            raise self._bad(f"its {name} cannot be read ({str(why)[:80]})")
        first = self._at("DTSTART")
        if first is None:
            raise self._bad("it has no DTSTART")
        self.whole_days = not isinstance(first, datetime)
        self._tz: tzinfo = first.tzinfo if isinstance(first, datetime) and first.tzinfo else here
        self._first = self.wall(first)
        self._length = self._lasts()
        self.uid = str(event.get("UID", f"line {line}"))
        self.instead_of = self._at("RECURRENCE-ID")
        if self.instead_of and event["RECURRENCE-ID"].params.get("RANGE"):
            raise self._bad("it changes all later repeats too (THISANDFUTURE), which is not read; end the series there")
        self._free = "TRANSPARENT" in str(event.get("TRANSP", "")).upper()
        self._off = "CANCELLED" in str(event.get("STATUS", "")).upper()

    def wall(self, at: date) -> datetime:
        """A date or an instant on the wall of this event's zone; what has no zone is on it already."""
        if not isinstance(at, datetime):
            return datetime.combine(at, time())
        return at.astimezone(self._tz).replace(tzinfo=None) if at.tzinfo else at

    def starts(self, years: range, moved: set[tuple[str, datetime]], budget: _Budget) -> Iterator[datetime]:
        """When it takes place, in those years: by its rules and dates, without what was called off or moved."""
        if self._free or self._off:
            return
        begin, end = datetime(years[0], 1, 1) - self._length, datetime(years[-1] + 1, 1, 1)  # noqa: DTZ001 -- wall times
        begin, end = begin - timedelta(days=1), end + timedelta(days=1)  # its zone may be a day from ours
        starts = {self._first, *(self.wall(at) for at in self._dates("RDATE"))}
        for rule in self._several("RRULE"):
            starts.update(self._repeats(rule, begin, end, budget))
        called_off = list(self._dates("EXDATE"))
        off = {self.wall(at) for at in called_off}
        off_days = {at for at in called_off if not isinstance(at, datetime)}
        for start in sorted(starts):
            kept = self.instead_of or (self.uid, start) not in moved
            if kept and begin < start < end and start not in off and start.date() not in off_days:
                budget.spend()
                yield start

    def dates(self, start: datetime, years: range, budget: _Budget) -> Iterator[date]:
        """The dates of one occurrence; its end is not one of them."""
        for n in range(self._length.days):
            day = start.date() + timedelta(days=n)
            if day.year in years:
                budget.spend()
                yield day

    def pieces(self, start: datetime, here: tzinfo, years: range, budget: _Budget) -> Iterator[tuple[date, Window]]:
        """One occurrence as times of each local date it touches, in the calendar's zone."""
        opens, closes = (
            at.replace(tzinfo=self._tz).astimezone(UTC).astimezone(here).replace(tzinfo=None)
            for at in (start, start + self._length)
        )
        day = opens.date()
        while day <= closes.date():
            begins = _seconds(opens) if day == opens.date() else 0
            ends = _seconds(closes) if day == closes.date() else DAY
            if begins < ends and day.year in years:
                budget.spend()
                yield day, (begins, ends)
            day += timedelta(days=1)

    def _repeats(self, rule: Any, begin: datetime, end: datetime, budget: _Budget) -> Iterator[datetime]:
        often = str((rule.get("FREQ") or [""])[0]).upper()
        if often not in _RARE:
            raise self._bad(
                f"it repeats {often.lower() or 'by no rule'}; closed days repeat {', '.join(_RARE).lower()}"
            )
        for part, least, most in _BOUNDS:
            if any(not least <= abs(int(number)) <= most for number in rule.get(part, [])):
                raise self._bad(f"its RRULE has {part} outside {least} to {most}")
        last = min([end, *(self._until(at) for at in rule.get("UNTIL", []))])
        text = ";".join(part for part in rule.to_ical().decode().split(";") if not part.upper().startswith("UNTIL="))
        try:
            for start in cast(Iterator[datetime], rrulestr(text, dtstart=self._first)):
                if start > last:
                    return
                budget.spend()
                if start > begin:
                    yield start
        except ValueError as error:
            raise self._bad(f"its RRULE cannot be read ({error})") from error

    def _until(self, at: date) -> datetime:
        return self.wall(at) if isinstance(at, datetime) else datetime.combine(at, time.max)

    def _lasts(self) -> timedelta:
        end, length = self._at("DTEND"), self._event.get("DURATION")
        one = timedelta(days=1) if self.whole_days else timedelta()
        lasts = self.wall(end) - self._first if end else length.dt if length else one
        if lasts < timedelta():
            raise self._bad("it ends before it begins")
        if self.whole_days:
            return max(lasts, one)  # some write the same date twice for a day
        return lasts

    def _at(self, name: str) -> date | None:
        value = self._event.get(name)
        if value is None:
            return None
        if isinstance(value, list):
            raise self._bad(f"it has {name} twice")
        return self._checked(value.dt, value)

    def _dates(self, name: str) -> Iterator[date]:
        for value in self._several(name):
            for each in value.dts:
                at: Any = each.dt
                # Of a period its start: it is taken to be as long as the event.
                yield self._checked(cast(tuple[date, Any], at)[0] if isinstance(at, tuple) else at, value)

    def _several(self, name: str) -> list[Any]:
        value = self._event.get(name)
        return [] if value is None else value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]

    def _checked(self, at: date, value: Any) -> date:
        named = value.params.get("TZID", "")
        if isinstance(at, datetime) and at.tzinfo is None and named:
            raise self._bad(f"“{str(named)[:40]}” is no time zone; use an IANA name such as Europe/London")
        if not 1900 <= at.year <= 2299:
            raise self._bad(f"{at.year} is no year of this calendar")
        return at

    def _bad(self, why: str) -> BadCalendarFile:
        title = " ".join(str(self._event.get("SUMMARY", "")).split())[:40]
        return BadCalendarFile(
            f"The event on line {self._line}{f' (“{title}”)' if title else ''}: {why}. Mend it there."
        )


def _seconds(wall: datetime) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second
