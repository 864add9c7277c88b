"""The database is full, locked by somebody else, or gone for a while: nothing is half written, what was refused was not
acknowledged, and the desk goes on by itself once the database does."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from databases import postgres
from dying import HandClock, MemoryChat, Process
from trial import Mother, alive, trial
from world import THEIRS, furnish

from bot.desk import front
from bot.ports import InboxId, RequestQuery
from storage import open_store
from storage.errors import Failed
from storage.sqlite.closure import on_thread

WHO = THEIRS["ACME"][0]


@pytest_asyncio.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Process]:
    """A desk on SQLite, with people."""
    store = await open_store(sqlite_url)
    try:
        await furnish(store)
        clock = HandClock()
        yield Process(store, MemoryChat(clock), clock)
    finally:
        await store.close()


async def raw(desk: Process, work: Callable[[sqlite3.Connection], object]) -> object:
    """Something done with the desk's own connection."""
    return await on_thread(desk.store._runner._connection, work)  # type: ignore[attr-defined]


@pytest.mark.asyncio
async def test_a_full_disk_writes_nothing_by_halves(desk: Process):
    """What does not fit is refused with a line that says what to do, and leaves no request, no message, no event; the
    same event is taken once there is room."""
    await raw(desk, lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    pages = await raw(desk, lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await raw(desk, lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchone())
    acknowledged, words = 0, "x" * 3000

    async def ask() -> None:
        given = {"title": f"request {acknowledged}", "details": words}
        await front.run(desk.desk, WHO, "new", given, event=InboxId("faulty", f"e{acknowledged}"))

    async def ask_on() -> None:
        nonlocal acknowledged
        for _ in range(200):
            await ask()
            acknowledged += 1

    with pytest.raises(Failed, match="has room") as told:
        await ask_on()
    assert "\n" not in str(told.value)
    assert len(await desk.store.requests(RequestQuery(limit=500))) == acknowledged
    assert not await desk.store.check()
    for _ in range(3):  # nor does what is due break anything
        with pytest.raises(Failed):
            await ask()
    await raw(desk, lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone())
    await ask()
    await ask()  # told again
    assert len(await desk.store.requests(RequestQuery(limit=500))) == acknowledged + 1
    await desk.work()
    assert not await desk.store.check()
    assert set(await desk.store.outbox_states()) == {"sent"}


@pytest.mark.asyncio
async def test_a_database_that_somebody_else_has_locked(desk: Process, sqlite_url: str):
    """A lock that goes away is waited for; one that stays refuses what comes, with a line that says so, and holds up
    nothing afterwards."""
    path = sqlite_url.removeprefix("sqlite:///")

    async def ask(title: str) -> None:
        await front.run(desk.desk, WHO, "new", {"title": title})

    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        soon = threading.Timer(0.3, other.execute, ("ROLLBACK",))
        soon.start()
        began = time.monotonic()
        await ask("waits")
        assert time.monotonic() - began > 0.2
        soon.join()
        await raw(desk, lambda db: db.execute("PRAGMA busy_timeout = 50").fetchone())
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Failed, match="locked"):
            await ask("refused")
        with pytest.raises(Failed, match="locked"):
            await desk.work()
        other.execute("ROLLBACK")
    await ask("goes on")
    await desk.work()
    titles = [request.title for request in await desk.store.requests(RequestQuery())]
    assert titles == ["goes on", "waits"]
    assert not await desk.store.check()
    assert set(await desk.store.outbox_states()) == {"sent"}


@pytest.mark.postgres
@pytest.mark.timeout(600)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the desks are made by a fork")
@pytest.mark.skipif("STEWARD_TEST_POSTGRES" in os.environ, reason="a server that is not ours is not taken away")
def test_postgresql_crashes_and_comes_back(mother: Mother, tmp_path: Path):
    """Two workers lose their server in the middle of it all, twice: neither has to be started again, what was
    acknowledged is there, and nothing comes twice."""
    with (
        postgres(Path(os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir())) as server,
        trial(mother, server.database(), tmp_path, seed=7, mode="gone", workers=2, most=6) as under_way,
    ):
        under_way.wait_up()
        for _ in range(2):
            time.sleep(2.0)
            server.gone()
            time.sleep(1.5)
            server.back()
        time.sleep(1.0)
        assert all(map(alive, under_way.desks)), "they go on by themselves"
    verdict = under_way.verdict
    told = "\n".join([verdict.line(), *verdict.findings])
    assert verdict.whole, told
