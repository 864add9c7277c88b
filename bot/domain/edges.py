"""The edges of a calendar's windows, reckoned once a month of time and then looked up.

A table holds, for each month it was asked about, the instants at which the calendar opens and closes and the business
time up to each, exact to the microsecond. So a question costs a bisection, however far apart its instants are. The
months that are there always follow each other; a question outside them adds what lies between.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

DAY = 86_400

Window = tuple[int, int]
"""Seconds of local wall time from midnight, half-open; an end at or before the start means the next day."""

Span = tuple[datetime, datetime]
"""Two instants in UTC, half-open."""

FIRST_YEAR, LAST_YEAR = 1900, 2299
"""What is reckoned at all: dates beyond are slips, and a bound keeps every table small."""
_FIRST, _LAST = FIRST_YEAR * 12 + 1, LAST_YEAR * 12 + 12
BEGINNING = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
END = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)

# A window reaches into the next day, a zone is up to a day from UTC, and one that skips a date pushes windows on.
_BEFORE, _AFTER = timedelta(days=4), timedelta(days=2)

_Month = tuple[list[datetime], list[timedelta]]
"""The edges within a month of UTC, opening, closing, opening, …; the business time up to its start and each closing."""


class OutsideTime(Exception):
    """An instant outside the years that are reckoned."""


def wall_instant(midnight: datetime, seconds: int, tz: ZoneInfo) -> datetime:
    """A wall time as an instant: the first of two, and past a gap by the gap's length (fold 0 does both)."""
    return (midnight + timedelta(seconds=seconds)).replace(tzinfo=tz).astimezone(UTC)


def united(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap or adjoin as one, the empty ones dropped."""
    done: list[Span] = []
    for opens, closes in sorted(spans):
        if opens >= closes:
            continue
        if done and opens <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], closes))
        else:
            done.append((opens, closes))
    return done


def without(spans: list[Span], breaks: list[Span]) -> list[Span]:
    """What is left of the spans once the breaks are taken out; both in order and apart."""
    done: list[Span] = []
    for opens, closes in spans:
        for start, end in breaks:
            if end > opens and start < closes:
                if start > opens:
                    done.append((opens, start))
                opens = end
        if opens < closes:
            done.append((opens, closes))
    return done


class Rules:
    """Which windows a local date has: holiday beats override beats weekday; breaks are taken out of what is open."""

    def __init__(
        self,
        tz: ZoneInfo,
        hours: tuple[tuple[Window, ...], ...],
        holidays: frozenset[date],
        annual: frozenset[tuple[int, int]],
        overrides: Mapping[date, tuple[Window, ...]],
        breaks: Mapping[date, tuple[Window, ...]],
    ) -> None:
        self._tz, self._hours, self._holidays, self._annual = tz, hours, holidays, annual
        self._overrides, self._breaks = overrides, breaks
        self._opening, self._closing = sorted(overrides), sorted(breaks)
        self.weekly = any(hours)
        self.dated = sorted({*holidays, *overrides, *breaks})
        self.always = not annual and all((0, DAY) in windows for windows in hours)
        """Whether the week alone has no seam; on dates there may be one."""

    def ever(self) -> bool:
        """Whether anything opens at all: a week does sooner or later, dates only where something is left of them."""
        inside = (day for day in self._opening if FIRST_YEAR <= day.year <= LAST_YEAR)
        return self.weekly or any(self.spans(day, day) for day in inside)

    def reach(self) -> tuple[int, int]:
        """The months outside of which nothing opens."""
        if self.weekly:
            return _FIRST, _LAST
        inside = [day for day in self._opening if FIRST_YEAR <= day.year <= LAST_YEAR]
        if not inside:
            return _LAST, _FIRST
        return max(_month(inside[0]) - 1, _FIRST), min(_month(inside[-1]) + 1, _LAST)

    def spans(self, first: date, last: date) -> list[Span]:
        """The windows of those local dates, merged, breaks taken out."""
        windows = united(span for day in self._days(first, last) for span in self._spans(day, self._windows(day)))
        if not windows or not self._breaks:
            return windows
        closed = _among(self._closing, first - _BEFORE, last + _AFTER)
        return without(windows, united(span for day in closed for span in self._spans(day, self._breaks[day])))

    def _days(self, first: date, last: date) -> Iterator[date]:
        if self.weekly:
            return (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
        return iter(_among(self._opening, first, last))

    def _windows(self, day: date) -> tuple[Window, ...]:
        if day in self._holidays or (day.month, day.day) in self._annual:
            return ()
        return self._overrides.get(day, self._hours[day.weekday()])

    def _spans(self, day: date, windows: Iterable[Window]) -> Iterator[Span]:
        midnight = datetime.combine(day, time())
        for opens, closes in windows:
            closes += DAY if closes <= opens else 0
            yield wall_instant(midnight, opens, self._tz), wall_instant(midnight, closes, self._tz)


class Table:
    """The edges of one calendar, and what is asked of them. Every instant handed in is in UTC."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._months: dict[int, _Month] = {}
        self._low, self._high = 0, -1
        self._first, self._last = rules.reach()
        self.ever = rules.ever()
        dated = rules.dated
        self._seamless_after = (_month(dated[-1]) + 1 if dated else 0) if rules.always else _LAST
        self._seamless_before = (_month(dated[0]) - 1 if dated else _LAST) if rules.always else 0
        self._lock = Lock()

    def elapsed(self, at: datetime) -> timedelta:
        """Business time from the table's origin, whatever that is, to the instant. Raises OutsideTime."""
        edges, sums = self._months.get(at.year * 12 + at.month) or self._month(at.year * 12 + at.month)
        index = bisect_right(edges, at)
        return sums[index >> 1] + (at - edges[index - 1]) if index & 1 else sums[index >> 1]

    def is_open(self, at: datetime) -> bool:
        """Whether the instant lies in a window."""
        return bisect_right(self._month(at.year * 12 + at.month)[0], at) & 1 == 1

    def first_open(self, at: datetime) -> datetime | None:
        """The first open instant at or after `at`; None where there is none."""
        month = at.year * 12 + at.month
        edges = self._month(month)[0]
        index = bisect_right(edges, at)
        if index & 1:
            return at
        while index >= len(edges):
            month, index = max(month + 1, self._first), 0
            if month > self._last:
                return None
            edges = self._month(month)[0]
        return edges[index]

    def last_open(self, at: datetime) -> datetime | None:
        """`at` where it is open, else the last closing until then; None where there is none."""
        month = at.year * 12 + at.month
        edges = self._month(month)[0]
        index = bisect_right(edges, at)
        if index & 1:
            return at
        while not index:
            month = min(month - 1, self._last)
            if month < self._first:
                return None
            edges = self._month(month)[0]
            index = len(edges)
        return edges[index - 1]

    def ahead(self, start: datetime, left: timedelta) -> datetime | None:
        """The earliest instant at which that much business time, more than none, has passed; None where it never is."""
        target, month = self.elapsed(start) + left, start.year * 12 + start.month
        edges, sums = self._months[month]
        if sums[-1] < target:
            month = month + 1 + bisect_left(range(month + 1, self._high + 1), target, key=self._closing_sum)
            edges, sums = self._month(month) if month <= self._last else ([], [])
            while sums and sums[-1] < target:
                month += 1
                edges, sums = self._month(month) if month <= self._last else ([], [])
            if not sums:
                return None
        index = bisect_left(sums, target)
        return edges[2 * index - 2] + (target - sums[index - 1])

    def back(self, start: datetime, left: timedelta) -> datetime | None:
        """The latest instant from which that much business time, more than none, passes until `start`."""
        target, month = self.elapsed(start) - left, start.year * 12 + start.month
        edges, sums = self._months[month]
        if sums[0] > target:
            low = self._low
            month = low - 1 + bisect_right(range(low, month), target, key=self._opening_sum)
            edges, sums = self._month(month) if month >= self._first else ([], [])
            while sums and sums[0] > target:
                month -= 1
                edges, sums = self._month(month) if month >= self._first else ([], [])
            if not sums:
                return None
        index = bisect_right(sums, target)
        return edges[2 * index - 2] + (target - sums[index - 1])

    def forward(self, at: datetime) -> Iterator[Span]:
        """The merged windows from `at` on, the first clipped there; one without an end lasts to END."""
        here = at.year * 12 + at.month
        index = bisect_right(self._month(here)[0], at)
        opens = closes = at
        for month in range(max(here, self._first), self._last + 1):
            edges = self._month(month)[0]
            if month == here:
                edges = edges[index & ~1 :]
            for start, end in zip(edges[::2], edges[1::2], strict=True):
                if start > closes:
                    if opens < closes:
                        yield opens, closes
                    opens = start
                closes = end
            if month > self._seamless_after and closes == _start(month + 1):
                closes = END
                break
        if opens < closes:
            yield opens, closes

    def backward(self, at: datetime) -> Iterator[Span]:
        """The merged windows until `at`, latest first and clipped there; one without a start begins at BEGINNING."""
        here = at.year * 12 + at.month
        index = bisect_left(self._month(here)[0], at)
        opens = closes = at
        for month in range(min(here, self._last), self._first - 1, -1):
            edges = self._month(month)[0]
            if month == here:
                edges = [*edges[:index], at] if index & 1 else edges[:index]
            for start, end in zip(edges[-2::-2], edges[::-2], strict=True):
                if end < opens:
                    if opens < closes:
                        yield opens, closes
                    closes = end
                opens = start
            if month < self._seamless_before and opens == _start(month):
                opens = BEGINNING
                break
        if opens < closes:
            yield opens, closes

    def _closing_sum(self, month: int) -> timedelta:
        return self._months[month][1][-1]

    def _opening_sum(self, month: int) -> timedelta:
        return self._months[month][1][0]

    def _month(self, month: int) -> _Month:
        found = self._months.get(month)
        if found is None:
            self._extend(month)
            found = self._months[month]
        return found

    def _extend(self, month: int) -> None:
        if not _FIRST <= month <= _LAST:
            raise OutsideTime
        with self._lock:  # sums build on each other, so one thread at a time
            if not self._months:
                self._low, self._high = month, month - 1
            while self._high < month:
                before = self._months[self._high][1][-1] if self._months else timedelta()
                edges, sums = self._reckoned(self._high + 1)
                self._months[self._high + 1] = edges, [before + part for part in sums]
                self._high += 1
            while self._low > month:
                edges, sums = self._reckoned(self._low - 1)
                before = self._months[self._low][1][0] - sums[-1]
                self._months[self._low - 1] = edges, [before + part for part in sums]
                self._low -= 1

    def _reckoned(self, month: int) -> _Month:
        """The edges of one month and the sums within it alone."""
        start, end = _start(month), _start(month + 1)
        edges, sums = list[datetime](), [timedelta()]
        if self._first <= month <= self._last:
            for opens, closes in self._rules.spans((start - _BEFORE).date(), (end + _AFTER).date()):
                opens, closes = max(opens, start), min(closes, end)
                if opens < closes:
                    edges += (opens, closes)
                    sums.append(sums[-1] + (closes - opens))
        return edges, sums


def _start(month: int) -> datetime:
    return datetime((month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)


def _among(days: list[date], first: date, last: date) -> list[date]:
    return days[bisect_left(days, first) : bisect_right(days, last)]


def _month(day: date) -> int:
    return day.year * 12 + day.month
