"""Opening a database: take it, bring its schema to this release, connect; or let go of all of it again. Who only reads
need not take it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress

from bot.ports import StoreBusy
from storage import drivers, releases
from storage.errors import CannotOpen, NotYet, reason
from storage.sqlite import runner as sqlite
from storage.sqlite.owner import OwnerLock
from storage.store import SqlStore
from storage.transactions.eras import BACKED_UP, COPYING
from storage.urls import Database, PostgresDatabase, SqliteFile, parse

_NOWHERE = "There is no database at {}: check the address; `steward run` makes a new desk."


async def open_store(url: str, *, make: bool = True, backup: bool = False) -> SqlStore:
    """The store of that URL, of this release; close it in a `finally`, or its thread keeps the interpreter alive.

    Without `make` a SQLite file that is not there is not made. Raises BadUrl, CannotOpen, SchemaOutdated, StoreBusy
    where another process has the SQLite file, and NotYet for a database that holds no desk that may run; with `backup`
    a backup is opened, to be brought back.
    """
    database = parse(url)
    with told(database):
        if isinstance(database, PostgresDatabase):
            await releases.upgrade(database)
            return await _filled(SqlStore(await drivers.postgres().connect(database.dsn)), database, backup)
        if not make and not database.path.exists():
            raise CannotOpen(_NOWHERE.format(database))
        lock = _take(database)
        try:
            await releases.upgrade(database)
            return await _filled(SqlStore(await sqlite.connect(database.path, lock)), database, backup)
        except BaseException:
            lock.release()
            raise


async def read_store(url: str) -> SqlStore:
    """The store of that URL to read from, also while a desk runs on it; close it in a `finally`.

    Nothing is written: no row, no table of this release, no database that is not there. Raises BadUrl, CannotOpen, and
    SchemaOutdated where the tables are another release's.
    """
    database = parse(url)
    with told(database):
        if isinstance(database, PostgresDatabase):
            await releases.insist(database)
            return SqlStore(await drivers.postgres().connect(database.dsn, only_read=True))
        if not database.path.exists():
            raise CannotOpen(_NOWHERE.format(database))
        lock = _take_where_free(database)
        try:
            await releases.insist(database, beside=lock is None)
            return SqlStore(await sqlite.connect_to_read(database.path, lock))
        except BaseException:
            if lock is not None:
                lock.release()
            raise


async def upgrade_database(url: str, *, rows: bool = False) -> tuple[str | None, str]:
    """Bring a database's schema to this release; answers the releases before and after. With `rows` every request's row
    is made anew of its history. Raises as `open_store` does."""
    database = parse(url)
    with told(database):
        lock = _take(database) if isinstance(database, SqliteFile) else None
        try:
            before = await releases.current(database)
        finally:
            if lock is not None:
                lock.release()
    store = await open_store(url)
    try:
        if rows:
            await store.fill(anew=True)
    finally:
        await store.close()
    return before, releases.head()


async def _filled(store: SqlStore, database: Database, backup: bool) -> SqlStore:
    """The store with all that an upgrade leaves to the desk's own rules."""
    try:
        counters = await store.know_eras()
        if COPYING in counters:
            raise NotYet(
                f"{database} holds half a desk: run the same `steward db copy` again, it goes on where it was."
            )
        if BACKED_UP in counters and not backup:
            raise NotYet(
                f"{database} is a backup. If the desk is to go on from it, run `steward db restored` first: "
                "then nothing is sent twice."
            )
        await store.fill()
    except BaseException:
        await store.close()
        raise
    return store


def _take(database: SqliteFile) -> OwnerLock:
    database.path.parent.mkdir(parents=True, exist_ok=True)
    lock = OwnerLock(database.path)
    try:
        make_private(database)
    except BaseException:
        lock.release()
        raise
    return lock


def make_private(database: SqliteFile) -> None:
    """A file that is not there is made, for its owner to read alone: all that clients write comes into it. SQLite gives
    what it keeps beside it the same mode."""
    with suppress(FileExistsError):
        os.close(os.open(database.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _take_where_free(database: SqliteFile) -> OwnerLock | None:
    """The lock, for a file that rests: who closes it last leaves nothing beside it. None for one that is in use, or
    that this user may only read."""
    try:
        return OwnerLock(database.path)
    except (StoreBusy, PermissionError):
        return None


@contextmanager
def told(database: Database) -> Generator[None]:
    """Raise CannotOpen for whatever a driver raises."""
    try:
        yield
    except (OSError, ValueError, sqlite3.Error, *drivers.errors(database)) as error:
        absent = drivers.says_absent(database, error)
        mend = "make it first (createdb), or check the address" if absent else "check the address and who may use it"
        raise CannotOpen(f"{database} cannot be opened ({reason(error)}): {mend}.") from error
