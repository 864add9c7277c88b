"""A report as rows for other programs: one a group, or one a request. Names of columns are stable.

Instants are ISO 8601 in the report's zone; lengths are whole minutes of service time, rounded down (rule 20).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.desk.reporting import told
from bot.domain.clocks import Calendars, Clock, elapsed, instant_of
from bot.domain.events import Breached
from bot.domain.people import Directory
from bot.domain.period import Period
from bot.domain.policy import ClockKind
from bot.domain.report import (
    MEASURED,
    Figures,
    Group,
    Report,
    Target,
    Volume,
    Window,
    ended,
    first_reply,
    marks,
    verdict,
)
from bot.domain.request import Request
from bot.ports import Store, Told
from bot.tabular import Cell

Record = dict[str, Cell]

BY = ("target", "client", "priority", "person")

REQUEST_COLUMNS = (
    *("ref", "client", "title", "status", "priority", "kind", "requester", "owner"),
    *("opened", "first_reply", "resolved", "closed"),
    *(f"{kind}_{what}" for kind in ClockKind for what in ("due", "verdict", "minutes")),
)


CLIENT_COLUMNS = tuple(name for name in REQUEST_COLUMNS if name != "priority")
"""What a client's people get: the priority is the team's to read."""


def minutes(seconds: float | None) -> int | None:
    """Whole minutes."""
    return None if seconds is None else int(seconds // 60)


def percent(target: Target) -> float | None:
    """The share kept, to a tenth, rounded down; None where nothing was judged."""
    return None if target.permille is None else target.permille / 10


# --- one a group ----------------------------------------------------------------------------------------------------


def group_columns(by: str) -> list[str]:
    """The columns of its rows, also where there are none."""
    nothing = Group().figures()
    own = ["target", *_target(nothing, ClockKind.RESOLUTION)] if by == "target" else [by, "name", *_wide(nothing)]
    return ["from", "to", "zone", *own]


def group_rows(report: Report, by: str, period: Period, directory: Directory) -> list[Record]:
    """One row a promise, or a client, a priority, a person; nobody's is the one without a name."""
    head: Record = {"from": period.first.isoformat(), "to": period.last.isoformat(), "zone": period.zone}
    if by == "target":
        return [head | {"target": str(kind)} | _target(report.total, kind) for kind in ClockKind]
    groups: Mapping[str | None, Figures] = {**report.priorities}
    names: dict[str, str] = {str(priority): str(priority) for priority in report.priorities}
    if by == "client":
        groups, names = {**report.clients}, {key: client.name for key, client in directory.clients.items()}
    elif by == "person":
        groups, names = report.people, {id: person.name for id, person in directory.people.items()}
    return [head | {by: key, "name": names.get(key or "")} | _wide(figures) for key, figures in groups.items()]


def _wide(figures: Figures) -> Record:
    """All figures side by side: volumes, then each promise's own."""
    row: Record = {str(volume): count for volume, count in figures.volume.items()}
    for kind in ClockKind:
        row |= {f"{kind}_{name}": value for name, value in _target(figures, kind).items()}
    return row


def _target(figures: Figures, kind: ClockKind) -> Record:
    target, length = figures.targets[kind], figures.lengths.get(kind)
    row: Record = {
        "judged": target.judged,
        "met": target.met,
        "missed": target.missed,
        "kept_percent": percent(target),
        "unanswered": target.unanswered,
        "taken_over": target.taken_over,
    }
    timed = length if kind in MEASURED else None
    row["count"] = timed.count if timed else None
    row["median_minutes"] = minutes(timed.median) if timed else None
    row["ninetieth_minutes"] = minutes(timed.ninetieth) if timed else None
    return row


def as_json(report: Report, period: Period, directory: Directory, client: str | None) -> dict[str, object]:
    """All of it, for programs."""
    groups = {by: group_rows(report, by, period, directory) for by in BY}
    return {
        "client": client,
        "period": period.name,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "zone": period.zone,
        "requests": report.requests,
        "volume": {str(volume): report.total.volume[volume] for volume in Volume},
        **{f"by_{by}": [_without_head(row) for row in rows] for by, rows in groups.items()},
        "oldest_open": [request.ref for request in report.oldest],
    }


def _without_head(row: Record) -> Record:
    return {name: value for name, value in row.items() if name not in ("from", "to", "zone")}


# --- one a request --------------------------------------------------------------------------------------------------


async def request_rows(
    store: Store,
    directory: Directory,
    window: Window,
    zone: ZoneInfo,
    *,
    client: str | None = None,
    sees: Callable[[Request], bool] = lambda request: True,
    each: Callable[[], None] = lambda: None,
) -> AsyncIterator[Record]:
    """One by one, so that any number of them can be written: those of which a report counts something. `each` is told
    of every one that was looked at."""
    async for one in told(store, window, client):
        each()
        if sees(one.request) and any(True for _ in marks(one.request, one.facts, directory.calendars, window)):
            yield request_row(one, directory, window, zone)


def request_row(one: Told, directory: Directory, window: Window, zone: ZoneInfo) -> Record:
    """One request as it stands. Of each kind of promise it is the last cycle: when it was due, how it was judged, and
    the service time that had counted when it ended, or counts by now."""
    request, facts = one.request, one.facts
    resolved, closed = ended(request, facts)
    row: Record = {
        "ref": request.ref,
        "client": request.client,
        "title": request.title,
        "status": str(request.status),
        "priority": str(request.priority),
        "kind": request.kind,
        "requester": directory.name_of(request.requester),
        "owner": directory.name_of(request.owner) if request.owner else None,
        "opened": _iso(request.opened_at, zone),
        "first_reply": _iso(first_reply(request, facts), zone),
        "resolved": _iso(resolved, zone),
        "closed": _iso(closed, zone),
    }
    silent = {(e.event.clock, e.event.cycle) for e in facts if isinstance(e.event, Breached) and e.event.silent}
    for kind in ClockKind:
        clock = request.sla.latest(kind)
        found = clock and verdict(clock, (kind, clock.cycle) in silent, directory.calendars, window)
        at = clock and (clock.ended_at or window.until)
        row |= {
            f"{kind}_due": _iso(due(clock, directory.calendars), zone) if clock else None,
            f"{kind}_verdict": (str(found[0]) if found else str(clock.outcome)) if clock else None,
            f"{kind}_minutes": minutes(elapsed(clock, directory.calendars, at)) if clock and at else None,
        }
    return row


def due(clock: Clock, calendars: Calendars) -> datetime | None:
    """When its target was, or would have been, used up; None where it ended in a pause before that."""
    *before, last = clock.stretches
    if clock.ended_at is not None and last.until == clock.ended_at:
        last = replace(last, until=None)
    return instant_of(replace(clock, stretches=(*before, last)), calendars, clock.target)


def _iso(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None
