"""PostgreSQL's own tools for backups: the lines to type, and running them. A password goes by the environment alone."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from storage.errors import CannotOpen, NotCopied, reason
from storage.instants import instant_or_none
from storage.urls import PostgresDatabase

_LIBPQ = frozenset(
    {
        *("host", "hostaddr", "port", "user", "dbname", "passfile", "service", "connect_timeout", "keepalives"),
        *("sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "gssencmode", "krbsrvname", "target_session_attrs"),
    }
)
"""What of a URL's options these tools understand; the driver takes others too, such as search_path."""


@dataclass(frozen=True)
class Target:
    """A database for the tools: its URL without the password, the schema the desk lives in, and the password."""

    url: str
    schema: str
    password: str

    @property
    def environment(self) -> dict[str, str]:
        """This process's, with the password where there is one."""
        return {**os.environ, **({"PGPASSWORD": self.password} if self.password else {})}


def target_of(database: PostgresDatabase, schema: str) -> Target:
    """The database as the tools want it."""
    parts = urlsplit(database.dsn)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    password = unquote(parts.password or "") or options.get("password", "")
    user, _, host = parts.netloc.rpartition("@")
    user = user.partition(":")[0]
    kept = urlencode({name: value for name, value in options.items() if name in _LIBPQ}, safe="/")
    url = urlunsplit(("postgresql", f"{user}@{host}" if user else host, parts.path or "/", kept, ""))
    # urlunsplit leaves out an empty host with its slashes, which the tools need.
    return Target(url if "://" in url else url.replace("postgresql:", "postgresql://", 1), schema, password)


def dump_line(target: Target, file: Path | str) -> list[str]:
    """What makes a backup of that desk alone."""
    return [
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--schema={_pattern(target.schema)}",
        f"--file={file}",
        f"--dbname={target.url}",
    ]


def restore_line(target: Target, file: Path | str) -> list[str]:
    """What puts a backup of that desk in the place of what is there."""
    return [
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        f"--dbname={target.url}",
        str(file),
    ]


def _pattern(schema: str) -> str:
    """The name as it is: the tools fold and match names that are not quoted."""
    return schema if schema.isidentifier() and schema == schema.lower() else '"' + schema.replace('"', '""') + '"'


async def look(database: PostgresDatabase) -> tuple[str, str, int, datetime | None]:
    """The schema the desk lives in; its release, how many requests it holds, and when something was last written."""
    try:
        connection = await asyncpg.connect(database.dsn)
        try:
            schema = await connection.fetchval("SELECT current_schema()")
            release = await connection.fetchval("SELECT version_num FROM alembic_version")
            requests = await connection.fetchval("SELECT count(*) FROM request")
            last = await connection.fetchval("SELECT max(at) FROM history")
        finally:
            await connection.close()
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotOpen(f"{database} cannot be read ({reason(error)}): check the address.") from error
    return schema, release, requests, instant_or_none(last)


_WORKERS = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND CAST(objid AS BIGINT) < 2147483648
"""
"""Each process holds a lock of its own; those of the upper half are its key's (`storage/postgres/line.py`)."""


async def at_work(database: PostgresDatabase) -> str:
    """How many processes of the desk are at work, in words; empty where none is."""
    try:
        connection = await asyncpg.connect(database.dsn)
        try:
            count: int = await connection.fetchval(_WORKERS)
        finally:
            await connection.close()
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotOpen(f"{database} cannot be opened ({reason(error)}): check the address.") from error
    return f"{count} process{'' if count == 1 else 'es'}" if count else ""


async def dump(database: PostgresDatabase, draft: Path, *, shown: Path) -> tuple[str, int, datetime | None]:
    """Run pg_dump into `draft`. Raises NotCopied with the line to type where it cannot be run or fails: a schedule that
    makes no backup must not seem to."""
    schema, release, requests, last = await look(database)
    target = target_of(database, schema)
    line = shlex.join(dump_line(target, shown))
    if shutil.which("pg_dump") is None:
        raise NotCopied(
            "pg_dump is not on this machine: install PostgreSQL's client programs, of the server's version or later, "
            f"or run this where they are:\n  {line}"
        )
    failed = await _run(dump_line(target, draft), target)
    if not failed and shutil.which("pg_restore") is not None:
        # It reads what was written, to the end of its list at least.
        failed = await _run(["pg_restore", "--list", str(draft)], target)
    if failed:
        mend = (
            "Install the client programs of the server's version or a later one, or run this where they are:"
            if "version mismatch" in failed
            else "It was asked:"
        )
        raise NotCopied(f"pg_dump made no backup ({failed}). {mend}\n  {line}")
    return release, requests, last


async def _run(line: list[str], target: Target) -> str:
    """What it says where it fails; empty where it does its work."""
    process = await asyncio.create_subprocess_exec(
        *line,
        env=target.environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    words = " ".join(said.decode("utf-8", "replace").split())
    return "" if process.returncode == 0 else words or f"it ended with {process.returncode}"
