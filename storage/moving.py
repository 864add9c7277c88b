"""A desk moved to another database: copied page by page, then compared row by row.

A copy that was cut short goes on: what is in the target is compared with the source and not trusted. Should anything
differ, since the source lived on meanwhile, the copy begins anew; until it is whole, no desk starts on it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import blake2b

from bot.ports import Copied
from bot.ports.upkeep import Progress
from storage import drivers, releases
from storage.errors import CannotOpen, NotCopied, reason
from storage.open import make_private, told
from storage.postgres.side import PostgresSide
from storage.rows import Plain, Shape, Side, shapes
from storage.sqlite.side import SqliteSide
from storage.transactions.eras import COPYING
from storage.urls import Database, SqliteFile, parse


class _Differs(Exception):
    """What an earlier copy brought is not what the source has now."""


async def copy(source: str, target: str, *, progress: Progress) -> Copied:
    """Copy the desk of one URL to the other, which holds none yet, and compare every row.

    The source is only read. Raises BadUrl, CannotOpen, SchemaOutdated, StoreBusy where a desk runs on either, and
    NotCopied where the target holds another desk, or is not the same in the end.
    """
    began = time.monotonic()
    here, there = parse(source), parse(target)
    if here == there:
        raise NotCopied("Source and target are the same database: name another one to copy to.")
    if isinstance(here, SqliteFile) and not here.path.exists():
        raise CannotOpen(f"There is no database at {here}: check the address.")
    with told(here):
        await releases.insist(here)
    with told(there):
        await _ready(there)
    tables = shapes()
    try:
        async with _opened(here, source=True) as from_, _opened(there, source=False) as to:
            if COPYING in await _marks(from_, tables):
                raise NotCopied(f"{here} holds half a desk itself: finish the copy that fills it first.")
            total = sum([await from_.count(table) for table in tables])
            steps = _Steps(progress, total * 2)
            already = await _begin(to, there, tables)
            try:
                kept = await _fill(from_, to, tables, already, steps)
            except _Differs:
                await to.clear(tables)
                await to.mark(COPYING, 1)
                steps.again()
                kept = await _fill(from_, to, tables, set(), steps)
            await to.finish(tables)
            digest = await _compared(from_, to, tables, steps)
            await to.mark(COPYING, None)
    except (sqlite3.Error, *drivers.errors(here), *drivers.errors(there)) as error:
        raise NotCopied(
            f"The copy was cut short ({reason(error)}): see that both run and have room, then run it again; it goes on "
            "where it was."
        ) from error
    return Copied(len(tables), total, kept, digest, time.monotonic() - began)


class _Steps:
    """How far it is; what begins anew does not go back on the bar."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def add(self, count: int) -> None:
        self._done += count
        if self._total:
            self._progress(min(self._done, self._total), self._total)

    def again(self) -> None:
        self._done = 0


async def _ready(target: Database) -> None:
    """The target's tables are this release's: made where there are none."""
    if isinstance(target, SqliteFile):
        target.path.parent.mkdir(parents=True, exist_ok=True)
        make_private(target)
    if await releases.current(target) is None:
        await releases.upgrade(target)
    await releases.insist(target)


@asynccontextmanager
async def _opened(database: Database, *, source: bool) -> AsyncGenerator[Side]:
    if isinstance(database, SqliteFile):
        side: Side = SqliteSide(database.path, source=source)
    else:
        with told(database):
            side = await PostgresSide.open(database, source=source)
    try:
        yield side
    finally:
        await side.close()


async def _begin(to: Side, target: Database, tables: tuple[Shape, ...]) -> set[str]:
    """Take the target; answers the tables that an earlier copy has brought rows into. Raises NotCopied where a desk
    lives there."""
    filled = {table.name for table in tables if await to.count(table)} - {"counter"}
    marked = await _marks(to, tables)
    if COPYING in marked:
        return filled | {"counter"}
    if filled:
        raise NotCopied(
            f"{target} holds a desk of its own already ({', '.join(sorted(filled)[:3])}): name a database, or a schema "
            "of one, that holds none."
        )
    await to.clear([table for table in tables if table.name == "counter"])
    await to.mark(COPYING, 1)
    return {"counter"}


async def _marks(side: Side, tables: tuple[Shape, ...]) -> set[str]:
    counter = next(table for table in tables if table.name == "counter")
    return {row[0] for row in await side.with_keys(counter, [(COPYING,)])}


async def _fill(from_: Side, to: Side, tables: tuple[Shape, ...], filled: set[str], steps: _Steps) -> int:
    """Bring what is not there yet; answers how many rows were. Raises _Differs."""
    kept = 0
    for table in tables:
        known = 0
        key: Plain | None = None
        while rows := await from_.after(table, key):
            key = table.key_of(rows[-1])
            there = await _there(to, table, rows) if table.name in filled else {}
            new = [row for row in rows if table.key_of(row) not in there]
            if any(row != there.get(table.key_of(row), row) for row in rows):
                raise _Differs
            if new:
                await to.add(table, new)
            known += len(rows)
            kept += len(rows) - len(new)
            steps.add(len(rows))
        if table.name in filled and await to.count(table) != known + (table.name == "counter"):
            raise _Differs
    return kept


async def _there(side: Side, table: Shape, rows: list[Plain]) -> dict[Plain, Plain]:
    found = await side.with_keys(table, [table.key_of(row) for row in rows])
    return {table.key_of(row): row for row in found}


async def _compared(from_: Side, to: Side, tables: tuple[Shape, ...], steps: _Steps) -> str:
    """The digest of all rows in whatever order, each read again on both sides. Raises NotCopied where any differs."""
    digest = 0
    for table in tables:
        known = 0
        key: Plain | None = None
        while rows := await from_.after(table, key):
            key = table.key_of(rows[-1])
            there = await _there(to, table, rows)
            for row in rows:
                if there.get(table.key_of(row)) != row:
                    raise NotCopied(f"A row of {table.name} is not the same on both sides: run the copy again.")
                one = blake2b(repr((table.name, row)).encode("utf-8", "surrogatepass"), digest_size=16)
                digest += int.from_bytes(one.digest(), "big")
            known += len(rows)
            steps.add(len(rows))
        if await to.count(table) != known + (table.name == "counter"):
            raise NotCopied(f"The target has other rows in {table.name} than the source: run the copy again.")
    return f"{digest % 2**128:032x}"[:16]
