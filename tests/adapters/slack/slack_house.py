"""A desk with Slack for its face, in a test: the real Bolt app, over real sockets, against the fake Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.slack_things import Channel
from fakes.waiting import PATIENCE

from adapters.slack.face import Config, SlackFace
from adapters.slack.manifest import manifest
from adapters.slack.places import PLATFORM
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


class House:
    """The desk, its Slack, and the people in it: Dana of Acme, Sam and Lee of the team."""

    def __init__(self, store: SqlStore, slack: FakeSlack) -> None:
        self.store, self.slack, self.clock = store, slack, SystemClock()
        # What the code uses without asking for it in the manifest, the fake refuses.
        url = "" if slack.app.socket_mode else "https://desk.example.org"
        slack.use_manifest(manifest(name="Steward", command="/desk", url=url))
        self.installed = slack.install()
        self.dana, self.sam = slack.person("Dana Reyes"), slack.person("Sam Ito")
        self.lee, self.eve = slack.person("Lee Park"), slack.person("Eve Out")
        bot = self.installed
        self.acme = slack.channel("acme-support", self.dana, self.sam, self.lee, self.eve, bot)
        self.triage = slack.channel("triage", self.sam, self.lee, bot, private=True)
        self.alerts = slack.channel("alerts", self.lee, bot, private=True)
        self.team = slack.team.id
        self.ping = 10.0
        """Seconds between two signs of life on a socket. One is to be answered within half of that, by a loop that on a
        busy machine stands still for a second."""

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
                identities=tuple((PLATFORM, self.team, who.id, person.id) for who, person in people.items()),
                bindings=tuple((name, Place(PLATFORM, self.team, channel.id)) for name, channel in places.items()),
            )
        )

    def place(self, channel: Channel, thread: str | None = None) -> Place:
        """A place of this Slack, as the desk knows it."""
        return Place(PLATFORM, self.team, channel.id, thread)

    def config(self, **how: Any) -> Config:
        """How the desk is told of its Slack; Socket Mode unless the fake posts."""
        app = self.slack.app
        listens = {"app_token": app.app_token} if app.socket_mode else {"signing_secret": app.signing_secret}
        return Config(self.installed.token, **{**listens, "api_url": self.slack.api_url, **how})

    @asynccontextmanager
    async def desk(self, **how: Any) -> AsyncIterator[Running]:
        """The desk runs."""
        async with self.desk_of(self.config(**how)) as running:
            yield running

    def signed(self, body: bytes, kind: str) -> dict[str, str]:
        """The headers of a post that Slack signed."""
        return {"content-type": kind, **self.slack.posting.signed(body, secret="secret")}

    @asynccontextmanager
    async def desk_of(self, config: Config) -> AsyncIterator[Running]:
        """The desk runs, told so."""
        running = Running(self, SlackFace(config, Desk(self.store, self.clock, Rules())))
        await running.start()
        try:
            yield running
        finally:
            await running.stop()


class _Quiet(uvicorn.Server):
    """Leaves signals to the test."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Running:
    """A desk that runs: it sends as soon as something waits."""

    def __init__(self, house: House, face: SlackFace) -> None:
        self.house, self.face, self.desk = house, face, face._desk
        chats = {WEB: WebChat(house.store, Hub(), house.clock), PLATFORM: face.chat}
        self.relay = Relay(house.store, chats, house.clock, home=PLATFORM)
        self._sending: asyncio.Task[None] | None = None
        self._server: _Quiet | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen, the way the fake tells."""
        self.face.open()
        if self.face.door is not None:
            self._server = _Quiet(uvicorn.Config(self.face.door, port=0, log_level="warning", lifespan="off"))
            self._serving = asyncio.create_task(self._server.serve())
            while not self._server.started:  # noqa: ASYNC110  # uvicorn tells nobody
                await asyncio.sleep(0.01)
            port = self._server.servers[0].sockets[0].getsockname()[1]
            self.house.slack.app.request_url = f"http://127.0.0.1:{port}/slack/events"
        if self.face.socket is not None:
            self.face.socket.ping, self.face.socket.watch, self.face.socket.wedged = self.house.ping, 0.05, 5.0
        self.face.start()
        if self.face.socket is not None:
            async with asyncio.timeout(PATIENCE):
                await self.face.socket.hello.wait()
        await self.face.follow()
        self._sending = asyncio.create_task(self._send())

    async def stop(self) -> None:
        """As a desk that is told to."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
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
        keeping = self.face.keeping
        for task in (*keeping._settling, *keeping._working.values(), keeping._working_off):
            if task is not None:
                task.cancel()
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

    async def at_rest(self) -> None:
        """Until all that came in is carried out, and forgotten."""
        keeping = self.face.keeping
        await self.until(lambda: not (keeping._working or keeping._settling or keeping._line))
        await keeping.stop()

    async def until(self, condition: Callable[[], Any], within: float = PATIENCE) -> Any:
        """Wait until somebody sees that."""
        return await self.house.slack.until(condition, within)
