"""Writes that wait for the disk wait together: one COMMIT for many, and each still succeeds or fails by itself."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import pytest_asyncio
from store_builders import note, opening, said

from bot.ports import AlreadyHandled, Change, Conflict, Draft, InboxId, Op
from storage import Failed, SqlStore
from storage.sqlite.closure import on_thread
from storage.sqlite.runner import SqliteRunner

pytestmark = pytest.mark.asyncio


@pytest.fixture
def url(sqlite_url: str) -> str:
    """SQLite only."""
    return sqlite_url


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, a group takes all that waits."""
    monkeypatch.setattr("storage.sqlite.group.LONGEST", 60)


def connection_of(store: SqlStore):
    """Whose thread does the work."""
    assert isinstance(store._runner, SqliteRunner)
    return store._runner._connection


@pytest_asyncio.fixture
async def spoken(store: SqlStore) -> list[str]:
    """What the database is told from now on."""
    said: list[str] = []
    await on_thread(connection_of(store), lambda raw: raw.set_trace_callback(said.append))
    return said


@contextmanager
def busy(store: SqlStore) -> Iterator[None]:
    """Keep the database's thread from beginning anything: what is asked for meanwhile waits."""
    gate = threading.Event()
    keeping = asyncio.ensure_future(on_thread(connection_of(store), lambda _: gate.wait(10)))
    try:
        yield
    finally:
        gate.set()
    assert not keeping.cancelled()


async def together(store: SqlStore, *changes: Change) -> list[BaseException | None]:
    """Commit all of them at once; how each ended."""
    with busy(store):
        commits = [asyncio.ensure_future(store.commit(change)) for change in changes]
        await asyncio.sleep(0)
    return await asyncio.gather(*commits, return_exceptions=True)


def commits(spoken: list[str]) -> int:
    """How often something was brought to the disk."""
    return spoken.count("COMMIT")


async def test_what_waits_is_written_under_one_commit(store: SqlStore, spoken: list[str]) -> None:
    """Twenty new requests at once cost one wait for the disk; each by itself costs one each."""
    ended = await together(store, *(Change(requests=(opening(n),)) for n in range(1, 21)))
    assert ended == [None] * 20
    assert commits(spoken) == 1
    for number in (21, 22):
        await store.commit(Change(requests=(opening(number),)))
    assert commits(spoken) == 3
    assert all([await store.request(n) for n in range(1, 23)])
    assert await store.check() == ()


async def test_each_of_a_group_fails_by_itself(store: SqlStore, spoken: list[str]) -> None:
    """Two changes of one request and one event twice: the later ones are refused, the others are there."""
    change = opening(1)
    await store.commit(Change(requests=(change,)))
    event = InboxId("web", "1")
    spoken.clear()
    ended = await together(
        store,
        Change(requests=(note(change.request, "first"),)),
        Change(requests=(note(change.request, "second"),), outbox=(Draft("never", Op.POST, "dm:erik", said("x")),)),
        Change(inbox=event, result="done", requests=(opening(2),)),
        Change(inbox=event, result="again", requests=(opening(3),)),
        Change(outbox=(Draft("bad", Op.POST, "dm:erik", title="a NUL \0"),)),
        Change(requests=(opening(4),)),
    )
    first, conflict, heard, twice, bad, last = ended
    assert (first, heard, last) == (None, None, None)
    assert isinstance(conflict, Conflict)
    assert isinstance(twice, AlreadyHandled)
    assert twice.result == "done"
    assert isinstance(bad, ValueError)
    assert commits(spoken) == 1
    assert [entry.event for entry in await store.history(1)][-1].text == "first"  # type: ignore[union-attr]
    assert [await store.request(n) is not None for n in (1, 2, 3, 4)] == [True, True, False, True]
    assert await store.outbox_states() == {}


async def test_the_first_of_a_group_may_fail_too(store: SqlStore) -> None:
    """It takes nobody along."""
    stale = note(note(opening(1).request).request)
    ended = await together(store, Change(requests=(stale,)), Change(requests=(opening(2),)))
    assert isinstance(ended[0], Conflict)
    assert ended[1] is None
    assert await store.request(2) is not None


async def test_a_commit_that_fails_fails_all_of_its_group(store: SqlStore) -> None:
    """Nobody is told that it is written, nor refused because of what was not; and the next group works."""

    def refuse(action: int, what: str | None, *_: object) -> int:
        denied = action == sqlite3.SQLITE_TRANSACTION and what == "COMMIT"
        return sqlite3.SQLITE_DENY if denied else sqlite3.SQLITE_OK

    await on_thread(connection_of(store), lambda raw: raw.set_authorizer(refuse))
    event = InboxId("web", "1")
    changes = [Change(inbox=event, requests=(opening(n),)) for n in (1, 2)]
    ended = await together(store, *changes)
    assert [type(error) for error in ended] == [Failed, Failed]
    await on_thread(connection_of(store), lambda raw: raw.set_authorizer(None))
    ended = await together(store, *changes)
    assert ended[0] is None
    assert isinstance(ended[1], AlreadyHandled)


async def test_a_full_disk_answers_each_as_it_is(store: SqlStore) -> None:
    """Whoever is told that it is written finds it, whoever is told that the database failed does not."""
    pages = await on_thread(connection_of(store), lambda raw: raw.execute("PRAGMA page_count").fetchone()[0])
    await on_thread(connection_of(store), lambda raw: raw.execute(f"PRAGMA max_page_count = {pages + 20}").fetchone())
    sizes = {1: 10, 2: 400_000, 3: 10, 4: 10}
    ended = await together(store, *(Change(requests=(opening(n, details="x" * size),)) for n, size in sizes.items()))
    there = [await store.request(n) is not None for n in sizes]
    assert [error is None for error in ended] == there
    assert not there[1]
    assert all(error is None or isinstance(error, Failed) for error in ended)
    await on_thread(connection_of(store), lambda raw: raw.execute("PRAGMA max_page_count = 1000000").fetchone())
    await store.commit(Change(requests=(opening(9),)))
    assert await store.check() == ()


async def test_a_caller_that_goes_away_undoes_nobody(store: SqlStore) -> None:
    """Cancelled while it waits: the others are answered, and the store goes on."""
    with busy(store):
        commits = [asyncio.ensure_future(store.commit(Change(requests=(opening(n),)))) for n in (1, 2, 3)]
        await asyncio.sleep(0)
        commits[0].cancel()
        await asyncio.sleep(0)
    ended = await asyncio.gather(*commits, return_exceptions=True)
    assert isinstance(ended[0], asyncio.CancelledError)
    assert ended[1:] == [None, None]
    assert all([await store.request(n) for n in (2, 3)])
    assert await store.check() == ()
