"""Slack as the desk has it: its parts put together, started and stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.acting import Acting
from adapters.slack.chat import SlackChat
from adapters.slack.door import Door
from adapters.slack.drawing import Drawing
from adapters.slack.events import Listening
from adapters.slack.files import SlackFiles
from adapters.slack.history import SlackHistory
from adapters.slack.homes import Homes
from adapters.slack.inbound import Inbound
from adapters.slack.pacing import Pace
from adapters.slack.people import People
from adapters.slack.places import PLATFORM
from adapters.slack.reading import Reading
from adapters.slack.rooms import Rooms
from adapters.slack.socket import Socket
from adapters.slack.team import Teams
from adapters.slack.wiring import create_app
from bot.config import Settings
from bot.desk.backfill import Backfill
from bot.desk.context import Desk, Heard
from bot.messages.model import Answer

log = logging.getLogger("steward.slack")

TIMEOUT = 20
"""Seconds for a call; the relay gives each twenty-five."""


@dataclass(frozen=True)
class Config:
    """What the settings say of Slack."""

    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    api_url: str = "https://slack.com/api/"
    staff: Collection[str] = ()
    clients: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    channels: Mapping[str, str] = field(default_factory=dict[str, str])


class SlackFace:
    """One workspace by a plain token. Made within a running event loop."""

    def __init__(self, config: Config, desk: Desk) -> None:
        self._desk = desk
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        self.client = AsyncWebClient(
            config.bot_token,
            base_url=config.api_url,
            timeout=TIMEOUT,
            session=self._session,
            # The SDK would post once more after a lost connection; the relay looks first.
            retry_handlers=[],
            logger=logging.getLogger("steward.slack.api"),
        )
        pace, self._teams = Pace(), Teams(self.client)
        self._people = People(self.client, desk, staff=config.staff, clients=config.clients)
        self.rooms = Rooms(self.client, desk, self._people, self._teams, channels=config.channels)
        reading = Reading(self.client, pace, desk.clock)
        files = SlackFiles(self.client, self._session, desk)
        drawing = Drawing(desk, self._teams, self._people)
        self.chat = SlackChat(self.client, pace, self.rooms, reading, drawing, files)
        self._acting = Acting(desk, self.client, drawing, self._people, self._teams, files)
        self._listening = Listening(self._acting, reading, files)
        self._history = SlackHistory(desk, reading, self._listening, self._teams)
        self.app = create_app(
            self.client,
            command=desk.rules.command,
            inbound=Inbound(self._acting, self._listening, self.chat),
            listening=self._listening,
            homes=Homes(self._acting),
            people=self._people,
            rooms=self.rooms,
        )
        self.door = Door(self.app, config.signing_secret, desk.clock) if config.signing_secret else None
        self.socket = (
            Socket(self.app, config.app_token, connected=self._connected, disconnected=self._disconnected)
            if config.app_token
            else None
        )
        self._backfill: Backfill | None = None
        self._catching = asyncio.Lock()

    @classmethod
    def of(cls, settings: Settings, desk: Desk) -> SlackFace:
        """As the settings have it."""
        return cls(
            Config(
                settings.slack_bot_token.get_secret_value(),
                settings.slack_app_token.get_secret_value(),
                settings.slack_signing_secret.get_secret_value(),
                settings.slack_api_url,
                settings.slack_staff,
                settings.slack_clients,
                settings.slack_channels,
            ),
            desk,
        )

    def start(self) -> None:
        """Listen from now on; what was missed is read as soon as Slack is there."""
        if self.socket is not None:
            self.socket.start()

    async def stop(self) -> None:
        """Hear nothing more; answers when what is under way has ended."""
        if self.socket is not None:
            await self.socket.stop()
        await self._acting.stop()

    async def close(self) -> None:
        """Let go of the connections; nothing is sent after this."""
        await self._session.close()

    async def follow(self) -> None:
        """Channels and people as the directory has them by now. While Slack is away it is for later."""
        try:
            await self.rooms.follow()
        except Exception as error:
            log.warning("Slack's channels cannot be looked up yet: %s", error)

    async def look(self) -> None:
        """Each minute: read again what could not be read, and move the mark up to which all is heard."""
        if self.socket is None or self.socket.hello.is_set():
            async with self._catching:
                try:
                    await (await self._to_backfill()).look()
                except Exception as error:
                    log.warning("what was written in Slack meanwhile cannot be read yet: %s", error)

    async def _connected(self) -> None:
        async with self._catching:
            await (await self._to_backfill()).connected()

    def _disconnected(self) -> None:
        if self._backfill is not None:
            self._backfill.disconnected()

    async def _to_backfill(self) -> Backfill:
        if self._backfill is None:
            workspace = (await self._teams.team()).workspace
            await self.follow()
            self._backfill = Backfill(
                self._desk, self._history, platform=PLATFORM, workspace=workspace, show=self._show
            )
        return self._backfill

    async def _show(self, heard: Heard, answer: Answer) -> None:
        place = heard.ref.place
        user = await self._people.user_of(place.workspace, heard.author)
        if user is not None:
            await self._acting.answered(await self._acting.act(user, place.channel, place.thread), answer)
