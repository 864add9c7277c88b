"""APScheduler wakes the desk: few fixed jobs in UTC on real seconds, never one for each deadline.

What is due is asked of the store each time, so a wake that came late or twice changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]
from apscheduler.schedulers.base import STATE_RUNNING  # type: ignore[import-untyped]

log = logging.getLogger("steward.scheduler")

Wake = Callable[[], Awaitable[object]]


class Scheduler:
    """Calls `tick` each second (timers, then the outbox) and `audit` each minute, until it is stopped."""

    def __init__(self, *, tick: Wake, audit: Wake) -> None:
        self._under_way: set[asyncio.Task[object]] = set()
        self._tick = self._guarded("tick", tick)
        self._wished, self._granting = False, False
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A wake that was missed is made up for once; two of one job never run at a time.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_job(self._tick, "interval", seconds=1, id="tick")
        self._scheduler.add_job(self._guarded("audit", audit), "interval", seconds=60, id="audit")

    def start(self) -> None:
        """Begin waking; within a running event loop."""
        self._scheduler.start()

    def wake(self) -> None:
        """Tick now instead of at the next second: another process says that there is something to do. However many say
        so meanwhile, one more tick follows the one under way."""
        self._wished = True
        if not self._granting and self._scheduler.state == STATE_RUNNING:
            self._granting = True
            task = asyncio.create_task(self._grant())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _grant(self) -> None:
        try:
            while self._wished and self._scheduler.state == STATE_RUNNING:
                self._wished = False
                await self._tick()
        finally:
            self._granting = False

    async def stop(self) -> None:
        """No more wakes; answers when the one under way has ended, so that the database can be closed after it."""
        if self._scheduler.running:
            # APScheduler would cancel what runs; a send that is cut off half way would have to be looked for.
            self._scheduler.pause()
            await asyncio.gather(*self._under_way)
            self._scheduler.shutdown(wait=False)

    def _guarded(self, name: str, wake: Wake) -> Wake:
        """A wake that fails is logged, and the next one comes all the same."""

        async def call() -> None:
            try:
                await wake()
            except Exception:
                log.exception("the %s failed; it is tried again at its next wake", name)

        async def kept() -> None:
            task = asyncio.create_task(call())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            await task

        return kept
