"""The door by which time changes the desk: due timers, claimed, read and written in sets, decided one after the other.

Few queries serve a whole batch, since each costs as much as the decision. What one decision leaves is what the next one
of the batch sees, without asking the database. A decision that raises, or that cannot be written, is that timer's own
matter: it is put off, and the batch goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.domain.people import Directory
from bot.ports import Change, Decide
from storage.transactions import directory, timers
from storage.transactions.batch import Batch, Done
from storage.tx import Row, T, Tx, ask, one

Start = Callable[[Callable[[], None]], Future[None] | None]
"""Has something done on another thread; None where there is no thread to be had."""
GOOD_FOR = timedelta(seconds=5)
"""Desk time for which what was decided ahead is taken up: a decision knows what time it is."""


@dataclass(frozen=True)
class Ahead:
    """The next batch: claimed and being decided while this one is on its way to the disk."""

    batch: Batch
    now: datetime
    limit: int
    written: int
    """Rows that the connection had written by then: until it writes another, all stands as it was claimed."""
    deciding: Future[None]


@dataclass(frozen=True)
class Fired:
    """What became of a batch, the directory that judged it, and the next one, good once this one is committed."""

    count: int
    directory: Directory
    changes: Sequence[Change] = ()
    ahead: Ahead | None = None


class NotTogether(Exception):
    """Nothing was written: one of the timers, unknown which, cannot be; `fire_each` finds it."""


def fire_due(
    now: datetime,
    limit: int,
    decide: Decide,
    cached: Directory | None,
    ahead: Ahead | None = None,
    start: Start | None = None,
    following: int | None = None,
) -> Tx[Fired]:
    """Decide the timers that are due, by due time. With `start` the next ones are decided ahead, where nobody else can
    write what they stand on: as many as `following`, or again `limit`.

    Raises NotTogether where the database refuses to write one: a savepoint around them would make all that they write
    dearer by a seventh, for what hardly ever happens.
    """
    snapshot = yield from directory.current(cached)
    batch = yield from _taken_up(ahead, now, limit, snapshot, more=following is not None)
    if batch is None:
        batch = Batch((yield from timers.claim(now, limit)), snapshot)
        yield from batch.take()
    if not batch.claimed:
        return Fired(0, snapshot)
    done = batch.done
    try:
        yield from _fire(batch, decide)
    except Exception as error:
        raise NotTogether from error
    yield from _noted(done, now)
    after = None
    if start is not None and len(batch.claimed) >= limit and not done.failed and batch.claimed[0]["held"]:
        after = yield from _ahead(now, following or limit, decide, snapshot, start)
    return Fired(len(done.fired), snapshot, done.changes, after)


def fire_each(now: datetime, limit: int, decide: Decide, cached: Directory | None) -> Tx[Fired]:
    """The same, slower: who cannot be written takes nobody with it."""
    snapshot = yield from directory.current(cached)
    done = yield from _each_alone((yield from timers.claim(now, limit)), decide, snapshot)
    yield from _noted(done, now)
    return Fired(len(done.fired), snapshot, done.changes)


def _noted(done: Done, now: datetime) -> Tx[None]:
    for row in done.failed:
        yield from timers.put_off(row, now)
    yield from timers.forget_failures(done.fired)


def _ahead(now: datetime, limit: int, decide: Decide, snapshot: Directory, start: Start) -> Tx[Ahead | None]:
    """Have the next batch decided. It is read within this transaction, which sees what it has written itself."""
    batch = Batch((yield from timers.claim(now, limit)), snapshot)
    if not batch.claimed:
        return None
    yield from batch.take()
    written = yield from _written()
    deciding = start(partial(batch.decide, decide))
    return None if deciding is None else Ahead(batch, now, limit, written, deciding)


def _taken_up(ahead: Ahead | None, now: datetime, limit: int, snapshot: Directory, *, more: bool) -> Tx[Batch | None]:
    """The batch that was decided ahead, where it still stands on the same; decided to its end. It may be `more` than is
    asked for, never less."""
    if ahead is None or ahead.batch.snapshot is not snapshot:
        return None
    if ahead.limit < limit or (ahead.limit > limit and not more):
        return None
    # Time may have been set back or moved on, or nobody may have come for the batch for long.
    if not ahead.now <= now <= ahead.now + GOOD_FOR:
        return None
    if ahead.written != (yield from _written()):
        return None
    return None if ahead.deciding.exception() else ahead.batch


def _written() -> Tx[int]:
    row = yield from one("rows_written")
    return row["times"] if row else 0


def _each_alone(claimed: Sequence[Row], decide: Decide, snapshot: Directory) -> Tx[Done]:
    """Each in a part of its own, as slow as that is."""
    done = Done()
    for row in claimed:
        batch = Batch((row,), snapshot)
        yield from batch.load(batch.claimed)
        try:
            yield from _part(_fire(batch, decide))
        except Exception:  # whatever the database refused of it
            done.failed.append(row)
        else:
            done.fired += batch.done.fired
            done.failed += batch.done.failed
            done.changes += batch.done.changes
    return done


def _fire(batch: Batch, decide: Decide) -> Tx[None]:
    """Decide it, as far as that was not done ahead, and write it. Raises what the database refuses to write."""
    while True:
        batch.decide(decide)
        if batch.apart is None:
            break
        row, change = batch.apart
        batch.apart = None
        yield from batch.flush()
        try:
            yield from _part(batch.whole(row, change))
        except Exception:  # the decision's own matter, such as a Conflict with another request
            batch.done.failed.append(row)
        else:
            batch.done.fired.append(row)
            batch.done.changes.append(change)
    yield from batch.flush()


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
