"""Our timers on PostgreSQL, in the shape of the other queues."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from benchmarks import desks, firing
from benchmarks.lives import LONG, go, tell, tell_now
from benchmarks.watching import until
from bot.clock import SystemClock
from bot.desk.reminders import BATCH
from storage import open_store

LIFE = "ours"


async def prepare(url: str, waiting: int) -> None:
    """A desk with so many open clocks."""
    await desks.postgres_desk(url, waiting)


async def put(url: str, dues: Sequence[datetime], waiting: int) -> None:
    """Let that many of them be due then."""
    await desks.make_due_there(url, list(zip(desks.due_ids(waiting, len(dues)), dues, strict=True)))


def drain(url: str) -> None:
    """A worker, in a process of its own: all that is due, then the end."""

    async def run() -> None:
        store = await open_store(url)
        try:
            done = 0
            go()
            while count := await store.fire_due(SystemClock().now(), BATCH, firing.lapse):
                done += count
            tell_now(done=done)
        finally:
            await store.close()

    asyncio.run(run())


def watch(url: str, count: str) -> None:
    """A desk that is woken as always, in a process of its own: how late each of so many timers is."""

    async def run() -> None:
        store = await open_store(url)
        try:
            desklet = firing.Desklet(store)
            go()
            async with desklet.running() as fired:
                await until(lambda: len(fired.lateness) >= int(count), LONG)
            tell(late=fired.lateness)
        finally:
            await store.close()

    asyncio.run(run())
