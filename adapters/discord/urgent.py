"""What must be answered within seconds goes before what need not: in a burst all else waits a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime

from adapters.discord.places import instant

CALM = 0.05
"""Seconds without anything urgent, after which it is calm."""
YIELD = 0.5
"""Seconds for which the rest waits at most."""


class Urgent:
    """Whether somebody is being told to wait right now."""

    def __init__(self) -> None:
        self._going = 0
        self._calm = asyncio.Event()
        self._calm.set()

    @contextmanager
    def going(self) -> Generator[None]:
        """As long as this lasts, and a moment longer, it is not calm."""
        self._going += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._going -= 1
            if not self._going:
                asyncio.get_running_loop().call_later(CALM, self._settle)

    async def calm(self) -> None:
        """Until it is, or for a while."""
        if not self._calm.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(YIELD):
                    await self._calm.wait()

    def _settle(self) -> None:
        if not self._going:
            self._calm.set()


class Lateness:
    """How late this process hears of what was used, by the instants in Discord's ids. How far its clock is off
    Discord's nobody knows, but nothing comes sooner than at once."""

    def __init__(self) -> None:
        self._least: float | None = None

    def of(self, id: int, now: datetime) -> float:
        """In seconds, beside whatever came the soonest so far."""
        age = (now - instant(id)).total_seconds()
        self._least = age if self._least is None else min(self._least, age)
        return age - self._least
