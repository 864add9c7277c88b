"""The only place that reads the wall clock.

Desk time decides what is due; machine time decides leases, retries and sessions. Skipping an hour of desk time in the
demo must expire no lease, so the two never mix.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


def steady() -> float:
    """Seconds that nobody puts forward or back. Where the system tells them (Linux), those for which the machine slept
    are counted too: the leases of who slept are over for all others."""
    asleep = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if asleep is None else time.clock_gettime(asleep)


class Clock(Protocol):
    """Both times, as aware instants in UTC."""

    def now(self) -> datetime:
        """Desk time."""
        ...

    def machine(self) -> datetime:
        """Machine time."""
        ...


class SystemClock:
    """The desk runs in real time.

    Machine time goes on steadily from when it was set, whatever somebody does to the wall clock. Where a database keeps
    the time for several machines, both times are the database's: they agree on what is due and on whose lease is over,
    however wrong one machine's clock goes.
    """

    def __init__(self) -> None:
        self._base, self._since = datetime.now(UTC), steady()
        self._told = False

    def now(self) -> datetime:
        """Desk time is the wall clock's, or the database's."""
        return self.machine() if self._told else datetime.now(UTC)

    def machine(self) -> datetime:
        """The machine's time."""
        return self._base + timedelta(seconds=steady() - self._since)

    async def follow(self, ask: Callable[[], Awaitable[datetime | None]]) -> timedelta:
        """Take over the time that is told, and answer how far off this clock was; where none is told, nothing changes.

        It was read while it was asked for: half of what that took is the best guess.
        """
        before = steady()
        told = await ask()
        if told is None:
            return timedelta()
        after = steady()
        own = self.machine()
        self._base, self._since, self._told = told, (before + after) / 2, True
        return self.machine() - own


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


def seconds_until(clock: Clock, due: datetime) -> float | None:
    """In how many real seconds desk time gets there; 0 where it has, None where it stands still."""
    left = max((due - clock.now()).total_seconds(), 0.0)
    speed = clock.speed if isinstance(clock, SimulatedClock) else 1.0
    return left / speed if speed else None if left else 0.0
