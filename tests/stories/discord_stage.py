"""Who is on the stories' Discord, and where: their accounts, their roles, and the channels that they see."""

from __future__ import annotations

from chat_hands import NoWay
from fakes.discord.discord_things import Channel
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.permissions import P, sees
from fakes.discord.person import Person

from adapters.discord.face import Config, DiscordFace
from adapters.discord.places import DIRECT, PLATFORM, place_of
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, direct
from bot.domain.people import Directory, Role
from bot.ports import DirectoryEdit, Place
from storage import SqlStore

LEADING = (Role.LEAD, Role.MANAGER)


class Stage:
    """The server, and the face that is in it."""

    platform = PLATFORM

    def __init__(self, discord: FakeDiscord, store: SqlStore, desk: Desk) -> None:
        self.discord, self.store, self.desk = discord, store, desk
        discord.invite()
        self.face = DiscordFace(Config(discord.app.token, discord.api_base, discord.gateway_url), desk)
        self.chat = self.face.chat
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.server = discord.guild.id
        self.team, self.leads = discord.role("Team"), discord.role("Leads", permissions=P.MANAGE_GUILD)
        self._version = -1

    async def settle(self) -> None:
        """Until the app has done all that it was told of."""
        raise NotImplementedError

    async def furnish(self) -> None:
        """The stories' people and channels are there, with their accounts and names."""
        directory = await self.store.directory()
        for id, person in directory.people.items():
            if person.active:
                self._welcome(id, person.name, person.role)
        for key in directory.clients:
            theirs = [self.people[person.id] for person in directory.people_of(key)]
            name = f"client-{key.lower()}"
            self.channels[name] = self.discord.channel(name, only=[self.team, *theirs])
        for name in (TRIAGE, ALERTS):
            self.channels[name] = self.discord.channel(name, only=[self.team])
        places = {client_channel(key): self.place(f"client-{key.lower()}", None) for key in directory.clients}
        places |= {name: self.place(name, None) for name in (TRIAGE, ALERTS)}
        places |= {direct(id): self.place(f"dm:{id}", None) for id in self.people}
        await self.store.edit_directory(
            DirectoryEdit(
                identities=tuple((PLATFORM, self.server, person.id, id) for id, person in self.people.items()),
                bindings=tuple(places.items()),
            )
        )

    def _welcome(self, id: str, name: str, role: Role | None) -> Person:
        roles = [self.team] if role not in (None, Role.CLIENT) else []
        roles += [self.leads] if role in LEADING else []
        self.people[id] = made = self.discord.person(name, roles=roles)
        made.user.username = id
        return made

    async def follow(self, directory: Directory) -> None:
        if directory.version == self._version:
            return
        for id, person in directory.people.items():
            if person.active and id not in self.people:
                made = self._welcome(id, person.name, person.role)
                home = self.channels.get(f"client-{person.client.lower()}") if person.client else None
                if home is not None:
                    self.discord.rule(home, made, allow=P.VIEW_CHANNEL)
        await self.settle()
        await self.face.follow()
        self._version = (await self.store.directory()).version

    def place(self, channel: str, thread: str | None) -> Place:
        there = self._channel(channel)
        return place_of(DIRECT if there.guild is None else self.server, there.id, thread)

    async def arrive(self, who: str) -> None:
        if who in (await self.store.directory()).people:
            person = self._person(who)
            if await self.store.identify(PLATFORM, self.server, person.id) is None:
                mine = (PLATFORM, self.server, person.id, who)
                await self.store.edit_directory(DirectoryEdit(identities=(mine,)))
                await self.face.follow()

    def _channel(self, name: str) -> Channel:
        there = self.discord.world.channels.get(name) or self.channels.get(name)
        if there is not None:
            return there
        kind, _, person = name.partition(":")
        if kind == "dm":
            return self._person(person).dm_channel
        found = next((each for each in self.discord.guild.channels.values() if each.name == name), None)
        if found is None:
            found = self.discord.channel(name, only=[self.team])
        self.channels[name] = found
        return found

    def _person(self, who: str, channel: Channel | None = None) -> Person:
        person = self.people.get(who) or self._welcome(who or "nobody", who.capitalize() or "Nobody", None)
        self.people[who] = person
        if channel is not None and not sees(channel, person.id):
            if channel.private:
                raise NoWay(f"{who} is not in that thread")
            self.discord.rule(channel.parent or channel, person, allow=P.VIEW_CHANNEL)
        return person

    def _at(self, place: Place) -> Channel:
        """The channel, or the thread."""
        if place.thread is None:
            return self._channel(place.channel)
        thread = self.discord.world.channels.get(place.thread)
        if thread is None:
            raise NoWay("there is no such thread")
        return thread

    def _awake(self, person: Person, channel: Channel) -> None:
        """A thread that Discord has put away is opened again."""
        self.discord.threads.settle(channel)
        if channel.archived:
            person.change_thread(channel, archived=False)
