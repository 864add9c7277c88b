"""Slack's limits, kept before Slack has to say so: messages by channel, and each method by its tier.

Who would have to wait long is told so instead (`RateLimited`): the relay then takes what is more urgent, elsewhere or
in the same channel, and nothing hangs in a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.ports import RateLimited

SHORT = 1.0
"""Seconds that a call may wait for its turn."""
CHANNELS = 1000
"""Of so many channels it is remembered when they were spoken in last."""


@dataclass(frozen=True)
class Rate:
    """So many at once, then one each `every` seconds."""

    every: float
    burst: int


POSTS = Rate(1.0, 4)
"""In one channel: one a second, short bursts are let through."""
METHODS = {
    "chat.postMessage": Rate(0.15, 50),
    "chat.update": Rate(1.0, 20),
    "chat.delete": Rate(1.0, 20),
    "conversations.history": Rate(1.0, 20),
    "conversations.replies": Rate(1.0, 20),
    "conversations.open": Rate(1.0, 20),
}
"""In the whole workspace, by method: tier 3 is fifty a minute, and posts have a cap of several hundred."""


class Pace:
    """Gives turns. `clock` is the loop's."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._free: dict[str, float] = {}
        """When the next turn would be one after the other (the theoretical arrival time of each)."""

    async def turn(self, method: str, channel: str = "") -> None:
        """Wait for a turn. Raises RateLimited where that would take longer than a moment; no turn is used up then."""
        wanted = [(method, rate)] if (rate := METHODS.get(method)) else []
        if channel and method == "chat.postMessage":
            wanted.append((f"in {channel}", POSTS))
        now = self._clock()
        wait = max((self._wait(name, rate, now) for name, rate in wanted), default=0.0)
        if wait > SHORT:
            raise RateLimited(wait)
        for name, rate in wanted:
            self._free[name] = max(self._free.get(name, now), now) + rate.every
        if len(self._free) > CHANNELS:
            self._free = {name: at for name, at in self._free.items() if at > now}
        if wait > 0:
            await asyncio.sleep(wait)

    def _wait(self, name: str, rate: Rate, now: float) -> float:
        return max(0.0, self._free.get(name, now) - now - rate.every * (rate.burst - 1))
