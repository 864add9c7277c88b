"""How fast one token may ask: a bucket that fills steadily, so that a burst is fine and a flood is not."""

from __future__ import annotations

import math
from datetime import datetime

BURST = 120
"""Calls at once."""
RATE = 5.0
"""Calls a second in the long run."""


class Pace:
    """The buckets of one process, by the token's name; instants are machine time."""

    def __init__(self, *, burst: int = BURST, rate: float = RATE) -> None:
        self._burst, self._rate = float(burst), rate
        self._left: dict[str, tuple[float, datetime]] = {}

    def wait(self, name: str, now: datetime) -> int:
        """Whole seconds until that one may ask again; 0 where it may now, which counts."""
        left, since = self._left.get(name, (self._burst, now))
        left = min(self._burst, left + max((now - since).total_seconds(), 0) * self._rate)
        if left < 1:
            self._left[name] = left, now
            return math.ceil((1 - left) / self._rate)
        self._left[name] = left - 1, now
        return 0
