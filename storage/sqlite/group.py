"""Several transactions under one COMMIT: what waits for the disk waits together.

Each has a savepoint of its own, so it succeeds or fails by itself; none is answered before the COMMIT, since until
then nothing of any is on the disk: not even a refusal, which may be because of another one of the group. One that comes
alone is a plain transaction.
"""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Generic

from storage.tx import T, Tx

MOST = 64
"""Transactions in a group."""
LONGEST = 0.05
"""Seconds after which nothing more is taken into a group: the first one of it waits for the last."""

Drive = Callable[[sqlite3.Connection, Tx[Any]], Any]


class Job(Generic[T]):
    """A transaction that waits to be written, and how it ended."""

    def __init__(self, tx: Tx[T]) -> None:
        self.tx = tx
        self.done = False
        self._answer: T | None = None
        self._error: BaseException | None = None

    def succeed(self, answer: T) -> None:
        """It is written as soon as its group is."""
        self._answer = answer

    def fail(self, error: BaseException) -> None:
        """Nothing of it was written, whatever was said before."""
        self._error = error

    def result(self) -> T:
        """What it answered, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._answer  # pyright: ignore[reportReturnType] -- an answer of None is one


def write(raw: sqlite3.Connection, waiting: deque[Job[Any]], until: Job[Any], drive: Drive) -> int:
    """Write groups of what waits, on the database's thread, until that one is done; answers how many rows the
    connection has written in all of its life."""
    while not until.done:
        group: list[Job[Any]] = []
        try:
            _write_group(raw, waiting, group, drive)
        except BaseException as error:
            # Some errors, such as a full disk, have rolled back by themselves.
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            for job in group:
                job.fail(error)
        for job in group:
            job.tx.close()
            job.done = True
    return raw.total_changes


def _write_group(raw: sqlite3.Connection, waiting: deque[Job[Any]], group: list[Job[Any]], drive: Drive) -> None:
    begun = time.monotonic()
    group.append(waiting.popleft())
    # Taken first, so that nothing read can be stale when it is written.
    raw.execute("BEGIN IMMEDIATE")
    group[0].succeed(drive(raw, group[0].tx))
    while waiting and len(group) < MOST and time.monotonic() - begun < LONGEST:
        group.append(waiting.popleft())
        _write_member(raw, group[-1], drive)
    raw.execute("COMMIT")


def _write_member(raw: sqlite3.Connection, job: Job[Any], drive: Drive) -> None:
    raw.execute("SAVEPOINT member")
    try:
        job.succeed(drive(raw, job.tx))
    except BaseException as error:
        if not raw.in_transaction:
            raise  # the database has undone the whole group
        raw.execute("ROLLBACK TO member")
        job.fail(error)
    raw.execute("RELEASE member")
