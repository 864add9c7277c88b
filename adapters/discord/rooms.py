"""Where the desk speaks in Discord: channels by the names that people gave them, direct conversations, threads.

A form or a file may say `client-acme`; events and calls name channels by id. Whatever is bound to a name is bound to
the channel of that name as soon as there is one; where there is none the desk makes it, for its people alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord.channels import Channels
from adapters.discord.failing import understood
from adapters.discord.people import People
from adapters.discord.places import DIRECT, PLATFORM, is_id, place_of
from adapters.discord.wire import Client, Wire
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, direct
from bot.desk.homes import moves_to
from bot.domain.people import Person
from bot.messages import around
from bot.ports import DirectoryEdit, Place, Refused, Unreachable

log = logging.getLogger("steward.discord")

AT_ONCE = 10
"""Direct conversations that are opened in one go."""


class Rooms:
    """Channels, direct conversations and what stands for them."""

    def __init__(
        self,
        wire: Wire,
        desk: Desk,
        people: People,
        channels: Channels,
        *,
        said: Mapping[str, str] | None = None,
    ) -> None:
        """`said` is where triage, alerts and clients (by key) are by the settings, by id or name."""
        self._wire, self._desk, self._people, self._channels = wire, desk, people, channels
        self._said = said or {}
        self._version = -1
        self._unopened = set[str]()
        self._binding = asyncio.Lock()

    async def follow(self) -> None:
        """Bind what the settings say, and every name to its channel; looks only when the directory has changed."""
        directory = await self._desk.store.directory()
        if directory.version == self._version:
            return
        wanted = await self._settled()
        for conversation, place in (await self._desk.store.bindings()).items():
            if place.platform == PLATFORM:
                wanted.setdefault(conversation, place)
        for conversation, place in wanted.items():
            if not is_id(place.channel):
                try:
                    await self._bind(conversation, place)
                except Refused as no:
                    log.warning("%s cannot be at %s: %s", conversation, place.channel, no)
        if await self._move_home():
            self._version = directory.version

    def look_again(self) -> None:
        """There are other channels, or people, now."""
        self._version = -1

    async def channel(self, place: Place) -> Place:
        """The place, with its channel by id. Raises Refused where there is none, with the mend."""
        if is_id(place.channel):
            return place
        conversation = await self._desk.store.conversation_at(place)
        if conversation is not None:
            return await self._bind(conversation, place)
        found = await self._named(place.workspace, place.channel)
        if found is None:
            raise Refused(f"there is no channel {place.channel} in Discord; bind the conversation to another one")
        return place_of(*found)

    async def direct(self, person: str) -> Place:
        """The direct conversation with a person of the desk. Raises Unreachable for who has no account."""
        user = await self._people.user_of(person)
        if user is None:
            raise Unreachable(f"{person} has no account in Discord that the desk knows of")
        with understood():
            channel = await (await self._wire.client()).create_dm(discord.Object(int(user)))
        return place_of(DIRECT, channel.id)

    async def instead(self, place: Place) -> Place | None:
        """Where somebody is spoken with who takes no direct messages: a thread of their own, in the client's channel or
        the team's, that nobody else is in. None where there is no such channel."""
        conversation = await self._desk.store.conversation_at(place)
        kind, _, id = (conversation or "").partition(":")
        if conversation is None and place.workspace == DIRECT:
            # It was opened just now, and is bound once something was said there.
            channel: Any = await (await self._wire.client()).fetch_channel(int(place.channel))
            user = getattr(channel, "recipient", None)
            kind, id = "dm", (await self._people.person_of(str(user.id)) if user else None) or ""
        return await self.own(id) if kind == "dm" else None

    async def own(self, id: str) -> Place | None:
        """The same of a person of the desk, who is spoken with there from now on."""
        person = (await self._desk.store.directory()).people.get(id)
        user = await self._people.user_of(id) if person else None
        if person is None or user is None:
            return None
        channel = await self._desk.store.binding(client_channel(person.client) if person.client else TRIAGE)
        if channel is None or channel.platform != PLATFORM:
            return None
        # A thread is found again by its title: two of one name must not be let into one, nor who is somebody's account
        # now into that of the account which was taken from them.
        title = around.for_one(person.name, hashlib.sha256(user.encode()).hexdigest()[:6])
        found = await self.private_thread(channel, title, (user,))
        if found is not None and await self._desk.store.binding(direct(id)) != found:
            await self._desk.store.edit_directory(DirectoryEdit(bindings=((direct(id), found),)))
            log.warning("%s takes no direct messages; they are spoken with in a thread of their own", user)
        return found

    async def private_thread(self, channel: Place, title: str, users: tuple[str, ...]) -> Place | None:
        """A thread that only these people are in, and who moderates threads; the same one when asked again."""
        place = await self.channel(channel)
        client = await self._wire.client()
        with understood():
            there: Any = client.get_channel(int(place.channel)) or await client.fetch_channel(int(place.channel))
            if not isinstance(there, discord.TextChannel):
                return None
            title, me = title[:100], await self._wire.me()
            found = next(
                (t for t in await there.guild.active_threads() if (t.parent_id, t.name) == (there.id, title)), None
            )
            if found is None or found.owner_id != me or not found.is_private():
                found = await there.create_thread(
                    name=title, type=discord.ChannelType.private_thread, invitable=False, auto_archive_duration=10080
                )
            for user in users:
                await found.add_user(discord.Object(int(user)))
        await self._channels.keep(found)
        return place_of(there.guild.id, there.id, found.id)

    async def _move_home(self) -> bool:
        """Who has an account here is spoken with here, some at a time; whether that was all."""
        store = self._desk.store
        people, places = (await store.directory()).people, await store.bindings()
        users = await self._people.users()
        left = [
            id
            for id in users
            if id in people
            and people[id].active
            and moves_to(PLATFORM, people[id], places.get(direct(id)))
            and id not in self._unopened
        ]
        found: list[tuple[str, Place]] = []
        for id in left[:AT_ONCE]:
            place = await self._people.open(users[id])
            if place is None:
                self._unopened.add(id)  # not tried again before the next start
            else:
                found.append((direct(id), place))
        if found:
            await store.edit_directory(DirectoryEdit(bindings=tuple(found)))
        return len(left) <= AT_ONCE

    async def _settled(self) -> dict[str, Place]:
        """What the settings say and is not so yet."""
        wanted: dict[str, Place] = {}
        for name, channel in self._said.items():
            conversation = name if name in (TRIAGE, ALERTS) else client_channel(name)
            there = await self._desk.store.binding(conversation)
            if there is not None and there.platform == PLATFORM and is_id(there.channel):
                continue  # it was found before; a file or a form may have moved it since
            if name not in (TRIAGE, ALERTS) and name not in (await self._desk.store.directory()).clients:
                continue
            if is_id(channel):
                try:
                    place = (await self._channels.get(int(channel))).place
                except Refused as no:
                    log.warning("%s cannot be at %s: %s", conversation, channel, no)
                    continue
                await self._desk.store.edit_directory(DirectoryEdit(bindings=((conversation, place),)))
            else:
                place = place_of("", channel)
            wanted[conversation] = place
        return wanted

    async def _bind(self, conversation: str, place: Place) -> Place:
        async with self._binding:
            # Who follows the directory and who sends there may both come; the second finds what the first has made.
            there = await self._desk.store.binding(conversation)
            if there is not None and there.platform == PLATFORM and is_id(there.channel):
                return there
            kind, _, person = conversation.partition(":")
            if kind == "dm":
                found = await self.direct(person)
            else:
                # What the settings say counts, whatever name a form had for it: no second channel is made beside it.
                said = self._said.get(person if kind == "client" else conversation, "")
                name = (said or place.channel).lower()
                if is_id(name):
                    found = (await self._channels.get(int(name))).place
                else:
                    known = await self._named(place.workspace, name)
                    found = place_of(*(known or await self._make(conversation, place.workspace, name)))
            await self._desk.store.edit_directory(DirectoryEdit(bindings=((conversation, found),)))
            log.info("%s is at %s (%s)", conversation, found.channel, place.channel)
            return found

    async def _servers(self, server: str) -> list[discord.Guild]:
        client: Client = await self._wire.client()
        found = list(client.guilds)
        if is_id(server):
            with understood():
                return [each for each in found if str(each.id) == server] or [await client.fetch_guild(int(server))]
        if not found:
            with understood():
                found = [await client.fetch_guild(each.id) async for each in client.fetch_guilds(limit=50)]
        return found

    async def _named(self, server: str, name: str) -> tuple[str, int] | None:
        """The channel of that name, in that server or the only one there is: in another one anybody may have made a
        channel of that name, to read what is said in it. Raises Refused where there are several, with the mend."""
        servers = await self._servers(server)
        if len(servers) > 1:
            raise Refused(f"the desk is in {len(servers)} servers; say by its id which #{name} is meant")
        for guild in servers:
            with understood():
                channels = guild.channels or await guild.fetch_channels()
            for channel in channels:
                if channel.name == name.lower() and isinstance(channel, discord.TextChannel | discord.ForumChannel):
                    return str(guild.id), channel.id
        return None

    async def _make(self, conversation: str, server: str, name: str) -> tuple[str, int]:
        servers = await self._servers(server)
        if len(servers) != 1:
            raise Refused(f"the desk is in {len(servers)} servers; say by its id which #{name} is meant")
        guild, me = servers[0], await self._wire.me()
        sees = discord.PermissionOverwrite(view_channel=True)
        overwrites: dict[Any, discord.PermissionOverwrite] = {
            discord.Object(guild.id, type=discord.Role): discord.PermissionOverwrite(view_channel=False),
            discord.Object(me, type=discord.Member): discord.PermissionOverwrite(
                view_channel=True, send_messages=True, manage_webhooks=True, manage_threads=True
            ),
        }
        for person in await self._people_of(conversation):
            if user := await self._people.user_of(person.id):
                overwrites[discord.Object(int(user), type=discord.Member)] = sees
        with understood():
            made = await guild.create_text_channel(name, overwrites=overwrites)
        await self._channels.keep(made)
        return str(guild.id), made.id

    async def _people_of(self, conversation: str) -> list[Person]:
        directory = await self._desk.store.directory()
        _, _, key = conversation.partition(":")
        return [*directory.staff(), *(directory.people_of(key) if key else ())]
