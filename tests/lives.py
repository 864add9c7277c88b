"""Lives of requests as cases, from a few bytes: each event is made of three, so that a failing life shrinks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from oracle import STEP, WEEKDAYS, Hours, Oracle

BEGIN, DAYS = datetime(2026, 2, 26, tzinfo=UTC), 150
FIRST = datetime(2026, 3, 6, 8, tzinfo=UTC)
"""A Friday, before the clocks change in most of these zones."""


def _week(*windows: list[str], days: tuple[str, ...] = WEEKDAYS[:5]) -> dict[str, Any]:
    return {day: list(windows) for day in days}


CALENDARS: dict[str, dict[str, Any]] = {
    "always": {"tz": "UTC", "hours": _week(["00:00", "24:00"], days=WEEKDAYS)},
    "office": {"tz": "Europe/London", "hours": _week(["09:00", "17:00"])},
    "nights": {
        "tz": "America/New_York",
        "hours": _week(["22:00", "06:00"], ["01:00", "03:00"], days=("fri", "sat", "sun", "mon")),
        "holidays": ["2026-03-07", "2026-03-14"],
        "breaks": {"2026-03-09": [["02:30", "04:00"]], "2026-03-13": [["23:00", "01:30"]]},
    },
    "gaps": {  # midnight itself is skipped there on 29 March
        "tz": "Asia/Beirut",
        "hours": _week(["00:00", "02:00"], ["12:00", "24:00"], days=WEEKDAYS),
        "annual_holidays": ["03-10", "03-28"],
        "overrides": {"2026-03-12": [], "2026-03-10": [["08:00", "09:00"]], "2026-03-29": [["00:15", "00:45"]]},
    },
    "folds": {  # half an hour comes twice on 5 April
        "tz": "Australia/Lord_Howe",
        "hours": _week(["01:30", "01:45"], ["06:00", "05:00"], days=("tue", "thu", "sat", "sun")),
        "overrides": {"2026-03-16": [["20:00", "24:00"]], "2026-03-17": [["00:00", "00:00"]]},
    },
}
NAMES = tuple(CALENDARS)
HOURS = {name: Hours(given, BEGIN, DAYS) for name, given in CALENDARS.items()}

GAPS = (0, 0, 1, 2, 6, 12, 12, 30, 66, 144, 250, 288, 500, 900, 2100, 4400)
"""Steps between two events."""

_SLOW = {"first_response_min": 240, "next_reply_min": 180, "periodic_update_min": 480, "resolution_min": 1440}
_QUICK = {"first_response_min": 20, "next_reply_min": 20, "periodic_update_min": 40, "resolution_min": 120}
POLICIES: tuple[dict[str, Any], ...] = (
    _SLOW,
    {**_QUICK, "pause_statuses": ["pending", "on hold"]},
    {**_SLOW, "pause_statuses": ["waiting_client", "pending"], "pause_reply_clocks": True},
    {"by_priority": {"high": _QUICK, "low": {**_SLOW, "next_reply_min": None}}},
    {**_QUICK, "applies_to_priority": ["high"], "pause_reply_clocks": True},
    {"by_priority": {"high": {"resolution_min": 60}, "low": _SLOW}, "pause_statuses": ["pending"]},
    {"periodic_update_min": 60, "next_reply_min": 100},
    {"first_response_min": 140, "applies_to_priority": ["high", "low"], "pause_statuses": []},
)
_STATUSES = ("waiting_client", "pending", "on hold", "open")
_PRIORITIES = ("high", "low", "normal")
_OPENINGS: tuple[dict[str, Any], ...] = (
    {"by": "customer"},
    {"by": "customer", "requester": "customer"},
    {"by": "agent", "requester": "customer"},
    {"by": "agent"},
    {"by": "system", "requester": "customer"},
    {"by": "customer", "requester": None},
    {"by": "customer", "requester": "customer2"},
    {"by": "system"},
)


def _event(act: int, more: int) -> dict[str, Any]:
    match act % 12:
        case 0 | 1:
            return {"type": "public_reply", "by": ("customer", "customer2")[more % 2]}
        case 2 | 3:
            return {"type": "public_reply", "by": ("agent", "agent2", "system")[more % 3]}
        case 4:
            return {"type": "private_note", "by": "agent"}
        case 5 | 6:
            return {"type": "status", "to": _STATUSES[more % 4]}
        case 7:
            return {"type": "priority", "to": _PRIORITIES[more % 3]}
        case 8:
            policy = POLICIES[more % len(POLICIES)]
            return {"type": "policy_change", "policy": policy, "apply_to_open": more % 5 > 0}
        case 9:
            return {"type": "calendar", "to": NAMES[more % len(NAMES)], "apply_to_open": more % 3 > 0}
        case 10:
            return {"type": "resolved"}
        case _:
            return {"type": "closed"}


def life_of(program: bytes) -> tuple[dict[str, Any], Oracle]:
    """The case that a program makes, with what the oracle expects after each of its events, and later; and the oracle
    at its end."""
    kind, who, when, *rest = program
    at = FIRST + timedelta(hours=when)
    opening = {"type": "created", **_OPENINGS[who % len(_OPENINGS)]}
    if who // 8 % 4:
        opening["priority"] = _PRIORITIES[who // 8 % 3]
    events = [{"at": at.isoformat(), **opening}]
    for gap, act, more in zip(rest[::3], rest[1::3], rest[2::3], strict=False):
        at += timedelta(seconds=STEP * GAPS[gap % len(GAPS)])
        events.append({"at": at.isoformat(), **_event(act, more)})
    policy, calendar = POLICIES[kind % len(POLICIES)], NAMES[kind // 8 % len(NAMES)]
    case = {"kind": "ticket", "calendar": calendar, "policy": policy, "events": events}
    later = [at + timedelta(seconds=STEP * steps) for steps in (0, 1, 24, 300, 1500)]
    oracle = Oracle(case, HOURS)
    return {**case, "checks": list(oracle.walk(later))}, oracle
