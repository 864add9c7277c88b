"""Reading what stands in Discord: a channel's history, or a thread's, or one message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import discord

from adapters.discord.failing import GONE, meaning
from adapters.discord.hooks import Hooks
from adapters.discord.marks import read
from adapters.discord.places import id_at, inner
from adapters.discord.wire import Wire
from bot.clock import Clock
from bot.ports import CannotTell, Place, RateLimited

MOST = 5000
"""So many messages are read at most for one look."""
WAITS = 20
"""How often it waits for its turn at most."""
BACK = timedelta(days=8)
"""A post is tried for a day, and a desk that was restored has lost a few: what is older is not looked through."""


class Reading:
    """Asks Discord, a hundred messages at a time."""

    def __init__(self, wire: Wire, clock: Clock, hooks: Hooks) -> None:
        self._wire, self._clock, self._hooks = wire, clock, hooks

    async def posted(self, place: Place, mark: int) -> discord.Message | None:
        """The desk's own message with that mark, the latest first. Raises CannotTell where too much was said since."""
        oldest, count = self._clock.machine() - BACK, 0
        async for message in self._pages(place, MOST):
            count += 1
            if message.created_at < oldest:
                return None
            if (await self.mark_of(message, place))[0] == mark:
                return message
        if count >= MOST:
            raise CannotTell(f"more than {MOST} messages were written there since")
        return None

    async def since(self, place: Place, at: datetime, *, patient: bool = False) -> AsyncIterator[discord.Message]:
        """What stands there, written from then on, the oldest first.

        Raises CannotTell where there is more than it reads, Refused where there is no such channel or thread (who takes
        that for nothing written takes all that was for deleted), and RateLimited unless it is to be `patient`.
        """
        after, count = id_at(at) - 1, 0
        for wait in range(WAITS + 1):
            try:
                async for message in self._pages(place, MOST - count, after=max(after, 0), sure=True):
                    after, count = message.id, count + 1
                    yield message
                break
            except RateLimited as told:
                if not patient or told.everywhere or wait == WAITS:
                    raise
                await asyncio.sleep(told.seconds)
        if count >= MOST:
            raise CannotTell(f"more than {MOST} messages were written there since {at:%Y-%m-%d %H:%M}")

    async def message(self, place: Place, id: int) -> discord.Message | None:
        """One message; None where it is gone."""
        client = await self._wire.client()
        try:
            return await client.get_partial_messageable(inner(place)).fetch_message(id)
        except discord.DiscordException as error:
            if _gone(error):
                return None
            raise meaning(error) from error

    async def mark_of(self, message: discord.Message, place: Place) -> tuple[int, int]:
        """The mark of a message of the desk's that stands there, and how many posts follow; (0, 0) for all others: a
        component may be given any number by whoever posts it."""
        if not message.components or not (marked := read(getattr(message.components[0], "id", None)))[0]:
            return 0, 0
        return marked if await self._is_ours(message, place) else (0, 0)

    async def _is_ours(self, message: discord.Message, place: Place) -> bool:
        if message.webhook_id is None:
            return message.author.id == await self._wire.me()
        if message.application_id is not None:
            return message.application_id == await self._wire.app()
        return await self._hooks.ours(place, message.webhook_id)

    async def _pages(
        self, place: Place, limit: int, after: int | None = None, *, sure: bool = False
    ) -> AsyncIterator[discord.Message]:
        client = await self._wire.client()
        channel = client.get_partial_messageable(inner(place))
        since = discord.Object(after) if after is not None else None
        try:
            async for message in channel.history(limit=limit, after=since, oldest_first=after is not None):
                yield message
        except discord.DiscordException as error:
            if sure or not _gone(error):
                raise meaning(error) from error


def _gone(error: discord.DiscordException) -> bool:
    return isinstance(error, discord.HTTPException) and error.code in GONE
