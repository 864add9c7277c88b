"""A browser workspace in a test: the real desk on a real SQLite file, and people with a browser but no screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette

from adapters.web.auth import COOKIE, Sessions
from adapters.web.channels import Channels
from adapters.web.chat import PLATFORM, WebChat
from adapters.web.demo import Demo
from adapters.web.live import Hub
from adapters.web.wiring import create_app
from bot.clock import SimulatedClock
from bot.desk import reminders
from bot.desk.context import Desk
from bot.outbox import Relay as Outbox
from storage import SqlStore

HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"
TUESDAY = datetime(2026, 6, 9, 10, 0, tzinfo=ZoneInfo("Europe/London"))


class MovableClock(SimulatedClock):
    """Machine time can be moved too, for what expires."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.ahead = timedelta()

    def machine(self) -> datetime:
        return super().machine() + self.ahead


@dataclass
class House:
    """The application and what stands behind it."""

    store: SqlStore
    clock: MovableClock
    hub: Hub = field(default_factory=Hub)
    skipped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = Desk(self.store, self.clock)
        self.chat = WebChat(self.store, self.hub, self.clock)
        self.relay = Outbox(self.store, {PLATFORM: self.chat}, self.clock, home=PLATFORM)
        self.channels = Channels(self.store, self.store)
        self.sessions = Sessions(b"a secret for tests", self.clock, self._used)
        self.app = self.make()

    async def _used(self, token: str, expires: datetime) -> bool:
        return await self.store.use_once(token, self.clock.machine(), expires)

    def make(self, *, demo: bool = False, hosts: tuple[str, ...] = ("127.0.0.1",)) -> Starlette:
        """The application; `demo` gives it a switch for Dana and Sam."""

        async def skip(kind: str) -> str:
            self.skipped.append(kind)
            return "An hour went by."

        people = [("dana", "Dana", "client at Acme"), ("sam", "Sam", "engineer")]
        return create_app(
            desk=self.desk,
            workspace=self.store,
            hub=self.hub,
            sessions=self.sessions,
            wake=self.wake,
            demo=Demo(people, skip, self.clock.now) if demo else None,
            hosts=hosts,
        )

    async def wake(self) -> None:
        await self.channels.follow()
        await reminders.fire(self.desk)
        await self.relay.drain()

    def browser(self, person: str | None = None, app: Starlette | None = None) -> Browser:
        """Somebody's browser, signed in already where a person is named."""
        return Browser(self, app or self.app, person)


class Browser:
    """Asks as a page of the workspace would."""

    def __init__(self, house: House, app: Starlette, person: str | None) -> None:
        cookies = {COOKIE: house.sessions.cookie(person)} if person else {}
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url=ORIGIN, headers={"origin": ORIGIN}, cookies=cookies
        )

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, **options)

    async def visit(self, path: str) -> httpx.Response:
        """As a person who navigates."""
        return await self.http.get(path, headers={"accept": "text/html"}, follow_redirects=True)

    async def post(self, path: str, body: object, **options: Any) -> httpx.Response:
        return await self.http.post(path, json=body, **options)

    async def say(
        self, text: str, channel: str = "client-acme", *, thread: int | None = None, id: str = ""
    ) -> httpx.Response:
        """The composer."""
        return await self.post(f"/c/{channel}/messages", {"id": id or str(uuid4()), "text": text, "thread": thread})

    async def press(self, command: str, channel: str, *, id: str = "", **args: Any) -> httpx.Response:
        """A button."""
        return await self.post("/act", {"id": id or str(uuid4()), "command": command, "args": args, "channel": channel})
