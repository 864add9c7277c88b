"""Rate limits: a bucket for each method in a workspace, one for each channel that is written to."""

from __future__ import annotations

import math

from fakes.slack.errors import RateLimited
from fakes.slack.limits import Limits
from fakes.times import Times


class Pacing:
    """Buckets that fill steadily; who finds one empty is told when to come back, in whole seconds as Slack does."""

    def __init__(self, limits: Limits, times: Times) -> None:
        self._limits, self._times = limits, times
        self._levels: dict[tuple[str, ...], tuple[float, float]] = {}

    def method(self, method: str, team: str, tier: int) -> None:
        """A call of that method; RateLimited where there were too many."""
        if self._limits.paced and tier:
            a_minute = self._limits.tiers[tier]
            self._take((method, team), max(a_minute, self._limits.calls_burst), a_minute / 60)

    def post(self, channel: str, team: str) -> None:
        """A message into that channel."""
        if self._limits.paced:
            self._take(("post", team), self._limits.posts_a_minute, self._limits.posts_a_minute / 60)
            self._take(("post", team, channel), self._limits.posts_burst, 1.0)

    def _take(self, key: tuple[str, ...], room: float, a_second: float) -> None:
        now = self._times.machine()
        level, at = self._levels.get(key, (room, now))
        level = min(room, level + (now - at) * a_second)
        if level < 1:
            self._levels[key] = (level, now)
            raise RateLimited(max(1, math.ceil((1 - level) / a_second)))
        self._levels[key] = (level - 1, now)
