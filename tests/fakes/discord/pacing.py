"""Rate limits: a bucket for each route and channel, guild or webhook, and one for everything a bot asks."""

from __future__ import annotations

import hashlib

from fakes.discord.errors import RateLimited
from fakes.discord.limits import Limits
from fakes.times import Times


class Pacing:
    """Windows: so many calls until they end; who comes too often is told when that is, to the millisecond."""

    def __init__(self, limits: Limits, times: Times) -> None:
        self._limits, self._times = limits, times
        self._windows: dict[tuple[str, ...], tuple[int, float]] = {}

    def anything(self) -> None:
        """One more request of the bot; RateLimited where there were too many in this second."""
        if self._limits.paced:
            _, left, after = self._take(("everything",), self._limits.everywhere, 1.0)
            if left < 0:
                raise RateLimited(after, everywhere=True, scope="global")

    def route(self, bucket: str, route: str, major: str) -> dict[str, str]:
        """One more request of that route; what stands in the answer's head about it."""
        if not self._limits.paced:
            return {}
        many, seconds = self._limits.buckets[bucket]
        limit, left, after = self._take((bucket, route, major), many, seconds)
        if left < 0:
            raise RateLimited(after)
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{self._times.wall() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.md5(f"{bucket} {route}".encode(), usedforsecurity=False).hexdigest(),
        }

    def rename(self, channel: str) -> None:
        """One more change of a name or a topic: twice in ten minutes, which no header tells before."""
        if self._limits.paced:
            _, left, after = self._take(("rename", channel), *self._limits.renames)
            if left < 0:
                raise RateLimited(after, scope="shared")

    def _take(self, key: tuple[str, ...], many: int, seconds: float) -> tuple[int, int, float]:
        now = self._times.machine()
        used, ends = self._windows.get(key, (0, 0.0))
        if now >= ends:
            used, ends = 0, now + seconds
        used += used <= many
        self._windows[key] = (used, ends)
        return many, many - used, ends - now
