"""Slack's side: the real Bolt app over real sockets, and the fake Slack."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bridge_sides import Line
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.person import Person as User
from fakes.slack.screen import Seen
from fakes.slack.slack_things import Channel, Message
from slack_house import Running

from adapters.slack.face import Config, SlackFace
from adapters.slack.manifest import manifest
from adapters.slack.places import PLATFORM
from bot.desk.context import Desk
from bot.desk.conversations import direct
from bot.domain.people import Person
from bot.ports import DirectoryEdit, MessageRef, Place
from storage import SqlStore

EMOJI = {"🎫": "ticket", "👀": "eyes", "✅": "white_check_mark"}
_USER = re.compile(r"<@([A-Z0-9]+)>")
_DATE = re.compile(r"<!date\^(\d+)\^")


class Listening(Running):
    """The face alone: one relay sends for both sides."""

    async def _send(self) -> None:
        await asyncio.Event().wait()


class SlackSide:
    """`Side` of a workspace of Slack's."""

    platform = PLATFORM

    def __init__(self, slack: FakeSlack, store: SqlStore, desk: Desk) -> None:
        self.slack, self.store, self.clock = slack, store, desk.clock
        slack.use_manifest(manifest(name="Steward", command="/desk", url=""))
        self.bot = slack.install()
        config = Config(self.bot.token, app_token=slack.app.app_token, api_url=slack.api_url)
        self.ping = 10.0
        self._running = Listening(self, SlackFace(config, desk))  # pyright: ignore[reportArgumentType]
        self.chat = self._running.face.chat
        self.people: dict[str, User] = {}

    async def furnish(self, people: Iterable[Person], rooms: Mapping[str, Iterable[Person]]) -> None:
        team, bindings = self.slack.team.id, dict[str, Place]()
        for person in people:
            made = self.people.get(person.id) or self.slack.person(person.name, handle=person.id, tz=person.zone)
            self.people[person.id] = made
            if await self.store.binding(direct(person.id)) is None:
                bindings[direct(person.id)] = Place(PLATFORM, team, made.dm_channel.id)
        for name, inside in rooms.items():
            members = [self.people[person.id] for person in inside]
            channel = self.slack.channel(name.replace(":", "-").lower(), *members, self.bot)
            bindings[name] = Place(PLATFORM, team, channel.id)
        accounts = tuple((PLATFORM, team, user.id, id) for id, user in self.people.items())
        await self.store.edit_directory(DirectoryEdit(identities=accounts, bindings=tuple(bindings.items())))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self._running.start()
        try:
            yield
        finally:
            await self._running.stop()

    async def say(self, who: str, text: str, at: Place, files: Mapping[str, bytes] | None = None) -> MessageRef:
        channel = self._channel(at)
        thread = channel.messages[at.thread] if at.thread else None
        said = self.people[who].say(channel, text, thread=thread, files=dict(files or {}) or None)
        return MessageRef(at, said.ts)

    async def rewrite(self, who: str, ref: MessageRef, text: str) -> None:
        self.people[who].edit(self._message(ref), text)

    async def take_back(self, who: str, ref: MessageRef) -> None:
        self.people[who].delete(self._message(ref))

    async def react(self, who: str, emoji: str, ref: MessageRef) -> None:
        self.people[who].react(self._message(ref), EMOJI[emoji])

    async def press(self, who: str, label: str, ref: MessageRef, typed: str = "") -> None:
        person = self.people[who]
        await person.press(label, on=self._message(ref))
        if typed:
            await self.slack.until(lambda: person.modal)
            assert person.modal is not None
            assert await person.submit({person.modal.labels[0]: typed}) == {}

    async def reads(self, who: str, at: Place) -> list[Line]:
        channel, person = self._channel(at), self.people[who]
        if at.thread and at.thread not in channel.messages:
            return []
        seen = person.thread(channel.messages[at.thread])[1:] if at.thread else person.sees(channel)
        return [self._line(each, at) for each in seen if not each.alone]

    def alone(self, who: str) -> list[str]:
        user, world = self.people[who], self.slack.world
        there = [m for channel in world.channels.values() for m in channel.ephemerals if m.only_for == user.id]
        return [Seen(message, world).text for message in (*there, *user.dm_channel.messages.values())]

    def _line(self, seen: Seen, at: Place) -> Line:
        users = {user.id: id for id, user in self.people.items()}
        raw = _texts(seen.message.blocks) or seen.message.text
        return Line(
            MessageRef(at, seen.message.ts),
            seen.author,
            seen.text,
            tuple(seen.buttons),
            {file.name: file.content or b"" for file in self._files(seen.message)},
            frozenset(users[user] for user in _USER.findall(raw) if user in users),
            tuple(datetime.fromtimestamp(int(at), UTC) for at in _DATE.findall(raw)),
        )

    def _files(self, message: Message) -> list[Any]:
        """Its own, and those that the desk put behind it in the thread."""
        found = list(message.files)
        if message.bot_id and message.metadata:
            ts = message.thread_ts or message.ts
            later = [m for m in message.channel.replies(ts) if m.ts > message.ts]
            for each in later:
                if not (each.bot_id and each.files) or each.metadata:
                    break
                found += each.files
        return [file for file in found if not file.deleted]

    def _channel(self, at: Place) -> Channel:
        return self.slack.world.channels[at.channel]

    def _message(self, ref: MessageRef) -> Message:
        return self._channel(ref.place).messages[ref.message]


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
