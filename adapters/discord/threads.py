"""Threads: begun under a message, made when something is to be said in one, opened again where they were archived."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import discord

from adapters.discord.channels import Channels, everybody_sees
from adapters.discord.failing import ARCHIVED, HAS_THREAD, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, understood
from adapters.discord.gone import Lost
from adapters.discord.people import People
from adapters.discord.places import DIRECT, PLATFORM, place_of
from adapters.discord.rooms import Rooms
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, request_of
from bot.ports import MessageRef, Place, Refused

log = logging.getLogger("steward.discord")

T = TypeVar("T")
KEPT_OPEN = 10080
"""Minutes after which Discord archives a thread in which nothing is said; it takes no longer ones."""
NAME = 100


class Threads:
    """Opens and reopens."""

    def __init__(self, wire: Wire, desk: Desk, rooms: Rooms, people: People, channels: Channels, lost: Lost) -> None:
        self._wire, self._desk, self._rooms, self._people, self._channels = wire, desk, rooms, people, channels
        self._lost = lost

    async def open(self, ref: MessageRef, title: str) -> Place:
        """The thread of that message. The team's is as private as its channel, or where everybody sees that, private
        by itself; one that belongs to somebody's direct conversation is theirs alone, in their client's channel.
        Raises Gone where the one thread that it can have was deleted."""
        place = await self._rooms.channel(ref.place)
        if place.thread is not None:
            return place  # a forum's post, or a reply: it stands in its thread
        if place.workspace == DIRECT:
            return await self._own(place, title)
        conversation = await self._desk.store.conversation_at(place)
        if conversation in (TRIAGE, ALERTS) and await self._is_open(place):
            private = await self._rooms.private_thread(place, _name(title), await self._staff())
            if private is not None:
                return private
        there = place_of(place.workspace, place.channel, ref.message)
        with understood():
            try:
                begun = await self._begin(place, int(ref.message), title)
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
                return await self._free(place, title)  # what it was to hang from was taken away meanwhile
        if not begun and (gone := await self._lost.thread(there, begun=True)) is not None:
            raise gone
        return there

    async def ready(self, place: Place, work: Callable[[], Awaitable[T]], *, make: bool = True) -> T:
        """Do it there; where there is no such thread yet, or it is archived, that is mended first. Raises Gone where it
        was deleted, or cannot be begun any more."""
        try:
            return await work()
        except discord.HTTPException as error:
            if place.thread is None:
                raise
            if error.code == UNKNOWN_CHANNEL and make:
                if (gone := await self._lost.thread(place)) is not None:
                    raise gone from error
                return await self._first(place, work)
            if error.code != ARCHIVED:
                raise
            await self.reopen(int(place.thread))
        return await work()

    async def _first(self, place: Place, work: Callable[[], Awaitable[T]]) -> T:
        """In a thread in which nothing was said yet, which is begun for it."""
        try:
            begun = await self._begin(place, int(place.thread or 0), await self._title(place))
        except discord.NotFound as error:
            if error.code == UNKNOWN_MESSAGE:
                raise self._lost.of(place) from error
            raise
        try:
            return await work()
        except discord.NotFound as error:
            if error.code == UNKNOWN_CHANNEL and not begun:
                raise self._lost.of(place) from error  # Discord remembers that the message had one
            raise

    async def reopen(self, id: int) -> None:
        """An archived thread takes nothing."""
        client = await self._wire.client()
        thread: Any = await client.fetch_channel(id)
        await thread.edit(archived=False)

    async def _begin(self, place: Place, message: int, title: str) -> bool:
        """The thread under a message has the message's own id, and there is one at most; whether it was begun now."""
        client = await self._wire.client()
        try:
            # Not by a message of discord.py's: who only sends knows no servers, and it asks for one.
            await client.http.start_thread_with_message(
                int(place.channel), message, name=_name(title), auto_archive_duration=KEPT_OPEN
            )
        except discord.HTTPException as error:
            if error.code != HAS_THREAD:
                raise
            return False
        return True

    async def _title(self, place: Place) -> str:
        number = request_of(await self._desk.store.conversation_at(place))
        request = await self._desk.store.request(number) if number else None
        return f"{request.ref} {request.title}" if request else "Thread"

    async def _own(self, place: Place, title: str) -> Place:
        """Direct conversations have no threads."""
        conversation = await self._desk.store.conversation_at(place)
        kind, _, id = (conversation or "").partition(":")
        person = (await self._desk.store.directory()).people.get(id) if kind == "dm" else None
        user = await self._people.user_of(id) if person else None
        channel = await self._desk.store.binding(client_channel(person.client)) if person and person.client else None
        if user is not None and channel is not None and channel.platform == PLATFORM:
            private = await self._rooms.private_thread(channel, _name(title), (user,))
            if private is not None:
                return private
        raise Refused("a private request needs its client's text channel, where the app may create private threads")

    async def _free(self, channel: Place, title: str) -> Place:
        """A thread that hangs from nothing; the same one when asked again. Raises Refused where there can be none."""
        client, me = await self._wire.client(), await self._wire.me()
        there: Any = client.get_channel(int(channel.channel)) or await client.fetch_channel(int(channel.channel))
        if not isinstance(there, discord.TextChannel):
            raise Refused("there is no such thread any more, and its channel can have no other one")
        wanted, open_ones = (there.id, _name(title), me), await there.guild.active_threads()
        found = next((t for t in open_ones if (t.parent_id, t.name, t.owner_id) == wanted and not t.is_private()), None)
        if found is None:
            found = await there.create_thread(
                name=_name(title), type=discord.ChannelType.public_thread, auto_archive_duration=KEPT_OPEN
            )
        await self._channels.keep(found)
        return place_of(there.guild.id, there.id, found.id)

    async def _staff(self) -> tuple[str, ...]:
        users = await self._people.users()
        return tuple(users[p.id] for p in (await self._desk.store.directory()).staff() if p.id in users)

    async def _is_open(self, place: Place) -> bool:
        client = await self._wire.client()
        with understood():
            channel: Any = client.get_channel(int(place.channel)) or await client.fetch_channel(int(place.channel))
        return everybody_sees(channel)


def _name(title: str) -> str:
    title = " ".join(title.split()) or "Thread"
    return title if len(title) <= NAME else f"{title[: NAME - 1].rstrip()}…"
