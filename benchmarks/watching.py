"""Watching an event loop: when what it does was done, and how long it did nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_TICK = 0.005
"""How long the ticker sleeps that measures how long the event loop stands still. One that hardly slept would itself be
what the database's thread waits for."""


@dataclass
class Fired:
    """What became of the due timers."""

    lateness: list[float] = field(default_factory=list[float])
    """Seconds from a timer's due time until its rows were committed."""
    stall: float = 0.0
    """The longest time for which the event loop did nothing else."""


async def until(reached: Callable[[], bool], longest: float) -> None:
    """Wait until something is so. Raises TimeoutError."""
    async with asyncio.timeout(longest):
        while not reached():  # noqa: ASYNC110 -- a job of another's has no event to set
            await asyncio.sleep(0.02)


@asynccontextmanager
async def ticking(fired: Fired) -> AsyncIterator[None]:
    """Note the longest stall of the event loop meanwhile, by at most a tick too long."""

    begun = time.perf_counter()

    def note() -> None:
        fired.stall = max(fired.stall, time.perf_counter() - begun)

    async def tick() -> None:
        nonlocal begun
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(_TICK)
            note()

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        note()  # whoever waited for the end of a stall may wake before the ticker does
        task.cancel()
