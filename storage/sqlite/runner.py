"""Transactions on SQLite: one closure each on the database's thread."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import aiosqlite

from storage.alone import Alone
from storage.errors import Failed
from storage.scans import statements
from storage.sqlite import group
from storage.sqlite.closure import T, on_thread
from storage.sqlite.folding import BY_ITSELF, Folding
from storage.sqlite.owner import OwnerLock
from storage.statements import Statement, load
from storage.tx import Ask, Many, Rows, Tx

BUSY_MS = 5_000
"""How long a statement waits for a lock. Only a foreign reader, such as a backup, can hold one."""
CACHE_KIB = 16_384
"""What one transaction touches is read once: a batch of deadlines is larger than SQLite's own two thousand."""

_STATEMENTS = load(postgres=False)


_OURS = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    ValueError,
    TypeError,
    OverflowError,
)
"""What a query raises that is at fault itself, and not the database."""


class SqliteRunner:
    """Runs generators on its connection to the file, and holds the file's owner lock; who reads beside the owner has
    none."""

    def __init__(
        self, connection: aiosqlite.Connection, lock: OwnerLock | None, folding: Folding | None = None
    ) -> None:
        self.workers = Alone()
        self._connection = connection
        self._lock = lock
        self._folding = folding
        self._waiting: deque[group.Job[Any]] = deque()

    async def write(self, tx: Tx[T]) -> T:
        """All of it or nothing; on the disk when this answers, together with what was written meanwhile."""
        job, waiting = group.Job(tx), self._waiting
        waiting.append(job)
        with _told():
            # Each brings a call for itself; by the time of its own it may have been written in another's group.
            rows = await on_thread(self._connection, lambda raw: group.write(raw, waiting, job, _drive))
            if self._folding is not None:
                self._folding.wrote(rows)
            return job.result()

    async def read(self, tx: Tx[T]) -> T:
        """On one snapshot."""
        with _told():
            return await on_thread(self._connection, lambda raw: _read(raw, tx))

    async def time(self) -> datetime | None:
        """The machine's own clock is the only one."""
        return None

    async def compact(self) -> None:
        """Write the file anew, and empty the log beside it."""
        async with self._folding.alone if self._folding is not None else nullcontext():
            with _told():
                await on_thread(self._connection, _compact)

    async def close(self) -> None:
        """Close the connection, which ends its thread, and let the file go."""
        try:
            if self._folding is not None:
                await self._folding.close()
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        try:
            await self._connection.close()
        finally:
            if self._lock is not None:
                self._lock.release()


async def connect(path: Path, lock: OwnerLock) -> SqliteRunner:
    """The runner of that file, whose lock the caller holds and hands over. Raises sqlite3.Error."""
    return SqliteRunner(await _connected(address(path), _set_up_owner), lock, Folding(address(path)))


async def connect_to_read(path: Path, lock: OwnerLock | None) -> SqliteRunner:
    """A runner that cannot write. Without the lock it shares the file with its owner: a connection that may only read
    neither writes nor folds the log in, so that the owner stays the one who does."""
    return SqliteRunner(await _connected(address(path, only_read=lock is None), set_up_to_read), lock)


async def _connected(address: str, set_up: Callable[[sqlite3.Connection], None]) -> aiosqlite.Connection:
    # Autocommit: the BEGINs here are the only ones; Python's own would start transactions behind their back.
    connection = await aiosqlite.connect(address, uri=True, isolation_level=None, cached_statements=256)
    try:
        await on_thread(connection, set_up)
    except BaseException:
        # An open connection's thread would keep the interpreter alive for ever.
        await connection.close()
        raise
    return connection


def address(path: Path, *, only_read: bool = False) -> str:
    """The file as a URI, which alone can say that nothing may be written."""
    return path.as_uri() + ("?mode=ro" if only_read else "")


def set_up(raw: sqlite3.Connection) -> None:
    """The settings of a connection. FULL, since what was acknowledged must survive a power cut."""
    raw.row_factory = sqlite3.Row
    raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")


def _set_up_owner(raw: sqlite3.Connection) -> None:
    set_up(raw)
    raw.execute(f"PRAGMA wal_autocheckpoint = {BY_ITSELF}")
    raw.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def set_up_to_read(raw: sqlite3.Connection) -> None:
    """The settings of a connection that only reads."""
    raw.row_factory = sqlite3.Row
    raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    raw.execute("PRAGMA query_only = ON")


def _compact(raw: sqlite3.Connection) -> None:
    raw.execute("VACUUM")
    ((busy, *_),) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if busy:
        raise sqlite3.OperationalError("somebody reads it, so that its log cannot be emptied")


def _read(raw: sqlite3.Connection, tx: Tx[T]) -> T:
    try:
        raw.execute("BEGIN")
        return _drive(raw, tx)
    finally:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        tx.close()


@contextmanager
def _told() -> Generator[None]:
    """Raise Failed where the database is at fault."""
    try:
        yield
    except _OURS:
        raise
    except sqlite3.DatabaseError as error:
        raise Failed(error) from error


def _drive(raw: sqlite3.Connection, tx: Tx[T]) -> T:
    try:
        ask = next(tx)
        while True:
            try:
                rows = _fetch(raw, ask)
            except _OURS as error:
                ask = tx.throw(error)
            else:
                ask = tx.send(rows)
    except StopIteration as stop:
        return stop.value


def _fetch(raw: sqlite3.Connection, ask: Ask | Many) -> Rows:
    statement = _STATEMENTS.get(ask.query) or _scans()[ask.query]
    if isinstance(ask, Many):
        raw.executemany(statement.marked, statement.bind_many(ask.params))
        return ()
    return raw.execute(statement.sql, statement.bind(ask.params)).fetchall()


@cache
def _scans() -> dict[str, Statement]:
    return statements(postgres=False)
