"""Webhooks, one in a channel: by them people's words go out under their own names and pictures."""

from __future__ import annotations

import asyncio
import logging

import discord

from adapters.discord.failing import GONE, TOO_MANY
from adapters.discord.places import DIRECT
from adapters.discord.wire import Wire
from bot.ports import Place

log = logging.getLogger("steward.discord")

NAME = "Support desk"
"""What ours are called; Discord lets none be called after itself."""
AGAIN = 300.0
"""Seconds until it is tried again where the app may have none."""


class Hooks:
    """Finds ours, or makes one."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known: dict[str, discord.Webhook] = {}
        self._none: dict[str, float] = {}
        self._making = asyncio.Lock()

    async def of(self, place: Place) -> discord.Webhook | None:
        """The channel's; None where there can be none, as in a direct conversation, or where the app may not."""
        if place.workspace == DIRECT:
            return None
        now = asyncio.get_running_loop().time()
        if self._none.get(place.channel, 0.0) > now:
            return None
        async with self._making:
            if (found := self._known.get(place.channel)) is None:
                try:
                    found = await self._found(place) or await self._made(place)
                except discord.HTTPException as error:
                    if not _there_is_none(error):
                        raise
                    log.warning("in %s people speak by the desk's own name (Manage Webhooks): %s", place.channel, error)
                    self._none[place.channel] = now + AGAIN
                    return None
                self._known[place.channel] = found
        return found

    async def by_id(self, place: Place, id: int) -> discord.Webhook:
        """The one that wrote something there."""
        known = self._known.get(place.channel)
        if known is not None and known.id == id:
            return known
        return await (await self._wire.client()).fetch_webhook(id)

    def forget(self, channel: int) -> None:
        """Somebody took one away, or made one."""
        self._known.pop(str(channel), None)
        self._none.pop(str(channel), None)

    async def ours(self, place: Place, id: int) -> bool:
        """Whether the desk made that webhook of the channel."""
        if place.workspace == DIRECT:
            return False
        known = self._known.get(place.channel)
        if known is None or known.id != id:
            try:
                known = await self._found(place)
            except discord.HTTPException as error:
                if not _there_is_none(error):
                    raise
                return False
        return known is not None and known.id == id

    async def _found(self, place: Place) -> discord.Webhook | None:
        client = await self._wire.client()
        me = await self._wire.me()
        for raw in await client.http.channel_webhooks(int(place.channel)):
            user = raw.get("user")
            if raw.get("token") and user is not None and int(user["id"]) == me:
                return discord.Webhook.partial(int(raw["id"]), str(raw["token"]), client=client)
        return None

    async def _made(self, place: Place) -> discord.Webhook:
        client = await self._wire.client()
        raw = await client.http.create_webhook(int(place.channel), name=NAME)
        return discord.Webhook.partial(int(raw["id"]), str(raw.get("token") or ""), client=client)


def _there_is_none(error: discord.HTTPException) -> bool:
    """The app may have none, the channel is full of others', or there are none at all there."""
    full = error.code == TOO_MANY
    return full or isinstance(error, discord.Forbidden) or (error.status == 404 and error.code not in GONE)
