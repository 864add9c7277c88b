"""Worked cases in few words: instants of January 2026, events, checks, and a few calendars."""

from __future__ import annotations

from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDARS: dict[str, Any] = {
    "all": {"tz": "UTC", "hours": {day: [["00:00", "24:00"]] for day in DAYS}},
    "office": {"tz": "UTC", "hours": {day: [["09:00", "17:00"]] for day in DAYS[:5]}},
    "late": {"tz": "UTC", "hours": {day: [["12:00", "20:00"]] for day in DAYS[:5]}},
    "dated": {
        "tz": "Europe/London",
        "hours": {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]},
        "holidays": ["2026-01-13"],
        "annual_holidays": ["01-14", "02-29"],
        "overrides": {"2026-01-15": [["22:00", "02:00"]]},
        "breaks": {"2026-01-12": [["10:00", "11:00"]]},
    },
}


def at(text: str) -> str:
    """`12 10:00` is that day of January 2026; the 12th is a Monday."""
    day, time = text.split()
    return f"2026-01-{day}T{time}:00Z"


def on(when: str, type: str, **more: Any) -> dict[str, Any]:
    return {"at": at(when), "type": type, **more}


def after(index: int, **said: Any) -> dict[str, Any]:
    return {"after_event": index, **{name: _said(value) for name, value in said.items()}}


def then(when: str, **said: Any) -> dict[str, Any]:
    return {"at": at(when), **{name: _said(value) for name, value in said.items()}}


def _said(value: Any) -> Any:
    return at(value) if isinstance(value, str) and "T" not in value else value


def ticket(policy: dict[str, Any], *told: dict[str, Any], calendar: str = "all", **more: Any) -> dict[str, Any]:
    events = [each for each in told if "type" in each]
    checks = [each for each in told if "type" not in each]
    return {"kind": "ticket", "calendar": calendar, "policy": policy, "events": events, "checks": checks, **more}


def metric(expected: dict[str, Any], start: str, target: int, calendar: str = "office", **more: Any) -> dict[str, Any]:
    case = {"kind": "metric", "metric": "resolution", "calendar": calendar, "start": at(start), "target_s": target}
    said = {name: _said(value) for name, value in expected.items()}
    return {**case, "pauses": [], "expected": said, **more}
