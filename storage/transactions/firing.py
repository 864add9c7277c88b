"""The door by which time changes the desk: due timers, claimed, read and written in sets, decided one after the other.

Few queries serve a whole batch, since each costs as much as the decision. What one decision leaves is what the next one
of the batch sees, without asking the database. A decision that raises, or that cannot be written, is that timer's own
matter: it is put off, and the batch goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Conflict, Decide, Draft, RequestChange
from storage.transactions import changes, directory, outbox, requests, timers
from storage.tx import Row, T, Tx, ask

_Wanted = Mapping[str, datetime]


def fire_due(now: datetime, limit: int, decide: Decide, cached: Directory | None) -> Tx[tuple[int, Directory]]:
    """Decide the timers that are due, by due time. Answers how many fired, and the directory that judged them."""
    snapshot = yield from directory.current(cached)
    claimed = yield from timers.claim(now, limit)
    if not claimed:
        return 0, snapshot
    try:
        done = yield from _part(_fire(claimed, decide, snapshot))
    except Exception:  # one of them cannot be written, and takes nobody with it
        done = yield from _each_alone(claimed, decide, snapshot)
    for row in done.failed:
        yield from timers.put_off(row, now)
    yield from timers.forget_failures(done.fired)
    return len(done.fired), snapshot


@dataclass
class _Done:
    """What became of the claimed timers; one that no longer stood as it was claimed is in neither list."""

    fired: list[Row] = field(default_factory=list[Row])
    failed: list[Row] = field(default_factory=list[Row])


def _each_alone(claimed: Sequence[Row], decide: Decide, snapshot: Directory) -> Tx[_Done]:
    """Each in a part of its own, as slow as that is."""
    done = _Done()
    for row in claimed:
        try:
            one = yield from _part(_fire((row,), decide, snapshot))
        except Exception:  # whatever the database refused of it
            done.failed.append(row)
        else:
            done.fired += one.fired
            done.failed += one.failed
    return done


def _fire(claimed: Sequence[Row], decide: Decide, snapshot: Directory) -> Tx[_Done]:
    """Decide them in order. Raises what the database refuses to write."""
    done, batch = _Done(), _Batch(snapshot)
    yield from batch.load({row["subject"] for row in claimed})
    for row in claimed:
        # An earlier decision, or another worker's before the claim, may have cancelled or moved it.
        if not batch.stands(row):
            continue
        number = timers.request_of(row["subject"])
        request = None if number is None else batch.requests.get(number)
        try:
            change = decide(timers.timer_from(row), request, snapshot)
            if batch.can_wait(change):
                batch.fired(row)
                batch.add(change)
            else:
                yield from batch.flush()
                yield from _part(batch.whole(row, change))
        except Exception:  # the decision's own matter, such as a Conflict with another request
            done.failed.append(row)
        else:
            done.fired.append(row)
    yield from batch.flush()
    return done


def _part(work: Tx[T], /) -> Tx[T]:
    """A part of a transaction, all of it or nothing: what it raises undoes what it wrote, and nothing else."""
    yield from ask("savepoint")
    try:
        done = yield from work
    except Exception:
        yield from ask("undo_part")
        yield from ask("end_part")
        raise
    yield from ask("end_part")
    return done


_TOGETHER = {"requests", "outbox", "timers", "suppressed", "result", "at"}
_ELSE = tuple(each.name for each in fields(Change) if each.name not in _TOGETHER)
"""What of a change is written by itself; `result` and `at` are an inbox id's."""


class _Batch:
    """The requests and timers of a batch as the decisions so far leave them, and what of it is not written yet."""

    def __init__(self, snapshot: Directory) -> None:
        self._snapshot = snapshot
        self.requests: dict[int, Request] = {}
        self._waiting: dict[str, dict[str, tuple[datetime, int]]] = {}
        """What waits by now, by subject and name: until when, and as which generation; 0 for one that is new."""
        self._stored: dict[str, dict[str, datetime]] = {}
        """What the database has waiting."""
        self._fired: list[int] = []
        self._changed: dict[int, RequestChange] = {}
        self._moved: set[str] = set()
        """The subjects whose timers were replaced."""
        self._others: dict[str, _Wanted] = {}
        """The same of subjects that have nothing due in this batch."""
        self._drafts: list[tuple[Draft, bool]] = []

    def load(self, subjects: set[str]) -> Tx[None]:
        """Read these subjects' timers and requests, all held by this transaction."""
        numbers = {number for subject in subjects if (number := timers.request_of(subject)) is not None}
        for number in numbers:
            self.requests.pop(number, None)
        self.requests |= yield from requests.states(numbers)
        for subject in subjects:
            self._waiting[subject], self._stored[subject] = {}, {}
        for row in (yield from timers.of(subjects)):
            timer = timers.timer_from(row)
            self._waiting[timer.subject][timer.kind] = (timer.due_at, timer.generation)
            self._stored[timer.subject][timer.kind] = timer.due_at

    def stands(self, row: Row) -> bool:
        """Whether a claimed timer still waits as it did when it was claimed."""
        _, generation = self._waiting[row["subject"]].get(row["kind"], (None, None))
        return generation == row["generation"]

    def can_wait(self, change: Change) -> bool:
        """Whether it can be written together with others: it speaks of nothing but what is held here. Raises Conflict
        where a request in it is not as it stands."""
        if any(getattr(change, name) for name in _ELSE):
            return False
        if not change.requests:
            return True
        numbers = [each.request.number for each in change.requests]
        if not self.requests.keys() >= set(numbers) or len(numbers) != len(set(numbers)):
            return False
        for each in change.requests:
            if self.requests[each.request.number].version != each.expected_version:
                raise Conflict(f"{each.request.ref} is no longer at entry {each.expected_version}.")
            requests.insist_whole(each)
        return True

    def fired(self, row: Row) -> None:
        """It has been decided, before what follows is written: that may be this very timer again."""
        self._fired.append(row["id"])
        del self._waiting[row["subject"]][row["kind"]]
        del self._stored[row["subject"]][row["kind"]]

    def add(self, change: Change) -> None:
        """Have it written with the rest."""
        for each in change.requests:
            number = each.request.number
            self.requests[number] = each.request
            before = self._changed.get(number)
            entries = (*before.entries, *each.entries) if before else each.entries
            self._changed[number] = replace(each, entries=entries)
        for subject, wanted in changes.wanted_by(change).items():
            there = self._waiting.get(subject)
            if there is None:
                self._others[subject] = wanted
                continue
            self._moved.add(subject)
            self._waiting[subject] = {
                kind: there[kind] if kind in there and there[kind][0] == due_at else (due_at, 0)
                for kind, due_at in wanted.items()
            }
        self._drafts += ((draft, change.suppressed) for draft in change.outbox)

    def flush(self) -> Tx[None]:
        """Write all that waited."""
        yield from timers.fired(self._fired)
        yield from requests.write_held(list(self._changed.values()), self._snapshot.calendars)
        # As they wait by now: what was wanted and has fired since is not set again.
        moved = {s: {kind: due_at for kind, (due_at, _) in self._waiting[s].items()} for s in self._moved}
        yield from timers.change(self._stored, moved)
        yield from timers.replace(self._others)
        yield from outbox.write_all(self._drafts)
        self._stored |= moved
        self._fired, self._changed, self._moved, self._others, self._drafts = [], {}, set(), {}, []

    def whole(self, row: Row, change: Change) -> Tx[None]:
        """Write one by itself, after all before it were; what it touched is read anew."""
        yield from timers.fired((row["id"],))
        yield from changes.commit(change, self._snapshot)
        touched = self._waiting.keys() & {row["subject"], *changes.wanted_by(change)}
        yield from self.load(touched)
