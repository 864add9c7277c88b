"""Socket Mode: a connection that Slack sends events over, watched, and made anew where it stands still.

Nothing is kept for who is not connected: after each connection what was written meanwhile is read from history.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.dispatching import dispatched
from adapters.slack.failing import unconnected
from adapters.slack.keeping import Keeping
from bot.ports import RateLimited, Refused

log = logging.getLogger("steward.slack")

PING = 10.0
"""Seconds between two signs of life; without four of them the SDK itself connects again."""
WATCH = 0.5
"""Seconds between two looks whether it is connected."""
GREETING = 3.0
"""Seconds after which a connection counts as one though nobody said hello."""
WEDGED = 45.0
"""Seconds after which a client that does not get connected by itself is thrown away."""
FIRST, MOST = 1.0, 30.0
"""Seconds between tries to connect at all."""


class Socket:
    """Keeps one connection."""

    def __init__(
        self,
        client: AsyncWebClient,
        keeping: Keeping,
        token: str,
        *,
        connected: Callable[[], Awaitable[object]],
        disconnected: Callable[[], None],
    ) -> None:
        """`client` asks where to connect, by the app's token. `connected` is awaited by itself after each hello,
        `disconnected` is told when events may be missed."""
        self._api, self._keeping, self._token = client, keeping, token
        self._connected, self._disconnected = connected, disconnected
        self.ping, self.watch, self.wedged = PING, WATCH, WEDGED
        self._client: SocketModeClient | None = None
        self._running: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[object]] = set()
        self._session: object = None
        self._leaving: object = None
        """The session that Slack lets go: it is open a while longer, and nothing new comes over it."""
        self.hello = asyncio.Event()
        """Set while Slack has said hello on the present connection."""

    def start(self) -> None:
        """Connect, and stay so."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """No more events; answers once the connection is closed."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        await self._close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _run(self) -> None:
        pause = FIRST
        while True:
            try:
                await self._connect()
                pause = FIRST
                await self._watch()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.error("Slack cannot be connected to; it is tried again in %.0f s: %s", pause, unconnected(error))
            self._lost()
            await self._close()
            await asyncio.sleep(pause)
            pause = min(pause * 2, MOST)

    async def _connect(self) -> None:
        client = SocketModeClient(
            app_token=self._token, logger=log_of_sdk(), web_client=self._api, ping_interval=self.ping
        )
        self._client = client
        client.on_message_listeners.append(partial(self._frame, client))
        client.message_listeners.append(self._message)
        client.socket_mode_request_listeners.append(self._request)
        async with asyncio.timeout(self.wedged):
            # Asked for first by itself: the client would try for ever without a word of why.
            client.wss_uri = await client.issue_new_wss_url()
            await client.connect()

    async def _watch(self) -> None:
        """Until it has not been connected for too long; the SDK mends most of it by itself."""
        loop = asyncio.get_running_loop()
        last = since = loop.time()
        while (client := self._client) is not None:
            if client.current_session is not self._session:
                self._lost()
                self._session, since = client.current_session, loop.time()
            if await client.is_connected() and client.current_session is not self._leaving:
                last = loop.time()
                if not self.hello.is_set() and last - since > GREETING:
                    self._greeted()
            elif loop.time() - last > self.wedged:
                log.warning("the connection to Slack has stood still for %.0f s; it is made anew", loop.time() - last)
                return
            elif client.current_session is None or client.current_session.closed:
                self._lost()
                # At once: the SDK itself looks only every so often.
                await client.connect_to_new_endpoint()
            await asyncio.sleep(self.watch)

    async def _frame(self, client: SocketModeClient, frame: WSMessage) -> None:
        """A farewell is seen here: the SDK follows it by itself, and hands it to no listener of messages."""
        if '"disconnect"' not in frame.data or client is not self._client:
            return
        with suppress(ValueError, RecursionError):
            said = json.loads(frame.data)
            if isinstance(said, dict) and said.get("type") == "disconnect":
                log.info("Slack asks to connect anew: %s", said.get("reason"))
                self._leaving = client.current_session
                self._lost()

    async def _message(self, client: AsyncBaseSocketModeClient, message: dict[str, Any], raw: str | None) -> None:
        if message.get("type") == "hello":
            self._session, self._leaving = getattr(client, "current_session", None), None
            self._greeted()

    async def _request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        answer = await dispatched(self._keeping, request.payload, build_headers(request) or {}, mode="socket_mode")
        if answer.status == 400 and request.type == "events_api":
            # It is not told again; of somebody's words history has what can be read. Of what a person did Slack says
            # to them that it failed.
            answer = BoltResponse(status=200)
        try:
            await send_async_response(client, request, answer, started)
        except Exception as error:
            # It is told again, and was handled by then.
            log.info("Slack could not be told that an event was handled: %s", error)

    def _greeted(self) -> None:
        """Events come in from here on; what came before is to be read."""
        log.info("connected to Slack")
        self.hello.set()
        self._go(self._connected())

    def _lost(self) -> None:
        if self.hello.is_set():
            self.hello.clear()
        self._disconnected()

    def _go(self, work: Awaitable[object]) -> None:
        async def guarded() -> None:
            try:
                await work
            except (RateLimited, Refused) as no:
                log.error("what was missed could not be read; it is tried again within a minute: %s", no)
            except Exception:
                log.exception("what was missed could not be read; it is tried again within a minute")

        task: asyncio.Task[object] = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self) -> None:
        client, self._client, self._session, self._leaving = self._client, None, None, None
        if client is not None:
            with suppress(Exception):
                await client.close()


def log_of_sdk() -> logging.Logger:
    """What the SDK says of its connections, quieter than our own."""
    logger = logging.getLogger("steward.slack.socket")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.WARNING)
        logger.addFilter(_not_said_by_us)
    return logger


def _not_said_by_us(record: logging.LogRecord) -> bool:
    """Why no connection is opened the desk says itself, with what mends it."""
    return "Failed to retrieve WSS URL" not in record.getMessage()
