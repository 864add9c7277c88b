"""Discord is answered once something is carried out, or, where that takes longer, once it is written down.

Discord tells what somebody used once, and takes an answer within three seconds. What was put off stands in the store by
then: when the desk dies, the next one, or another process that shares the database, carries it out and answers in
person. Carried out twice it counts once, since the desk knows it by its event's id. Nothing is kept that answers: the
token stays in the process.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord

from adapters.discord.places import PLATFORM
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.desk.writing_down import LEASE, WritingDown
from bot.ports import Delivery

log = logging.getLogger("steward.discord")

COMMAND, PRESS, FORM = "command", "press", "form"
LOOK, MANY = 2.0, 100
"""Seconds between two looks for what nobody works at, and how much is taken up at a time."""
SOON, SELDOM, LONG = timedelta(seconds=2), timedelta(minutes=5), timedelta(days=1)
"""Until it is tried again, at most, and in all."""


@dataclass(frozen=True)
class Deed:
    """What somebody used."""

    kind: str
    id: int
    who: discord.abc.User
    channel: int | None
    data: Mapping[str, Any]
    interaction: discord.Interaction[Any] | None = None
    """What takes answers for them alone; None for what was left behind."""

    @classmethod
    def of(cls, kind: str, used: discord.Interaction[Any]) -> Deed:
        """As Discord tells it."""
        return cls(kind, used.id, used.user, used.channel_id, used.data or {}, used)

    @property
    def event(self) -> str:
        """The id by which it counts once."""
        return f"{self.kind}:{self.id}"


class Keeping:
    """Writes down what was put off, and takes up what was left behind."""

    def __init__(self, desk: Desk, wire: Wire) -> None:
        self._desk, self._wire, self._deliveries = desk, wire, desk.store.deliveries
        self.again: Callable[[Deed], Awaitable[None]]
        """Carries out what was left behind, and answers in person."""
        self._writing_down = WritingDown(desk)
        self._working = set[str]()
        self._taken_up = set[asyncio.Task[None]]()
        self._finished: set[str] = set()
        self._forgetting: asyncio.Task[None] | None = None
        self._look_at = 0.0

    async def keep(self, deed: Deed) -> bool:
        """Whether it is on the disk, so that its person may be told to wait."""
        payload = json.dumps({"who": deed.who.id, "channel": deed.channel, "data": deed.data})
        self._working.add(deed.event)
        try:
            await self._writing_down.keep(
                Delivery(PLATFORM, deed.event, deed.kind, payload, self._desk.clock.machine())
            )
        except Exception:
            log.exception("something that somebody used could not be written down")
            self._working.discard(deed.event)
            return False
        return True

    def done(self, deed: Deed) -> None:
        """It is carried out, and answered."""
        self._ended(deed.event)

    async def take_up(self) -> None:
        """Begin what somebody put off and did not live to carry out."""
        now = asyncio.get_running_loop().time()
        if now < self._look_at:
            return
        self._look_at = now + LOOK
        machine = self._desk.clock.machine()
        owner = await self._desk.store.workers.name()
        found = await self._deliveries.take_up(PLATFORM, machine, owner=owner, lease_until=machine + LEASE, limit=MANY)
        left = [each for each in found if each.event_id not in self._working]
        if new := sum(each.tries == 1 for each in left):
            log.warning("of what was put off in Discord %d had been left behind; it is carried out now", new)
        for each in left:
            self._working.add(each.event_id)
            task = asyncio.create_task(self._carry_out(each))
            self._taken_up.add(task)
            task.add_done_callback(self._taken_up.discard)

    async def stop(self) -> None:
        """Answers when what was taken up has ended, or a moment later: the rest is left to whoever comes."""
        if self._taken_up:
            await asyncio.wait(self._taken_up, timeout=5)
        if self._forgetting is not None:
            await asyncio.wait({self._forgetting}, timeout=5)

    def _ended(self, event: str) -> None:
        self._working.discard(event)
        self._finished.add(event)
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = asyncio.create_task(self._forget())

    async def _carry_out(self, kept: Delivery) -> None:
        try:
            await self.again(await self._read(kept))
        except Exception as error:
            if self._desk.clock.machine() - kept.at < LONG:
                log.warning("what was left behind in Discord could not be carried out yet: %s", error)
                await self._put_off(kept)
                self._working.discard(kept.event_id)
                return
            log.exception("what was left behind could not be carried out for a day; it is given up: %s", kept.event_id)
        self._ended(kept.event_id)

    async def _read(self, kept: Delivery) -> Deed:
        told = json.loads(kept.payload)
        client = await self._wire.client()
        who = client.get_user(int(told["who"])) or await client.fetch_user(int(told["who"]))
        return Deed(kept.kind, int(kept.event_id.partition(":")[2]), who, told["channel"], told["data"])

    async def _put_off(self, kept: Delivery) -> None:
        try:
            owner = await self._desk.store.workers.name()
            until = self._desk.clock.machine() + min(SOON * 2 ** min(kept.tries, 10), SELDOM)
            await self._deliveries.put_off(PLATFORM, kept.event_id, owner=owner, until=until)
        except Exception as error:
            log.warning("what failed is tried again once its lease is over: %s", error)

    async def _forget(self) -> None:
        """All that was carried out meanwhile at once. Where that fails they are taken up, and were done by then."""
        while self._finished:
            ids, self._finished = self._finished, set()
            try:
                await self._deliveries.forget(PLATFORM, ids)
            except Exception as error:
                log.warning("what was carried out could not be forgotten yet: %s", error)
