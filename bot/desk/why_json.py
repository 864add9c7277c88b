"""The story of a request's clocks for programs: instants in UTC, durations in seconds of service time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.codec import kind_of
from bot.domain.events import Entry
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.domain.tale import ClockTale, Tale
from bot.domain.turns import Turn

Record = dict[str, Any]


def as_json(request: Request, tale: Tale, directory: Directory) -> Record:
    """All that the story holds; for the team, since it names policies and people."""
    return {
        "request": request.ref,
        "title": request.title,
        "status": request.status.value,
        "at": _at(tale.at),
        "policy": tale.terms.policy if tale.terms and tale.terms.matched else None,
        "clocks": [_clock(told, directory) for told in tale.clocks],
    }


def _clock(told: ClockTale, directory: Directory) -> Record:
    clock, terms = told.clock, told.clock.terms
    calendar = directory.calendars.get(clock.stretches[-1].calendar)
    return {
        "clock": clock.kind.value,
        "cycle": clock.cycle,
        "outcome": clock.outcome.value,
        "paused": clock.paused,
        "started_at": _at(clock.started_at),
        "ended_at": _at(clock.ended_at),
        "due_at": _at(told.due),
        "promised_at": _at(clock.promised),
        "breached_at": _at(clock.breached_at),
        "cause": clock.cause or None,
        "target_seconds": clock.target,
        "elapsed_seconds": told.elapsed,
        "given_back_seconds": told.given_back,
        "policy": None if clock.promised else terms.policy,
        "policy_version": None if clock.promised else terms.version,
        "priority": None if clock.promised else terms.priority.value,
        "calendar": calendar.ref if calendar else None,
        "zone": calendar.zone if calendar else None,
        "warned": list(clock.warned),
        "counted": [
            {"since": _at(part.since), "until": _at(part.until), "seconds": part.seconds} for part in told.counted
        ],
        "pauses": [
            {
                "since": _at(pause.since),
                "until": None if pause.lasts else _at(pause.until),
                "status": pause.status.value,
                "label": pause.label or None,
                "given_back_seconds": pause.seconds,
            }
            for pause in told.pauses
        ],
        "turns": [_turn(turn, directory) for turn in told.turns],
    }


def _turn(turn: Turn, directory: Directory) -> Record:
    return {
        "what": turn.what.value,
        "at": _at(turn.at),
        "rule": turn.rule,
        "used_seconds": turn.used,
        "target_seconds": turn.clock.target,
        "due_at": _at(turn.due),
        "seconds": turn.seconds or None,
        "entry": _entry(turn.entry, directory),
        "because_of": _entry(turn.cause, directory),
    }


def _entry(entry: Entry | None, directory: Directory) -> Record | None:
    """Which entry of the history it was, and whose; what it says is in the history."""
    if entry is None:
        return None
    return {
        "number": entry.seq,
        "kind": kind_of(entry.event),
        "at": _at(entry.at),
        "by": entry.by,
        "name": directory.name_of(entry.by),
    }


def _at(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None
