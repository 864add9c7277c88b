"""The write-ahead log is folded into the file beside the writer, once it rests."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from store_builders import DIRECTORY, opening

from bot.ports import Change
from storage import SqlStore, open_store
from storage.sqlite import folding

pytestmark = pytest.mark.asyncio


class Folds:
    """Counts the folds, each after what is told to happen first."""

    def __init__(self) -> None:
        self.count = 0
        self.fails: Exception | None = None
        self._fold = folding._fold  # pyright: ignore[reportPrivateUsage]

    def __call__(self, address: str) -> None:
        self.count += 1
        if self.fails:
            raise self.fails
        self._fold(address)


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> Folds:
    """A log that is folded in after few rows and a short rest."""
    made = Folds()
    monkeypatch.setattr(folding, "_fold", made)
    monkeypatch.setattr(folding, "ROWS", 5)
    monkeypatch.setattr(folding, "QUIET", 0.05)
    return made


@pytest_asyncio.fixture
async def store(tmp_path: Path, folds: Folds) -> AsyncIterator[SqlStore]:
    """A store on a new file, which has rested since it was made."""
    made = await open_store(f"sqlite:///{tmp_path}/steward.db")
    try:
        await made.edit_directory(DIRECTORY)
        await rested(folds)
        yield made
    finally:
        await made.close()


async def rested(folds: Folds, before: int = 0) -> None:
    """Until it has been folded more often than that, and then no more for a while."""
    async with asyncio.timeout(20):
        while folds.count <= before:  # noqa: ASYNC110 -- a fold has no event to wait for
            await asyncio.sleep(0.01)
        while before != folds.count:
            before = folds.count
            await asyncio.sleep(0.15)


def in_the_file(path: Path) -> int:
    """How many requests the file holds without its log."""
    alone = path.with_name("alone.db")
    alone.write_bytes(path.read_bytes())
    raw = sqlite3.connect(alone)
    try:
        return raw.execute("SELECT count(*) FROM request").fetchone()[0]
    finally:
        raw.close()


async def test_what_was_written_is_in_the_file_after_a_rest(store: SqlStore, folds: Folds, tmp_path: Path) -> None:
    """A copy of the file alone has it, which before had only the log."""
    before = folds.count
    await store.commit(Change(requests=tuple(opening(number) for number in range(1, 6))))
    assert in_the_file(tmp_path / "steward.db") == 0
    await rested(folds, before)
    assert in_the_file(tmp_path / "steward.db") == 5


async def test_nobody_folds_while_it_is_written(store: SqlStore, folds: Folds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not between two commits that follow each other; after so long all the same."""
    monkeypatch.setattr(folding, "QUIET", 30)
    before = folds.count
    for number in range(1, 11):
        await store.commit(Change(requests=(opening(number),)))
    await asyncio.sleep(0.1)
    assert folds.count == before
    await store.close()  # which waits for no rest
    assert folds.count == before


async def test_it_is_not_put_off_for_ever(store: SqlStore, folds: Folds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who always writes has the log folded in all the same."""
    monkeypatch.setattr(folding, "QUIET", 30)
    monkeypatch.setattr(folding, "LONGEST", 0.05)
    before = folds.count
    await store.commit(Change(requests=tuple(opening(number) for number in range(1, 6))))
    await rested(folds, before)


async def test_a_fold_that_fails_is_made_up_for(store: SqlStore, folds: Folds, tmp_path: Path) -> None:
    """A full disk, say: what is written stays in the log, and goes in with what comes later."""
    folds.fails = sqlite3.OperationalError("disk full")
    before = folds.count
    await store.commit(Change(requests=tuple(opening(number) for number in range(1, 6))))
    await rested(folds, before)
    folds.fails = None
    assert in_the_file(tmp_path / "steward.db") == 0
    assert await store.request(3) is not None
    before = folds.count
    await store.commit(Change(requests=tuple(opening(number) for number in range(6, 11))))
    await rested(folds, before)
    assert in_the_file(tmp_path / "steward.db") == 10


async def test_the_log_is_not_begun_anew_while_it_is_folded(
    store: SqlStore, folds: Folds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written right before and right after SQLite folds: versions before 3.51.3 would lose it otherwise."""
    path = tmp_path / "steward.db"
    fold_in = folding._fold_in  # pyright: ignore[reportPrivateUsage]
    begun: list[bytes] = []

    def write() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            raw.execute("UPDATE counter SET value = value + 1")
            begun.append(path.with_name("steward.db-wal").read_bytes()[16:24])  # the log's own name for itself

    def between_writes(raw: sqlite3.Connection) -> None:
        write()
        fold_in(raw)
        write()

    monkeypatch.setattr(folding, "_fold_in", between_writes)
    write()
    folding._fold(path.as_uri())  # pyright: ignore[reportPrivateUsage]
    assert len(set(begun)) == 1


async def test_a_log_that_is_folded_already_is_left_alone(
    store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be begun anew at any moment, which who folds cannot see in those versions."""
    path = tmp_path / "steward.db"
    fold_in = folding._fold_in  # pyright: ignore[reportPrivateUsage]

    def after_a_write(raw: sqlite3.Connection) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("INSERT INTO counter VALUES ('now', 1)")
        before = path.read_bytes()
        fold_in(raw)
        assert path.read_bytes() == before

    folding._fold(path.as_uri())  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(folding, "_fold_in", after_a_write)
    folding._fold(path.as_uri())  # pyright: ignore[reportPrivateUsage]


async def test_a_file_that_was_taken_away_is_not_made_anew(tmp_path: Path) -> None:
    """A desk whose file was moved leaves no empty one in its place."""
    with pytest.raises(sqlite3.OperationalError):
        folding._fold((tmp_path / "gone.db").as_uri())  # pyright: ignore[reportPrivateUsage]
    assert not os.listdir(tmp_path)


async def test_compacting_waits_for_what_is_being_folded(
    store: SqlStore, folds: Folds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite refuses two who fold at once; what was erased would stay in the log."""
    fold_in, begun, may_end = folding._fold_in, threading.Event(), threading.Event()  # pyright: ignore[reportPrivateUsage]

    def slowly(raw: sqlite3.Connection) -> None:
        begun.set()
        may_end.wait(10)
        fold_in(raw)

    monkeypatch.setattr(folding, "_fold_in", slowly)
    await store.commit(Change(requests=tuple(opening(number) for number in range(1, 6))))
    await asyncio.to_thread(begun.wait, 10)
    compacting = asyncio.create_task(store.erasing.compact())
    await asyncio.sleep(0.05)
    assert not compacting.done()
    may_end.set()
    await compacting
