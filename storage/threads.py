"""Long work on a thread of its own, which a stop ends at its next step instead of at its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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
