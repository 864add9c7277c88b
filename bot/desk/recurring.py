"""Requests that the desk opens by itself: each occurrence once, late after a downtime, never a second beside an open
one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from bot.desk import digest
from bot.desk.changing import step
from bot.desk.context import Desk
from bot.desk.jobs import Wanted, job
from bot.domain.calendar import zone
from bot.domain.events import Assigned, ChecklistSet, Event, NoteAdded, Opened
from bot.domain.people import DESK, Directory
from bot.domain.recurring import Recurring, Run
from bot.domain.request import Request
from bot.messages import recurring as say
from bot.messages.model import Line
from bot.ports import Change, Store, Timer

SUBJECT = "recurring"
LATE = timedelta(minutes=15)
"""Beyond that it says that it comes late."""
SOURCE = "schedule"


def plan(directory: Directory, now: datetime) -> Wanted:
    """A timer for each entry, named after its rule; none while it is paused, or its client's agreement is over."""
    return {f"{SUBJECT}:{entry.key}": _next(entry, directory, now) for entry in directory.recurring.values()}


def _next(entry: Recurring, directory: Directory, now: datetime) -> Mapping[str, datetime]:
    client = directory.clients.get(entry.client)
    due = entry.cadence.after(now) if entry.active and client and not client.settings.closed else None
    return {entry.cadence.name: due} if due else {}


@job(SUBJECT, plan)
async def run(desk: Desk, timer: Timer, now: datetime) -> Change:
    """Open the request of the latest occurrence, or say on the last one, which is still open, that it is due again."""
    directory = await desk.store.directory()
    entry = directory.recurring.get(timer.subject.partition(":")[2])
    client = directory.clients.get(entry.client) if entry else None
    if entry is None or not entry.active or client is None or client.settings.closed:
        return Change()  # removed, paused or over since
    timers = {timer.subject: _next(entry, directory, now)}
    last = next(iter(await desk.store.runs(entry.key, 1)), None)
    due = entry.cadence.last(now, min(timer.due_at, now))
    if due is None:  # tried again after a failure: its timer stands later than what it is for
        due = entry.cadence.last(now, _since(entry, last))
    if due is None or (last and due <= last.at):
        return Change(timers=timers)
    before = await desk.store.request(last.request) if last else None
    local = due.astimezone(zone(entry.zone))
    if before is not None and before.status.is_open:
        done = step(directory, desk.rules, before, (NoteAdded(say.due_again(local)),), at=now)
    else:
        facts = _facts(entry, directory, await desk.store.reserve_number(), before, now)
        if now - due > LATE:
            facts.append(NoteAdded(say.came_late(local)))
        done = step(directory, desk.rules, None, facts, at=now)
    came = Run(entry.key, due, done.request.number)
    return Change((done.change,), done.outbox, timers=timers, runs=(came,))


def _since(entry: Recurring, last: Run | None) -> datetime:
    """From where on nothing has come yet."""
    if last is not None:
        return last.at + timedelta(microseconds=1)
    return datetime.combine(entry.start, time(), UTC) - timedelta(days=1)


def _facts(entry: Recurring, directory: Directory, number: int, before: Request | None, now: datetime) -> list[Event]:
    contact = directory.person(entry.contact)
    theirs = contact is not None and contact.active and contact.client == entry.client
    facts: list[Event] = [
        Opened(
            number,
            entry.client,
            entry.title,
            entry.contact if theirs else DESK.id,
            now,
            SOURCE,
            details=entry.details,
            kind=entry.kind,
            priority=entry.priority,
            follows=before.ref if before else "",
            private=entry.private,
            from_client=False,
        )
    ]
    kind = next((k for k in directory.kinds_for(entry.client) if k.key == entry.kind), None)
    if kind is not None and kind.checklist:
        facts.append(ChecklistSet(kind.checklist))
    owner = directory.person(entry.owner)
    if owner is not None and owner.is_staff:
        facts.append(Assigned(None, owner.id))
    return facts


async def standing(store: Store, directory: Directory) -> list[tuple[Recurring, Request]]:
    """Entries that came again while their last request was still open, and that one."""
    found: list[tuple[Recurring, Request]] = []
    for entry in directory.recurring.values():
        runs = await store.runs(entry.key, 2)
        if entry.active and len(runs) == 2 and runs[0].request == runs[1].request:
            request = await store.request(runs[0].request)
            if request is not None and request.status.is_open:
                found.append((entry, request))
    return found


async def due_lines(desk: Desk, directory: Directory, now: datetime, until: datetime) -> tuple[str, Sequence[Line]]:
    """In the digest: checks that came again and are not done yet."""
    return "Checks not done yet", [
        say.digest_line(entry, request, directory) for entry, request in await standing(desk.store, directory)
    ]


digest.SECTIONS.append(due_lines)
