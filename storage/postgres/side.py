"""A PostgreSQL schema that a desk is copied from or to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from bot.ports import StoreBusy
from storage.errors import NotCopied
from storage.postgres import tools
from storage.rows import Plain, Shape, shapes
from storage.urls import PostgresDatabase

_TYPES = {str: "text", int: "bigint", bytes: "bytea", bool: "boolean"}
_MINE = "SELECT {}(7836929, hashtext(current_schema()))"
"""Two copies into one schema would meet, and one into its own source would wait for itself for ever, whatever the two
are called: who reads shares the lock, who fills has it alone. The number is Steward's own."""


class PostgresSide:
    """`storage.rows.Side` over one connection. A source is read on one snapshot, and cannot be written to."""

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection, self._schema = connection, schema

    @classmethod
    async def open(cls, database: PostgresDatabase, *, source: bool) -> PostgresSide:
        """Raises StoreBusy while a desk runs on it, or another copy."""
        if busy := await tools.at_work(database):
            raise StoreBusy(f"{database} has {busy} of a desk at work: stop each steward run first.")
        # Where there is an index, it is taken: pages come in its order, and rows by their keys.
        connection = await asyncpg.connect(database.dsn, server_settings={"enable_seqscan": "off", "jit": "off"})
        try:
            lock = _MINE.format("pg_try_advisory_lock_shared" if source else "pg_try_advisory_lock")
            if not await connection.fetchval(lock):
                raise StoreBusy(
                    f"A copy fills {database}, or reads from it: wait for it, or stop it; a copy to its own source "
                    "needs another target."
                )
            if source:
                await _hold(connection, database)
            return cls(connection, await connection.fetchval("SELECT current_schema()"))
        except BaseException:
            await connection.close()
            raise

    async def count(self, table: Shape) -> int:
        """How many rows it has."""
        return await self._connection.fetchval(f'SELECT count(*) FROM "{table.name}"')  # noqa: S608  # the schema's own

    async def after(self, table: Shape, key: Plain | None) -> list[Plain]:
        """The next page of rows in the order of the key."""
        keys, marks = _listed(table.keys), ", ".join(f"${n}" for n, _ in enumerate(table.key, 1))
        where = "" if key is None else f"WHERE ({keys}) > ({marks}) "
        sql = f'SELECT {_listed(table.columns)} FROM "{table.name}" {where}ORDER BY {keys} LIMIT {table.page}'  # noqa: S608
        return [table.plain(tuple(row)) for row in await self._connection.fetch(sql, *(key or ()))]

    async def with_keys(self, table: Shape, keys: Sequence[Plain]) -> list[Plain]:
        """The rows of these keys that are there."""
        arrays = ", ".join(f"${n}::{_TYPES[table.kinds[place]]}[]" for n, place in enumerate(table.key, 1))
        names = [f"k{place}" for place in range(len(table.key))]
        same = " AND ".join(f't."{key}" = k.{name}' for key, name in zip(table.keys, names, strict=True))
        columns = ", ".join(f't."{column}"' for column in table.columns)
        sql = f'SELECT {columns} FROM unnest({arrays}) AS k({", ".join(names)}) JOIN "{table.name}" AS t ON {same}'  # noqa: S608
        rows = await self._connection.fetch(sql, *(list(column) for column in zip(*keys, strict=True)))
        return [table.plain(tuple(row)) for row in rows]

    async def add(self, table: Shape, rows: Iterable[Plain]) -> None:
        """Write new rows, all of them or none."""
        try:
            await self._connection.copy_records_to_table(
                table.name, records=rows, columns=table.columns, schema_name=self._schema
            )
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
            raise NotCopied(f"A row of {table.name} cannot be written ({error}): run `steward db check`.") from error

    async def clear(self, tables: Sequence[Shape]) -> None:
        """Take all rows away."""
        await self._connection.execute(f"TRUNCATE {_listed([table.name for table in tables])}")

    async def mark(self, name: str, value: int | None) -> None:
        """Set a counter, or take it away."""
        if value is None:
            await self._connection.execute("DELETE FROM counter WHERE name = $1", name)
            return
        await self._connection.execute(
            "INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

    async def finish(self, tables: Sequence[Shape]) -> None:
        """What is numbered goes on after the highest number; the planner learns what there is."""
        for table in tables:
            if table.counted is not None:
                await self._connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', '{table.counted}'), "  # noqa: S608
                    f'coalesce(max("{table.counted}"), 1), max("{table.counted}") IS NOT NULL) FROM "{table.name}"'
                )
        await self._connection.execute(f"ANALYZE {_listed([table.name for table in tables])}")

    async def close(self) -> None:
        """Let go of it."""
        await self._connection.close()


async def _hold(connection: Any, database: PostgresDatabase) -> None:
    """Begin to read: whatever a desk that is started now would write waits for the end, or it would be lost."""
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        await connection.execute(f"LOCK TABLE {_listed([table.name for table in shapes()])} IN SHARE MODE NOWAIT")
    except asyncpg.LockNotAvailableError as error:
        raise StoreBusy(f"Somebody writes to {database}: stop each steward run and other command first.") from error


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
