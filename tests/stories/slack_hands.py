"""Slack in people's hands: the real Bolt app, over real sockets, and a fake Slack whose clock is the story's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any
from unittest.mock import patch

import uvicorn
from chat_hands import Control, NoWay, Stands
from chat_world import ChatWorld
from fakes.slack.errors import CannotDo
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits
from fakes.slack.person import Person
from fakes.slack.record import Told
from fakes.slack.screen import Seen, controls, label_of, words
from fakes.slack.slack_things import Channel, Message
from fakes.slack.typing_in import EMOJI

from adapters.slack import keeping
from adapters.slack.face import Config, SlackFace
from adapters.slack.limits import LABEL
from adapters.slack.manifest import manifest
from adapters.slack.places import PLATFORM, instant, place_of, thread_of
from adapters.slack.pressing import PREFIX, Pressed, packed
from adapters.slack.shortcuts import MESSAGE_SHORTCUTS, ON_OWN_NOTE
from bot.clock import SimulatedClock
from bot.demo.seed import set_up
from bot.desk import bootstrap
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, direct
from bot.domain.people import Directory
from bot.messages.flowing import short
from bot.messages.model import Form
from bot.ports import DirectoryEdit, MessageRef, Place
from storage import SqlStore

ALSO = {"🔥": "fire", "❤️": "heart", "😀": "grinning", "👋": "wave", "👀🏽": "eyes::skin-tone-4"}
"""Further pictures of the stories, by Slack's names."""


PATIENT = 30.0
"""Seconds that everybody waits for everybody: a story is not about a machine that is slow."""


class SlackHands:
    """Everybody's hands."""

    platform = PLATFORM

    def __init__(self, slack: FakeSlack, store: SqlStore, desk: Desk) -> None:
        self.slack, self.store, self.desk = slack, store, desk
        url = "" if slack.app.socket_mode else "https://desk.example.org"
        slack.use_manifest(manifest(name="Steward", command="/desk", url=url))
        self.bot = slack.install()
        app = slack.app
        listens = {"app_token": app.app_token} if app.socket_mode else {"signing_secret": app.signing_secret}
        self.face = SlackFace(Config(self.bot.token, **listens, api_url=slack.api_url), desk)
        self.chat = self.face.chat
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self._commands: set[tuple[str, str]] = set()
        """What was typed to the desk in threads, where commands are messages."""
        self._held: list[Told] = []
        """What was said without the app being told."""
        self._version = -1

    # --- who and where ------------------------------------------------------------------------------

    async def furnish(self) -> None:
        """The stories' people and channels are there, with their accounts and names."""
        directory = await self.store.directory()
        team = self.slack.team.id
        for id, person in directory.people.items():
            if person.active:
                self.people[id] = self.slack.person(person.name, handle=id, tz=person.zone)
        staff = [self.people[person.id] for person in directory.staff() if person.active]
        for key in directory.clients:
            theirs = [self.people[person.id] for person in directory.people_of(key)]
            name = f"client-{key.lower()}"
            self.channels[name] = self.slack.channel(name, *theirs, *staff, self.bot)
        for name in (TRIAGE, ALERTS):
            self.channels[name] = self.slack.channel(name, *staff, self.bot, private=True)
        places = {client_channel(key): self.channels[f"client-{key.lower()}"] for key in directory.clients}
        places |= {name: self.channels[name] for name in (TRIAGE, ALERTS)}
        places |= {direct(id): person.dm_channel for id, person in self.people.items()}
        await self.store.edit_directory(
            DirectoryEdit(
                identities=tuple((PLATFORM, team, person.id, id) for id, person in self.people.items()),
                bindings=tuple((name, place_of(team, channel.id)) for name, channel in places.items()),
            )
        )

    async def follow(self, directory: Directory) -> None:
        if directory.version == self._version:
            return
        for id, person in directory.people.items():
            if person.active and id not in self.people:
                self.people[id] = made = self.slack.person(person.name, handle=id, tz=person.zone)
                home = f"client-{person.client.lower()}" if person.client else TRIAGE
                if home in self.channels:
                    made.join(self.channels[home], invited_by=made)
        await self.settle()
        await self.face.follow()
        self._version = (await self.store.directory()).version

    def place(self, channel: str, thread: str | None) -> Place:
        return place_of(self.slack.team.id, self._channel(channel).id, thread)

    async def arrive(self, who: str) -> None:
        if who in (await self.store.directory()).people:
            person = self._person(who)
            if await self.store.identify(PLATFORM, self.slack.team.id, person.id) is None:
                mine = (PLATFORM, self.slack.team.id, person.id, who)
                await self.store.edit_directory(DirectoryEdit(identities=(mine,)))
                await self.face.follow()

    def _channel(self, name: str) -> Channel:
        there = self.slack.world.channels.get(name) or self.channels.get(name)
        if there is not None:
            return there
        kind, _, person = name.partition(":")
        if kind == "dm":
            return self._person(person).dm_channel
        found = next((each for each in self.slack.world.channels.values() if each.name == name), None)
        if found is None:
            found = self.channels[name] = self.slack.channel(name, self.bot)
        return found

    def _person(self, who: str, channel: Channel | None = None) -> Person:
        if who not in self.people:
            self.people[who] = self.slack.person(who.capitalize() or "Nobody", handle=who or "nobody")
        person = self.people[who]
        if channel is not None and person.id not in channel.members:
            channel.members.append(person.id)
        return person

    # --- the app ------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The app listens, and waits for no turn: the story's minutes go by in no time."""
        hour = count(1)
        self.chat._pace._clock = lambda: 3600.0 * next(hour)
        self.face.open()
        try:
            async with _served(self.face, self.slack):
                if (socket := self.face.socket) is not None:
                    socket.ping, socket.watch, socket.wedged = 60.0, 5.0, 60.0
                self.face.start()
                if socket is not None:
                    async with asyncio.timeout(10):
                        await socket.hello.wait()
                await self.settle()
                yield
                await self.settle()
                await self.face.stop()
        finally:
            await self.face.close()

    async def settle(self) -> None:
        while True:
            kept = self.face.keeping
            under_way = {
                *self.slack._telling,
                *self.face.own.acting._going,
                *kept._working.values(),
                *kept._settling,
            }
            if not under_way:
                return
            await asyncio.wait(under_way, timeout=10)

    # --- doing --------------------------------------------------------------------------------------

    def controls(self, who: str) -> Iterator[Control]:
        person = self._person(who)
        for channel in self.slack.world.channels.values():
            if person.id not in channel.members:
                continue
            own = [each for each in channel.ephemerals if each.only_for == person.id]
            for message in sorted([*channel.messages.values(), *own], key=lambda m: m.ts, reverse=True):
                if message.user == self.bot.user.id or message.only_for:
                    thread = message.thread_ts if message.thread_ts != message.ts else None
                    yield from _controls(message.blocks, channel.id, thread, message)
        if person.modal is not None:
            yield from _controls(person.modal.view.given["blocks"], "", None, person.modal.view)

    async def press(self, who: str, control: Control) -> None:
        part, block, on, option = control.how
        person = self._person(who)
        if option is None:
            names = ("type", "action_id", "text", "value", "style", "url")
            await person._act(on, block, {name: part[name] for name in names if name in part})
        else:
            await person.choose(label_of(part), option["text"]["text"], on)

    def open_form(self, who: str) -> bool:
        return self._person(who).modal is not None

    def partly(self, who: str) -> bool:
        return False

    async def put_away(self, who: str) -> None:
        await self._person(who).close(all_of_them=True)

    async def fill(self, who: str, form: Form, values: Mapping[str, str], *, back: bool) -> None:
        person = self._person(who)
        modal = person.modal
        assert modal is not None
        entries: dict[str, Any] = {}
        for field in form.inputs:
            label = short(field.label, LABEL)
            if label not in modal.labels:
                if values.get(field.name):
                    raise NoWay(f"“{label}” is not asked for in Slack: {modal.labels}")
                continue
            value = values.get(field.name)
            if field.kind == "choice" and field.options:
                known = [option.value.casefold() for option in field.options]
                first = 0 if field.required else 1
                if value and value.casefold() not in known:
                    raise NoWay(f"“{value}” is not offered: {known}")
                if value:
                    entries[label] = modal.options(label)[first + known.index(value.casefold())]
                elif value == "" and not field.required:
                    entries[label] = None
            elif value is not None:
                entries[label] = value
        try:
            if back:
                await person.fill(entries)
                await person.press(form.back)
                return
            wrong = await person.submit(entries)
        except CannotDo as no:
            raise NoWay(str(no)) from no
        if wrong and not self.slack.record.told[-1].payload.get("view"):
            raise NoWay(f"Slack itself does not send it: {wrong}")

    async def menu(self, who: str, verb: str, ref: MessageRef) -> None:
        entry = next((name for name, also in ON_OWN_NOTE.items() if also == verb), verb)
        if entry not in MESSAGE_SHORTCUTS:
            raise NoWay(f"{verb} is in no message's menu")
        message = self._message(ref)
        await self._person(who, message.channel).message_shortcut(MESSAGE_SHORTCUTS[entry], message)

    async def type(self, who: str, text: str, place: Place | None) -> None:
        person = self._person(who)
        channel = self._channel(place.channel) if place else person.dm_channel
        person = self._person(who, channel)
        if place is not None and place.thread:
            root = channel.messages[place.thread]
            said = person.say(channel, f"@{self.bot.user.handle} {text}", thread=root)
            self._commands.add((channel.id, said.ts))
        else:
            await person.slash(channel, f"/desk {text}")

    async def say(
        self, who: str, text: str, place: Place, files: Mapping[str, bytes], *, told: bool = True
    ) -> tuple[MessageRef, datetime]:
        channel = self._channel(place.channel)
        thread = channel.messages.get(place.thread) if place.thread else None
        if place.thread and thread is None:
            raise NoWay("that thread is gone, with its first message")
        person = self._person(who, channel)
        with nullcontext([]) if told else self.slack.holding() as held:
            message = person.say(channel, text, thread=thread, files=dict(files))
        self._held += held
        return MessageRef(place, message.ts), _at(message.ts)

    async def rewrite(self, who: str, ref: MessageRef, text: str) -> None:
        message = self._message(ref)
        if message.user != self._person(who).id:
            raise NoWay("in Slack people change their own words only")
        self._person(who).edit(message, text)

    async def take_back(self, who: str, ref: MessageRef) -> None:
        message = self._message(ref)
        if message.user != self._person(who).id:
            raise NoWay("in Slack people delete their own words only")
        self._person(who).delete(message)

    async def forge(self, who: str, verb: str, args: Mapping[str, Any], place: Place | None) -> None:
        person = self._person(who)
        home = self._channel(place.channel) if place else person.dm_channel
        on = next((each for each in home.messages.values() if each.user == self.bot.user.id), None)
        if on is None:
            await person.slash(home, "/desk help")
            await self.settle()
            on = next(each for each in reversed(home.ephemerals) if each.only_for == person.id)
        value = packed({"c": verb, "a": {name: str(value) for name, value in args.items()}})
        action = {"type": "button", "action_id": f"{PREFIX}{verb}:1", "value": value}
        await person._act(on, {"block_id": "made-up"}, action)

    async def again(self, ref: MessageRef, event: str) -> None:
        for told in (*self._held, *reversed(self.slack.record.told)):
            said = told.payload.get("event") or {}
            if (said.get("channel"), said.get("ts"), said.get("type")) == (ref.place.channel, ref.message, "message"):
                payload = told.payload | ({"event_id": f"Ev{event}"} if event else {})
                self.slack.tell(Told(told.kind, payload, told.at))
                return
        raise NoWay("Slack never told of that message")

    async def react(self, who: str, emoji: str, ref: MessageRef) -> None:
        name = EMOJI.get(emoji) or ALSO.get(emoji)
        if name is None:
            raise NoWay(f"{emoji} has no name here")
        message = self._message(ref)
        person = self._person(who, message.channel)
        if person.id in message.reactions.get(name, []):
            person.react(message, name, taken_back=True)
        person.react(message, name)

    def last(self) -> Told:
        return next(told for told in reversed(self.slack.record.told) if told.kind != "events_api")

    async def retold(self, told: Told) -> None:
        await self.slack.ask(told.kind, told.payload)

    def _message(self, ref: MessageRef) -> Message:
        there = self._channel(ref.place.channel).messages.get(ref.message)
        if there is None:
            raise NoWay("that message is gone")
        return there

    # --- looking ------------------------------------------------------------------------------------

    def standing(self, channel: str, thread: str | None) -> list[Stands]:
        there = self._channel(channel)
        ids = {person.id: id for id, person in self.people.items()}
        top = [each for each in there.messages.values() if not each.is_reply]
        found = there.replies(thread) if thread else top
        return [
            Stands(
                each.ts,
                each.thread_ts if each.is_reply else None,
                None if each.user == self.bot.user.id else ids.get(each.user or ""),
                Seen(each, self.slack.world).text,
                _at(each.ts),
                _at(each.edited["ts"]) if each.edited else None,
                len(there.replies(each.ts)),
            )
            for each in sorted(found, key=lambda m: m.ts)
            if each.subtype in (None, "bot_message", "file_share", "thread_broadcast")
            and (there.id, each.ts) not in self._commands
        ]

    def mark(self, who: str) -> Any:
        person = self._person(who)
        mine = [each for channel in self.slack.world.channels.values() for each in channel.ephemerals]
        direct_talk = person.dm_channel
        return {id(each): each.blocks for each in mine}, set(direct_talk.messages)

    def alone(self, who: str, mark: Any) -> str:
        person = self._person(who)
        before, said = mark
        found: list[str] = []
        for channel in self.slack.world.channels.values():
            for each in channel.ephemerals:
                if each.only_for == person.id and before.get(id(each)) is not each.blocks:
                    found.append(self._all(each))
        for ts, each in person.dm_channel.messages.items():
            if ts not in said and each.user == self.bot.user.id:
                found.append(self._all(each))
        if (modal := person.modal) is not None:
            found += [modal.title, modal.text, *modal.labels, *modal.buttons, *modal.errors.values()]
            found.append((modal.view.given.get("submit") or {}).get("text", ""))
            found += [str(value) for value in modal.values.values()]
            found += [f"{label}: {said}" for label, said in modal.errors.items()]
        return "\n".join(found)

    def shown(self, ref: MessageRef) -> str | None:
        channel = self._channel(ref.place.channel)
        first = channel.messages.get(ref.message)
        if first is None:
            return None
        key = _key(first)
        further = [
            each for each in channel.replies(first.thread_ts or first.ts) if key and _key(each).startswith(f"{key}/")
        ]
        blocks = [block for each in (first, *further) for block in each.blocks if block["type"] != "actions"]
        texts = words(blocks, self.slack.world)
        return "\n".join([*texts, self._all(first)])

    def _all(self, message: Message) -> str:
        seen = Seen(message, self.slack.world)
        options = [
            option["text"]["text"] for _, part in controls(message.blocks) for option in part.get("options") or ()
        ]
        return "\n".join([seen.author, seen.text, *seen.buttons, *options])


def _controls(blocks: list[dict[str, Any]], channel: str, thread: str | None, on: Any) -> Iterator[Control]:
    for block, part in controls(blocks):
        for option in part.get("options") or [None]:
            value = part.get("value") if option is None else option.get("value")
            with suppress(TypeError, ValueError, KeyError):
                read = json.loads(value)
                wanted = Pressed(read["c"], read.get("a", {}))
                yield Control(wanted.command, wanted.args, channel, thread, (part, block, on, option))


def _key(message: Message) -> str:
    return str(((message.metadata or {}).get("event_payload") or {}).get("key") or "")


def _at(ts: str) -> datetime:
    at = instant(ts)
    assert at is not None
    return at


class _Quiet(uvicorn.Server):
    """Leaves signals to the test."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _served(face: SlackFace, slack: FakeSlack) -> AsyncIterator[None]:
    """Where Slack posts: the app's door."""
    if face.door is None:
        yield
        return
    server = _Quiet(uvicorn.Config(face.door, port=0, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn tells nobody
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    slack.app.request_url = f"http://127.0.0.1:{port}/slack/events"
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def slack_world(store: SqlStore, clock: SimulatedClock, *, socket_mode: bool) -> AsyncIterator[ChatWorld]:
    """The stories' world in Slack."""
    patient = Limits(paced=False, ack_within=PATIENT, trigger_lives=PATIENT)
    waits = patch.dict(keeping.WAIT, dict.fromkeys(keeping.WAIT, PATIENT))
    async with FakeSlack(limits=patient, clock=clock) as slack:
        slack.app.socket_mode = socket_mode
        desk = Desk(store, clock)
        await bootstrap.ensure(store, platform=PLATFORM, workspace=slack.team.id)
        await set_up(desk)
        hands = SlackHands(slack, store, desk)
        await hands.furnish()
        world = ChatWorld(store, clock, desk, hands)
        with waits:
            async with world.heeding(), hands.running():
                await world.wake()
                yield world
                await world.relay.stop()


__all__ = ["replace", "slack_world", "thread_of"]
