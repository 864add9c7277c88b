"""What is due when during a replay: kept in memory, gone with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from heapq import heappop, heappush


class Deadlines:
    """The waiting deadlines of all requests of one import. Instants are desk time."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str, str]] = []
        self._wanted: dict[str, dict[str, datetime]] = {}

    def want(self, subject: str, wanted: Mapping[str, datetime]) -> None:
        """Make these the waiting deadlines of the subject, and no others."""
        before, self._wanted[subject] = self._wanted.get(subject, {}), dict(wanted)
        for kind, due in wanted.items():
            if before.get(kind) != due:
                heappush(self._heap, (due, subject, kind))

    def take(self, until: datetime, *, inclusive: bool) -> tuple[datetime, str, str] | None:
        """The next one before `until`, or at it: when, whose, which."""
        while self._heap and (self._heap[0][0] < until or (inclusive and self._heap[0][0] == until)):
            due, subject, kind = heappop(self._heap)
            if self._wanted[subject].get(kind) == due:  # else a change has moved it or taken it away
                del self._wanted[subject][kind]
                return due, subject, kind
        return None
