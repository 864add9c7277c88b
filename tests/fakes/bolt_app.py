"""A small real Bolt app, for the tests of the fake: it listens by a real socket and by a real HTTP server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web
from fakes.slack.fake_slack import FakeSlack
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
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
        self.url = ""
        """Where it listens for HTTP."""
        self._flow: AsyncOAuthFlow | None = None
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
        app.router.add_get("/slack/{page:install|oauth_redirect}", self._asked)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._slack.app.request_url = f"{self.url}/slack/events"
        self._slack.app.redirect_urls = [f"{self.url}/slack/oauth_redirect"]

    def serve_oauth(self, folder: Path) -> None:
        """Bolt's own pages that install the app into a workspace."""
        app = self._slack.app
        settings = AsyncOAuthSettings(
            client_id=app.client_id,
            client_secret=app.client_secret,
            scopes=sorted(app.scopes),
            authorization_url=f"{self._slack.url}/oauth/v2/authorize",
            installation_store=FileInstallationStore(base_dir=str(folder), client_id=app.client_id),
            state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(folder), client_id=app.client_id),
            install_page_rendering_enabled=False,
        )
        self._flow = AsyncOAuthFlow(client=AsyncWebClient(base_url=self._slack.api_url), settings=settings)

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

    async def _asked(self, request: web.Request) -> web.Response:
        assert self._flow
        given = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
        installing = request.match_info["page"] == "install"
        answer = await (self._flow.handle_installation(given) if installing else self._flow.handle_callback(given))
        headers = {name: values[0] for name, values in answer.headers.items()}
        return web.Response(status=answer.status, body=answer.body, headers=headers)

    async def stop(self) -> None:
        """Listen no more."""
        if self._handler:
            await self._handler.close_async()
        if self._runner:
            await self._runner.cleanup()
