"""Threads: begun under a message, made when something is to be said in one, opened again where they were archived."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import discord

from adapters.discord.channels import Channels, everybody_sees
from adapters.discord.failing import ARCHIVED, HAS_THREAD, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, understood
from adapters.discord.people import People
from adapters.discord.places import DIRECT, PLATFORM, place_of
from adapters.discord.rooms import Rooms
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.desk.conversations import (
    ALERTS,
    TRIAGE,
    client_channel,
    client_side,
    request_of,
    team_thread,
)
from bot.ports import DirectoryEdit, MessageRef, Place, Refused

log = logging.getLogger("steward.discord")

T = TypeVar("T")
KEPT_OPEN = 10080
"""Minutes after which Discord archives a thread in which nothing is said; it takes no longer ones."""
NAME = 100


class Threads:
    """Opens and reopens."""

    def __init__(self, wire: Wire, desk: Desk, rooms: Rooms, people: People, channels: Channels) -> None:
        self._wire, self._desk, self._rooms, self._people, self._channels = wire, desk, rooms, people, channels

    async def open(self, ref: MessageRef, title: str) -> Place:
        """The thread of that message. The team's is as private as its channel, or where everybody sees that, private
        by itself; one that belongs to somebody's direct conversation is theirs alone, in their client's channel."""
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
        with understood():
            try:
                await self._begin(place, int(ref.message), title)
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
                return await self._free(place, title)  # what it was to hang from was taken away meanwhile
        return place_of(place.workspace, place.channel, ref.message)

    async def anew(self, place: Place) -> Place | None:
        """Another thread for what was spoken of in one that somebody deleted: its conversation goes on there. None
        where nothing is spoken of there that the desk knows."""
        conversation = await self._desk.store.conversation_at(place)
        number = request_of(conversation)
        request = await self._desk.store.request(number) if number else None
        if conversation is None or request is None:
            return None
        title, channel = await self._title(place), place_of(place.workspace, place.channel)
        users = await self._people.users()
        theirs = tuple(filter(None, (users.get(request.requester),)))
        if conversation == client_side(request):
            private, inside = request.private, theirs
        elif conversation == team_thread(request.number):
            private, inside = await self._is_open(channel), await self._staff()
        else:
            return None  # what was said there goes on elsewhere by now
        if private:
            found = await self._rooms.private_thread(channel, _name(title), inside)
        else:
            found = await self._free(channel, title, inside if conversation == client_side(request) else ())
        if found is not None:
            await self._desk.store.edit_directory(DirectoryEdit(bindings=((conversation, found),)))
            log.warning("the thread of %s was deleted: it goes on in another one", conversation)
        return found

    async def ready(self, place: Place, work: Callable[[], Awaitable[T]], *, make: bool = True) -> T:
        """Do it there; where there is no such thread yet, or it is archived, that is mended first."""
        try:
            return await work()
        except discord.HTTPException as error:
            if place.thread is None:
                raise
            if error.code == UNKNOWN_CHANNEL and make:
                await self._begin(place, int(place.thread), await self._title(place))
            elif error.code == ARCHIVED:
                await self.reopen(int(place.thread))
            else:
                raise
        return await work()

    async def reopen(self, id: int) -> None:
        """An archived thread takes nothing."""
        client = await self._wire.client()
        thread: Any = await client.fetch_channel(id)
        await thread.edit(archived=False)

    async def _begin(self, place: Place, message: int, title: str) -> None:
        """The thread under a message has the message's own id, and there is one at most."""
        client = await self._wire.client()
        try:
            # Not by a message of discord.py's: who only sends knows no servers, and it asks for one.
            await client.http.start_thread_with_message(
                int(place.channel), message, name=_name(title), auto_archive_duration=KEPT_OPEN
            )
        except discord.HTTPException as error:
            if error.code != HAS_THREAD:
                raise

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

    async def _free(self, channel: Place, title: str, users: tuple[str, ...] = ()) -> Place:
        """A thread that hangs from nothing, with these people in it; the same one when asked again. Raises Refused
        where there can be none."""
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
        for user in users:
            await found.add_user(discord.Object(int(user)))
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
