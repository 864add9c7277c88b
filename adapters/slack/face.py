"""Slack as the desk has it: its workspaces, started and stopped, and the ways by which they are heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from starlette.types import ASGIApp

from adapters.slack.chats import SlackChats
from adapters.slack.dispatching import App
from adapters.slack.door import Door
from adapters.slack.installing import Installing
from adapters.slack.keeping import Keeping
from adapters.slack.places import EVENTS, INSTALL, REDIRECT
from adapters.slack.routing import Routing
from adapters.slack.socket import Socket
from adapters.slack.workspace import Config, client_of
from adapters.slack.workspaces import Workspaces
from bot.config import Settings
from bot.desk.context import Desk
from bot.ports import Chat, Place
from bot.sealing import Seal

log = logging.getLogger("steward.slack")

READ_EACH = 30
"""Over HTTP alone each so many looks, of one a minute, what was written is compared with what was heard."""

__all__ = ["Config", "SlackFace"]


class SlackFace:
    """One workspace by a plain token, or several that installed the app, or both."""

    def __init__(
        self,
        config: Config,
        desk: Desk,
        *,
        seal: Seal | None = None,
        elsewhere: Callable[[str], Place] | None = None,
    ) -> None:
        """With a `seal` other workspaces may install the app. `elsewhere` is where a conversation is that one of them
        took along."""
        self._desk, self._config = desk, config
        self.workspaces = Workspaces(config, desk, seal, elsewhere)
        self.own = self.workspaces.own
        self.chat: Chat
        app: App
        if seal is None and self.own is not None:
            self.chat, app, api = self.own.chat, self.own.app, self.own.client
        else:
            self.chat, app, api = SlackChats(self.workspaces), Routing(self.workspaces), client_of(config)
        self._many, self.app = seal is not None, app
        self.keeping = Keeping(app, desk)
        self.door = Door(self.keeping, config.signing_secret, desk.clock) if config.signing_secret else None
        self.socket = (
            Socket(api, self.keeping, config.app_token, connected=self._connected, disconnected=self._disconnected)
            if config.app_token
            else None
        )
        self._looks = 0
        self._looking: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, settings: Settings, desk: Desk, elsewhere: Callable[[str], Place] | None = None) -> SlackFace:
        """As the settings have it. Raises ConfigError where tokens of others could not be kept."""
        config = Config(
            settings.slack_bot_token.get_secret_value(),
            settings.slack_app_token.get_secret_value(),
            settings.slack_signing_secret.get_secret_value(),
            settings.slack_api_url,
            settings.slack_staff,
            settings.slack_clients,
            settings.slack_channels,
            settings.slack_emoji,
            settings.slack_client_id,
            settings.slack_client_secret.get_secret_value(),
        )
        return cls(config, desk, seal=Seal.of(settings) if config.client_id else None, elsewhere=elsewhere)

    def doors(self, key: bytes, address: str) -> dict[str, ASGIApp]:
        """What Slack posts to, and the pages that install the app, by path. `key` signs links, `address` is where
        people find them."""
        found: dict[str, ASGIApp] = {EVENTS: self.door} if self.door is not None else {}
        if self._many:
            installing = Installing(self._config, self._desk, self.workspaces, key, address)
            self._desk.connect = installing.links.make
            found |= {INSTALL: installing, REDIRECT: installing}
        return found

    def open(self) -> None:
        """From now on calls can be made. Within a running event loop."""
        self.workspaces.open()

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
        await self.workspaces.stop()

    async def close(self) -> None:
        """Let go of the connections; nothing is sent after this."""
        await self.workspaces.close()

    async def follow(self) -> None:
        """Workspaces, channels and people as they are by now, and what somebody left behind. While Slack is away it is
        for later."""
        await self.workspaces.refresh()
        await self.keeping.take_up()
        for workspace in self.workspaces.here:
            await workspace.follow()

    def look_soon(self) -> None:
        """The same by itself: with many channels it may take minutes."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self.look())

    async def look(self) -> None:
        """Each minute: read again what could not be read, and move the mark up to which all is heard. Over HTTP it is
        asked now and then who is there still."""
        if self.socket is None:
            # Nobody is told that Slack's posts do not come through: history is read from time to time.
            self._looks += 1
            if self._looks % READ_EACH == 0:
                self._disconnected()
            if self._looks % READ_EACH == 1:
                await self.workspaces.still_here()
        if self.socket is None or self.socket.hello.is_set():
            await asyncio.gather(*(workspace.look() for workspace in self.workspaces.here))

    async def _connected(self) -> None:
        # Who took the app out meanwhile told nobody.
        there = await self.workspaces.still_here()
        ended = await asyncio.gather(*(workspace.connected() for workspace in there), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    def _disconnected(self) -> None:
        for workspace in self.workspaces.here:
            workspace.disconnected()
