"""Times as people say them: `16:00`, `tomorrow 10:00`, `fri`, `in 2h`, `12 June 10:00`, read in the speaker's zone.

The days are those of `days.py`, for every verb alike. A wall time that a zone skips moves forward by the gap; of two
the first is meant, as in the calendars (rule 1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.calendar import zone
from bot.domain.days import day_in
from bot.domain.refusal import Declined

EXAMPLES = "Say it like 16:00, tomorrow 10:00, fri, next week, 12 June 9:30, in 2h or 2026-06-12 10:00."
FARTHEST = timedelta(days=366)
_ANY = datetime(2000, 1, 1, tzinfo=UTC)

_BEFORE = ("until", "till", "by", "on", "for", "from")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})|(\d{1,2})(?::(\d{2}))?\s?([ap])m", re.ASCII)
_LENGTH = re.compile(r"(\d{1,4})\s?(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)", re.ASCII)
_STOPS = ",.:;"
_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


class MomentError(Declined, ValueError):
    """Words that name no instant to come; the message says how they would."""


@dataclass(frozen=True)
class Moment:
    """An instant (UTC) and the words that came after it."""

    at: datetime
    rest: str = ""


def read(text: str, *, now: datetime, zone_name: str, day_at: time) -> Moment:
    """The instant that the words begin with, in that zone; a day without a time is meant at `day_at`.

    Raises MomentError, naming examples, where they begin with none, and where it is over or more than a year away.
    """
    words = _bare(text)
    moment = _length(words, now) or _wall(words, now, zone_name, day_at)
    if moment is None:
        raise MomentError(f"“{text[:40]}” is no time I can read. {EXAMPLES}")
    if moment.at <= now:
        raise MomentError(f"{_said(words, moment)} has passed in {zone_name}. {EXAMPLES}")
    if moment.at - now > FARTHEST:
        raise MomentError(f"{_said(words, moment)} is more than a year away. Name a nearer time.")
    return moment


def begins(text: str) -> bool:
    """Whether the words begin with what is meant as a time, be it one that no day has or that is over."""
    words = _bare(text)
    try:
        return (_length(words, _ANY) or _wall(words, _ANY, "UTC", time())) is not None
    except MomentError:
        return True


def recall(text: str, *, now: datetime, zone_name: str) -> Moment:
    """A time that has been: `14:05`, `yesterday 16:00`, `mon 10:00`; a time alone is today's, a weekday the last one.

    Raises MomentError where the words begin with none, and where it has not come yet.
    """
    words = _bare(text)
    moment = _wall(words, now, zone_name, None, back=True)
    if moment is None:
        raise MomentError(f"“{text[:40]}” is no time I can read. Say it like 14:05 or yesterday 16:00.")
    if moment.at > now:
        raise MomentError(f"{_said(words, moment)} has not come yet in {zone_name}. When did they first ask?")
    return moment


def _bare(text: str) -> list[str]:
    """The words without the one that people put before a time."""
    words = text.split()
    return words[1:] if words and words[0].lower() in _BEFORE else words


def _length(words: list[str], now: datetime) -> Moment | None:
    """`in 2h`, `in 1 h 30 min`, `in an hour`, `2h`: real time from now."""
    rest = " ".join(words)
    if words and words[0].lower() == "in":
        rest = re.sub(r"^(?:an?|one)\s", "1 ", " ".join(words[1:]), flags=re.IGNORECASE)
    seconds, matched = 0, False
    while found := _LENGTH.match(rest.lower()):
        after = rest[found.end() :]
        if after and not (after[0].isspace() or after[0] in ",.:;"):
            break
        seconds += int(found[1]) * _UNITS[found[2][0]]
        matched, rest = True, after.lstrip(" ,.:;")
    return Moment(now + timedelta(seconds=seconds), rest) if matched else None


def _wall(words: list[str], now: datetime, zone_name: str, day_at: time | None, *, back: bool = False) -> Moment | None:
    tz = zone(zone_name)
    today = now.astimezone(tz).date()
    day, taken = day_in(words, today, back=back)
    rest = words[taken:]
    timed = rest[1:] if rest and rest[0].lower() == "at" else rest
    clock, used = _clock(timed)
    if clock is not None:
        rest = timed[used:]
        if day is None and timed[used - 1][-1] not in _STOPS:
            day, rest = _day_after(timed[:used], rest, today, back=back)
    elif day is None or day_at is None:
        return None
    # Past a gap by the gap's length, and of two the first: fold 0 does both.
    return Moment(datetime.combine(day or today, clock or day_at or time(), tz).astimezone(UTC), " ".join(rest))


def _day_after(clock: list[str], rest: list[str], today: date, *, back: bool) -> tuple[date | None, list[str]]:
    """The day in `16:00 tomorrow`. Raises MomentError where it may be the first word of what is said as well."""
    day, taken = day_in(rest, today, back=back)
    if day is not None and rest[taken:] and rest[taken - 1][-1] not in _STOPS:
        at, named = " ".join(clock), " ".join(rest[:taken])
        raise MomentError(f"Is it {at} {named}? Then write “{named} {at}”; for today put a comma after {at}.")
    return day, rest[taken:]


def _clock(words: list[str]) -> tuple[time | None, int]:
    """A time of day, and of how many words it was made. Raises MomentError for one that no day has."""
    if not words:
        return None, 0
    for taken in (2, 1):
        said = " ".join(words[:taken]).lower().strip(",.;:")
        if found := _CLOCK.fullmatch(said):
            return _time(found, said), min(taken, len(words))
    return None, 0


def _time(found: re.Match[str], said: str) -> time:
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    half = found[5]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        raise MomentError(f"“{said}” is no time of day. {EXAMPLES}")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute)


def _said(words: list[str], moment: Moment) -> str:
    taken = len(words) - len(moment.rest.split())
    return " ".join(words[:taken]).rstrip(",.:;").capitalize()
