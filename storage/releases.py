"""Which release of the schema a database is at, asked in plain SQL.

Alembic and SQLAlchemy, which know how to change it, take a second to load, and hardly any start changes anything.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from storage import drivers
from storage.errors import SchemaOutdated
from storage.migrations import MIGRATIONS
from storage.sqlite.runner import address
from storage.urls import Database, SqliteFile

_IS_THERE = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
_RELEASE = "SELECT version_num FROM alembic_version"


@cache
def known() -> tuple[str, ...]:
    """The releases that this Steward knows, the latest last. A migration's file is named after its release."""
    found = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    if not found:
        raise LookupError(f"{MIGRATIONS} holds no migrations; install Steward again.")
    return tuple(found)


def head() -> str:
    """The release of the schema that this Steward works with."""
    return known()[-1]


def later(release: str) -> bool:
    """Whether that schema is of a later release than this one."""
    return release not in known()


async def current(database: Database, *, only_read: bool = False) -> str | None:
    """The release a database is at; None for one without any tables of Steward's."""
    if isinstance(database, SqliteFile):
        return await asyncio.to_thread(_of_file, database.path, only_read)
    return await drivers.postgres().release(database.dsn, _RELEASE)


def _of_file(path: Path, only_read: bool) -> str | None:
    if not only_read and not path.exists():
        return None
    with closing(sqlite3.connect(address(path, only_read=only_read), uri=True, isolation_level=None)) as raw:
        ((there,),) = raw.execute(_IS_THERE).fetchall()
        row = raw.execute(_RELEASE).fetchone() if there else None
        return row[0] if row else None


async def upgrade(database: Database) -> None:
    """Bring the schema to this release. Raises SchemaOutdated for one of a later release."""
    if behind(database, await current(database)):
        from storage import upgrade as alembic

        await alembic.bring(database)


async def insist(database: Database, *, beside: bool = False) -> None:
    """Raise SchemaOutdated where the schema is not this release's; `beside` a running desk, which has the file."""
    at = await current(database, only_read=True)
    if at is None:
        raise SchemaOutdated(f"{database} holds no desk: check the address; `steward run` makes a new desk.")
    if behind(database, at):
        first = "stop the desk that runs on it, then " if beside else ""
        raise SchemaOutdated(f"{database} is at schema {at}, not {head()}: {first}run `steward db upgrade`.")


def behind(database: Database, at: str | None) -> bool:
    """Whether that schema is of an earlier release. Raises SchemaOutdated for a later one's."""
    if at == head():
        return False
    if at is not None and later(at):
        raise SchemaOutdated(
            f"{database} was written by a later Steward (schema {at}, this one knows {head()}): upgrade Steward."
        )
    return True
