"""Discord in people's hands: the real discord.py, over real sockets, and a fake Discord whose clock is the story's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any
from unittest.mock import patch

from chat_hands import Control, NoWay, Stands
from chat_world import ChatWorld
from discord_filling import Filling
from discord_looking import How, pressable, reading, said, whole
from discord_stage import Stage
from discord_typing import line
from fakes.discord.component_rules import BUTTON
from fakes.discord.discord_messages import DEFAULT, EPHEMERAL, REPLY, V2, Message
from fakes.discord.errors import CannotDo
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.interacting import MODAL
from fakes.discord.limits import Limits
from fakes.discord.permissions import sees
from fakes.discord.person import Person
from fakes.discord.record import Told
from fakes.discord.typing_in import typed

from adapters.discord import acting
from adapters.discord.modals import FORM
from adapters.discord.places import PLATFORM, instant
from adapters.discord.pressing import Pressed, written
from adapters.discord.tree import MENU, ON_OWN_NOTE
from bot.clock import SimulatedClock
from bot.demo.seed import set_up
from bot.desk import bootstrap
from bot.desk.context import Desk
from bot.messages.model import Form
from bot.ports import MessageRef, Place
from storage import SqlStore

PATIENT = 30.0
"""Seconds that everybody waits for everybody: a story is not about a machine that is slow."""
_KEPT: dict[str, dict[str, Any]] = {}
"""The commands that Discord keeps of one time for the next: a desk that has no other ones tells it none."""


class DiscordHands(Stage):
    """Everybody's hands."""

    def __init__(self, discord: FakeDiscord, store: SqlStore, desk: Desk) -> None:
        super().__init__(discord, store, desk)
        self.chat._reading._clock = _Storys(desk)  # pyright: ignore[reportAttributeAccessIssue]
        self._commands: set[str] = set()
        """Messages that were said to the desk."""
        self._held: list[tuple[str, dict[str, Any]]] = []
        """What was said without the app being told."""
        self._offers: dict[str, Message] = {}
        """The messages by which forms go on, as they were shown to people last."""

    # --- the app ------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The app listens."""
        wire = self.face.wire
        wire.ready_timeout, wire.first, wire.pause = 0.005, 0.05, 0.0
        app = self.discord.app
        app.commands |= {id: {**each, "application_id": app.id} for id, each in _KEPT.items()}
        with self.discord.here():
            self.face.open()
            try:
                self.face.start()
                async with asyncio.timeout(PATIENT):
                    await wire.there.wait()
                await self.settle()
                _KEPT.update(app.commands)
                yield
                await self.settle()
                await self.face.stop()
            finally:
                await self.face.close()

    async def settle(self) -> None:
        own = self.face._acting
        async with asyncio.timeout(PATIENT):
            while True:
                while not self._told():  # noqa: ASYNC110  # a socket that was read tells nobody
                    await asyncio.sleep(0.001)
                if not (under_way := {*own._going, *own._using, *_of_discord()}):
                    return
                await asyncio.wait(under_way)

    def _told(self) -> bool:
        """Whether all that Discord has told came to the app."""
        client: Any = self.face.wire._client
        for session in self.discord.gateway.sessions:
            if session.wire is not None and client is not None:
                shard = client.shards.get(session.shard)
                if shard is None or shard._parent.ws.sequence != session.seq:
                    return False
        return True

    # --- doing --------------------------------------------------------------------------------------

    def controls(self, who: str) -> Iterator[Control]:
        person = self._person(who)
        for channel in list(self.discord.world.channels.values()):
            if not sees(channel, person.id):
                continue
            own = [each for each in channel.ephemerals if each.only_for == person.id]
            for message in sorted([*channel.messages.values(), *own], key=lambda m: int(m.id), reverse=True):
                if message.application_id == self.discord.app.id:
                    yield from pressable(message, self.discord.world.channels)

    async def press(self, who: str, control: Control) -> None:
        how: How = control.how
        mark = self.mark(who)
        await self._use(who, how)
        if how.asks:
            await self.settle()
            sure = next(each for each in self._new(who, mark) if "Are you sure?" in reading(each, self.discord.world))
            await self._person(who).press("Yes", sure)

    async def _use(self, who: str, how: How) -> None:
        person = self._person(who)
        self._awake(person, how.on.channel)
        person._where(how.on.channel)
        if how.on.gone:
            raise NoWay("that message is gone")
        await person._used(how.on, dict(how.part), {"values": [how.value]} if how.value else {})

    def open_form(self, who: str) -> bool:
        return self._person(who).modal is not None or who in self._offers

    def partly(self, who: str) -> bool:
        modal = self._person(who).modal
        return modal is None or " of " in modal.title.rpartition("(")[2]

    async def put_away(self, who: str) -> None:
        person = self._person(who)
        if person.modal is not None:
            person.close()
        self._offers.pop(who, None)

    async def fill(self, who: str, form: Form, values: Mapping[str, str], *, back: bool) -> None:
        filling = Filling(self.discord.world, form, values, back=back)
        person = self._person(who)
        try:
            while not filling.sent:
                mark = self.mark(who)
                if (modal := person.modal) is not None:
                    if wrong := await person.submit(filling.entries(modal)):
                        raise NoWay(f"Discord itself does not send it: {wrong}")
                elif (on := self._offers.pop(who, None)) is not None:
                    await person.press(filling.onward(on), on)
                await self.settle()
                self._notice(who, mark)
                on = self._offers.get(who)
                filling.sent |= person.modal is None and (on is None or not filling.goes_on(on))
        except CannotDo as no:
            raise NoWay(str(no)) from no
        filling.looked_over()

    async def menu(self, who: str, verb: str, ref: MessageRef) -> None:
        entry = next((name for name, also in ON_OWN_NOTE.items() if also == verb), verb)
        if entry not in MENU:
            raise NoWay(f"{verb} is in no message's menu")
        message = self._message(ref)
        person = self._person(who, message.channel)
        self._awake(person, message.channel)
        try:
            await person.message_menu(MENU[entry], message)
        except CannotDo as no:
            raise NoWay(str(no)) from no

    async def type(self, who: str, text: str, place: Place | None) -> None:
        person = self._person(who)
        channel = self._at(place) if place else person.dm_channel
        person = self._person(who, channel)
        self._awake(person, channel)
        name = await self.store.conversation_at(place) if place and place.thread else None
        kind, _, rest = (name or "").partition(":")
        meant = line(text, int(rest.partition(":")[0]) if kind == "request" else None)
        if meant is not None:
            command, options = meant
            world = self.discord.world
            options = {n: typed(v, world, channel) if isinstance(v, str) else v for n, v in options.items()}
            with suppress(CannotDo):  # what is not offered, or takes no such words, is said to the desk
                await person.slash(channel, command, **options)
                return
        try:
            self._commands.add(person.say(channel, f"<@{self.discord.app.id}> {text}").id)
        except CannotDo as no:
            raise NoWay(str(no)) from no

    async def say(
        self, who: str, text: str, place: Place, files: Mapping[str, bytes], *, told: bool = True
    ) -> tuple[MessageRef, datetime]:
        channel = self._channel(place.channel)
        person = self._person(who, channel)
        if place.thread is not None:
            there = self.discord.world.channels.get(place.thread)
            if there is None and (root := channel.messages.get(place.thread)) is not None:
                there = person.start_thread(root, "Thread")
            if there is None:
                raise NoWay("that thread is gone")
            person, channel = self._person(who, there), there
        if not told:
            self.discord.faults.lose = self._hold
        try:
            message = person.say(channel, text, files=dict(files) or None)
        except CannotDo as no:
            raise NoWay(str(no)) from no
        finally:
            self.discord.faults.lose = lambda name, data: False
        return MessageRef(place, message.id), instant(message.id)

    def _hold(self, name: str, data: dict[str, Any]) -> bool:
        self._held.append((name, data))
        return True

    async def rewrite(self, who: str, ref: MessageRef, text: str) -> None:
        self._do(who, lambda person, message: person.edit(message, text), ref)

    async def take_back(self, who: str, ref: MessageRef) -> None:
        self._do(who, lambda person, message: person.delete(message), ref)

    async def react(self, who: str, emoji: str, ref: MessageRef) -> None:
        def react(person: Person, message: Message) -> None:
            if person.id in message.reactions.get(emoji, []):
                person.react(message, emoji, taken_back=True)
            person.react(message, emoji)

        self._do(who, react, ref)

    def _do(self, who: str, act: Any, ref: MessageRef) -> None:
        message = self._message(ref)
        person = self._person(who, message.channel)
        self._awake(person, message.channel)
        try:
            act(person, message)
        except CannotDo as no:
            raise NoWay(str(no)) from no

    async def forge(self, who: str, verb: str, args: Mapping[str, Any], place: Place | None) -> None:
        person = self._person(who)
        home = self._at(place) if place else person.dm_channel
        person = self._person(who, home)
        self._awake(person, home)
        given = {name: str(value) for name, value in args.items()}
        id, world = written(Pressed(verb, given)), self.discord.world
        if id is None:  # a button does not hold as much, and a form does
            fields = [{"type": 4, "custom_id": name, "value": value} for name, value in given.items()]
            sent = [{"type": 18, "id": n, "component": field} for n, field in enumerate(fields, 1)]
            data = {"custom_id": written(Pressed(verb)), "components": sent, "resolved": {}}
            await person._ask(MODAL, home, data)
            return
        part = {"type": BUTTON, "style": 2, "label": "…", "custom_id": id, "id": 2}
        components = [{"type": 1, "id": 1, "components": [part]}]
        on = Message(world.id(), home, world.app.user, "", world.now(), components=components, flags=EPHEMERAL | V2)
        on.application_id, on.only_for = world.app.id, person.id
        home.ephemerals.append(on)
        await self._use(who, How(on, part))

    async def again(self, ref: MessageRef, event: str) -> None:
        told = (each for each in reversed(self.discord.record.told) if each.name == "MESSAGE_CREATE")
        for name, data in (*self._held, *((each.name, each.data) for each in told)):
            if (name, data.get("id")) == ("MESSAGE_CREATE", ref.message):
                self._tell(name, data)
                return
        raise NoWay("Discord never told of that message")

    def last(self) -> Told:
        return next(told for told in reversed(self.discord.record.told) if _of_a_person(told))

    async def retold(self, told: Told) -> None:
        self._tell(told.name, told.data)

    def _tell(self, name: str, data: dict[str, Any]) -> None:
        sessions = self.discord.gateway.sessions_of(data.get("guild_id"))
        assert sessions
        for session in sessions:
            self.discord.gateway.tell_session(session, name, data)

    def _message(self, ref: MessageRef) -> Message:
        there = self.discord.world.channels.get(ref.place.thread or ref.place.channel)
        found = there.messages.get(ref.message) if there else None
        if found is None:
            raise NoWay("that message is gone")
        return found

    # --- looking ------------------------------------------------------------------------------------

    def standing(self, channel: str, thread: str | None) -> list[Stands]:
        there = self.discord.world.channels.get(thread) if thread else self._channel(channel)
        ids = {person.id: id for id, person in self.people.items()}
        return [
            Stands(
                each.id,
                thread,
                None if each.application_id == self.discord.app.id else ids.get(each.author.id),
                said(each, self.discord.world),
                instant(each.id),
                datetime.fromisoformat(each.edited) if each.edited else None,
                each.thread.sent if each.thread else 0,
            )
            for each in (sorted(there.messages.values(), key=lambda m: int(m.id)) if there else ())
            if each.type in (DEFAULT, REPLY) and each.id not in self._commands
        ]

    def mark(self, who: str) -> Any:
        return {id(each): each.components for each in self._alone(who)}

    def _alone(self, who: str) -> Iterator[Message]:
        """What they see alone."""
        person = self._person(who)
        for channel in self.discord.world.channels.values():
            yield from (each for each in channel.ephemerals if each.only_for == person.id)
        yield from (each for each in person.dm_channel.messages.values() if each.application_id)

    def _new(self, who: str, mark: Any) -> list[Message]:
        return [each for each in self._alone(who) if mark.get(id(each)) is not each.components]

    def _notice(self, who: str, mark: Any) -> list[Message]:
        """What they were shown since, and by which of it a form goes on."""
        new = self._new(who, mark)
        self._offers.pop(who, None)
        for each in new:
            if any(control.command == FORM for control in pressable(each)):
                self._offers[who] = each
        return new

    def alone(self, who: str, mark: Any) -> str:
        found = [reading(each, self.discord.world) for each in self._notice(who, mark)]
        if (modal := self._person(who).modal) is not None:
            found += [modal.title, modal.text, *modal.labels, *map(str, modal.values.values())]
        return "\n".join(found)

    def shown(self, ref: MessageRef) -> str | None:
        channel = self.discord.world.channels.get(ref.place.thread or ref.place.channel)
        first = channel.messages.get(ref.message) if channel else None
        return whole(first, self.discord.world) if first is not None else None


class _Storys:
    """What Discord stamps messages with is the story's time here, and is read back by it."""

    def __init__(self, desk: Desk) -> None:
        self.machine = desk.now


def _of_discord() -> Iterator[asyncio.Task[Any]]:
    """What discord.py does with what it was told."""
    for task in asyncio.all_tasks():
        if task.get_name().startswith(("discord.py: ", "discord-ui-")):
            yield task


def _of_a_person(told: Told) -> bool:
    if told.name == "MESSAGE_CREATE":
        return not told.data["author"].get("bot") and not told.data.get("webhook_id")
    return told.name == "INTERACTION_CREATE"


@asynccontextmanager
async def discord_world(store: SqlStore, clock: SimulatedClock) -> AsyncIterator[ChatWorld]:
    """The stories' world in Discord."""
    patient = Limits(paced=False, answer_within=2 * PATIENT)
    async with FakeDiscord(limits=patient, clock=clock) as discord:
        desk = Desk(store, clock)
        await bootstrap.ensure(store, platform=PLATFORM, workspace=discord.guild.id)
        await set_up(desk)
        hands = DiscordHands(discord, store, desk)
        await hands.furnish()
        world = ChatWorld(store, clock, desk, hands)
        with patch.object(acting, "MOMENT", PATIENT):
            async with world.heeding(), hands.running():
                await world.wake()
                yield world
                await world.relay.stop()
        assert discord.record.complaints == []
