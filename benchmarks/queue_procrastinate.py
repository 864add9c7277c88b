"""procrastinate: jobs in PostgreSQL, over psycopg with its C parts, each fetched and finished by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import asyncpg
import procrastinate

from benchmarks.lives import go, tell, tell_now
from bot.clock import SystemClock

NAME = "procrastinate"
LIFE = "procrastinate"
CONCURRENCY = 10
"""Jobs of a worker at a time, where it drains; its default is one."""


class _Queue:
    def __init__(self, url: str) -> None:
        self.app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
        self.late: list[float] = []
        self.task = self.app.task(name="noted")(self.noted)

    async def noted(self, due: str) -> None:
        """The job: it does nothing but see how late it is."""
        self.late.append((SystemClock().machine() - datetime.fromisoformat(due)).total_seconds())


async def prepare(url: str, waiting: int) -> None:
    """Its tables, with so many jobs that wait for another month."""
    queue = _Queue(url)
    async with queue.app.open_async():
        await queue.app.schema_manager.apply_schema_async()
    connection = await asyncpg.connect(url)
    try:
        # What its triggers write of each deferred job is never read again.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at) "
            "SELECT 'default', 'noted', '{}', now() + interval '30 days' + i * interval '1 ms' "
            "FROM generate_series(1, $1) AS n (i)",
            waiting,
        )
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def put(url: str, dues: Sequence[datetime]) -> None:
    """Jobs that are due then; all of one instant in one call."""
    queue = _Queue(url)
    async with queue.app.open_async():
        for due, same in groupby(dues):
            await queue.task.configure(schedule_at=due).batch_defer_async(*({"due": at.isoformat()} for at in same))


def drain(url: str) -> None:
    """A worker, in a process of its own: all that is due, then the end."""

    async def run() -> None:
        queue = _Queue(url)
        async with queue.app.open_async():
            go()
            await queue.app.run_worker_async(wait=False, concurrency=CONCURRENCY, install_signal_handlers=False)
        tell_now(done=len(queue.late))

    asyncio.run(run())


def watch(url: str, count: str) -> None:
    """A worker as it comes, in a process of its own: how late each of so many jobs is."""

    async def run() -> None:
        queue = _Queue(url)
        async with queue.app.open_async():
            go()
            worker = asyncio.create_task(queue.app.run_worker_async(install_signal_handlers=False))
            while len(queue.late) < int(count):  # noqa: ASYNC110 -- there is no event to wait for
                await asyncio.sleep(0.05)
            tell(late=queue.late)
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(run())
