"""A batch of due timers: decided one after the other without asking the database, and written in sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Conflict, Decide, RequestChange
from storage.instants import micros
from storage.transactions import changes, outbox, requests, timers
from storage.tx import Row, Tx

_Wanted = Mapping[str, datetime]


@dataclass
class Done:
    """What became of the claimed timers; one that no longer stood as it was claimed is in neither list."""

    fired: list[Row] = field(default_factory=list[Row])
    failed: list[Row] = field(default_factory=list[Row])
    changes: list[Change] = field(default_factory=list[Change])
    """What the fired ones changed."""


_TOGETHER = {"requests", "outbox", "timers", "suppressed", "result", "at"}
_else = attrgetter(*(each.name for each in fields(Change) if each.name not in _TOGETHER))
"""What of a change is written by itself; `result` and `at` are an inbox id's."""


class Batch:
    """Claimed timers with their requests, as the decisions so far leave them, and what of it is not written yet."""

    def __init__(self, claimed: Sequence[Row], snapshot: Directory) -> None:
        self.claimed = claimed
        self.snapshot = snapshot
        self.done = Done()
        self.apart: tuple[Row, Change] | None = None
        """A decision that is to be written by itself, once all before it is; the rest waits for it."""
        self._taken: Sequence[Row] = ()
        """Those that were taken and not sorted yet, which is done where there is time for it."""
        self._at = 0
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
        self._drafts: list[outbox.Written] = []

    def take(self) -> Tx[None]:
        """They and their requests are as they were claimed, as far as this transaction has held them since."""
        self._standing = yield from timers.standing([row["id"] for row in self.claimed if not row["held"]])
        self._taken = self.claimed

    def _sort(self) -> None:
        for row in self._taken:
            number = timers.request_of(row["subject"])
            if number is not None and row["state"] is not None:
                self._rows[number] = row
            if row["held"]:
                self._standing[row["id"]] = row["generation"]
        self._taken = ()

    def decide(self, decide: Decide) -> None:
        """Decide what can be written together, up to the first that cannot. It asks the database for nothing."""
        self._sort()
        while self._at < len(self.claimed) and self.apart is None:
            row = self.claimed[self._at]
            self._at += 1
            # An earlier decision, or another worker's before the claim, may have cancelled or moved it.
            if not self.stands(row):
                continue
            try:
                change = decide(timers.timer_from(row), self.request_of(row), self.snapshot)
                if self.can_wait(change):
                    drafts = [outbox.written(draft, suppressed=change.suppressed) for draft in change.outbox]
                    self.fired(row)
                    self.add(change, drafts)
                    self.done.changes.append(change)
                    self.done.fired.append(row)
                else:
                    self.apart = row, change
            except Exception:  # the decision's own matter, such as a Conflict with another request
                self.done.failed.append(row)

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

    def add(self, change: Change, drafts: Sequence[outbox.Written]) -> None:
        """Have it written with the rest, and its drafts."""
        for each in change.requests:
            number = each.request.number
            self._left[number] = each.request
            before = self._changed.get(number)
            entries = (*before.entries, *each.entries) if before else each.entries
            self._changed[number] = replace(each, entries=entries)
        self._moved |= changes.wanted_by(change)
        self._drafts += drafts

    def flush(self) -> Tx[None]:
        """Write all that waited."""
        yield from timers.fired(self._fired)
        yield from requests.write_held(list(self._changed.values()), self.snapshot.calendars)
        yield from timers.replace(self._moved)
        yield from outbox.write_all(self._drafts)
        self._fired, self._changed, self._moved, self._drafts = [], {}, {}, []

    def whole(self, row: Row, change: Change) -> Tx[None]:
        """Write one by itself, after all before it were; what it touched is read anew."""
        yield from timers.fired((row["id"],))
        yield from changes.commit(change, self.snapshot)
        touched = {row["subject"], *changes.wanted_by(change)}
        for subject in touched:
            number = timers.request_of(subject) or 0
            self._rows.pop(number, None)
            self._left.pop(number, None)
        self._last = None
        yield from self.load(
            [each for each in self.claimed if each["subject"] in touched and each["id"] in self._standing]
        )
