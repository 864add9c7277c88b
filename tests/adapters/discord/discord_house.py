"""A desk with Discord for its face, in a test: the real discord.py, over real sockets, against the fake Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fakes.discord.discord_things import Channel
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.person import Person as Somebody
from fakes.discord.screen import Seen
from fakes.waiting import PATIENCE

from adapters.discord.face import Config, DiscordFace
from adapters.discord.places import PLATFORM
from adapters.web.chat import PLATFORM as WEB
from adapters.web.chat import WebChat
from adapters.web.live import Hub
from bot.clock import SystemClock
from bot.desk import reminders
from bot.desk.context import Desk, Rules
from bot.desk.conversations import ALERTS, TRIAGE, client_channel
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain.people import Client, Person, Role
from bot.outbox import Relay
from bot.ports import DirectoryEdit, Place
from storage import SqlStore


class DiscordHouse:
    """The desk, its Discord, and the people in it: Dana of Acme, Sam and Lee of the team, Eve of neither."""

    def __init__(self, store: SqlStore, discord: FakeDiscord) -> None:
        self.store, self.discord, self.clock = store, discord, SystemClock()
        discord.invite()
        self.team, self.client = discord.role("Support team"), discord.role("Acme people")
        self.dana = discord.person("Dana Reyes", roles=[self.client])
        self.sam, self.lee = discord.person("Sam Ito", roles=[self.team]), discord.person("Lee Park", roles=[self.team])
        self.eve = discord.person("Eve Out")
        self.acme = discord.channel("acme-support")
        self.triage = discord.channel("triage", only=[self.team])
        self.alerts = discord.channel("alerts", only=[self.team])
        self.server = discord.guild.id

    async def furnish(self) -> None:
        """One client with its promises, and three people with their accounts."""
        acme = Client("ACME", "Acme", "Europe/London")
        hours = office_hours(acme)
        people = {
            self.dana: Person("dana", "Dana Reyes", Role.CLIENT, "Europe/London", "ACME"),
            self.sam: Person("sam", "Sam Ito", Role.ENGINEER, "Europe/London"),
            self.lee: Person("lee", "Lee Park", Role.MANAGER, "Europe/London"),
        }
        places = {client_channel("ACME"): self.acme, TRIAGE: self.triage, ALERTS: self.alerts}
        await self.store.edit_directory(
            DirectoryEdit(
                clients=(acme,),
                calendars=(hours,),
                policies=(policy_for(acme, hours, Level.SILVER),),
                people=tuple(people.values()),
                identities=tuple((PLATFORM, self.server, who.id, person.id) for who, person in people.items()),
                bindings=tuple((name, self.place(channel)) for name, channel in places.items()),
            )
        )

    def place(self, channel: Channel, thread: str | None = None) -> Place:
        """A place of this Discord, as the desk knows it."""
        return Place(PLATFORM, self.server, channel.id, thread)

    async def rebind(self, conversation: str, channel: Channel | str) -> None:
        """From now on the conversation is there, or in the channel of that name."""
        place = Place(PLATFORM, self.server, channel) if isinstance(channel, str) else self.place(channel)
        await self.store.edit_directory(DirectoryEdit(bindings=((conversation, place),)))

    def face(self, **how: Any) -> DiscordFace:
        """The desk's face, as the settings have it."""
        config = Config(self.discord.app.token, self.discord.api_base, self.discord.gateway_url, **how)
        return DiscordFace(config, Desk(self.store, self.clock, Rules()))

    @asynccontextmanager
    async def desk(self, **how: Any) -> AsyncIterator[Running]:
        """The desk runs."""
        running = Running(self, self.face(**how))
        await running.start()
        try:
            yield running
        finally:
            await running.stop()


class Running:
    """A desk that runs: it sends as soon as something waits."""

    def __init__(self, house: DiscordHouse, face: DiscordFace) -> None:
        self.house, self.face, self.desk = house, face, face._desk
        chats = {WEB: WebChat(house.store, Hub(), house.clock), PLATFORM: face.chat}
        self.relay = Relay(house.store, chats, house.clock, home=PLATFORM)
        self._sending: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen, and send."""
        self.face.wire.ready_timeout, self.face.wire.first, self.face.wire.pause = 0.02, 0.05, 0.0
        self.face.open()
        self.face.start()
        async with asyncio.timeout(PATIENCE):
            await self.face.wire.there.wait()
        await self.face.follow()
        await self.until(lambda: self.house.discord.app.commands)
        self._sending = asyncio.create_task(self._send())

    async def stop(self) -> None:
        """As a desk that is told to."""
        await self.face.stop()
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        await self.relay.stop()
        await self.face.close()

    async def killed(self) -> None:
        """As a process that is no more: nothing of it goes on, nothing is written of how its calls ended."""
        if self._sending is not None:
            self._sending.cancel()
        for flow in self.relay._flows:
            flow.cancel()
        for flight in self.relay._flights:
            flight.task.cancel()
        await asyncio.gather(*(f.task for f in list(self.relay._flights)), return_exceptions=True)

    async def _send(self) -> None:
        while True:
            await reminders.fire(self.desk)
            await self.relay.drain()
            await asyncio.sleep(0.02)

    async def settled(self, within: float = PATIENCE) -> None:
        """Until nothing waits to be sent."""
        async with asyncio.timeout(within):
            while {"ready", "sending", "ambiguous"} & set(await self.house.store.outbox_states()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def until(self, condition: Callable[[], Any], within: float = PATIENCE) -> Any:
        """Wait until somebody sees that."""
        return await self.house.discord.until(condition, within)

    async def answered(self, who: Somebody, channel: Channel) -> list[Seen]:
        """What they alone read there, once something does and nothing of it is “thinking…”, as on a slow machine."""

        def look() -> list[Seen]:
            seen = who.alone(channel)
            return seen if seen and not any(message.thinking for message in seen) else []

        return await self.until(look)
