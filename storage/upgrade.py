"""The schema's releases: which one a database is at, and how it comes to this one; one history for both databases."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.errors import SchemaOutdated
from storage.urls import Database, SqliteFile

MIGRATIONS = Path(__file__).parent / "migrations"

T = TypeVar("T")


@cache
def head() -> str:
    """The release of the schema that this Steward works with."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise LookupError(f"{MIGRATIONS} holds no migrations; install Steward again.")
    return found


async def current(database: Database) -> str | None:
    """The release a database is at; None for one without any tables of Steward's."""
    return await run_sync(database, lambda connection: MigrationContext.configure(connection).get_current_revision())


async def ensure(database: Database, *, upgrade: bool) -> None:
    """Bring the schema to this release, or, not allowed to, insist that it is. Raises SchemaOutdated."""
    at, wanted = await current(database), head()
    if at == wanted:
        return
    if at is not None and at not in {script.revision for script in _history()}:
        raise SchemaOutdated(
            f"{database} was written by a later Steward (schema {at}, this one knows {wanted}): upgrade Steward."
        )
    if not upgrade:
        raise SchemaOutdated(f"{database} is at schema {at or 'none'}, not {wanted}: run `steward db upgrade`.")
    await run_sync(database, migrate)


async def run_sync(database: Database, work: Callable[[Connection], T]) -> T:
    """Do schema work in one transaction on a connection of its own. The caller holds a SQLite file's owner lock."""
    if isinstance(database, SqliteFile):
        return await asyncio.to_thread(_on_sqlite, database.path, work)

    async def connect() -> Any:
        return await asyncpg.connect(database.dsn)

    # The driver reads the URL itself, so that its options mean here what they mean to the pool.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _on_sqlite(path: Path, work: Callable[[Connection], T]) -> T:
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path, isolation_level=None), poolclass=NullPool)
    # Python's driver would commit before each DDL statement; with a BEGIN of ours, a failed upgrade changes nothing.
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def migrate(connection: Connection, to: str = "head") -> None:
    """Bring the schema to that release. Raises SchemaOutdated where it cannot be."""
    if connection.dialect.name == "postgresql":
        # Two processes that start at once: the second waits, and then finds nothing to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(7836926)"))
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise SchemaOutdated(f"The schema cannot be upgraded: {error}") from error


def _history() -> list[Any]:
    return list(ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    # ConfigParser takes % for its own.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
