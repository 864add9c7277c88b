"""A recurrence rule (RFC 5545) in one zone: read from words, said in words, and when it comes next.

The dates are found by the wall calendar and made instants then, as in `recurrence`. Sums of weeks, months and weekdays
are python-dateutil's, which does no I/O and reads no clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr

from bot.domain.calendar import WEEKDAYS, aware, zone
from bot.domain.recurrence import RuleError, at_time, time_of_day

START = date(2024, 1, 1)
"""Where rules without a start of their own are counted from: a Monday and a first of January, so that every second week
and every quarter fall alike for everybody."""

MOST = 99
"""Weeks or months between two times; more is a mistake."""

HOW = "Write it like “every month, first Thursday”, “every 2 weeks on Monday”, or FREQ=MONTHLY;BYDAY=1TH."

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ENDS = {"COUNT": r"[1-9]\d{0,2}", "UNTIL": r"\d{8}(?:T\d{6}Z?)?", "INTERVAL": r"[1-9]\d?"}
_DAY_OF_MONTH = r"-?(?:[1-9]|[12]\d|3[01])"
_WEEKDAY = rf"(?:{'|'.join(_DAYS)})"
_NTH = rf"(?:[+-]?[1-5])?{_WEEKDAY}"


def _list(one: str) -> str:
    return rf"{one}(?:,{one})*"


# Which parts go together, so that no rule can make a search for its next date long: a day in a month is the month's.
_PARTS: dict[str, dict[str, str]] = {
    "DAILY": {},
    "WEEKLY": {"BYDAY": _list(_WEEKDAY)},
    "MONTHLY": {"BYDAY": _list(_NTH), "BYMONTHDAY": _list(_DAY_OF_MONTH), "BYSETPOS": r"-?[1-9]"},
    "YEARLY": {
        "BYDAY": _list(_NTH),
        "BYMONTHDAY": _list(_DAY_OF_MONTH),
        "BYSETPOS": r"-?[1-9]",
        "BYMONTH": _list(r"(?:[1-9]|1[0-2])"),
    },
}


def read_rule(text: str) -> str:
    """The rule that words or an RRULE name, in one form. Raises RuleError, naming the mend."""
    text = " ".join(text.split())
    return checked(text) if "=" in text else checked(_from_words(text))


def checked(text: str) -> str:
    """An RRULE in one form: without its prefix, in capitals. Raises RuleError for what this desk cannot keep."""
    bare = text.replace(" ", "").upper().removeprefix("RRULE:").strip(";")
    parts: dict[str, str] = {}
    for part in bare.split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise RuleError(f"“{part[:40]}” is no part of a rule. {HOW}")
        parts[name] = value
    every = parts.pop("FREQ", "")
    if every in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise RuleError(f"{every.capitalize()} is more often than a day; the shortest is FREQ=DAILY.")
    if every not in _PARTS:
        raise RuleError(f"“{text[:60]}” does not say how often. {HOW}")
    parts.pop("WKST", None)
    known = _PARTS[every] | _ENDS
    for name, value in parts.items():
        if name not in known:
            raise RuleError(f"{name} does not go with FREQ={every} here; use {', '.join(sorted(known))}.")
        if not re.fullmatch(known[name], value):
            raise RuleError(f"{name}={value[:40]} cannot be read. {HOW}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleError("A rule ends by COUNT or by UNTIL; take one away.")
    if "UNTIL" in parts:
        parts["UNTIL"] = parts["UNTIL"][:8]
        _until(parts["UNTIL"])
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    return ";".join([f"FREQ={every}", *(f"{name}={value}" for name, value in parts.items())])


def _until(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError as error:
        raise RuleError(f"UNTIL={text} is no date; write it as UNTIL=20271231.") from error


_ON = re.compile(
    r"every (?:(?P<n>\d{1,2}|second|other) )?(?P<unit>day|weekday|week|month|quarter|year)s?"
    r"(?:,? (?:on )?(?:the )?(?P<on>.+))?"
)


def _from_words(text: str) -> str:
    """The rule of “every month, first Thursday”."""
    said = text.casefold().replace("biweekly", "every 2 weeks").strip(" .")
    for short, long in (("daily", "day"), ("weekly", "week"), ("monthly", "month"), ("quarterly", "quarter")):
        said = re.sub(rf"^{short}\b", f"every {long}", said)
    found = _ON.fullmatch(said)
    if found is None:
        raise RuleError(f"I cannot read “{text[:60]}” as a rule. {HOW}")
    count = 2 if found["n"] in ("second", "other") else int(found["n"] or 1)
    unit, on = found["unit"], found["on"] or ""
    if unit == "weekday":
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    every = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "quarter": "MONTHLY", "year": "YEARLY"}[unit]
    count *= 3 if unit == "quarter" else 1
    parts = [f"FREQ={every}", *([f"INTERVAL={count}"] if count != 1 else [])]
    if on:
        parts.append(_on(on, every, text))
    return ";".join(parts)


def _on(on: str, every: str, text: str) -> str:
    words = on.replace(",", " ").replace(" and ", " ").split()
    days = [_weekday(word) for word in words]
    if every == "WEEKLY" and all(days):
        return f"BYDAY={','.join(day for day in days if day)}"
    ordinal = _ORDINALS.get(words[0])
    if every == "MONTHLY" and len(words) == 2 and ordinal and days[1]:
        return f"BYDAY={ordinal}{days[1]}"
    if every == "MONTHLY" and words == ["last", "day"]:
        return "BYMONTHDAY=-1"
    number = re.fullmatch(r"(?:day )?(\d{1,2})(?:st|nd|rd|th)?", " ".join(words))
    if every == "MONTHLY" and number:
        return f"BYMONTHDAY={int(number[1])}"
    raise RuleError(f"I cannot read “{on[:40]}” in “{text[:60]}”. {HOW}")


def _weekday(word: str) -> str:
    short = word.rstrip("s")[:3]
    named = any(word.rstrip("s") in (day, name.casefold()) for day, name in zip(WEEKDAYS, _NAMES, strict=True))
    return _DAYS[WEEKDAYS.index(short)] if named else ""


def say_rule(rule: str) -> str:
    """The rule in words: “every month, first Thursday”; one that has no plain words stays as it is."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    every, count = parts.pop("FREQ"), int(parts.pop("INTERVAL", "1"))
    unit = _UNITS[every]
    if every == "MONTHLY" and count % 3 == 0:
        unit, count = "quarter", count // 3
    said = f"every {unit}" if count == 1 else f"every {count} {unit}s"
    ends = _say_end(parts)
    if parts.get("BYDAY") == "MO,TU,WE,TH,FR" and said == "every week":
        return f"every weekday{ends}"
    days = [_say_day(day) for day in parts.pop("BYDAY", "").split(",") if day]
    if days:
        said += (" on " if every == "WEEKLY" else ", ") + ", ".join(days)
    elif month_day := parts.pop("BYMONTHDAY", ""):
        said += ", last day" if month_day == "-1" else f", day {month_day}"
    return rule if parts else said + ends


def _say_end(parts: dict[str, str]) -> str:
    if until := parts.pop("UNTIL", ""):
        last = _until(until)
        return f", until {last.day} {_MONTHS[last.month - 1]} {last.year}"
    if times := parts.pop("COUNT", ""):
        return f", {times} times in all"
    return ""


def _say_day(day: str) -> str:
    nth, name = day[:-2], _NAMES[_DAYS.index(day[-2:])]
    word = next((word for word, n in _ORDINALS.items() if nth and n == int(nth)), nth)
    return f"{word} {name}".strip()


@dataclass(frozen=True)
class Cadence:
    """A rule with its time of day, its zone, and the day from which it is counted."""

    rule: str
    at: str
    zone: str
    start: date = START

    @property
    def name(self) -> str:
        """What a timer is named after: another rule gives another name."""
        return f"{self.rule} {self.at} {self.zone} {self.start}"

    @property
    def words(self) -> str:
        """How people say it: “every month, first Thursday 10:00”."""
        return f"{say_rule(self.rule)} {self.at}"

    def after(self, instant: datetime) -> datetime | None:
        """The first time strictly after the instant, in UTC; None where the rule has ended or never comes."""
        day = aware(instant).astimezone(zone(self.zone)).date() - timedelta(days=1)
        while (found := _next_date(self.rule, self.start, day)) is not None:
            due = at_time(found, self.at, self.zone)
            if due > instant:
                return due
            day = found + timedelta(days=1)
        return None

    def last(self, instant: datetime, since: datetime) -> datetime | None:
        """The latest time at or before the instant and not before `since`."""
        found, before = None, since - timedelta(microseconds=1)
        while (due := self.after(before)) is not None and due <= instant:
            found = before = due
        return found


def cadence(rule: str, at: str, zone_name: str, *, now: datetime, start: date = START) -> Cadence:
    """A cadence that is to begin now. Raises RuleError where it would never come again, saying why."""
    time_of_day(at)
    made = Cadence(read_rule(rule), at, zone_name, start)
    if made.after(now) is None:
        early = made.after(datetime.combine(start, time(), UTC) - timedelta(days=2))
        if early is None:
            raise RuleError(f"“{rule}” never comes: no day fits it. {HOW}")
        raise RuleError(f"“{rule}” has ended already. Give it a later UNTIL, a larger COUNT, or no end.")
    return made


@lru_cache(maxsize=4096)
def _next_date(rule: str, start: date, day: date) -> date | None:
    """The first date of the rule on that day or later."""
    if not _fits_a_day(re.sub(r";(?:INTERVAL|COUNT|UNTIL)=\w+", "", rule)):
        return None
    found = rrulestr(rule, dtstart=datetime.combine(start, time())).after(datetime.combine(day, time()), inc=True)
    return found.date() if found else None


_LAST_YEARS = datetime.combine(date(date.max.year - 40, 1, 1), time())
"""Forty years have every length of month begin on every weekday. They are the last there are, where a search ends: one
that began today would look through eight thousand years for a 30 February."""


@lru_cache(maxsize=512)
def _fits_a_day(rule: str) -> bool:
    """Whether any day fits the rule, which has no end and passes over none of its weeks, months or years."""
    return rrulestr(rule, dtstart=_LAST_YEARS).after(_LAST_YEARS, inc=True) is not None
