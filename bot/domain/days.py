"""Days as people say them, the same for every verb that takes one: `fri`, `next week`, `12 June`, `2026-06-12`.

A weekday is the coming one, never today; `next friday` is the one of next week, which begins on Monday, and `next week`
alone is that Monday. A day of a month without its year is the coming one, today included. Looking back, as when
somebody called, a weekday or a day of a month is the last one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.calendar import WEEKDAYS
from bot.domain.refusal import Declined

EXAMPLES = "Say it like today, fri, next week, 24 Dec or 2026-12-24."
SPANS = "Say it like today, until fri, next week, 3 days, mon to wed, or 24 Dec to 2 Jan."

_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {"tues": "tue", "weds": "wed", "thur": "thu", "thurs": "thu"}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_LENGTH = re.compile(r"(an?|one|\d{1,3}) (day|week)s?", re.ASCII)
_WEEK = 7


class DayError(Declined, ValueError):
    """Words that name no day; the message says how they would."""


def read_day(text: str, today: date, *, back: bool = False) -> date:
    """The day that all of the words name. Raises DayError, naming examples."""
    words = text.split()
    if words and words[0].lower() == "on":
        words = words[1:]
    day, taken = _in_days(words, today) or day_in(words, today, back=back)
    if day is None or words[taken:]:
        raise DayError(f"“{text[:40]}” is no day I can read. {EXAMPLES}")
    return day


def read_span(text: str, today: date) -> tuple[date, date]:
    """First and last day of `until fri`, `next week`, `3 days`, `mon to wed`, `24 Dec to 2 Jan`, or of one day.

    Raises DayError, naming examples, for words that are none. The last may be before the first: what that means is the
    caller's to say.
    """
    said = " ".join(
        re.sub(r"\s*(?:–|—|\.\.|\bto\b|\btill\b|\buntil\b|(?<=\s)-(?=\s))\s*", " to ", text.lower()).split()
    )
    said = said.removeprefix("from ")
    if whole := _whole(said, today):
        return whole
    words = said.split()
    if words[:1] == ["to"]:
        return today, _last(words[1:], today, text)
    first, taken = _in_days(words, today) or day_in(words, today)
    if first is None:
        raise DayError(f"“{text[:40]}” names no days I can read. {SPANS}")
    rest = words[taken:]
    if rest[:1] == ["to"]:
        rest = rest[1:]
        if not rest:
            raise DayError(f"“{text[:40]}” names no last day. {SPANS}")
    # Seen from the first: `mon to wed` is the Wednesday after that Monday.
    return first, _last(rest, today, text, first) if rest else first


def day_in(words: Sequence[str], today: date, *, back: bool = False) -> tuple[date | None, int]:
    """The day that the words begin with, and of how many of them it is made; None and 0 where they begin with none."""
    said = [word.lower().strip(",.:;") for word in words[:4]]
    said += [""] * (4 - len(said))
    if said[0] in _DAYS:
        return today + timedelta(days=_DAYS[said[0]]), 1
    if (weekday := _weekday(said[0])) is not None:
        return _nearest(weekday, today, back=back), 1
    monday = today - timedelta(days=today.weekday())
    match said:
        case ["next", "week", *_]:
            return monday + timedelta(days=_WEEK), 2
        case ["next", "month", *_]:
            return _month_end(today) + timedelta(days=1), 2
        case ["end", "of", "month", *_]:
            return _month_end(today), 3
        case ["end", "of", "the" | "this", "month"]:
            return _month_end(today), 4
        case ["next" | "this" | "last" as which, name, *_] if (weekday := _weekday(name)) is not None:
            return monday + timedelta(days=weekday + {"next": _WEEK, "this": 0, "last": -_WEEK}[which]), 2
        case _:
            return _dated(said, today, back=back)


def _last(words: list[str], today: date, text: str, first: date | None = None) -> date:
    """Where a span ends; a weekday and a day of a month are the next after its first day."""
    day, taken = _in_days(words, today) or day_in(words, today)
    if first is not None and words and (words[0].strip(",.:;") not in (*_DAYS, "next", "this", "end", "in")):
        day, taken = day_in(words, first)
    if day is None or words[taken:]:
        raise DayError(f"“{text[:40]}” names no days I can read. {SPANS}")
    return day


def _whole(said: str, today: date) -> tuple[date, date] | None:
    """Words that are a span by themselves."""
    monday = today - timedelta(days=today.weekday())
    if said == "this week":
        return today, monday + timedelta(days=_WEEK - 1)
    if said == "next week":
        return monday + timedelta(days=_WEEK), monday + timedelta(days=2 * _WEEK - 1)
    if said == "next month":
        first = _month_end(today) + timedelta(days=1)
        return first, _month_end(first)
    if found := _LENGTH.fullmatch(said.removeprefix("for ")):
        return today, today + timedelta(days=max(1, _count(found)) - 1)
    return None


def _in_days(words: Sequence[str], today: date) -> tuple[date, int] | None:
    """`in 3 days`: by the calendar, whatever the zone does to its clocks meanwhile."""
    found = _LENGTH.fullmatch(" ".join(words[1:3]).lower()) if words and words[0].lower() == "in" else None
    return (today + timedelta(days=_count(found)), 3) if found else None


def _count(found: re.Match[str]) -> int:
    number = int(found[1]) if found[1].isdecimal() else 1
    return number * (_WEEK if found[2] == "week" else 1)


def _weekday(word: str) -> int | None:
    word = _SHORT.get(word, word)
    names = [*_NAMES, *WEEKDAYS]
    return names.index(word) % _WEEK if word in names else None


def _nearest(weekday: int, today: date, *, back: bool) -> date:
    ahead = (weekday - today.weekday()) % _WEEK
    return today + timedelta(days=ahead - _WEEK if back else ahead or _WEEK)


def _dated(said: list[str], today: date, *, back: bool) -> tuple[date | None, int]:
    """`2026-06-12`, `12 june`, `june 12th`, each also with its year."""
    try:
        if len(said[0]) == 10 and said[0][4] == "-":
            day = date.fromisoformat(said[0])
            # The calendar's own first and last years cannot be told in every zone.
            return (day, 1) if 1 < day.year < 9999 else (None, 0)
        month = next((m for m in (_month(said[0]), _month(said[1])) if m), 0)
        number = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", said[1] if _month(said[0]) else said[0], re.ASCII)
        if not month or not number:
            return None, 0
        if re.fullmatch(r"2\d{3}", said[2], re.ASCII):
            return date(int(said[2]), month, int(number[1])), 3
        return _of_a_year(month, int(number[1]), today, back=back), 2
    except ValueError:
        return None, 0


def _month(word: str) -> int:
    return next((n for n, name in enumerate(_MONTHS, 1) if word in (name, name[:3])), 0)


def _of_a_year(month: int, number: int, today: date, *, back: bool) -> date:
    """The coming one, or the last; 29 February is that of the next year which has one. Raises ValueError."""
    date(2000, month, number)
    nearest = range(9) if not back else range(0, -9, -1)
    days = (_day_of(today.year + years, month, number) for years in nearest)
    return next(day for day in days if day and ((day <= today) if back else (day >= today)))


def _day_of(year: int, month: int, number: int) -> date | None:
    """None in a year that has no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _month_end(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1) - timedelta(days=1)
