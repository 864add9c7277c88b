"""How a database's schema comes to this release: by Alembic, one history for both databases."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

from storage.errors import SchemaOutdated, reason
from storage.migrations import MIGRATIONS
from storage.sqlite.runner import address
from storage.urls import Database, SqliteFile

_THERE = "SELECT count(*) FROM pg_namespace WHERE nspname = :schema"

T = TypeVar("T")


async def bring(database: Database) -> None:
    """Bring the schema to this release. Raises ValueError in one line for what SQLAlchemy raises, SchemaOutdated."""
    schema = None if isinstance(database, SqliteFile) else database.schema
    try:
        await run_sync(database, partial(migrate, schema=schema))
    except SQLAlchemyError as error:
        raise ValueError(reason(error)) from error


async def run_sync(database: Database, work: Callable[[Connection], T], *, only_read: bool = False) -> T:
    """Do schema work in one transaction on a connection of its own.

    The caller holds a SQLite file's owner lock, or only reads.
    """
    if isinstance(database, SqliteFile):
        return await asyncio.to_thread(_on_sqlite, database.path, work, only_read)

    async def connect() -> Any:
        return await asyncpg.connect(database.dsn)

    # The driver reads the URL itself, so that its options mean here what they mean to the pool.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _on_sqlite(path: Path, work: Callable[[Connection], T], only_read: bool = False) -> T:
    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address(path, only_read=only_read), uri=True, isolation_level=None)

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if only_read else "BEGIN IMMEDIATE")

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    # Python's driver would commit before each DDL statement; with a BEGIN of ours, a failed upgrade changes nothing.
    event.listen(engine, "begin", begin)
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


def migrate(connection: Connection, to: str = "head", *, schema: str | None = None) -> None:
    """Bring the schema to that release; a PostgreSQL `schema` of its own is made. Raises SchemaOutdated where it cannot
    be."""
    if connection.dialect.name == "postgresql":
        # Two processes that start at once: the second waits, and then finds nothing to do. Another desk does not wait.
        lock = "SELECT pg_advisory_xact_lock(hashtext(coalesce(:schema, current_schema(), '')), 7836926)"
        connection.execute(text(lock), {"schema": schema})
        if schema is not None and not connection.execute(text(_THERE), {"schema": schema}).scalar():
            connection.execute(CreateSchema(schema))
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise SchemaOutdated(f"The schema cannot be upgraded: {error}") from error


def _config() -> Config:
    config = Config()
    # ConfigParser takes % for its own.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
