"""pgqueuer: jobs in PostgreSQL, fetched and finished in batches; over asyncpg, which it recommends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

from benchmarks.lives import go, tell, tell_now
from bot.clock import SystemClock

NAME = "pgqueuer"
LIFE = "pgqueuer"
_JOB = "noted"


async def prepare(url: str, waiting: int) -> None:
    """Its tables, with so many jobs that wait for another month."""
    connection = await asyncpg.connect(url)
    try:
        await Queries(AsyncpgDriver(connection)).install()
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            "INSERT INTO pgqueuer (priority, status, entrypoint, execute_after) "
            "SELECT 0, 'queued', $1, now() + interval '30 days' + i * interval '1 ms' "
            "FROM generate_series(1, $2) AS n (i)",
            _JOB,
            waiting,
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def put(url: str, dues: Sequence[datetime]) -> None:
    """Jobs that are due then, all in one call."""
    connection = await asyncpg.connect(url)
    try:
        now = SystemClock().machine()
        count = len(dues)
        await Queries(AsyncpgDriver(connection)).enqueue(
            [_JOB] * count, [None] * count, [0] * count, [due - now for due in dues]
        )
    finally:
        await connection.close()


def _worker(connection: asyncpg.Connection, late: list[float]) -> PgQueuer:
    worker = PgQueuer.from_asyncpg_connection(connection)

    @worker.entrypoint(_JOB)
    async def noted(job: Job) -> None:
        late.append((SystemClock().machine() - job.execute_after).total_seconds())

    return worker


def drain(url: str) -> None:
    """A worker, in a process of its own: all that is due, then the end."""

    async def run() -> None:
        late: list[float] = []
        connection = await asyncpg.connect(url)
        try:
            worker = _worker(connection, late)
            go()
            await worker.qm.run(mode=QueueExecutionMode.drain)
        finally:
            await connection.close()
        tell_now(done=len(late))

    asyncio.run(run())


def watch(url: str, count: str) -> None:
    """A worker as it comes, in a process of its own: how late each of so many jobs is."""

    async def run() -> None:
        late: list[float] = []
        connection = await asyncpg.connect(url)
        try:
            worker = _worker(connection, late)
            go()
            running = asyncio.create_task(worker.run())
            while len(late) < int(count):  # noqa: ASYNC110 -- there is no event to wait for
                await asyncio.sleep(0.05)
            tell(late=late)
            worker.shutdown.set()
            await asyncio.gather(running, return_exceptions=True)
        finally:
            await connection.close()

    asyncio.run(run())
