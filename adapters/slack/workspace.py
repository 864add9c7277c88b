"""One workspace: a token, and all that speaks and hears by it.

Nothing here is shared with another workspace's, so that no channel and no person is ever asked for with a token that is
not theirs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.at_the_socket import asking
from adapters.slack.acting import Acting
from adapters.slack.chat import SlackChat
from adapters.slack.departing import Private
from adapters.slack.drawing import Drawing
from adapters.slack.emoji import Emoji
from adapters.slack.events import LOOK, LOOKS, UNDER_WAY, Listening
from adapters.slack.files import SlackFiles
from adapters.slack.history import SlackHistory
from adapters.slack.homes import Homes
from adapters.slack.inbound import Inbound
from adapters.slack.pacing import Pace
from adapters.slack.people import People
from adapters.slack.places import PLATFORM
from adapters.slack.reading import Reading
from adapters.slack.rooms import Rooms
from adapters.slack.team import Teams
from adapters.slack.wiring import create_app
from bot.desk.backfill import Backfill
from bot.desk.context import Desk, Heard
from bot.desk.departing import Departing
from bot.desk.leaving import Rolls
from bot.messages.model import Answer
from bot.ports import Installation

log = logging.getLogger("steward.slack")

TIMEOUT = 20
"""Seconds for a call; the relay gives each twenty-five."""
AGAIN = 15.0
"""Seconds until it is looked again for what could not be looked up."""


@dataclass(frozen=True)
class Config:
    """What the settings say of Slack."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"
    staff: Collection[str] = ()
    clients: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    channels: Mapping[str, str] = field(default_factory=dict[str, str])
    emoji: Mapping[str, str] = field(default_factory=dict[str, str])
    client_id: str = ""
    client_secret: str = field(default="", repr=False)


def client_of(config: Config, token: str = "") -> AsyncWebClient:
    """What calls the Web API, as all of the desk's do."""
    return AsyncWebClient(
        token or None,
        base_url=config.api_url,
        timeout=TIMEOUT,
        # The SDK would post once more after a lost connection; the relay looks first.
        retry_handlers=[],
        logger=logging.getLogger("steward.slack.api"),
    )


class SlackWorkspace:
    """Put together; the face starts and stops it."""

    def __init__(
        self,
        config: Config,
        desk: Desk,
        *,
        left: Callable[[SlackWorkspace, Mapping[str, Any]], Awaitable[None]],
        installation: Installation | None = None,
        settled_elsewhere: Callable[[str], bool] = lambda key: False,
        here: Callable[[str], bool] = lambda workspace: True,
        homes: Callable[[], Mapping[str, Collection[str]]] = dict,
    ) -> None:
        """`left` hears that the app was taken out; `settled_elsewhere` says of a client, by its key, whether its
        channel is in a workspace of its own, and `here` whether the desk is in another workspace; `homes` are those of
        clients. Without an `installation` the token is the settings' own."""
        self.installation = installation
        self._desk = desk
        self.client = client_of(config, config.bot_token)
        pace = Pace()
        self.teams = Teams(self.client, installation.workspace if installation else "")
        self.people = People(self.client, desk, staff=config.staff, clients=config.clients, homes=homes)
        self.rooms = Rooms(
            self.client,
            desk,
            self.people,
            self.teams,
            channels=config.channels,
            side=installation.side if installation else None,
            settled_elsewhere=settled_elsewhere,
            here=here,
        )
        reading = Reading(self.client, pace, desk.clock)
        files = SlackFiles(self.client, desk)
        drawing = Drawing(desk, self.teams, self.people)
        self.chat = SlackChat(self.client, pace, self.rooms, reading, drawing, files)
        self.acting = Acting(desk, self.client, drawing, self.people, self.teams, files, self.disconnected)
        self._listening = Listening(self.acting, reading, files, Emoji(config.emoji))
        self._history = SlackHistory(desk, reading, self._listening, self.teams)

        async def leave(body: Mapping[str, Any]) -> None:
            await left(self, body)

        self.app = create_app(
            self.teams,
            command=desk.rules.command,
            inbound=Inbound(self.acting, self._listening, self.chat),
            listening=self._listening,
            homes=Homes(self.acting),
            people=self.people,
            rooms=self.rooms,
            left=leave,
        )
        self._departing = Departing(desk, PLATFORM, Private(self.client, desk, self.teams).take_out)
        self.rolls = Rolls(desk, PLATFORM, self.people.side_now, mine=lambda account: account[1] == self._workspace)
        self._workspace = installation.workspace if installation else ""
        self._backfill: Backfill | None = None
        self._not_before = 0.0
        self._catching = asyncio.Lock()

    def open(self) -> None:
        """From now on calls can be made. Within a running event loop."""
        self.client.session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT), trace_configs=[asking()]
        )

    async def stop(self) -> None:
        """Answers when what is under way has ended."""
        await self._departing.stop()
        await self.acting.stop()

    async def close(self) -> None:
        """Let go of the connections; nothing is sent after this."""
        if self.client.session is not None:
            await self.client.session.close()

    async def follow(self) -> None:
        """Channels and people as the directory has them by now. While Slack is away it is for later."""
        now = asyncio.get_running_loop().time()
        if now < self._not_before:
            return
        try:
            await self.rooms.follow()
            await self._departing.soon()
        except Exception as error:
            self._not_before = now + AGAIN
            log.warning("Slack's channels cannot be looked up yet: %s", error)

    async def look(self) -> None:
        """While Slack is there: read again what could not be read, and move the mark up to which all is heard."""
        try:
            self._workspace = (await self.teams.team()).workspace
            await self.rolls.look()
        except Exception as error:
            log.warning("who is still on the lists cannot be told yet: %s", error)
        await self._departing.look()
        async with self._catching:
            try:
                await (await self._to_backfill()).look()
            except Exception as error:
                log.warning("what was written in Slack meanwhile cannot be read yet: %s", error)

    async def connected(self) -> None:
        """Events come in from now on."""
        for _ in range(LOOKS):
            # What is said in a thread is the request's only once it is known which message the thread hangs from.
            if not UNDER_WAY & (await self._desk.store.outbox_states()).keys():
                break
            await asyncio.sleep(LOOK)
        async with self._catching:
            await (await self._to_backfill()).connected()

    def disconnected(self) -> None:
        """From now on something may be missed; or an event was acknowledged, and could not be heard after all."""
        if self._backfill is not None:
            self._backfill.disconnected()

    async def _to_backfill(self) -> Backfill:
        if self._backfill is None:
            workspace = (await self.teams.team()).workspace
            await self.follow()
            self._backfill = Backfill(
                self._desk, self._history, platform=PLATFORM, workspace=workspace, show=self._show
            )
        return self._backfill

    async def _show(self, heard: Heard, answer: Answer) -> None:
        place = heard.ref.place
        user = await self.people.user_of(place.workspace, heard.author)
        if user is not None:
            await self.acting.answered(await self.acting.act(user, place.channel, place.thread), answer)
