"""What has to be on the disk before a platform is told that it was taken: all that comes at the same time goes there
together."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.desk.context import Desk
from bot.ports import Delivery

LEASE = timedelta(seconds=60)
"""How long somebody may work at one before others take it up, though they cannot tell that its owner is gone."""
CALM = 0.05
"""Seconds without anything to be written down, after which it is calm."""


class WritingDown:
    """One writes at a time; what comes meanwhile is the next one's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pile: list[Delivery] = []
        self._turn: asyncio.Future[Exception | None] | None = None
        """How the pile ended; of those who wait for it nobody owns it."""
        self._writer: asyncio.Task[None] | None = None
        self._last = 0.0
        """When something came, or was written."""

    async def keep(self, delivery: Delivery) -> None:
        """On the disk when this answers. Raises what the store raises, and then it is not."""
        loop = asyncio.get_running_loop()
        self._last = loop.time()
        turn = self._turn = self._turn or loop.create_future()
        self._pile.append(delivery)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        error = await asyncio.shield(turn)
        if error is not None:
            raise error

    async def calm(self, within: float) -> None:
        """Until nothing has come, or been written, for a moment; or for so many seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while (now := loop.time()) < until and (self._writer is not None or now - self._last < CALM):  # noqa: ASYNC110 -- no event says that nothing comes
            await asyncio.sleep(CALM)

    async def _write(self) -> None:
        turn = None
        try:
            while self._pile:
                (pile, turn), self._pile, self._turn = (self._pile, self._turn), [], None
                error = await self._written(pile)
                if turn is not None:
                    turn.set_result(error)
        finally:
            self._writer = None
            self._last = asyncio.get_running_loop().time()
            if turn is not None and not turn.done():
                turn.cancel()

    async def _written(self, pile: list[Delivery]) -> Exception | None:
        try:
            owner = await self._desk.store.workers.name()
            lease_until = self._desk.clock.machine() + LEASE
            await self._desk.store.deliveries.keep(pile, owner=owner, lease_until=lease_until)
        except Exception as error:
            return error
        return None
