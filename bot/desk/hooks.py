"""What hooks are told: each fact of a request and each transition of its clocks, without anybody's words.

The messages go out as every other does: written with the change, sent once it is committed, tried again until they
arrive. Their key is the receiver's to tell a repetition by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.codec import kind_of
from bot.domain.clocks import Clock, State, due_at
from bot.domain.events import Entry, Event
from bot.domain.hooks import Hook
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.domain.transitions import transitions
from bot.messages.model import Notice
from bot.ports import Draft, Op, Urgency

FACTS = frozenset(
    {
        "at",
        "breached_at",
        "cause",
        "chaser",
        "clock",
        "closes_at",
        "cycle",
        "done",
        "due_at",
        "follows",
        "from_",
        "from_client",
        "into",
        "noticed_at",
        "owner",
        "percent",
        "priority",
        "private",
        "requester",
        "score",
        "silent",
        "since",
        "source",
        "step",
        "stopped",
        "to",
        "until",
    }
)
"""The fields of facts that are told. Where people write their own words is not among them; who needs those asks."""


def conversation(key: str) -> str:
    """The hook, as a logical conversation."""
    return f"hook:{key}"


def drafts(
    directory: Directory, before: Request | None, after: Request, entries: Sequence[Entry], *, at: datetime
) -> tuple[Draft, ...]:
    """One message for each fact and each transition, for every hook that wants it."""
    wanted = [hook for hook in directory.hooks.values() if hook.client in ("", after.client)]
    if not wanted:
        return ()
    out: list[Draft] = []
    about = _request(after, directory)
    for entry in entries:
        data = {"request": about, "event": _event(entry)}
        out += _to(wanted, "request", f"{after.ref}:{entry.seq}", kind_of(entry.event), entry.at, data)
    for moved in transitions(before.sla if before else State(), after.sla):
        clock = moved.clock
        key = f"{after.ref}:{after.version}:{clock.kind}:{clock.cycle}:{moved.name}"
        data = {"request": about, "clock": _clock(clock, directory)}
        out += _to(wanted, "sla", key, moved.name, at, data)
    return tuple(out)


def _to(hooks: Sequence[Hook], about: str, key: str, name: str, at: datetime, data: dict[str, Any]) -> list[Draft]:
    body = Notice(f"{about}.{name}", at, data)
    return [
        Draft(f"hook:{hook.key}:{key}", Op.POST, conversation(hook.key), body, urgency=Urgency.COPY)
        for hook in hooks
        if about in hook.about
    ]


def _request(request: Request, directory: Directory) -> dict[str, Any]:
    return {
        "ref": request.ref,
        "number": request.number,
        "client": request.client,
        "status": request.status.value,
        "priority": request.priority.value,
        "kind": request.kind,
        "requester": request.requester,
        "owner": request.owner,
        "private": request.private,
        "version": request.version,
    }


def _event(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "kind": kind_of(entry.event),
        "at": entry.at.isoformat(),
        "by": entry.by,
        "role": entry.role.value,
        "via": entry.via,
        **_facts(entry.event),
    }


def _facts(event: Event) -> dict[str, Any]:
    """The fact's own fields that are facts: names, numbers, instants."""
    found: dict[str, Any] = {}
    for field in fields(event):  # pyright: ignore[reportArgumentType]  # every fact is a dataclass
        value = getattr(event, field.name)
        if field.name not in FACTS:
            continue
        if isinstance(value, datetime):
            found[field.name.rstrip("_")] = value.isoformat()
        elif isinstance(value, str | int | bool | None):
            found[field.name.rstrip("_")] = value
    return found


def _clock(clock: Clock, directory: Directory) -> dict[str, Any]:
    due = due_at(clock, directory.calendars)
    return {
        "kind": clock.kind.value,
        "cycle": clock.cycle,
        "outcome": clock.outcome.value,
        "target_seconds": clock.target,
        "policy": f"{clock.terms.policy}@{clock.terms.version}",
        "started_at": clock.started_at.isoformat(),
        "due_at": due.isoformat() if due else None,
        "breached_at": clock.breached_at.isoformat() if clock.breached_at else None,
        "ended_at": clock.ended_at.isoformat() if clock.ended_at else None,
    }
