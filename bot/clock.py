"""The only place that reads the wall clock.

Desk time decides what is due; machine time decides leases, retries and sessions. Skipping an hour of desk time in the
demo
must expire no lease, so the two never mix.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Both times, as aware instants in UTC."""

    def now(self) -> datetime:
        """Desk time."""
        ...

    def machine(self) -> datetime:
        """Machine time."""
        ...


class SystemClock:
    """The desk runs in real time."""

    def now(self) -> datetime:
        """Desk time is the machine's."""
        return datetime.now(UTC)

    def machine(self) -> datetime:
        """The machine's time."""
        return datetime.now(UTC)


class SimulatedClock:
    """Desk time that starts where it is told, runs at `speed`, and can be moved forward; never back."""

    def __init__(self, start: datetime, *, speed: float = 0.0) -> None:
        self._base = start.astimezone(UTC)
        self.speed = speed
        self._since = datetime.now(UTC)

    def now(self) -> datetime:
        """The simulated instant; with speed 0 it stands still until it is moved."""
        return self._base + (datetime.now(UTC) - self._since) * self.speed

    def machine(self) -> datetime:
        """The machine's real time."""
        return datetime.now(UTC)

    def move_to(self, instant: datetime) -> None:
        """Go forward to that instant; one that has passed changes nothing."""
        self._base = max(self.now(), instant.astimezone(UTC))
        self._since = datetime.now(UTC)

    def move_by(self, step: timedelta) -> None:
        """Go forward by that much."""
        self.move_to(self.now() + step)
