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
from adapters.slack.emoji import Emoji
from adapters.slack.events import Listening
from adapters.slack.files import SlackFiles
from adapters.slack.history import SlackHistory
from adapters.slack.homes import Homes
from adapters.slack.inbound import Inbound
from adapters.slack.keeping import Keeping
from adapters.slack.pacing import Pace
from adapters.slack.people import People
from adapters.slack.places import EVENTS, PLATFORM
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

READ_EACH = 30
"""Over HTTP alone each so many looks, of one a minute, what was written is compared with what was heard."""
AGAIN = 15.0
"""Seconds until it is looked again for what could not be looked up."""


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
    emoji: Mapping[str, str] = field(default_factory=dict[str, str])


class SlackFace:
    """One workspace by a plain token."""

    def __init__(self, config: Config, desk: Desk) -> None:
        self._desk = desk
        self.client = AsyncWebClient(
            config.bot_token,
            base_url=config.api_url,
            timeout=TIMEOUT,
            # The SDK would post once more after a lost connection; the relay looks first.
            retry_handlers=[],
            logger=logging.getLogger("steward.slack.api"),
        )
        pace, self._teams = Pace(), Teams(self.client)
        self._people = People(self.client, desk, staff=config.staff, clients=config.clients)
        self.rooms = Rooms(self.client, desk, self._people, self._teams, channels=config.channels)
        reading = Reading(self.client, pace, desk.clock)
        files = SlackFiles(self.client, desk)
        drawing = Drawing(desk, self._teams, self._people)
        self.chat = SlackChat(self.client, pace, self.rooms, reading, drawing, files)
        self._acting = Acting(desk, self.client, drawing, self._people, self._teams, files, self._missed)
        self._listening = Listening(self._acting, reading, files, Emoji(config.emoji))
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
        self.keeping = Keeping(self.app, desk)
        self.door = Door(self.keeping, config.signing_secret, desk.clock) if config.signing_secret else None
        self.socket = (
            Socket(self.app, self.keeping, config.app_token, connected=self._connected, disconnected=self._disconnected)
            if config.app_token
            else None
        )
        self._backfill: Backfill | None = None
        self._not_before = 0.0
        self._looks = 0
        self._catching = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

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
                settings.slack_emoji,
            ),
            desk,
        )

    @property
    def doors(self) -> dict[str, Door]:
        """What Slack posts to, by path."""
        return {EVENTS: self.door} if self.door is not None else {}

    def open(self) -> None:
        """From now on calls can be made. Within a running event loop."""
        self.client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))

    def start(self) -> None:
        """Listen from now on; what was missed is read as soon as Slack is there."""
        if self.socket is not None:
            self.socket.start()

    async def stop(self) -> None:
        """Hear nothing more; answers when what is under way has ended."""
        if self.socket is not None:
            await self.socket.stop()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self.keeping.stop()
        await self._acting.stop()

    async def close(self) -> None:
        """Let go of the connections; nothing is sent after this."""
        if self.client.session is not None:
            await self.client.session.close()

    async def follow(self) -> None:
        """Channels and people as the directory has them by now, and what somebody left behind. While Slack is away it
        is for later."""
        await self.keeping.take_up()
        now = asyncio.get_running_loop().time()
        if now < self._not_before:
            return
        try:
            await self.rooms.follow()
        except Exception as error:
            self._not_before = now + AGAIN
            log.warning("Slack's channels cannot be looked up yet: %s", error)

    def look_soon(self) -> None:
        """The same by itself: with many channels it may take minutes."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self.look())

    async def look(self) -> None:
        """Each minute: read again what could not be read, and move the mark up to which all is heard."""
        if self.socket is None:
            # Nobody is told that Slack's posts do not come through: history is read from time to time.
            self._looks += 1
            if self._looks % READ_EACH == 0:
                self._disconnected()
        if self.socket is None or self.socket.hello.is_set():
            async with self._catching:
                try:
                    await (await self._to_backfill()).look()
                except Exception as error:
                    log.warning("what was written in Slack meanwhile cannot be read yet: %s", error)

    async def _connected(self) -> None:
        async with self._catching:
            await (await self._to_backfill()).connected()

    def _missed(self) -> None:
        """An event was acknowledged, and could not be heard after all: history has it."""
        self._disconnected()

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
