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
from typing import Any

import discord

from adapters.discord.places import PLATFORM
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.desk.kept_deliveries import KeptDeliveries
from bot.ports import Delivery

log = logging.getLogger("steward.discord")

COMMAND, PRESS, FORM = "command", "press", "form"


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
        self._wire, self._deliveries = wire, KeptDeliveries(desk, PLATFORM)
        self.again: Callable[[Deed], Awaitable[None]]
        """Carries out what was left behind, and answers in person."""
        self._working = set[str]()
        self._taken_up = set[asyncio.Task[None]]()

    async def keep(self, deed: Deed) -> bool:
        """Whether it is on the disk, so that its person may be told to wait."""
        payload = json.dumps({"who": deed.who.id, "channel": deed.channel, "data": deed.data})
        self._working.add(deed.event)
        if not await self._deliveries.keep(deed.event, deed.kind, payload):
            self._working.discard(deed.event)
            return False
        return True

    def done(self, deed: Deed) -> None:
        """It is carried out, and answered."""
        self._ended(deed.event)

    async def take_up(self) -> None:
        """Begin what somebody put off and did not live to carry out."""
        for each in await self._deliveries.take_up(self._working.__contains__):
            self._working.add(each.event_id)
            task = asyncio.create_task(self._carry_out(each))
            self._taken_up.add(task)
            task.add_done_callback(self._taken_up.discard)

    async def stop(self) -> None:
        """Answers when what was taken up has ended, or a moment later: the rest is left to whoever comes."""
        if self._taken_up:
            await asyncio.wait(self._taken_up, timeout=5)
        await self._deliveries.stop()

    def _ended(self, event: str) -> None:
        self._working.discard(event)
        self._deliveries.finish(event)

    async def _carry_out(self, kept: Delivery) -> None:
        try:
            await self.again(await self._read(kept))
        except Exception as error:
            log.warning("what was left behind in Discord could not be carried out yet: %s", error)
            await self._deliveries.put_off(kept.event_id, tries=kept.tries, at=kept.at)
            self._working.discard(kept.event_id)
        else:
            self._ended(kept.event_id)

    async def _read(self, kept: Delivery) -> Deed:
        told = json.loads(kept.payload)
        client = await self._wire.client()
        who = client.get_user(int(told["who"])) or await client.fetch_user(int(told["who"]))
        return Deed(kept.kind, int(kept.event_id.partition(":")[2]), who, told["channel"], told["data"])
