"""Which database a setting names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from storage.errors import BadUrl, reason

_PATH = re.compile(r"search_path=(\S*)")
_NAME = re.compile(r"(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}")
"""Names that nobody need quote; those of PostgreSQL itself are no desk's."""
_MEND = "write sqlite:///steward.db or postgresql://user@host/name"


@dataclass(frozen=True)
class SqliteFile:
    """A SQLite database, by its absolute path."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, repr=False)
class PostgresDatabase:
    """A PostgreSQL database: the URL for its driver, what may be shown of it, which is never the password, and the
    schema that the desk lives in, where the URL says so."""

    dsn: str
    shown: str
    schema: str | None = None

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
        try:
            return SqliteFile(Path(path).expanduser().resolve())
        except (OSError, RuntimeError, ValueError) as error:  # nobody's home, links in a circle, no text
            raise BadUrl(f"The database's file has no path ({reason(error)}): write sqlite:///steward.db.") from error
    if scheme in ("postgresql", "postgres"):
        try:
            parts = urlsplit(url)
            schema = _schema(parts.query)
            inside = f", schema {schema}" if schema else ""
            shown = f"PostgreSQL on {parts.hostname or 'this machine'}, {parts.path or '/'}{inside}"
            return PostgresDatabase(url, shown, schema)
        except ValueError as error:
            raise BadUrl(f"The PostgreSQL URL cannot be read: {_MEND}.") from error
    shown = f"“{scheme}”" if colon and scheme.isidentifier() else "That"
    raise BadUrl(f"{shown} is no database Steward knows: {_MEND}.")


def _schema(query: str) -> str | None:
    """The schema that the URL's options name. Raises BadUrl for several: a desk finds its tables in one place, and must
    not find another's in the next."""
    options = dict(parse_qsl(query))
    named = options.get("search_path") or ((_PATH.search(options.get("options", "")) or (None, None))[1])
    if named is None:
        return None
    if not _NAME.fullmatch(named):
        raise BadUrl(
            "The search_path of the PostgreSQL URL is the desk's own schema, one name of lower-case letters, digits "
            "and underscores: write ?options=-csearch_path%3Dacme, or set STEWARD_DATABASE_SCHEMA=acme."
        )
    return named
