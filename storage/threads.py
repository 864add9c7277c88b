"""Long work on a thread of its own, which a stop ends at its next step instead of at its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """Nobody waits for the work any more."""


async def whole(work: Callable[[], T]) -> T:
    """What `work` answers. A stop waits for its end, so that nobody closes what it uses."""
    return await stoppable(lambda _: work())


async def stoppable(work: Callable[[Event], T]) -> T:
    """What `work` answers; it looks at the event now and then, and raises Stopped where it is set."""
    stop = Event()
    task = asyncio.ensure_future(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        # What it was making is taken away before the process goes.
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


class Beside:
    """One thread for short work that nobody has to wait for, had from its first work on."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool: ThreadPoolExecutor | None = None

    def start(self, work: Callable[[], None]) -> Future[None] | None:
        """Have it done there; None where the system gives no thread, or the interpreter ends."""
        self._pool = self._pool or ThreadPoolExecutor(1, self._name)
        try:
            return self._pool.submit(work)
        except RuntimeError:
            return None

    def end(self) -> None:
        """What is being done ends by itself, and its thread with it; what waits is not begun."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
