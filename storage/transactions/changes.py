"""The door by which a use case changes the desk; a due timer's is `firing`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.people import Directory
from bot.ports import Change, Conflict
from storage.transactions import directory, files, outbox, places, requests, reviews, timers
from storage.transactions.once import remember_event
from storage.tx import Tx


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
    # After what makes two that hear it at once wait for each other: the request, or the author's turn.
    if change.hears is not None and (yield from places.source(change.hears)) is not None:
        raise Conflict(f"message {change.hears.message} was heard meanwhile")
    yield from timers.replace(wanted_by(change))
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
    for conversation, place in change.lost:
        yield from places.lose(conversation, place)
    for place in change.emptied:
        yield from places.empty(place)
    for conversation, place in change.bindings:
        yield from places.bind(conversation, place)
    for slot, ref in change.slots:
        yield from places.place_slot(slot, ref)
    yield from outbox.write_all(outbox.written(draft, suppressed=change.suppressed) for draft in change.outbox)


def wanted_by(change: Change) -> dict[str, Mapping[str, datetime]]:
    """The timers of every subject that the change speaks of."""
    wanted = {timers.subject_of(part.request.number): part.timers for part in change.requests}
    return {**wanted, **change.timers}
