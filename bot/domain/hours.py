"""Opening hours and targets as people write them: “Mon-Fri 09:00-12:30, 13:30-17:00; Sat 10:00-14:00”, “1h 30m”.

Pure: words in, windows and seconds out, and back. What is written is read again as the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.domain.calendar import DAY, CalendarError, Window
from bot.domain.policy import BadTarget, PolicyError

Week = tuple[tuple[Window, ...], ...]
"""Seven tuples of windows, Monday first, as `Calendar.hours` holds them."""

NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CLOSED = "closed"
ALWAYS = "24/7"
WORKDAY = 8 * 3600
"""Seconds of service time in a target's “day”: service days have no fixed length, so it is said and always the same."""

_EXAMPLE = "Write it like Mon-Fri 09:00-17:00; several windows as Mon-Fri 09:00-12:30, 13:30-17:00; Sat 10:00-14:00."
_MOST = 3660 * WORKDAY
HOW_LONG = "Write 30m, 4h, 1h 30m or 2d (a day is 8 hours), or none."
"""No target is longer: ten years of days are a slip of the finger."""

_TIME = r"(\d{1,2})(?:[:.](\d{2})(?::(\d{2}))?)?\s*([ap]m)?"
_WINDOW = re.compile(rf"(?<![\w:.]){_TIME}\s*(?:-|to|until)\s*{_TIME}(?![\w:.])", re.IGNORECASE)
_GAP = re.compile(r"[\s,&+]*(?:and)?[\s,&+]*", re.IGNORECASE)
_GROUPS = {"daily": range(7), "every day": range(7), "weekdays": range(5), "weekend": range(5, 7)}


def read_hours(text: str) -> Week:
    """A week of windows from words. Raises CalendarError, which says what was not understood and how to write it."""
    text = re.sub("[\u2010-\u2015]", "-", text).strip()
    if text == ALWAYS:
        return ((((0, DAY),)),) * 7
    days: dict[int, tuple[Window, ...]] = {}
    for part in (part.strip() for part in re.split(r"[;\n]", text)):
        if not part:
            continue
        first = _WINDOW.search(part)
        closed = re.search(rf"\s{CLOSED}$", part, re.IGNORECASE)
        if first is None and closed is None:
            raise CalendarError(f"I found no hours in “{part[:60]}”. {_EXAMPLE}")
        cut = first.start() if first else closed.start() if closed else 0
        windows = read_windows(part[cut:])
        for day in _days(part[:cut]):
            if day in days:
                raise CalendarError(f"{NAMES[day]} is there twice. Write all its windows together. {_EXAMPLE}")
            days[day] = windows
    if not any(days.values()):
        raise CalendarError(f"These hours never open. {_EXAMPLE}")
    return tuple(days.get(day, ()) for day in range(7))


def read_windows(text: str) -> tuple[Window, ...]:
    """One day's windows: “09:00-12:30, 13:30-17:00”; “22:00-06:00” goes on into the next day; “closed” is none.

    Raises CalendarError.
    """
    text = re.sub("[\u2010-\u2015]", "-", text).strip()
    if text.lower() in (CLOSED, ""):
        return ()
    windows: list[Window] = []
    reached = 0
    for found in _WINDOW.finditer(text):
        if not _GAP.fullmatch(text[reached : found.start()]):
            raise CalendarError(f"I did not understand “{text[reached : found.start()].strip()[:40]}”. {_EXAMPLE}")
        window = (_seconds(found, 1), _seconds(found, 5))
        if window[1] <= window[0] and not any((found[2], found[4], found[6], found[8])):
            night = f"“{found[0]}” would end at {_clock(window[1])} the next day."
            raise CalendarError(f"{night} Write 09:00-17:00, or 22:00-06:00 for a night.")
        windows.append(window)
        reached = found.end()
    if rest := text[reached:].strip(" ,"):
        raise CalendarError(f"I did not understand “{rest[:40]}”. {_EXAMPLE}")
    if wrong := next((opens for opens, _ in windows if opens == DAY), None):
        raise CalendarError(f"Nothing opens at {_clock(wrong)}; the day begins at 00:00.")
    return tuple(windows)


def say_hours(hours: Week) -> str:
    """The week in words, neighbouring days that are alike as one: “Mon-Fri 09:00-17:00; Sat 10:00-14:00”."""
    if all(windows == ((0, DAY),) for windows in hours):
        return ALWAYS
    parts: list[str] = []
    day = 0
    while day < 7:
        last = day
        while last < 6 and hours[last + 1] == hours[day]:
            last += 1
        if hours[day]:
            span = NAMES[day] if last == day else f"{NAMES[day]}-{NAMES[last]}"
            parts.append(f"{span} {say_windows(hours[day])}")
        day = last + 1
    return "; ".join(parts) or CLOSED


def say_windows(windows: Iterable[Window]) -> str:
    """One day's windows in words; “closed” for none."""
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in windows) or CLOSED


def overlapping(hours: Week, dated: Mapping[str, tuple[Window, ...]]) -> list[tuple[str, str]]:
    """Windows that overlap, two by two, in words: they count once, but may be a slip. Those that adjoin do not.

    The week is looked at as it runs, Sunday's night into Monday too; each date of `dated` by itself.
    """
    week = [_laid(day * DAY, NAMES[day], window) for day in range(7) for window in hours[day]]
    again = [_laid(7 * DAY, NAMES[0], window) for window in hours[0]]
    found = _lapping([*week, *again])
    for name, windows in sorted(dated.items()):
        found += _lapping([_laid(0, name, window) for window in windows])
    return list(dict.fromkeys(found))


def _laid(midnight: int, name: str, window: Window) -> tuple[int, int, str]:
    opens, closes = window
    return midnight + opens, midnight + closes + (DAY if closes <= opens else 0), f"{name} {say_windows([window])}"


def _lapping(spans: list[tuple[int, int, str]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    reached, before = 0, ""
    for start, end, name in sorted(spans):
        if start < reached and name != before:
            found.append((before, name))
        if end > reached:
            reached, before = end, name
    return found


def read_length(text: str) -> int | None:
    """Seconds of service time of “30m”, “4h”, “1h 30m”, “2d” (a day counts as 8 hours); None for “none”.

    Raises PolicyError, which says how to write it; BadTarget for no time at all and for less than none.
    """
    bare, said = text.strip().lower(), text.strip()[:40]
    if bare in ("", "-", "none", "no"):
        return None
    if re.match(r"[-−–]\s*\d", bare):
        raise BadTarget(f"“{said}” is less than no time. {HOW_LONG}")
    units = {"s": 1, "m": 60, "h": 3600, "d": WORKDAY}
    found = list(re.finditer(r"(\d{1,6})\s*(s|m|h|d)[a-z]*\s*", bare))
    seconds = sum(int(part[1]) * units[part[2]] for part in found)
    whole = "".join(part[0] for part in found) == bare
    if whole and not seconds:
        raise BadTarget(f"“{said}” is no time at all. {HOW_LONG}")
    if not whole or seconds > _MOST:
        raise PolicyError(f"“{said}” is no target. {HOW_LONG}")
    return seconds


def say_length(seconds: int) -> str:
    """The seconds as `read_length` reads them; in hours, since a reader may take a day for 24."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (seconds, "s")) if count]
    return " ".join(parts)


def _days(text: str) -> list[int]:
    """The days that “Mon-Fri”, “Sat, Sun”, “weekdays” or “daily” name."""
    bare = " ".join(text.lower().replace(":", " ").split()).removesuffix(",").removesuffix("s")
    for name, group in _GROUPS.items():
        if bare == name.removesuffix("s"):
            return list(group)
    if not bare:
        raise CalendarError(f"On which days? {_EXAMPLE}")
    days: list[int] = []
    for part in re.split(r"\s*(?:,|&|\band\b|\s)\s*", re.sub(r"\s*(?:-|\bto\b)\s*", "-", text.strip(" ,:"))):
        first, dash, last = part.partition("-")
        start, end = _day(first), _day(last if dash else first)
        days += range(start, end + 1) if start <= end else [*range(start, 7), *range(end + 1)]
    return days


def _day(word: str) -> int:
    bare = word.lower()
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for index, name in enumerate(full):
        if len(bare) >= 3 and name.startswith(bare.removesuffix("s")):
            return index
    raise CalendarError(f"“{word[:20]}” is no weekday; use {', '.join(NAMES)}. {_EXAMPLE}")


def _seconds(found: re.Match[str], group: int) -> int:
    hour, minute, second = int(found[group]), int(found[group + 1] or 0), int(found[group + 2] or 0)
    half = (found[group + 3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    at = hour * 3600 + minute * 60 + second
    if minute > 59 or second > 59 or at > DAY:
        raise CalendarError(f"“{found[0].strip()}” holds no time of day; write times from 00:00 to 24:00.")
    return at


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
