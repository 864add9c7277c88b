"""A SQLite file that a desk is copied from or to, held by its owner lock meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from storage.errors import NotCopied
from storage.rows import Plain, Shape
from storage.sqlite.owner import OwnerLock
from storage.sqlite.runner import address, set_up, set_up_to_read
from storage.threads import whole

T = TypeVar("T")


class SqliteSide:
    """`storage.rows.Side` over one connection. A source is read on one snapshot, and cannot be written to."""

    def __init__(self, path: Path, *, source: bool) -> None:
        """Raises StoreBusy while a desk runs on it."""
        self._lock = OwnerLock(path)
        try:
            self._raw = sqlite3.connect(address(path), uri=True, isolation_level=None, check_same_thread=False)
            (set_up_to_read if source else set_up)(self._raw)
            self._raw.row_factory = None
            if source:
                self._raw.execute("BEGIN")
        except BaseException:
            self._lock.release()
            raise

    async def count(self, table: Shape) -> int:
        """How many rows it has."""
        return (await self._all(f'SELECT count(*) FROM "{table.name}"', ()))[0][0]  # noqa: S608  # the schema's own

    async def after(self, table: Shape, key: Plain | None) -> list[Plain]:
        """The next page of rows in the order of the key."""
        keys, marks = _listed(table.keys), ", ".join("?" for _ in table.key)
        where = "" if key is None else f"WHERE ({keys}) > ({marks}) "
        sql = f'SELECT {_listed(table.columns)} FROM "{table.name}" {where}ORDER BY {keys} LIMIT {table.page}'  # noqa: S608
        return [table.plain(row) for row in await self._all(sql, key or ())]

    async def with_keys(self, table: Shape, keys: Sequence[Plain]) -> list[Plain]:
        """The rows of these keys that are there."""
        marks = f"({', '.join('?' for _ in table.key)})"
        names = [f"k{place}" for place in range(len(table.key))]
        same = " AND ".join(f't."{key}" = k.{name}' for key, name in zip(table.keys, names, strict=True))
        columns = ", ".join(f't."{column}"' for column in table.columns)
        rows: list[Plain] = []
        for part in range(0, len(keys), 500):  # SQLite takes so many values in one statement, and not many more
            some = keys[part : part + 500]
            values = ", ".join([marks] * len(some))
            sql = (
                f"WITH k({', '.join(names)}) AS (VALUES {values}) "  # noqa: S608
                f'SELECT {columns} FROM k CROSS JOIN "{table.name}" AS t ON {same}'
            )
            rows += await self._all(sql, tuple(value for key in some for value in key))
        return [table.plain(row) for row in rows]

    async def add(self, table: Shape, rows: Iterable[Plain]) -> None:
        """Write new rows, all of them or none."""
        marks = ", ".join("?" for _ in table.columns)
        sql = f'INSERT INTO "{table.name}" ({_listed(table.columns)}) VALUES ({marks})'  # noqa: S608
        await self._write(lambda raw: raw.executemany(sql, rows))

    async def clear(self, tables: Sequence[Shape]) -> None:
        """Take all rows away, of the last table first."""

        def work(raw: sqlite3.Connection) -> None:
            for table in reversed(tables):
                raw.execute(f'DELETE FROM "{table.name}"')  # noqa: S608

        await self._write(work)

    async def mark(self, name: str, value: int | None) -> None:
        """Set a counter, or take it away."""
        sql = (
            "DELETE FROM counter WHERE name = ?1" if value is None else "INSERT OR REPLACE INTO counter VALUES (?1, ?2)"
        )
        await self._write(lambda raw: raw.execute(sql, (name,) if value is None else (name, value)))

    async def finish(self, tables: Sequence[Shape]) -> None:
        """The index of words followed each row; see that it says what they say."""
        try:
            await self._write(
                lambda raw: raw.execute("INSERT INTO request_fts(request_fts, rank) VALUES('integrity-check', 1)")
            )
        except sqlite3.DatabaseError as error:
            raise NotCopied(f"The index of words does not agree with the requests ({error}).") from error

    async def close(self) -> None:
        """Let go of it."""
        try:
            await whole(self._raw.close)
        finally:
            self._lock.release()

    async def _all(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        return await whole(lambda: self._raw.execute(sql, tuple(values)).fetchall())

    async def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        def transaction() -> None:
            self._raw.execute("BEGIN IMMEDIATE")
            try:
                work(self._raw)
                self._raw.execute("COMMIT")
            except BaseException:
                if self._raw.in_transaction:
                    self._raw.execute("ROLLBACK")
                raise

        await whole(transaction)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
