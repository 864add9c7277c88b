"""A desk in several workspaces: the firm's own by a plain token, and those of clients who installed the app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import uvicorn
from fakes.slack.browsing import Browser, Page
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.person import Person as Somebody
from fakes.slack.slack_things import Channel, Team
from slack_house import House, Running, _Quiet
from starlette.types import Receive, Scope, Send

from adapters.slack.face import SlackFace
from adapters.slack.links import Links
from adapters.web.chat import place_of
from bot.desk.context import Desk, Rules
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain.people import Client
from bot.ports import DirectoryEdit, Installation
from bot.sealing import Seal
from storage import SqlStore

KEY = b"k" * 32
SEALS = (b"1" * 32, b"2" * 32)


class ManyHouse(House):
    """Kim is an administrator of Globex, another client with a workspace of its own, where Bo works, too."""

    def __init__(self, store: SqlStore, slack: FakeSlack) -> None:
        super().__init__(store, slack)
        self.globex = slack.workspace("Globex")
        self.kim, self.bo = slack.person("Kim Ash", team=self.globex), slack.person("Bo Day", team=self.globex)
        self.help = slack.channel("help", self.kim, self.bo, team=self.globex)

    async def furnish(self) -> None:
        """The house, and one more client, who is nowhere yet."""
        await super().furnish()
        globex = Client("GLOBEX", "Globex", "Europe/London")
        hours = office_hours(globex)
        await self.store.edit_directory(
            DirectoryEdit(clients=(globex,), calendars=(hours,), policies=(policy_for(globex, hours, Level.SILVER),))
        )

    @asynccontextmanager
    async def many(self, *seals: bytes, own: bool = True, **how: Any) -> AsyncIterator[ManyRunning]:
        """The desk runs, and other workspaces may let it in; without a token of its `own` there are no others."""
        app = self.slack.app
        given = {"client_id": app.client_id, "client_secret": app.client_secret, **how}
        config = self.config(**given) if own else replace(self.config(**given), bot_token="")
        desk = Desk(self.store, self.clock, Rules())
        running = ManyRunning(self, SlackFace(config, desk, seal=Seal(seals or SEALS), elsewhere=place_of))
        await running.start()
        try:
            yield running
        finally:
            await running.stop()

    async def installed_in(self, team: Team) -> Installation | None:
        """What the store has of that workspace."""
        return next((each for each in await self.store.installations.all() if each.workspace == team.id), None)


class ManyRunning(Running):
    """It serves its pages, too."""

    house: ManyHouse

    async def start(self) -> None:
        """Pages first: Slack must know where to send people back to."""
        self._pages = _Quiet(uvicorn.Config(self._page, port=0, log_level="warning", lifespan="off", interface="asgi3"))
        self._serving_pages = asyncio.create_task(self._pages.serve())
        while not self._pages.started:  # noqa: ASYNC110  # uvicorn tells nobody
            await asyncio.sleep(0.01)
        self.url = f"http://127.0.0.1:{self._pages.servers[0].sockets[0].getsockname()[1]}"
        self.house.slack.app.redirect_urls = [f"{self.url}/slack/oauth_redirect"]
        self._doors = self.face.doors(KEY, self.url)
        self.links = Links(KEY, self.url, self.house.clock)
        await super().start()

    async def stop(self) -> None:
        """All of it."""
        self._pages.should_exit = True
        await self._serving_pages
        await super().stop()

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._doors[scope["path"]](scope, receive, send)

    @asynccontextmanager
    async def browser(self, person: Somebody) -> AsyncIterator[Browser]:
        """Somebody's browser."""
        async with Browser(self.house.slack, person, self.url) as browser:
            yield browser

    async def install(self, person: Somebody, side: str = "GLOBEX") -> Page:
        """They follow a link for that side, and press Allow."""
        async with self.browser(person) as browser:
            return await browser.allow(await browser.open(self.links.make(side)))

    async def invite(self, person: Somebody, channel: Channel) -> None:
        """They bring the app into a channel, and the desk has heard of it."""
        person.invite_app(channel)
        await self.house.slack.heard()
