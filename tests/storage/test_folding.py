"""The write-ahead log is folded into the file beside the writer, once it rests."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
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


async def rested(folds: Folds) -> None:
    """Until nothing has been folded for a while."""
    async with asyncio.timeout(10):
        before = -1
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
    await store.commit(Change(requests=tuple(opening(number) for number in range(1, 6))))
    assert in_the_file(tmp_path / "steward.db") == 0
    await rested(folds)
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
    await rested(folds)
    assert folds.count > before


async def test_a_fold_that_fails_is_made_up_for(store: SqlStore, folds: Folds, tmp_path: Path) -> None:
    """A full disk, say: what is written stays in the log, and goes in with what comes later."""
    folds.fails = sqlite3.OperationalError("disk full")
    await store.commit(Change(requests=tuple(opening(number) for number in range(1, 6))))
    await rested(folds)
    folds.fails = None
    assert in_the_file(tmp_path / "steward.db") == 0
    assert await store.request(3) is not None
    await store.commit(Change(requests=tuple(opening(number) for number in range(6, 11))))
    await rested(folds)
    assert in_the_file(tmp_path / "steward.db") == 10
