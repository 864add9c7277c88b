"""Cases of our own about hours, one for each option and edge: worked out by hand from rules 1 to 3."""

from __future__ import annotations

from typing import Any

import pytest
from sla_cases import failures

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week(*windows: list[str], days: tuple[str, ...] = DAYS) -> dict[str, Any]:
    return {day: list(windows) for day in days}


# The 12th of January 2026 is a Monday; London springs on 29 March, 01:00 to 02:00, falls on 25 October, 02:00 to 01:00
CALENDARS: dict[str, Any] = {
    "office": {"tz": "UTC", "hours": week(["09:00", "17:00"], days=DAYS[:5])},
    "always": {"tz": "UTC", "hours": week(["00:00", "24:00"])},
    "as always": {"tz": "UTC", "hours": week(["00:00", "00:00"])},
    "round the clock from five": {"tz": "UTC", "hours": {"mon": [["17:00", "17:00"]]}},
    "night": {
        "tz": "UTC",
        "hours": week(["22:00", "06:00"], days=DAYS[:5]),
        "holidays": ["2026-01-13"],
        "overrides": {"2026-01-13": [["12:00", "13:00"]], "2026-01-14": [], "2026-01-15": [["20:00", "02:00"]]},
        "breaks": {"2026-01-16": [["01:00", "03:00"], ["23:30", "00:30"]]},
    },
    "ragged": {"tz": "UTC", "hours": {"mon": [["13:00", "17:00"], ["09:00", "12:00"], ["11:00", "13:00"]]}},
    "late": {"tz": "UTC", "hours": {"mon": [["18:00", "24:00"]], "tue": [["00:00", "03:00"], ["03:00", "04:00"]]}},
    "dates": {"tz": "UTC", "hours": {}, "overrides": {"2026-01-12": [["10:00", "11:00"]]}},
    "nulls": {
        "tz": "UTC",
        "hours": {"mon": [["09:00", "10:00"]], "tue": None},
        "holidays": None,
        "annual_holidays": None,
        "overrides": None,
        "breaks": {"2026-01-12": None},
    },
    "leap": {"tz": "UTC", "hours": week(["09:00", "17:00"]), "annual_holidays": ["02-29", "12-25"]},
    "london nights": {"tz": "Europe/London", "hours": {"sat": [["22:00", "06:00"]], "sun": [["01:00", "01:30"]]}},
    "london days": {"tz": "Europe/London", "hours": week(["00:00", "24:00"])},
    "gap": {"tz": "Europe/London", "hours": {"sun": [["00:30", "01:30"], ["01:10", "01:20"], ["01:45", "03:00"]]}},
    "beirut": {"tz": "Asia/Beirut", "hours": {"sat": [["22:00", "24:00"]], "sun": [["00:00", "02:00"]]}},
    "lord howe": {"tz": "Australia/Lord_Howe", "hours": {"sun": [["01:30", "02:30"]]}},
    "chatham": {"tz": "Pacific/Chatham", "hours": week(["09:00", "09:15"])},
    "apia": {"tz": "Pacific/Apia", "hours": week(["09:00", "17:00"])},
    "seconds": {"tz": "UTC", "hours": {"mon": [["09:00:30", "09:00:45"]]}},
}


def at(text: str) -> str:
    """`12 10:00` is that day of January 2026."""
    return text if "-" in text else f"2026-01-{text.replace(' ', 'T')}:00Z"


def add(calendar: str, start: str, seconds: float, expected: str | None, **more: Any) -> dict[str, Any]:
    wanted = expected and at(expected)
    return {"kind": "add", "calendar": calendar, "start": at(start), "seconds": seconds, "expected": wanted, **more}


def sub(calendar: str, start: str, seconds: float, expected: str | None, **more: Any) -> dict[str, Any]:
    return {**add(calendar, start, seconds, expected), "kind": "sub", **more}


def between(calendar: str, start: str, end: str, seconds: float) -> dict[str, Any]:
    return {"kind": "between", "calendar": calendar, "start": at(start), "end": at(end), "expected_seconds": seconds}


def asks(kind: str, calendar: str, when: str, expected: Any) -> dict[str, Any]:
    said = at(expected) if isinstance(expected, str) else expected
    return {"kind": kind, "calendar": calendar, "at": at(when), "expected": said}


def windows(calendar: str, start: str, direction: str, *expected: tuple[str, str]) -> dict[str, Any]:
    pairs = [[at(opens), at(closes)] for opens, closes in expected]
    return {"kind": "windows", "calendar": calendar, "from": at(start), "direction": direction, "expected": pairs}


HOUR = 3600

CASES: dict[str, dict[str, Any]] = {
    # Adding and taking away (rule 2).
    "used up at closing is the closing instant": add("office", "12 16:00", HOUR, "12 17:00"),
    "or the next opening, as others say it": add("office", "12 16:00", HOUR, "13 09:00", vs_ref="next_open"),
    "or the one before it": sub("office", "13 10:00", HOUR, "12 17:00", vs_ref="next_open"),
    "used up at opening is the opening instant": sub("office", "13 10:00", HOUR, "13 09:00"),
    "nothing added while open": add("office", "12 10:00", 0, "12 10:00"),
    "nothing added at closing is the next opening": add("office", "12 17:00", 0, "13 09:00"),
    "nothing taken away while open": sub("office", "12 10:00", 0, "12 10:00"),
    "nothing taken away at opening stays there": sub("office", "12 09:00", 0, "12 09:00"),
    "nothing taken away before opening is the last closing": sub("office", "12 08:00", 0, "09 17:00"),
    "an offset is the same instant": add("office", "2026-01-12T18:00:00+02:00", HOUR, "2026-01-12T12:00:00-05:00"),
    "parts of a second are kept": add("office", "2026-01-12T16:59:59.500Z", 1, "2026-01-13T09:00:00.500Z"),
    "half a second can be added": add("office", "12 10:00", 0.5, "2026-01-12T10:00:00.500Z"),
    "within the tolerance": add("office", "12 10:00", HOUR, "12 11:01", tolerance_s=60),
    "hours that run out have no end": add("dates", "12 10:00", HOUR + 1, None),
    "nor a start": sub("dates", "12 11:00", HOUR + 1, None),
    "exactly what there is": add("dates", "01 00:00", HOUR, "12 11:00"),
    # Sums.
    "a reversed span holds nothing": between("office", "13 10:00", "12 10:00", 0),
    "half-open at both ends": between("office", "12 08:59", "12 17:01", 8 * HOUR),
    "a fortnight": between("office", "01 00:00", "15 00:00", 10 * 8 * HOUR),
    "seconds of the wall count": between("seconds", "12 00:00", "13 00:00", 15),
    # Windows a day (rule 1).
    "overlapping windows count once": between("ragged", "12 00:00", "13 00:00", 8 * HOUR),
    "and are one": windows("ragged", "12 00:00", "forward", ("12 09:00", "12 17:00")),
    "windows that adjoin at midnight are one": windows("late", "12 00:00", "forward", ("12 18:00", "13 04:00")),
    "backwards too": windows("late", "13 03:30", "backward", ("12 18:00", "13 03:30"), ("05 18:00", "06 04:00")),
    "it closes at the end of what is merged": asks("next_close", "late", "12 20:00", "13 04:00"),
    "midnight to midnight is a whole day": between("as always", "12 05:00", "13 05:00", 24 * HOUR),
    "an end at the start is the next day's": windows(
        "round the clock from five", "12 00:00", "forward", ("12 17:00", "13 17:00"), ("19 17:00", "20 17:00")
    ),
    "what never closes has no closing": asks("next_close", "always", "12 10:00", None),
    "what is open opens at once": asks("next_open", "always", "12 10:00", "12 10:00"),
    "what opens no more has no opening": asks("next_open", "dates", "12 11:00", None),
    "the closing instant is not open": asks("is_open", "office", "12 17:00", False),
    "the opening instant is": asks("is_open", "office", "12 09:00", True),
    "at closing the next closing is the next day's": asks("next_close", "office", "12 17:00", "13 17:00"),
    "what is not given is not there": between("nulls", "12 00:00", "14 00:00", HOUR),
    # Nights, holidays, overrides and breaks (rule 1).
    "a holiday leaves yesterday's night alone and takes its own": windows(
        "night", "12 12:00", "forward", ("12 22:00", "13 06:00"), ("15 20:00", "16 01:00"), ("16 22:00", "16 23:30")
    ),
    "a break across midnight is taken out of the night": windows(
        "night", "16 22:00", "forward", ("16 22:00", "16 23:30"), ("17 00:30", "17 06:00"), ("19 22:00", "20 06:00")
    ),
    "the tail of a Friday is Saturday's morning": asks("is_open", "night", "17 05:59", True),
    "no window starts on a Saturday": asks("is_open", "night", "17 22:30", False),
    "holidays beat overrides": asks("is_open", "night", "13 12:30", False),
    "an override of nothing closes": asks("is_open", "night", "14 22:30", False),
    "a holiday of each year that only some have": between(
        "leap", "2028-02-28T00:00:00Z", "2028-03-02T00:00:00Z", 2 * 8 * HOUR
    ),
    "and the year before": between("leap", "2027-02-28T00:00:00Z", "2027-03-02T00:00:00Z", 2 * 8 * HOUR),
    # The clocks change (rule 1). In UTC London's spring is at 01:00 of 29 March, its autumn at 01:00 of 25 October.
    "a day of 23 hours": between("london days", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z", 23 * HOUR),
    "a day of 25": between("london days", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z", 25 * HOUR),
    "a day's hours added over the change": add(
        "london days", "2026-10-24T23:00:00Z", 25 * HOUR, "2026-10-26T00:00:00Z"
    ),
    "a night of seven hours": between("london nights", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", 7 * HOUR),
    "a night of nine": between("london nights", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", 9 * HOUR),
    # 00:30 is 00:30 UTC; 01:30 does not exist and is 02:30, 01:30 UTC. 01:10 to 01:20 moves to 02:10 to 02:20, within
    # it; 01:45 is 02:45, to 03:00: 01:45 to 02:00 UTC.
    "what starts or ends in the gap moves by it": windows(
        "gap",
        "2026-03-29T00:00:00Z",
        "forward",
        ("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        ("2026-03-29T01:45:00Z", "2026-03-29T02:00:00Z"),
    ),
    # 01:30 comes twice, at 00:30 and at 01:30 UTC: the first counts, as an end too. 01:45 is 00:45, to 03:00.
    "what starts or ends in the fold is its first time": windows(
        "gap",
        "2026-10-24T23:00:00Z",
        "forward",
        ("2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25T00:45:00Z", "2026-10-25T03:00:00Z"),
    ),
    # Midnight of 29 March is skipped in Beirut: 24:00 and 00:00 are both 01:00, 22:00 UTC of the day before; 02:00 is
    # 23:00 UTC.
    "midnight itself is skipped": windows(
        "beirut", "2026-03-28T12:00:00Z", "forward", ("2026-03-28T20:00:00Z", "2026-03-28T23:00:00Z")
    ),
    # Lord Howe goes back by half an hour on 5 April, from 02:00 to 01:30 (+11 to +10:30). 01:30 is first 14:30 UTC of
    # the day before; 02:30 is 16:00 UTC.
    "half an hour comes twice": between("lord howe", "2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z", 1.5 * HOUR),
    # And forward on 4 October, from 02:00 to 02:30: 02:30 is 15:30 UTC of the day before, 01:30 is 15:00 UTC.
    "half an hour is skipped": between("lord howe", "2026-10-03T12:00:00Z", "2026-10-04T12:00:00Z", 0.5 * HOUR),
    # +13:45 in January: 09:00 is 19:15 UTC of the day before.
    "zones by the quarter hour": windows(
        "chatham", "12 12:00", "forward", ("12 19:15", "12 19:30"), ("13 19:15", "13 19:30")
    ),
    # Samoa left out 30 December 2011 and went from -10 to +14: 09:00 to 17:00 of the 29th is 19:00 to 03:00 UTC, of the
    # 30th what moves by the gap is the 31st's own, 19:00 of the 30th to 03:00.
    "a date that is not there": windows(
        "apia",
        "2011-12-29T12:00:00Z",
        "forward",
        ("2011-12-29T19:00:00Z", "2011-12-30T03:00:00Z"),
        ("2011-12-30T19:00:00Z", "2011-12-31T03:00:00Z"),
        ("2011-12-31T19:00:00Z", "2012-01-01T03:00:00Z"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_hours_come_out_as_the_rules_say(case: dict[str, Any]):
    """Each expectation, by the engine's own answer."""
    assert list(failures(case, CALENDARS)) == []
