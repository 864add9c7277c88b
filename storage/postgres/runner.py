"""Transactions on PostgreSQL: one each on a connection of the pool."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import asyncpg

from bot.ports import Conflict
from storage.errors import Failed
from storage.postgres.line import Line
from storage.scans import statements
from storage.statements import Statement, load
from storage.tx import Ask, Many, Rows, T, Tx

POOL = 10
"""Connections at most: more would only queue in the database."""

ANSWER = 60.0
"""Seconds that a statement may take: an answer that never comes, after a failover, must not be waited for for ever."""

SESSION = {
    "jit": "off",
    "enable_seqscan": "off",
    # A process that was stopped in the middle of a transaction, or whose machine went away, would hold up all others.
    # Deciding a whole batch takes a tenth of it on a machine that is much too slow.
    "idle_in_transaction_session_timeout": "30s",
}
"""Where there is an index, it is taken. To the planner it costs as much to make the words of every row into lexemes
again, where most requests fit; in truth that is forty times as slow as to read them from the index."""

_LONG = 24 * 3600.0

_STATEMENTS = load(postgres=True)

_Connection = Any
"""asyncpg's pooled connection; its stubs tie a type parameter to the pool that says nothing here."""


_OURS = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, ValueError, TypeError, OverflowError)
"""What a query raises that is at fault itself, and not the database."""


class PostgresRunner:
    """Runs generators on a pool."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], line: Line) -> None:
        self._pool = pool
        self.workers = line

    async def write(self, tx: Tx[T]) -> T:
        """All of it or nothing. A deadlock or a failed serialisation is a Conflict: run the use case again."""
        try:
            with _told():
                async with self._pool.acquire() as connection, connection.transaction():
                    return await _drive(connection, tx)
        finally:
            tx.close()

    async def read(self, tx: Tx[T]) -> T:
        """On one snapshot."""
        try:
            with _told():
                async with (
                    self._pool.acquire() as connection,
                    connection.transaction(isolation="repeatable_read", readonly=True),
                ):
                    return await _drive(connection, tx)
        finally:
            tx.close()

    async def time(self) -> datetime | None:
        """The server's, at this moment."""
        with _told():
            async with self._pool.acquire() as connection:
                return await connection.fetchval("SELECT clock_timestamp()")

    async def compact(self) -> None:
        """Free the room of old versions; the server writes over it. `VACUUM FULL` would lock out everybody, and without
        the names other desks on the server would be cleaned up, too."""
        with _told():
            async with self._pool.acquire() as connection:
                await connection.execute(_vacuum(), timeout=_LONG)

    async def close(self) -> None:
        """Close all connections once they are free; the line last, since until then this process is at work."""
        await self._pool.close()
        await self.workers.close()


async def connect(dsn: str, *, only_read: bool = False) -> PostgresRunner:
    """The runner of that database. Raises OSError, asyncpg.PostgresError, or ValueError for a URL it cannot read."""
    session = SESSION | ({"default_transaction_read_only": "on"} if only_read else {})
    pool = await asyncpg.create_pool(
        dsn, min_size=1, max_size=POOL, command_timeout=ANSWER, server_settings=session, reset=_as_it_was
    )
    return PostgresRunner(pool, Line(dsn))


async def _as_it_was(_: _Connection) -> None:
    """A transaction leaves nothing of its own on its connection, so there is nothing to ask the server to undo: that
    would be one of four calls for each small transaction. What is left open the driver has rolled back already."""


@contextmanager
def _told() -> Generator[None]:
    """Raise what the store promises for what the driver raises."""
    try:
        yield
    except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
        raise Conflict("The database undid it in favour of another change.") from error
    except _OURS:
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise Failed(error) from error


async def _drive(connection: _Connection, tx: Tx[T]) -> T:
    try:
        ask = next(tx)
        while True:
            try:
                rows = await _fetch(connection, ask)
            except _OURS as error:
                ask = tx.throw(error)
            else:
                ask = tx.send(rows)
    except StopIteration as stop:
        return stop.value


async def _fetch(connection: _Connection, ask: Ask | Many) -> Rows:
    statement = _STATEMENTS.get(ask.query) or _scans()[ask.query]
    if isinstance(ask, Many):
        # All of it is sent before the first answer is waited for.
        await connection.executemany(statement.numbered, statement.bind_many(ask.params))
        return ()
    return await connection.fetch(statement.numbered, *statement.bind(ask.params).values())


@cache
def _scans() -> dict[str, Statement]:
    return statements(postgres=True)


@cache
def _vacuum() -> str:
    from storage.schema import metadata  # loaded after somebody was erased, not at each start

    return f"VACUUM {', '.join(table.name for table in metadata.sorted_tables)}"
