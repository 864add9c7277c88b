"""A breach behind a backlog of digests, in simulated time: our relay against one queue for all."""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measuring import Row, Say
from bot.messages.model import Message, Said, line
from bot.outbox import Relay
from bot.ports import Change, DirectoryEdit, Draft, MessageRef, Op, Place, RateLimited, Urgency
from storage import open_store

CHANNELS, BACKLOG = 5, 60
"""So many channels, and so many digests waiting in all."""
WRITTEN = 5.0
"""The second in which the breach is written, in the channel that has the most before it."""
APART, STEP, TRIP = 1.0, 0.05, 0.1
"""Seconds between two messages that a channel takes; of a step of the simulation; of a call of the one queue."""
MOST, TIMES = 2.0, 30.0
START = datetime(2026, 6, 9, 12, tzinfo=UTC)


class _Platform:
    """Takes a message a second in each channel, and says 429 to more."""

    def __init__(self) -> None:
        self.now, self.free, self.breach = 0.0, dict[str, float](), float("nan")

    def take(self, channel: str, urgent: bool) -> float:
        """Seconds to wait; 0 where it was taken."""
        wait = self.free.get(channel, 0.0) - self.now
        if wait > 1e-9:
            return wait
        self.free[channel] = self.now + APART
        if urgent:
            self.breach = self.now
        return 0.0

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        if wait := self.take(place.channel, key == "breach"):
            raise RateLimited(wait)
        return MessageRef(place, key)


class _Clock:
    def __init__(self, platform: _Platform) -> None:
        self._platform = platform

    def now(self) -> datetime:
        return START + timedelta(seconds=self._platform.now)

    machine = now


def _channel(n: int) -> str:
    return f"c{n % CHANNELS}"


async def _ours(folder: Path) -> float:
    platform = _Platform()
    store = await open_store(f"sqlite:///{folder}/fair.db")
    try:
        relay = Relay(store, {"sim": platform}, _Clock(platform), home="sim")  # type: ignore[dict-item]  # it only posts
        places = tuple((_channel(n), Place("sim", "w", _channel(n))) for n in range(CHANNELS))
        await store.edit_directory(DirectoryEdit(bindings=places))
        body = Said("digest", (line("x"),))
        backlog = [Draft(f"d{n}", Op.POST, _channel(n), body, urgency=Urgency.DIGEST) for n in range(BACKLOG)]
        await store.commit(Change(outbox=tuple(backlog)))
        written = False
        while platform.breach != platform.breach:
            if not written and platform.now >= WRITTEN:
                breach = Draft("breach", Op.POST, _channel(0), body, urgency=Urgency.ALERT)
                await store.commit(Change(outbox=(breach,)))
                written = True
            await relay.drain()
            platform.now += STEP
    finally:
        await store.close()
    return platform.breach - WRITTEN


def _one_queue() -> float:
    """Whoever is first goes first, and all wait while it must."""
    platform = _Platform()
    queue = deque((n // (BACKLOG // CHANNELS) % CHANNELS, False) for n in range(BACKLOG))
    written = False
    while queue:
        if not written and platform.now >= WRITTEN:
            queue.append((0, True))
            written = True
        channel, urgent = queue[0]
        wait = platform.take(_channel(channel), urgent)
        if not wait:
            queue.popleft()
        platform.now += wait or TRIP
    return platform.breach - WRITTEN


def run(say: Say) -> list[Row]:
    """How late the breach comes, in simulated seconds."""
    say("a breach behind a backlog, in simulated time")
    with tempfile.TemporaryDirectory() as folder:
        ours = asyncio.run(_ours(Path(folder)))
    peer = _one_queue()
    ours = max(ours, STEP)  # no finer than the simulation
    ratio = peer / ours
    target = f"≤ {MOST:.0f} s and ≥ {TIMES:.0f}×"
    return [Row("fair_breach", "one queue", ours, peer, ratio, target, ours <= MOST and ratio >= TIMES)]
