"""The door by which time changes the desk: due timers, claimed, read and written in sets, decided one after the other.

Few queries serve a whole batch, since each costs as much as the decision. What one decision leaves is what the next one
of the batch sees, without asking the database. A decision that raises, or that cannot be written, is that timer's own
matter: it is put off, and the batch goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Conflict, Decide, Draft, RequestChange
from storage.instants import micros
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
        done = yield from _part(_fire(claimed, decide, snapshot, fresh=True))
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


def _fire(claimed: Sequence[Row], decide: Decide, snapshot: Directory, *, fresh: bool = False) -> Tx[_Done]:
    """Decide them in order; `fresh` where nothing was written since they were claimed. Raises what the database refuses
    to write."""
    done, batch = _Done(), _Batch(snapshot)
    yield from batch.take(claimed) if fresh else batch.load(claimed)
    for row in claimed:
        # An earlier decision, or another worker's before the claim, may have cancelled or moved it.
        if not batch.stands(row):
            continue
        try:
            change = decide(timers.timer_from(row), batch.request_of(row), snapshot)
            if batch.can_wait(change):
                batch.fired(row)
                batch.add(change)
            else:
                yield from batch.flush()
                yield from _part(batch.whole(row, change, claimed))
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
_else = attrgetter(*(each.name for each in fields(Change) if each.name not in _TOGETHER))
"""What of a change is written by itself; `result` and `at` are an inbox id's."""


class _Batch:
    """The requests and timers of a batch as the decisions so far leave them, and what of it is not written yet."""

    def __init__(self, snapshot: Directory) -> None:
        self._snapshot = snapshot
        self._rows: dict[int, Row] = {}
        """The requests as they were read. Each is understood when its timer is decided and forgotten with it: a whole
        set of them at once is more than a processor has at hand, and takes twice the time."""
        self._left: dict[int, Request] = {}
        """Those that a decision changed."""
        self._last: Request | None = None
        """The one that was asked for last."""
        self._standing: dict[int, int] = {}
        """The claimed timers that wait, and have not been decided: the generation of each, by its id."""
        self._moved: dict[str, _Wanted] = {}
        """What is to wait of a subject from now on, instead of what does."""
        self._fired: list[int] = []
        self._changed: dict[int, RequestChange] = {}
        self._drafts: list[tuple[Draft, bool]] = []

    def take(self, claimed: Sequence[Row]) -> Tx[None]:
        """These timers and their requests are as they were claimed, as far as this transaction has held them since."""
        for row in claimed:
            number = timers.request_of(row["subject"])
            if number is not None and row["state"] is not None:
                self._rows[number] = row
        self._standing = {row["id"]: row["generation"] for row in claimed if row["held"]}
        self._standing |= yield from timers.standing([row["id"] for row in claimed if not row["held"]])

    def load(self, claimed: Sequence[Row]) -> Tx[None]:
        """Read these timers and their requests as they stand by now."""
        numbers = {number for row in claimed if (number := timers.request_of(row["subject"])) is not None}
        self._rows |= yield from requests.rows(numbers)
        ids = [row["id"] for row in claimed]
        for id in ids:
            self._standing.pop(id, None)  # where it waits no longer
        self._standing |= yield from timers.standing(ids)

    def request_of(self, row: Row) -> Request | None:
        """The request of a claimed timer as it stands by now; None where there is none. Raises ValueError for one that
        this release cannot read."""
        number = timers.request_of(row["subject"])
        return None if number is None else self._request(number)

    def _request(self, number: int) -> Request | None:
        if number in self._left:
            return self._left[number]
        if self._last is None or self._last.number != number:
            row = self._rows.get(number)
            self._last = None if row is None else requests.request_from(row)
        return self._last

    def stands(self, row: Row) -> bool:
        """Whether a claimed timer still waits as it did when it was claimed."""
        if self._standing.get(row["id"]) != row["generation"]:
            return False
        moved = self._moved.get(row["subject"])
        if moved is None:
            return True
        wanted = moved.get(row["kind"])
        return wanted is not None and micros(wanted) == row["due_at"]

    def can_wait(self, change: Change) -> bool:
        """Whether it can be written together with others: it speaks of nothing but what is held here. Raises Conflict
        where a request in it is not as it stands."""
        if any(_else(change)):
            return False
        if not change.requests:
            return True
        stand = {each.request.number: self._request(each.request.number) for each in change.requests}
        if len(stand) < len(change.requests) or None in stand.values():
            return False
        for each in change.requests:
            stands = stand[each.request.number]
            if stands is None or stands.version != each.expected_version:
                raise Conflict(f"{each.request.ref} is no longer at entry {each.expected_version}.")
            requests.insist_whole(each)
        return True

    def fired(self, row: Row) -> None:
        """It has been decided, before what follows is written: that may be this very timer again."""
        self._fired.append(row["id"])
        del self._standing[row["id"]]
        moved = self._moved.get(row["subject"])
        if moved is not None:
            self._moved[row["subject"]] = {kind: due_at for kind, due_at in moved.items() if kind != row["kind"]}

    def add(self, change: Change) -> None:
        """Have it written with the rest."""
        for each in change.requests:
            number = each.request.number
            self._left[number] = each.request
            before = self._changed.get(number)
            entries = (*before.entries, *each.entries) if before else each.entries
            self._changed[number] = replace(each, entries=entries)
        self._moved |= changes.wanted_by(change)
        self._drafts += ((draft, change.suppressed) for draft in change.outbox)

    def flush(self) -> Tx[None]:
        """Write all that waited."""
        yield from timers.fired(self._fired)
        yield from requests.write_held(list(self._changed.values()), self._snapshot.calendars)
        yield from timers.replace(self._moved)
        yield from outbox.write_all(self._drafts)
        self._fired, self._changed, self._moved, self._drafts = [], {}, {}, []

    def whole(self, row: Row, change: Change, claimed: Sequence[Row]) -> Tx[None]:
        """Write one by itself, after all before it were; what it touched is read anew."""
        yield from timers.fired((row["id"],))
        yield from changes.commit(change, self._snapshot)
        touched = {row["subject"], *changes.wanted_by(change)}
        for subject in touched:
            number = timers.request_of(subject) or 0
            self._rows.pop(number, None)
            self._left.pop(number, None)
        self._last = None
        yield from self.load([each for each in claimed if each["subject"] in touched and each["id"] in self._standing])
