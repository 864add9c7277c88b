"""A small real Bolt app, for the tests of the fake: it listens by a real socket and by a real HTTP server."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from fakes.slack.fake_slack import FakeSlack
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient


class BoltApp:
    """`on` is Bolt's own app, to hang listeners on before `start`."""

    def __init__(self, slack: FakeSlack, *, socket_mode: bool = True) -> None:
        self._slack = slack
        slack.app.socket_mode = socket_mode
        token = slack.app.installations[slack.team.id].token
        self.client = AsyncWebClient(token, base_url=slack.api_url)
        self.on = AsyncApp(client=self.client, signing_secret=slack.app.signing_secret)
        self.events: list[dict[str, Any]] = []
        """All events that it was told of."""
        self._handler: AsyncSocketModeHandler | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        if self._slack.app.socket_mode:
            web_client = AsyncWebClient(base_url=self._slack.api_url)
            self._handler = AsyncSocketModeHandler(self.on, self._slack.app.app_token, web_client=web_client)
            await self._handler.connect_async()
            await self._slack.sockets.connected()
            return
        app = web.Application()
        app.router.add_post("/slack/events", self._received)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._slack.app.request_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    def keep_events(self) -> None:
        """Every event that comes is kept in `events`."""

        async def keep(event: dict[str, Any]) -> None:
            self.events.append(event)

        self.on.event({"type": "message"})(keep)
        for kind in ("message_changed", "message_deleted", "file_share", "channel_join", "bot_message"):
            self.on.event({"type": "message", "subtype": kind})(keep)
        for kind in ("app_mention", "reaction_added", "reaction_removed", "app_home_opened", "app_uninstalled"):
            self.on.event(kind)(keep)

    async def _received(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        answer = await self.on.async_dispatch(AsyncBoltRequest(body=body, headers=dict(request.headers)))
        return web.Response(
            status=answer.status, text=answer.body, headers={k: v[0] for k, v in answer.headers.items()}
        )

    async def stop(self) -> None:
        """Listen no more."""
        if self._handler:
            await self._handler.close_async()
        if self._runner:
            await self._runner.cleanup()
