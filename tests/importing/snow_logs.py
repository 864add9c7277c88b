"""Small audit logs, written by hand, and what the desk made of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.codec import kind_of
from bot.desk.importing import Report, import_servicenow
from bot.domain.events import Entry
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import RequestQuery, Store, Timer
from storage import open_store

COLUMNS = [
    "number",
    "incident_state",
    "sys_mod_count",
    "caller_id",
    "opened_at",
    "sys_updated_by",
    "sys_updated_at",
    "priority",
    "assigned_to",
    "category",
]


def row(number: str, mod: int, state: str, at: str, /, **cells: str) -> dict[str, str]:
    """One record. `at` is `29-02-2016 09:10`, or the time of Monday the 29th alone."""
    return {
        "number": number,
        "incident_state": state,
        "sys_mod_count": str(mod),
        "caller_id": "Caller 1",
        "opened_at": "29-02-2016 09:00",
        "sys_updated_by": "Updated by 7",
        "sys_updated_at": at if "-" in at else f"29-02-2016 {at}",
        "priority": "3 - Moderate",
        "assigned_to": "?",
        "category": "Category 5",
    } | cells


def write(path: Path, *rows: dict[str, str], columns: Iterable[str] = COLUMNS) -> Path:
    """The log as a file; the header is line 1."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


class Cut(Exception):
    """The import was killed."""


@dataclass
class Desk:
    """What stands in the database after an import; requests and histories are those of its client."""

    report: Report
    directory: Directory
    requests: dict[str, Request] = field(default_factory=dict)
    histories: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    timers: list[Timer] = field(default_factory=list)
    outbox: dict[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    def kinds(self, number: str) -> list[str]:
        """The facts of an incident's request, without what its promise says."""
        return [k for e in self.histories[number] if (k := kind_of(e.event)) != "policy_applied"]

    def refusals(self) -> list[tuple[int, str]]:
        """Line and reason."""
        return [(r.line, r.reason) for r in self.report.refused]


async def read(store: Store, report: Report) -> Desk:
    """Everything, by incident number."""
    desk = Desk(report, await store.directory(), outbox=dict(await store.outbox_states()), wrong=await store.check())
    for request in await store.requests(RequestQuery(limit=10_000)):
        desk.timers += await store.timers(f"request:{request.number}")
        if request.client == report.client:
            number = request.title.split(":")[0]
            desk.requests[number] = request
            desk.histories[number] = await store.history(request.number)
    return desk


async def load(
    url: str, path: Path, *, client: str = "Acme Ltd", zone: str = "Europe/London", cut_at: int | None = None
) -> Desk:
    """Import the file, and look. With `cut_at` the import dies before that act, raising Cut."""

    def progress(done: int, total: int) -> None:
        if done == cut_at:
            raise Cut

    report = await import_servicenow(lambda: open_store(url), path, client=client, zone=zone, progress=progress)
    store = await open_store(url)
    try:
        return await read(store, report)
    finally:
        await store.close()


def utc(text: str) -> datetime:
    """`2016-02-29 09:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
