"""Rings at each of many instants, with one timer of the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush

LATE = 0.001
"""Seconds after the instant: an alarm a moment too early would find that nothing has changed."""


class Alarm:
    """Set for as many times as there are; those that come together ring once."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._times: list[float] = []
        """A heap of the event loop's times."""
        self._next: asyncio.TimerHandle | None = None

    def after(self, seconds: float) -> None:
        """Ring then as well."""
        at = asyncio.get_running_loop().time() + max(seconds, 0.0) + LATE
        if not self._times or at < self._times[0]:
            self._arm(at)
        heappush(self._times, at)

    def stop(self) -> None:
        """Ring no more."""
        self._times.clear()
        if self._next is not None:
            self._next.cancel()

    def _arm(self, at: float) -> None:
        if self._next is not None:
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_at(at, self._rings)

    def _rings(self) -> None:
        now = asyncio.get_running_loop().time() + LATE
        while self._times and self._times[0] <= now:
            heappop(self._times)
        if self._times:
            self._arm(self._times[0])
        self._ring()
