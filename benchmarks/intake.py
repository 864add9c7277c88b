"""Requests that come in, from fifty people at once: what the front door writes for each, and the whole front door.

A new request is one Change: its row, its history, timers, words, messages and the event it came by. The peer writes the
same rows by plain SQL, a transaction for each request, on one connection: what SQLite itself can do. The rows are read
from what our own commits left, so that none is forgotten.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks import desks
from benchmarks.bench import Bench
from benchmarks.databases import connect, sqlite_url
from benchmarks.measuring import Row, as_many
from bot.desk import front
from bot.desk.context import Desk
from bot.ports import Change, InboxId
from storage import SqlStore, open_store

PEOPLE = ("dana", "tom", "mia")
WORDS = {
    "title": "The export fails with a time-out",
    "details": "Since this morning, each time, for all of us; yesterday it worked. We need it by noon.",
}
Written = Sequence[tuple[str, Sequence[object]]]
"""The statements of one request, with their values."""


def intake(bench: Bench) -> Iterator[Row]:
    """Rates, and how many times the peer's ours is."""
    sizes = bench.sizes
    commits, doors, raws = [], [], []
    for turn in range(1, sizes.turns + 1):
        told = f"{sizes.opened:,} requests, {{}}, turn {turn} of {sizes.turns} …"
        bench.say(f"intake_commit: {told.format(f'{sizes.producers} producers')}")
        changes, rate = asyncio.run(_commits(bench.new("commits.db"), sizes.opened, sizes.producers))
        commits.append(rate)
        bench.say(f"intake_commit: {told.format('plain SQL')}")
        written = asyncio.run(_written(bench.new("rows.db"), changes))
        raws.append(_raw(bench.new("raw.db"), written))
        bench.say(f"intake_commit: {told.format('the whole front door')}")
        doors.append(asyncio.run(_door(bench.new("door.db"), sizes.opened, sizes.producers)))
    against = "a raw sqlite3 transaction with the same rows"
    note = f"{sizes.opened:,} requests of {sizes.producers} producers, {len(written[-1])} statements each by plain SQL"
    yield as_many("intake_commit", against, max(commits), max(raws), 1 / 3, note)
    note = "from a command to its answer, all that it looks up and decides included"
    yield as_many("intake_commit, whole front door", against, max(doors), max(raws), note=note)


async def _at_once(work: Callable[[int], Awaitable[object]], count: int, producers: int) -> float:
    """Do all of it, so many at a time; how many a second."""

    async def produce(first: int) -> None:
        for n in range(first, count, producers):
            await work(n)

    begun = time.perf_counter()
    await asyncio.gather(*(produce(n) for n in range(producers)))
    return count / (time.perf_counter() - begun)


async def _commits(path: Path, count: int, producers: int) -> tuple[list[Change], float]:
    """Let the front door make the changes, then commit them."""
    store = await open_store(sqlite_url(path))
    try:
        desk, commit = await desks.furnish(store), store.commit
        changes = await _made(desk, store, count)
        return changes, await _at_once(lambda n: commit(changes[n]), count, producers)
    finally:
        await store.close()


async def _made(desk: Desk, store: SqlStore, count: int) -> list[Change]:
    """What the front door would commit; it is kept instead."""
    changes: list[Change] = []

    async def keep(change: Change) -> None:
        changes.append(change)

    store.commit = keep  # type: ignore[method-assign]
    for n in range(count):
        await _ask(desk, n)
    return changes


async def _ask(desk: Desk, n: int) -> None:
    event = InboxId("web", f"event-{n}")
    await front.run(desk, PEOPLE[n % len(PEOPLE)], "new", WORDS, event=event)


async def _door(path: Path, count: int, producers: int) -> float:
    store = await open_store(sqlite_url(path))
    try:
        desk = await desks.furnish(store)
        return await _at_once(lambda n: _ask(desk, n), count, producers)
    finally:
        await store.close()


async def _written(path: Path, changes: Sequence[Change]) -> list[Written]:
    """The rows that each change writes: commit them one after the other, and see what is new."""
    store = await open_store(sqlite_url(path))
    try:
        await desks.furnish(store)
        with closing(connect(path)) as raw:
            raw.execute("PRAGMA query_only = ON")
            news = _News(raw)
            found: list[Written] = []
            for change in changes:
                await store.commit(change)
                found.append(news.look(change.requests[0].request.number))
            return found
    finally:
        await store.close()


class _News:
    """Rows that came since the last look."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw, self._last = raw, dict[str, int]()
        # Not what SQLite keeps itself, nor the index of words, which triggers write.
        names = raw.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' "
            "AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'request_fts%'"
        )
        # A request before what refers to it.
        self._tables = sorted((row["name"] for row in names), key=lambda name: name != "request")
        self.look(0)

    def look(self, number: int) -> Written:
        """Each as an INSERT, and the counter of requests, which is raised."""
        found: list[tuple[str, Sequence[object]]] = []
        for table in self._tables:
            last = self._last.get(table, 0)
            for row in self._raw.execute(
                f"SELECT rowid AS rowid_, * FROM {table} WHERE rowid > ?",  # noqa: S608 -- a table of our own
                (last,),
            ):
                self._last[table] = max(self._last.get(table, 0), row["rowid_"])
                columns = row.keys()[1:]
                marks = ", ".join("?" * len(columns))
                insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 -- as above
                found.append((insert, tuple(row)[1:]))
        found.append(("UPDATE counter SET value = max(value, ?) WHERE name = 'request'", (number,)))
        return found


def _raw(path: Path, written: Sequence[Written]) -> float:
    """Write them on one plain connection, a transaction for each request; how many a second."""
    asyncio.run(desks.furnished(sqlite_url(path)))
    with closing(connect(path)) as raw:
        begun = time.perf_counter()
        for statements in written:
            raw.execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                raw.execute(statement, values)
            raw.execute("COMMIT")
        return len(written) / (time.perf_counter() - begun)
