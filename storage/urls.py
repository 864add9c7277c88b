"""Which database a setting names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from storage.errors import BadUrl

_MEND = "write sqlite:///steward.db or postgresql://user@host/name"


@dataclass(frozen=True)
class SqliteFile:
    """A SQLite database, by its absolute path."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, repr=False)
class PostgresDatabase:
    """A PostgreSQL database: the URL for its driver, and what may be shown of it, which is never the password."""

    dsn: str
    shown: str

    def __str__(self) -> str:
        return self.shown

    __repr__ = __str__


Database = SqliteFile | PostgresDatabase


def parse(url: str) -> Database:
    """The database of `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://…`. Raises BadUrl."""
    url = url.strip()
    scheme, colon, rest = url.partition("://")
    if scheme == "sqlite":
        path = rest.removeprefix("/")
        if not rest.startswith("/") or not path or path.startswith(":memory:") or "\0" in path:
            raise BadUrl("A desk needs a database file: write sqlite:///steward.db, or sqlite:////var/lib/steward.db.")
        return SqliteFile(Path(path).expanduser().resolve())
    if scheme in ("postgresql", "postgres"):
        try:
            parts = urlsplit(url)
            return PostgresDatabase(url, f"PostgreSQL on {parts.hostname or 'this machine'}, {parts.path or '/'}")
        except ValueError as error:
            raise BadUrl(f"The PostgreSQL URL cannot be read: {_MEND}.") from error
    shown = f"“{scheme}”" if colon and scheme.isidentifier() else "That"
    raise BadUrl(f"{shown} is no database Steward knows: {_MEND}.")
