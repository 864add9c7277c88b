"""The two doors by which the desk changes: a use case commits, a due timer fires."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Conflict, Decide
from storage.transactions import directory, files, outbox, places, requests, reviews, timers
from storage.transactions.once import remember_event
from storage.tx import Row, Tx


def commit(change: Change, cached: Directory | None) -> Tx[None]:
    """Write all of it. Raises AlreadyHandled, checked first, and Conflict."""
    if change.inbox is not None:
        yield from remember_event(change.inbox, change.result, change.at)
    if change.fires is not None and not (yield from timers.fire(change.fires)):
        raise Conflict(f"the timer {change.fires.kind} of {change.fires.subject} was fired or moved meanwhile")
    if change.turn is not None:
        yield from places.hold_turn(change.turn)
    snapshot = (yield from directory.current(cached)) if change.requests else None
    # By number, so that two commits that share requests wait for each other in one order and never in a circle.
    for part in sorted(change.requests, key=lambda part: part.request.number):
        yield from requests.write(part, snapshot.calendars if snapshot else {})
        yield from timers.replace(timers.subject_of(part.request.number), part.timers)
    for subject, wanted in sorted(change.timers.items()):
        yield from timers.replace(subject, wanted)
    for part in change.reviews:
        yield from reviews.write(part)
    for run in change.runs:
        yield from reviews.add_run(run)
    for source in change.sources:
        yield from places.keep(source)
    for source in change.revised:
        yield from places.revise(source)
    for file, conversation in change.hidden_files:
        yield from files.hide((file,), conversation)
    for file, conversation in change.shown_files:
        yield from files.show((file,), conversation)
    for conversation, place in change.bindings:
        yield from places.bind(conversation, place)
    for slot, ref in change.slots:
        yield from places.place_slot(slot, ref)
    for draft in change.outbox:
        yield from outbox.write(draft, suppressed=change.suppressed)


def fire_due(now: datetime, limit: int, decide: Decide, cached: Directory | None) -> Tx[tuple[int, Directory]]:
    """Decide the timers that are due, by due time. Answers how many fired, and the directory that judged them."""
    snapshot = yield from directory.current(cached)
    fired = 0
    for row in (yield from timers.claim_due(now, limit)):
        # An earlier decision of this batch may have cancelled or moved the timer, or changed its request.
        if fired and not (yield from timers.stands(row)):
            continue
        known, request = yield from _request_of(row)
        if not known:
            continue
        change = decide(timers.timer_from(row), request, snapshot)
        # Before the change is written: what it wants may be this very timer again.
        yield from timers.fired(row)
        yield from commit(change, snapshot)
        fired += 1
    return fired, snapshot


def _request_of(row: Row) -> Tx[tuple[bool, Request | None]]:
    """The timer's request, held; False where a commit holds it, and the timer comes again after that."""
    number = timers.request_of(row["subject"])
    if number is None:
        return True, None
    request = yield from requests.lock(number)
    if request is None and (yield from requests.read(number)) is not None:
        return False, None
    return True, request
