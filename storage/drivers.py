"""The way to PostgreSQL, loaded by whoever opens such a database: a desk on SQLite starts without its driver."""

from __future__ import annotations

from storage.urls import Database, SqliteFile


def postgres():
    """All that opening one takes."""
    from storage.postgres import door

    return door


def errors(database: Database) -> tuple[type[Exception], ...]:
    """What that database's driver raises, beside sqlite3's errors."""
    return () if isinstance(database, SqliteFile) else postgres().ERRORS


def says_absent(database: Database, error: Exception) -> bool:
    """Whether a server says that it has no database of that name."""
    return not isinstance(database, SqliteFile) and isinstance(error, postgres().ABSENT)
