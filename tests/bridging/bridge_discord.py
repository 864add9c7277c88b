"""Discord's side: the real discord.py over real sockets, and the fake Discord."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bridge_sides import Line
from discord_house import Running
from fakes.discord.discord_messages import DEFAULT, REPLY, Message
from fakes.discord.discord_things import Channel
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.person import Person as User
from fakes.discord.screen import Seen

from adapters.discord.face import Config, DiscordFace
from adapters.discord.places import DIRECT, PLATFORM
from bot.desk.context import Desk
from bot.desk.conversations import direct
from bot.domain.people import Person
from bot.ports import DirectoryEdit, MessageRef, Place
from storage import SqlStore

_ESCAPED = re.compile(r"\\([^\w\s])")
"""A sign that stands for itself: Discord does not show what says so."""
_DATE = re.compile(r"<t:(\d+)(?::[a-zA-Z])?>")


class Listening(Running):
    """The face alone: one relay sends for both sides."""

    async def _send(self) -> None:
        await asyncio.Event().wait()


class DiscordSide:
    """`Side` of a server of Discord's."""

    platform = PLATFORM

    def __init__(self, discord: FakeDiscord, store: SqlStore, desk: Desk) -> None:
        self.discord, self.store, self.clock = discord, store, desk.clock
        discord.invite()
        config = Config(discord.app.token, discord.api_base, discord.gateway_url)
        self._running = Listening(self, DiscordFace(config, desk))  # pyright: ignore[reportArgumentType]
        self.chat = self._running.face.chat
        self.people: dict[str, User] = {}

    async def furnish(self, people: Iterable[Person], rooms: Mapping[str, Iterable[Person]]) -> None:
        server, bindings = self.discord.guild.id, dict[str, Place]()
        for person in people:
            if person.id not in self.people:
                self.people[person.id] = self.discord.person(person.name)
            if await self.store.binding(direct(person.id)) is None:
                made = self.people[person.id].dm_channel
                bindings[direct(person.id)] = Place(PLATFORM, DIRECT, made.id)
        for name, inside in rooms.items():
            members = [self.people[person.id] for person in inside]
            channel = self.discord.channel(name.replace(":", "-").lower(), only=members)
            bindings[name] = Place(PLATFORM, server, channel.id)
        accounts = tuple((PLATFORM, server, user.id, id) for id, user in self.people.items())
        await self.store.edit_directory(DirectoryEdit(identities=accounts, bindings=tuple(bindings.items())))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        with self.discord.here():
            await self._running.start()
            try:
                yield
            finally:
                await self._running.stop()

    async def say(self, who: str, text: str, at: Place, files: Mapping[str, bytes] | None = None) -> MessageRef:
        for id, person in self.people.items():
            text = re.sub(rf"@{id}\b(?![.\w])", f"@{person.user.username}", text)
        said = self.people[who].say(self._channel(at), text, files=dict(files or {}) or None)
        return MessageRef(at, said.id)

    async def rewrite(self, who: str, ref: MessageRef, text: str) -> None:
        self.people[who].edit(self._message(ref), text)

    async def take_back(self, who: str, ref: MessageRef) -> None:
        self.people[who].delete(self._message(ref))

    async def react(self, who: str, emoji: str, ref: MessageRef) -> None:
        self.people[who].react(self._message(ref), emoji)

    async def press(self, who: str, label: str, ref: MessageRef, typed: str = "") -> None:
        person = self.people[who]
        await person.press(label, self._message(ref))
        if typed:
            await self.discord.until(lambda: person.modal)
            assert person.modal is not None
            assert await person.submit({person.modal.labels[0]: typed}) == {}

    async def reads(self, who: str, at: Place) -> list[Line]:
        if at.thread and at.thread not in self.discord.world.channels:
            return []  # it is opened by the first that is said in it
        seen = self.people[who].sees(self._channel(at))
        return [self._line(each, at) for each in seen if not each.alone and each.message.type in (DEFAULT, REPLY)]

    def alone(self, who: str) -> list[str]:
        user, world = self.people[who], self.discord.world
        there = [m for channel in world.channels.values() for m in channel.ephemerals if m.only_for == user.id]
        return [Seen(message, world).text for message in (*there, *user.dm_channel.messages.values())]

    def _line(self, seen: Seen, at: Place) -> Line:
        users = {user.id: id for id, user in self.people.items()}
        raw = f"{seen.message.content} {_texts(seen.message.components)}"
        return Line(
            MessageRef(at, seen.message.id),
            seen.author,
            _ESCAPED.sub(r"\1", seen.text.replace("\u200b", "")),
            tuple(seen.buttons),
            dict(seen.files),
            frozenset(id for user, id in users.items() if seen.message in self.people[id].pings),
            tuple(datetime.fromtimestamp(int(at), UTC) for at in _DATE.findall(raw)),
        )

    def _channel(self, at: Place) -> Channel:
        return self.discord.world.channels[at.thread or at.channel]

    def _message(self, ref: MessageRef) -> Message:
        return next(each.message for each in _seen(self, ref.place) if each.message.id == ref.message)


def _seen(side: DiscordSide, at: Place) -> list[Seen]:
    for user in side.people.values():
        try:
            return user.sees(side._channel(at))
        except Exception:  # noqa: S112  # who is not in there cannot look
            continue
    return []


def _texts(part: Any) -> str:
    match part:
        case dict():
            return " ".join(_texts(each) for each in part.values())
        case list():
            return " ".join(map(_texts, part))
        case str():
            return part
        case _:
            return ""
