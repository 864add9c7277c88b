"""What people wrote in Discord while the desk was away, for `bot/desk/backfill.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import discord

from adapters.discord.channels import Channels
from adapters.discord.events import PLAIN, Listening
from adapters.discord.failing import understood
from adapters.discord.gone import Lost
from adapters.discord.heard import called
from adapters.discord.places import inner, instant, place_of
from adapters.discord.reading import Reading
from adapters.discord.wire import Wire
from bot.desk.backfill import unchanged
from bot.desk.context import Desk, Heard, Refusal
from bot.ports import MessageRef, Place, Refused

ROOTS = timedelta(days=3)
"""A thread that was archived earlier than so long before, and that no request has, is not looked into."""


class DiscordHistory:
    """`History` over Discord's API."""

    def __init__(
        self, desk: Desk, wire: Wire, channels: Channels, reading: Reading, listening: Listening, lost: Lost
    ) -> None:
        self._desk, self._wire, self._channels, self._lost = desk, wire, channels, lost
        self._reading, self._listening = reading, listening

    async def since(self, place: Place, at: datetime) -> Sequence[Heard]:
        """All that people whom the desk knows wrote there at `at` or later, as it reads now. Raises Gone for a thread
        that was deleted."""
        try:
            return await self._since(place, at)
        except Refused as no:
            if (gone := await self._lost.thread(place)) is not None:
                self._channels.forget(inner(place))
                raise gone from no
            raise

    async def _since(self, place: Place, at: datetime) -> list[Heard]:
        found: list[Heard] = []
        channel = await self._channels.get(inner(place))
        if not channel.forum:
            async for message in self._reading.since(place, at, patient=True):
                found += await self._heard(message)
        if place.thread is None and not channel.is_direct:
            for thread in await self._threads(int(place.channel), at):
                there = place_of(place.workspace, place.channel, thread)
                if await self._desk.store.conversation_at(there) is None:
                    found += await self._since(there, at)
        return found

    async def _threads(self, channel: int, at: datetime) -> list[int]:
        """The channel's threads in which something may have been written since."""
        client = await self._wire.client()
        with understood():
            there = client.get_channel(channel) or await client.fetch_channel(channel)
            if not isinstance(there, discord.TextChannel | discord.ForumChannel):
                return []
            threads = [thread for thread in await there.guild.active_threads() if thread.parent_id == channel]
            async for thread in there.archived_threads(limit=100):
                if thread.archive_timestamp < at - ROOTS:
                    break
                threads.append(thread)
        for thread in threads:
            await self._channels.keep(thread)
        return [thread.id for thread in threads if instant(thread.last_message_id or thread.id) >= at]

    async def _heard(self, message: discord.Message) -> list[Heard]:
        if message.type not in PLAIN or message.author.bot or message.webhook_id is not None:
            return []
        place = (await self._channels.get(message.channel.id)).place
        source = await self._desk.store.source(MessageRef(place, str(message.id)))
        if source is None and called(message.content, await self._wire.me()) is not None:
            return []  # a command that nobody carried out then is not carried out now
        try:
            heard = await self._listening.heard(message)
        except Refusal:
            heard = None
        if heard is not None and heard.author:
            return [heard]
        return [unchanged(source)] if source is not None else []
