"""Taking somebody out of the private threads into which the desk let them.

Channels are people's own to open and close, and the desk asks for no permission to change who reads them: who must be
taken out there is named. A private thread is the desk's. Whoever moderates threads sees them anyway.
"""

from __future__ import annotations

import logging
from typing import Any

import discord

from adapters.discord.channels import everybody_sees
from adapters.discord.failing import GONE, meaning
from adapters.discord.people import People
from adapters.discord.places import DIRECT, PLATFORM, is_id, place_of
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.desk.departing import Stays, may_read
from bot.domain.people import Person
from bot.ports import Account

log = logging.getLogger("steward.discord")

UNKNOWN_MEMBER = 10007


class Private:
    """Looks through them."""

    def __init__(self, wire: Wire, desk: Desk, people: People) -> None:
        self._wire, self._desk, self._people = wire, desk, people

    async def take_out(self, account: Account) -> bool | Stays:
        """Of all that they may not read as who they are now. Answers which channels they still read. Raises what is
        tried again later."""
        user = account[2]
        if not is_id(user):
            return True
        whose = await self._people.person_of(user)
        person = (await self._desk.store.directory()).people.get(whose or "")
        try:
            for thread in await self._private():
                conversation = await self._desk.store.conversation_at(
                    place_of(thread.guild.id, thread.parent_id or 0, thread.id)
                )
                if not await may_read(self._desk, person, conversation):
                    await self._out(thread, int(user))
            return await self._stays(int(user), person) or True
        except discord.DiscordException as error:
            raise meaning(error) from error

    async def _stays(self, user: int, person: Person | None) -> Stays | None:
        """The closed channels of the desk's that Discord goes on showing to them."""
        client, found = await self._wire.client(), list[str]()
        for conversation, place in (await self._desk.store.bindings()).items():
            if place.platform != PLATFORM or place.workspace == DIRECT or place.thread or not is_id(place.channel):
                continue
            there: Any = client.get_channel(int(place.channel))
            if there is None or everybody_sees(there) or await may_read(self._desk, person, conversation):
                continue
            try:
                member = await there.guild.fetch_member(user)
            except discord.NotFound:
                continue  # they have left that server
            if there.permissions_for(member).view_channel:
                found.append(there.name)
        return Stays(person.name if person else "", tuple(sorted(found))) if found else None

    async def _private(self) -> list[discord.Thread]:
        """The desk's own private threads, open or not."""
        client, me = await self._wire.client(), await self._wire.me()
        bound = (await self._desk.store.bindings()).values()
        channels = {p.channel for p in bound if p.platform == PLATFORM and p.workspace != DIRECT and is_id(p.channel)}
        found: list[discord.Thread] = []
        open_in: dict[int, list[discord.Thread]] = {}
        for id in sorted(channels):
            try:
                there: Any = client.get_channel(int(id)) or await client.fetch_channel(int(id))
            except discord.HTTPException as error:
                if error.code in GONE:
                    continue
                raise
            if not isinstance(there, discord.TextChannel):
                continue
            if there.guild.id not in open_in:
                open_in[there.guild.id] = await there.guild.active_threads()
            found += [thread for thread in open_in[there.guild.id] if thread.parent_id == there.id]
            found += [thread async for thread in there.archived_threads(private=True, joined=True, limit=None)]
        return [thread for thread in found if thread.is_private() and thread.owner_id == me]

    async def _out(self, thread: discord.Thread, user: int) -> None:
        try:
            await thread.fetch_member(user)
        except discord.NotFound as error:
            if error.code == UNKNOWN_MEMBER:
                return
            raise
        archived = thread.archived
        if archived:
            await thread.edit(archived=False)
        await thread.remove_user(discord.Object(user))
        if archived:
            await thread.edit(archived=True)
        log.info("%s is taken out of the thread %s", user, thread.id)
