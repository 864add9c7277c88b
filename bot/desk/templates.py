"""Service levels to start from, and office hours: what a new client gets before anybody edits it."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.calendar import WEEKDAYS, Calendar, weekly
from bot.domain.people import Client
from bot.domain.policy import ClockKind, Policy, Priority


class Level(StrEnum):
    """The three templates."""

    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"


LEVELS = {Level.GOLD: "Gold", Level.SILVER: "Silver", Level.BRONZE: "Bronze"}

_H = 3600
_TARGETS: dict[Level, dict[Priority, tuple[int, int, int]]] = {
    # First response, next reply, resolution: hours of service time.
    Level.GOLD: {
        Priority.P1: (0, 1, 4),
        Priority.P2: (1, 2, 8),
        Priority.P3: (2, 4, 16),
        Priority.P4: (8, 8, 40),
    },
    Level.SILVER: {
        Priority.P1: (1, 2, 8),
        Priority.P2: (2, 4, 16),
        Priority.P3: (4, 8, 32),
        Priority.P4: (16, 16, 80),
    },
    Level.BRONZE: {
        Priority.P1: (2, 4, 16),
        Priority.P2: (4, 8, 32),
        Priority.P3: (8, 16, 64),
        Priority.P4: (24, 24, 160),
    },
}


def targets_of(level: Level) -> dict[Priority, dict[ClockKind, int]]:
    """The level's targets, in seconds of service time."""
    return {
        priority: {
            ClockKind.FIRST_RESPONSE: first * _H or _H // 2,
            ClockKind.NEXT_REPLY: next_ * _H,
            ClockKind.RESOLUTION: fix * _H,
        }
        for priority, (first, next_, fix) in _TARGETS[level].items()
    }


def level_named(name: str) -> Level | None:
    """The template of that name; None for a level somebody named themselves."""
    return next((level for level, label in LEVELS.items() if name.strip().lower() in (level, label.lower())), None)


def office_hours(client: Client) -> Calendar:
    """Monday to Friday, 9 to 17, in the client's zone."""
    return weekly(f"{client.key.lower()}-hours", client.zone, {day: [("09:00", "17:00")] for day in WEEKDAYS[:5]})


def policy_for(client: Client, calendar: Calendar, level: Level) -> Policy:
    """The level's targets for that client."""
    return Policy(LEVELS[level], client.key, calendar.ref, targets_of(level))
