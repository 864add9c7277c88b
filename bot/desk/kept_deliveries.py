"""What one platform told once, and was told that it was taken: written down, taken up, put off and forgotten.

It outlives the process: the next one, or another one that shares the database, takes up what nobody works at.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.desk.context import Desk
from bot.desk.writing_down import LEASE, WritingDown
from bot.ports import Delivery

log = logging.getLogger("steward.deliveries")

LOOK, MANY = 2.0, 100
"""Seconds between two looks for what nobody works at, and how much is taken up at a time."""
SOON, SELDOM, LONG = timedelta(seconds=2), timedelta(minutes=5), timedelta(days=1)
"""Until it is tried again, at most, and in all."""


class KeptDeliveries:
    """Of one platform. Nothing here raises but `take_up`: what cannot be written down is not, and says so."""

    def __init__(self, desk: Desk, platform: str) -> None:
        self._desk, self._platform, self._deliveries = desk, platform, desk.store.deliveries
        self._writing_down = WritingDown(desk)
        self._finished: set[str] = set()
        self._forgetting: asyncio.Task[None] | None = None
        self._look_at = 0.0

    @property
    def calm(self) -> Callable[[float], Awaitable[None]]:
        """Until nothing is being written down, for so many seconds at most."""
        return self._writing_down.calm

    async def keep(self, event_id: str, kind: str, payload: str) -> bool:
        """Whether it is on the disk, so that its platform may be told that it was taken."""
        now = self._desk.clock.machine()
        try:
            await self._writing_down.keep(Delivery(self._platform, event_id, kind, payload, now))
        except Exception:
            log.exception("something that %s told could not be written down", self._platform.title())
            return False
        return True

    async def take_up(self, known: Callable[[str], bool]) -> list[Delivery]:
        """What was put off, or left behind by whoever acknowledged it, but for what is `known`, by its id, to be in
        work here. Raises what the store raises."""
        now = asyncio.get_running_loop().time()
        if now < self._look_at:
            return []
        self._look_at = now + LOOK
        machine = self._desk.clock.machine()
        owner = await self._desk.store.workers.name()
        found = await self._deliveries.take_up(
            self._platform, machine, owner=owner, lease_until=machine + LEASE, limit=MANY
        )
        found = [each for each in found if not known(each.event_id)]
        if left := sum(each.tries == 1 for each in found):
            told = "of what %s was told that it was taken %d had been left behind; it is carried out now"
            log.warning(told, self._platform.title(), left)
        return found

    async def put_off(self, event_id: str, *, tries: int, at: datetime) -> bool:
        """Whether what failed is tried again later; else it is given up, a day after it was told `at`."""
        if self._desk.clock.machine() - at >= LONG:
            log.error("something could not be carried out for a day; it is given up: %s", event_id)
            self.finish(event_id)
            return False
        try:
            owner = await self._desk.store.workers.name()
            until = self._desk.clock.machine() + min(SOON * 2 ** min(tries, 10), SELDOM)
            await self._deliveries.put_off(self._platform, event_id, owner=owner, until=until)
        except Exception as error:
            log.warning("what failed is tried again once its lease is over: %s", error)
        return True

    def finish(self, event_id: str) -> None:
        """It was carried out, or cannot be read: it is forgotten, soon."""
        self._finished.add(event_id)
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = asyncio.create_task(self._forget())

    async def stop(self) -> None:
        """Answers when what was finished is forgotten, or a moment later."""
        if self._forgetting is not None:
            await asyncio.wait({self._forgetting}, timeout=5)

    async def _forget(self) -> None:
        """All that was carried out meanwhile at once. Where that fails they are taken up, and were done by then."""
        while self._finished:
            ids, self._finished = self._finished, set()
            try:
                await self._deliveries.forget(self._platform, ids)
            except Exception as error:
                log.warning("what was carried out could not be forgotten yet: %s", error)
