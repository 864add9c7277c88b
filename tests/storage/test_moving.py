"""A desk moved to another database: every row of every table is compared; cut short it goes on."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, DateTime, Integer, MetaData, Table
from store_builders import DIRECTORY, ODD, execute, note, opening, said

from bot.ports import Change, Draft, Op, RequestQuery, StoreBusy
from storage import NotCopied, NotYet, SqlStore, open_store
from storage.postgres.side import PostgresSide
from storage.rows import Shape, shape, shapes
from storage.schema import metadata
from storage.sqlite.owner import OwnerLock
from storage.upkeep import SqlUpkeep
from storage.urls import PostgresDatabase, parse

pytestmark = pytest.mark.asyncio

SOME = 5


def quiet(done: int, total: int) -> None:
    """Nobody watches."""


def values(table: Shape, n: int) -> tuple[Any, ...]:
    """A row of any table. What refers to another table's key names its n-th row; odd text in whatever holds text."""
    refers = {column.name: next(iter(column.foreign_keys)).column for column in _columns(table) if column.foreign_keys}

    def value(name: str, kind: type) -> Any:
        if name in refers:
            return value_of(refers[name].table.name, refers[name].name, n, kind)
        return value_of(table.name, name, n, kind)

    return tuple(value(name, kind) for name, kind in zip(table.columns, table.kinds, strict=True))


def value_of(table: str, column: str, n: int, kind: type) -> Any:
    """The same wherever it is named."""
    if kind is str:
        return f"{table} {column} {n} {ODD}"
    if kind is bytes:
        return bytes([n, 0, 255]) * 9
    return bool(n % 2) if kind is bool else n + 1


def _columns(table: Shape) -> Iterator[Column[Any]]:
    return iter(metadata.tables[table.name].columns)


def fill(path: Path) -> None:
    """Some rows for every table there is, by the schema alone; also with nothing where that may be."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for table in shapes():
            for n in range(SOME):
                row = list(values(table, n))
                if n == 0:
                    row = [
                        None if column.nullable and not column.foreign_keys else value
                        for column, value in zip(_columns(table), row, strict=True)
                    ]
                marks = ", ".join("?" for _ in row)
                raw.execute(f'INSERT INTO "{table.name}" ({", ".join(table.columns)}) VALUES ({marks})', row)  # noqa: S608


async def all_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row, by table, whatever the order."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for table in shapes():
        listed = ", ".join(f'"{name}"' for name in table.columns)
        got = await execute(url, f'SELECT {listed} FROM "{table.name}"')  # noqa: S608
        found[table.name] = sorted((table.plain(tuple(row)) for row in got), key=repr)
    return found


@pytest.fixture
def filled(sqlite_url: str) -> str:
    """A SQLite database with rows in every table."""
    fill(Path(sqlite_url.removeprefix("sqlite:///")))
    return sqlite_url


@pytest.fixture
def other_url(tmp_path: Path) -> str:
    """A SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'other' / 'desk.db'}"


def bytes_of(url: str) -> bytes:
    """The file as it is."""
    return Path(url.removeprefix("sqlite:///")).read_bytes()


@pytest.mark.postgres
async def test_every_table_goes_there_and_back(filled: str, empty_postgres_url: str, other_url: str) -> None:
    """To PostgreSQL, from schema to schema, and to a file again: each row of each table is the same, and the file that
    was copied was not touched."""
    before, whole = await all_of(filled), bytes_of(filled)
    assert all(len(found) >= SOME for found in before.values())
    second = f"{empty_postgres_url}{'&' if '?' in empty_postgres_url else '?'}options=-csearch_path%3Dacme"
    digests: set[str] = set()
    for source, target in ((filled, empty_postgres_url), (empty_postgres_url, second), (second, other_url)):
        done = await SqlUpkeep().copy(source, target, progress=quiet)
        assert (done.rows, done.there) == (sum(map(len, before.values())), 0)
        digests.add(done.digest)
    assert await all_of(empty_postgres_url) == before
    assert await all_of(other_url) == before
    assert len(digests) == 1, "the same rows have the same digest, whatever the order in which a database gives them"
    assert bytes_of(filled) == whole
    numbered = [table for table in shapes() if table.counted]
    assert len(numbered) > 5
    for table in numbered:
        sql = f"SELECT nextval(pg_get_serial_sequence('{table.name}', '{table.counted}'))"
        assert await execute(empty_postgres_url, sql) == [(SOME + 1,)], "numbers go on after the highest"


async def test_a_desk_lives_on_where_it_was_moved_to(store: SqlStore, url: str, other_url: str) -> None:
    """Its requests are what their histories say, words are found, numbers go on, what waited to leave still waits."""
    first = opening(await store.reserve_number())
    await store.commit(Change(requests=(first, note(first.request, "the valve is stuck"))))
    await store.commit(Change(outbox=(Draft("k", Op.POST, "triage", said("hello")),)))
    await store.close()
    done = await SqlUpkeep().copy(url, other_url, progress=quiet)
    assert done.rows
    moved = await open_store(other_url)
    try:
        assert await moved.check() == ()
        assert (await moved.page(RequestQuery(words="valve"))).total == 1
        assert await moved.reserve_number() == 2
        await moved.commit(Change(outbox=(Draft("l", Op.POST, "triage", said("again")),)))
        assert await moved.outbox_states() == {"ready": 2}
    finally:
        await moved.close()


class Cut(Exception):
    """The plug was pulled."""


def cut_at(row: int) -> Any:
    """Progress that ends the copy there."""

    def step(done: int, total: int) -> None:
        if done >= row:
            raise Cut

    return step


@pytest.mark.parametrize("where", [1, 3])
async def test_a_copy_that_was_cut_short_goes_on(filled: str, other_url: str, where: int) -> None:
    """Half a desk does not start; the next run keeps what is there after having compared it, and brings the rest."""
    before = await all_of(filled)
    total = sum(map(len, before.values()))
    with pytest.raises(Cut):
        await SqlUpkeep().copy(filled, other_url, progress=cut_at(total * where // 4))
    with pytest.raises(NotYet, match="steward db copy"):
        await open_store(other_url)
    done = await SqlUpkeep().copy(filled, other_url, progress=quiet)
    assert done.there >= total * where // 4
    assert await all_of(other_url) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE counter SET value = value + 1",
        "DELETE FROM used_token WHERE expires_at = 1",
        "INSERT INTO used_token (token, expires_at) VALUES ('aaa', 99)",
    ],
)
async def test_a_source_that_lived_on_is_copied_anew(filled: str, other_url: str, change: str) -> None:
    """What an earlier run brought is compared with what the source has now, not trusted."""
    total = sum(map(len, (await all_of(filled)).values()))
    with pytest.raises(Cut):
        await SqlUpkeep().copy(filled, other_url, progress=cut_at(total))
    await execute(filled, change)
    await SqlUpkeep().copy(filled, other_url, progress=quiet)
    assert await all_of(other_url) == await all_of(filled)


async def test_another_desks_rows_are_never_touched(filled: str, tmp_path: Path, sqlite_template: Path) -> None:
    """A target that holds a desk is refused as it is; so is the source itself."""
    other = tmp_path / "theirs.db"
    shutil.copy(sqlite_template, other)
    theirs = await open_store(f"sqlite:///{other}")
    await theirs.edit_directory(DIRECTORY)
    await theirs.close()
    before = await all_of(f"sqlite:///{other}")
    with pytest.raises(NotCopied, match="a desk of its own"):
        await SqlUpkeep().copy(filled, f"sqlite:///{other}", progress=quiet)
    assert await all_of(f"sqlite:///{other}") == before
    with pytest.raises(NotCopied, match="same database"):
        await SqlUpkeep().copy(filled, filled, progress=quiet)


async def test_nothing_is_copied_while_a_desk_runs(filled: str, other_url: str, tmp_path: Path) -> None:
    """Neither from nor to a file that a desk has."""
    for url in (filled, other_url):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(exist_ok=True)
        lock = OwnerLock(path)
        try:
            with pytest.raises(StoreBusy):
                await SqlUpkeep().copy(filled, other_url, progress=quiet)
        finally:
            lock.release()


@pytest.mark.postgres
async def test_nothing_is_copied_while_workers_are_at_work(filled: str, postgres_url: str) -> None:
    """A process of a desk on PostgreSQL is known by the lock it holds, and is one however it serves."""
    store = await open_store(postgres_url)
    try:
        assert await store.workers.agree(b"key")
        with pytest.raises(StoreBusy, match="1 process of"):
            await SqlUpkeep().copy(filled, postgres_url, progress=quiet)
        with pytest.raises(StoreBusy, match="1 process of"):
            await SqlUpkeep().mark_restored(postgres_url, now=None, tell=None, first_number=1)  # type: ignore[arg-type]
    finally:
        await store.close()


@pytest.mark.postgres
async def test_a_copy_to_its_own_source_is_refused_by_whatever_name(empty_postgres_url: str) -> None:
    """One database has many names: a copy of an empty desk onto itself waited for its own lock for ever."""
    await (await open_store(empty_postgres_url)).close()
    other = empty_postgres_url.replace("postgresql://", "postgres://", 1)
    with pytest.raises(StoreBusy, match="its own source"):
        async with asyncio.timeout(20):
            await SqlUpkeep().copy(empty_postgres_url, other, progress=quiet)


@pytest.mark.postgres
async def test_a_desk_that_starts_while_it_is_copied_writes_nothing_until_then(postgres_url: str) -> None:
    """What it wrote meanwhile would be lost with the source; and who writes as a copy begins holds it up."""
    store = await open_store(postgres_url)
    database = parse(postgres_url)
    assert isinstance(database, PostgresDatabase)
    try:
        side = await PostgresSide.open(database, source=True)
        try:
            writing = asyncio.ensure_future(store.reserve_number())
            done, _ = await asyncio.wait([writing], timeout=0.3)
            assert not done
            with pytest.raises(StoreBusy, match="writes to"):
                await PostgresSide.open(database, source=True)
        finally:
            await side.close()
        assert await writing == 1
    finally:
        await store.close()


async def test_a_column_nobody_has_thought_of_fails_loudly() -> None:
    """A new type of column must not be copied by guess, nor a value that its column should not hold."""
    table = Table("new", MetaData(), Column("id", Integer, primary_key=True), Column("at", DateTime))
    with pytest.raises(TypeError, match=r"new\.at .*storage/rows\.py"):
        shape(table)
    counter = next(table for table in shapes() if table.name == "counter")
    with pytest.raises(NotCopied, match=r"counter\.value holds a str"):
        counter.plain(("a", "b"))


async def test_every_table_is_copied() -> None:
    """The shapes are the schema's, with no table left out, each with a key."""
    assert {table.name for table in shapes()} == set(metadata.tables)
    assert all(table.key for table in shapes())
