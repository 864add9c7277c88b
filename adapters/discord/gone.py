"""What somebody deleted in Discord: told apart from what was never begun, and from what is gone with its channel."""

from __future__ import annotations

import discord

from adapters.discord.failing import UNKNOWN_CHANNEL, meaning
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.ports import Gone, MessageRef, NotThere, Place


class Lost:
    """Asks Discord once more, where it said that something is not there."""

    def __init__(self, wire: Wire, desk: Desk) -> None:
        self._wire, self._desk = wire, desk

    async def thread(self, place: Place, *, begun: bool = False) -> Gone | None:
        """The place's thread, or post, was there and was deleted. None where it is there, where nothing was ever said
        in it (unless it is known to have `begun`), or where its channel is gone as well, and a person must look."""
        if place.thread is None or not (begun or await self._desk.store.spoken_in(place)):
            return None
        if await self._is_there(int(place.thread)) or not await self._is_there(int(place.channel)):
            return None
        return self.of(place)

    async def message(self, ref: MessageRef) -> Gone | NotThere:
        """A message of the desk's that is not there: with its thread, or alone."""
        return await self.thread(ref.place) or NotThere("Discord says 10008: somebody deleted it")

    def of(self, place: Place) -> Gone:
        """That thread was deleted, for whoever knows."""
        return Gone("Discord says 10003: somebody deleted the thread", place)

    async def _is_there(self, id: int) -> bool:
        try:
            # Not from what discord.py remembers, which may not have heard of it.
            await (await self._wire.client()).fetch_channel(id)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_CHANNEL:
                return False
            raise meaning(error) from error
        return True
