"""Databases to measure on: a small desk with one request, which the front door made, repeated in bulk.

All repeated requests have the row, the history, the timers and the words of the first. On SQLite they are in no index
of words, which nothing that is measured here reads.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from benchmarks.databases import connect, sqlite_url
from bot.clock import SystemClock
from bot.demo import seed
from bot.desk import bootstrap, front
from bot.desk.context import Desk
from storage import SqlStore, open_store
from storage.instants import micros
from storage.schema import WORDS_SQLITE

CLOCKS = 4
"""Timers of a new request: a warning and a breach of each of its two clocks."""
_SQLITE_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
_POSTGRES_NUMBERS = "WITH n (i) AS (SELECT generate_series(2, {count})) "
_ONE = "'\"number\":1,', '\"number\":' || i || ','"
_FAR = 30 * 24 * 3600 * 1_000_000
"""What is repeated waits that many microseconds longer than the first: nothing of it is due while we measure."""


async def furnish(store: SqlStore) -> Desk:
    """Two clients with their hours and promises, a few people, and one request, on an empty database."""
    desk = Desk(store, SystemClock())
    await seed.set_up(desk)
    await bootstrap.ensure(store, platform=seed.PLATFORM, workspace=seed.WORKSPACE)
    await front.run(desk, "dana", "new", {"title": "The export fails", "details": "since this morning"})
    return desk


async def furnished(url: str) -> None:
    """The same, at that address."""
    store = await open_store(url)
    try:
        await furnish(store)
    finally:
        await store.close()


def sqlite_desk(path: Path, clocks: int) -> Path:
    """A database with that many open clocks."""
    asyncio.run(furnished(sqlite_url(path)))
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        # Made quickly, and on the disk before anything is measured.
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("PRAGMA cache_size = -400000")
        raw.execute("BEGIN")
        raw.execute("DROP TRIGGER request_words_added")
        for statement in _repeat(
            [row[1] for row in raw.execute("PRAGMA table_info(request)")], clocks, _SQLITE_NUMBERS
        ):
            raw.execute(statement)
        raw.execute(WORDS_SQLITE[1])
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path


async def postgres_desk(url: str, clocks: int) -> None:
    """The same on an empty PostgreSQL database."""
    await furnished(url)
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'request' ORDER BY ordinal_position"
        )
        for statement in _repeat([row[0] for row in names], clocks, _POSTGRES_NUMBERS):
            await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _repeat(columns: Sequence[str], clocks: int, numbers: str) -> Iterator[str]:
    """Statements that make as many requests of the first one as have that many clocks."""
    last = max(clocks // CLOCKS, 1)
    if last < 2:
        return
    other = {"number": "i", "state": f"replace(state, {_ONE})"}
    values = ", ".join(other.get(column, column) for column in columns)
    head = numbers.format(count=last)
    yield (
        f"INSERT INTO request ({', '.join(columns)}) {head}"  # noqa: S608 -- names of our own columns
        f"SELECT {values} FROM n CROSS JOIN request WHERE number = 1"
    )
    yield (
        f"INSERT INTO timer (subject, kind, due_at, generation, state) {head}"  # noqa: S608 -- numbers of our own
        f"SELECT 'request:' || i, kind, due_at + {_FAR} + i, 1, 'waiting' FROM n CROSS JOIN timer "
        "WHERE subject = 'request:1' ORDER BY i"
    )
    yield (
        f"INSERT INTO request_words (request, public, team) {head}"  # noqa: S608 -- numbers of our own
        "SELECT i, replace(public, 'acme 1 ', 'acme ' || i || ' '), team "
        "FROM n CROSS JOIN request_words WHERE request = 1"
    )
    made = f"CASE kind WHEN 'opened' THEN replace(body, {_ONE}) ELSE body END"
    yield (
        f"INSERT INTO history (request, seq, at, kind, actor, role, body, via) {head}"  # noqa: S608 -- names of our own
        f"SELECT i, seq, at, kind, actor, role, {made}, via FROM n CROSS JOIN history WHERE request = 1 ORDER BY i, seq"
    )
    yield f"UPDATE counter SET value = {last} WHERE name = 'request'"  # noqa: S608 -- a number of our own


def due_ids(clocks: int, count: int) -> list[int]:
    """The ids of so many of the timers, spread evenly, each another request's."""
    every = max(clocks // count // CLOCKS * CLOCKS, CLOCKS)
    return [1 + every * n for n in range(count)]


_DUE = "UPDATE timer SET due_at = {}, state = 'waiting', generation = generation + 1 WHERE id = {}"


def make_due(path: Path, due: Sequence[tuple[int, datetime]]) -> None:
    """Let these timers (ids) be due then, whatever became of them before; on SQLite."""
    with closing(connect(path)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(_DUE.format("?", "?"), [(micros(at), id) for id, at in due])
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def make_due_there(url: str, due: Sequence[tuple[int, datetime]]) -> None:
    """The same on PostgreSQL."""
    connection = await asyncpg.connect(url)
    try:
        await connection.executemany(_DUE.format("$1", "$2"), [(micros(at), id) for id, at in due])
    finally:
        await connection.close()


def rest(path: Path) -> None:
    """Nothing is due on SQLite, and nothing waits to be sent: what one measurement left is not the next one's work."""
    with closing(connect(path)) as raw:
        raw.execute("UPDATE outbox SET state = 'suppressed' WHERE state = 'ready'")
        later = "UPDATE timer SET due_at = due_at + ? WHERE state = 'waiting' AND due_at < ?"
        raw.execute(later, (_FAR, _soon()))
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _soon() -> int:
    return micros(SystemClock().now() + timedelta(hours=1))
