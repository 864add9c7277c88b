"""A stretch of local days, as people name it: `last month`, `2026-05`, `q2`, `last 30d`, `2026-05-01..2026-06-15`.

It begins and ends at midnight in one zone, whatever a summer time does in between; its instants are UTC, half-open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.calendar import aware, zone
from bot.domain.days import DayError, read_day
from bot.domain.refusal import Declined

HOW = "last month, this month, last 30d, q2, 2026, 2026-05, or 2026-05-01..2026-06-15"
"""The ways to name one, for people."""

MOST_DAYS = 3660
"""Ten years: longer than any report that somebody reads."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY = r"(\d{4}-\d{2}-\d{2})"


class PeriodError(Declined, ValueError):
    """Words that name no period; the message names the mend."""


@dataclass(frozen=True)
class Period:
    """Whole local days in one zone: `first` to `last`, both included."""

    first: date
    last: date
    zone: str

    @property
    def since(self) -> datetime:
        """The instant at which it begins."""
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The first instant after it."""
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def name(self) -> str:
        """How people call it: May 2026, Q2 2026, 2026, 9 Jun 2026, 1 May 2026 to 15 Jun 2026."""
        first, after = self.first, self.last + timedelta(days=1)
        if first.day == after.day == 1:
            months = (after.year - first.year) * 12 + after.month - first.month
            if months == 1:
                return f"{_MONTHS[first.month - 1]} {first.year}"
            if months == 3 and first.month % 3 == 1:
                return f"Q{first.month // 3 + 1} {first.year}"
            if months == 12 and first.month == 1:
                return str(first.year)
        return _day_name(first) if first == self.last else f"{_day_name(first)} to {_day_name(self.last)}"


FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Beyond these no desk has anything to tell, and calendars end."""


def read_period(words: str, now: datetime, zone_name: str) -> Period:
    """The period that the words name, seen from `now` in that zone; no words mean the last calendar month.

    Raises PeriodError for words that name none, for one that ends before it begins, and for one that has not begun.
    """
    today = aware(now).astimezone(zone(zone_name)).date()
    said = " ".join(words.split()).casefold().replace("–", "-").replace("…", "..")
    try:
        found = _days(said or "last month", today)
    except (ValueError, OverflowError):  # a month 13, a 31st of June, a year beyond the calendar
        found = None
    unknown = PeriodError(f"“{words.strip()[:40]}” is no time I can report on. Write {HOW}.")
    if found is None:
        raise unknown
    first, last = found
    if last < first:
        raise PeriodError(f"That time would end before it begins. Write the earlier day first: {last}..{first}.")
    if (last - first).days >= MOST_DAYS:
        raise PeriodError("That is more than ten years. Name a shorter time.")
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        raise unknown
    if first > today:
        raise PeriodError(f"{Period(first, last, zone_name).name} has not begun yet. Try “this month”.")
    return Period(first, last, zone_name)


def _days(said: str, today: date) -> tuple[date, date] | None:
    """First and last day. Raises ValueError and OverflowError for days that no calendar has."""
    if found := _whole(r"(this|last) (week|month|quarter|year)", said):
        return _around(found[2], today, back=found[1] == "last")
    if found := _whole(r"last (\d{1,5}) ?d(?:ays?)?", said):
        # Today is one of them.
        days = int(found[1])
        return (today - timedelta(days=days - 1), today) if days else None
    if found := _whole(rf"{_DAY}(?: ?\.\. ?| to ){_DAY}", said):
        return date.fromisoformat(found[1]), date.fromisoformat(found[2])
    if found := _whole(r"(\d{4})(?:-(\d{2}))?", said):
        first = date(int(found[1]), int(found[2] or 1), 1)
        return _months(first.year, first.month, 1 if found[2] else 12)
    if found := _whole(r"(?:(\d{4})[- ])?q([1-4])|q([1-4])[- ](\d{4})", said):
        month = int(found[2] or found[3]) * 3 - 2
        # A quarter without its year is the latest one that has begun.
        year = int(found[1] or found[4] or (today.year if month <= today.month else today.year - 1))
        return _months(year, month, 3)
    return _named_month(said, today) or _one_day(said, today)


def _one_day(said: str, today: date) -> tuple[date, date] | None:
    """`mon`, `12 june`: the last one, as the desk reads days everywhere."""
    try:
        day = read_day(said, today, back=True)
    except DayError:
        return None
    return day, day


def _whole(pattern: str, said: str) -> re.Match[str] | None:
    """Digits are those that everybody types: others name no day."""
    return re.fullmatch(pattern, said, re.ASCII)


def _named_month(said: str, today: date) -> tuple[date, date] | None:
    """`may` and `may 2026`; without its year it is the latest one that has begun."""
    name, _, year = said.partition(" ")
    month = next((n for n, full in enumerate(_MONTHS, 1) if name in (full.casefold(), full[:3].casefold())), 0)
    if not month or not _whole(r"(\d{4})?", year):
        return None
    return _months(int(year) if year else today.year - (month > today.month), month, 1)


def _around(unit: str, today: date, *, back: bool) -> tuple[date, date]:
    """The week, month, quarter or year that today lies in, or the one before it. Weeks begin on Monday."""
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    month = (today.month - 1) // length * length
    return _months(today.year, month + 1 - length * back, length)


def _months(year: int, month: int, length: int) -> tuple[date, date]:
    """`length` months from that one on; month 0 is the December before."""
    first, after = (divmod(year * 12 + month - 1 + more, 12) for more in (0, length))
    return date(first[0], first[1] + 1, 1), date(after[0], after[1] + 1, 1) - timedelta(days=1)


def _midnight(day: date, zone_name: str) -> datetime:
    """The first instant of a local day: where a shift of the zone skips midnight, the day begins at the shift."""
    return datetime.combine(day, time(), zone(zone_name)).astimezone(UTC)


def _day_name(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
