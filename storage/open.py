"""Opening a database: take it, bring its schema to this release, connect; or let go of all of it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from storage import upgrade as schema
from storage.errors import CannotOpen, reason
from storage.postgres import runner as postgres
from storage.sqlite import runner as sqlite
from storage.sqlite.owner import OwnerLock
from storage.store import SqlStore
from storage.urls import Database, PostgresDatabase, SqliteFile, parse


async def open_store(url: str, *, upgrade: bool = True) -> SqlStore:
    """The store of that URL; close it in a `finally`, or its thread keeps the interpreter alive.

    With `upgrade` the schema is brought to this release first; without it nothing is made, not even a file. Raises
    BadUrl, CannotOpen, SchemaOutdated, and StoreBusy where another process has the SQLite file.
    """
    database = parse(url)
    with _told(database):
        if isinstance(database, PostgresDatabase):
            await schema.ensure(database, upgrade=upgrade)
            return await _filled(SqlStore(await postgres.connect(database.dsn)), upgrade=upgrade)
        if not upgrade and not database.path.exists():
            raise CannotOpen(f"There is no database at {database}: check the address; `steward run` makes a new desk.")
        lock = _take(database)
        try:
            await schema.ensure(database, upgrade=upgrade)
            return await _filled(SqlStore(await sqlite.connect(database.path, lock)), upgrade=upgrade)
        except BaseException:
            lock.release()
            raise


async def upgrade_database(url: str) -> tuple[str | None, str]:
    """Bring a database's schema to this release; answers the releases before and after. Raises as `open_store` does."""
    database = parse(url)
    with _told(database):
        lock = _take(database) if isinstance(database, SqliteFile) else None
        try:
            before = await schema.current(database)
        finally:
            if lock is not None:
                lock.release()
    await (await open_store(url)).close()
    return before, schema.head()


async def _filled(store: SqlStore, *, upgrade: bool) -> SqlStore:
    """The store with all that an upgrade leaves to the desk's own rules."""
    try:
        if upgrade:
            await store.fill()
    except BaseException:
        await store.close()
        raise
    return store


def _take(database: SqliteFile) -> OwnerLock:
    database.path.parent.mkdir(parents=True, exist_ok=True)
    return OwnerLock(database.path)


@contextmanager
def _told(database: Database) -> Generator[None]:
    """Raise CannotOpen for whatever a driver raises."""
    try:
        yield
    except (
        OSError,
        ValueError,
        sqlite3.Error,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        SQLAlchemyError,
    ) as error:
        raise CannotOpen(
            f"{database} cannot be opened ({reason(error)}): check the address and who may use it."
        ) from error
