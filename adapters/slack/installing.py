"""The two pages by which a workspace lets the desk in: to Slack, and back from there.

Who may is decided by a link that a manager made (links.py); the way back counts once, within ten minutes, in the
browser that went. Whatever goes wrong, a page says what, whether anything was changed, and what to do next.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from adapters.slack import pages
from adapters.slack.failing import code_of
from adapters.slack.granted import Granted, NotTaken, granted
from adapters.slack.links import Link, Links, digest
from adapters.slack.manifest import SCOPES
from adapters.slack.pages import Page
from adapters.slack.places import INSTALL, PLATFORM, REDIRECT
from adapters.slack.workspace import Config
from adapters.slack.workspaces import Workspaces
from bot.desk.context import Desk
from bot.ports import Asking, Installation, Kept

log = logging.getLogger("steward.slack.install")

COOKIE = "steward_slack_install"
LIFE = timedelta(minutes=10)
"""How long somebody may take on Slack's page; its own code lives as long."""
TIMEOUT = 15


class Installing:
    """An ASGI application for both paths."""

    def __init__(self, config: Config, desk: Desk, workspaces: Workspaces, key: bytes, address: str) -> None:
        self._config, self._desk, self._workspaces = config, desk, workspaces
        self.links = Links(key, address, desk.clock)
        self._redirect = f"{address.rstrip('/')}{REDIRECT}"
        self._secure = address.startswith("https://")
        api = urlsplit(config.api_url)
        self._slack = f"{api.scheme}://{api.netloc}"
        self._asks = AuthorizeUrlGenerator(
            client_id=config.client_id,
            redirect_uri=self._redirect,
            scopes=sorted(SCOPES),
            authorization_url=f"{self._slack}/oauth/v2/authorize",
        )
        # The SDK's debugging would write the token down.
        self._log = logging.getLogger("steward.slack.oauth")
        self._log.setLevel(logging.INFO)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Exception:
            log.exception("a workspace could not let the desk in")
            response = self._shown(pages.failed())
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return self._shown(pages.no_post())
        if request.url.path == INSTALL:
            return await self._go(request)
        page = await self._back(request)
        response = self._shown(page)
        response.delete_cookie(COOKIE, path="/slack", httponly=True, samesite="lax", secure=self._secure)
        return response

    def _shown(self, page: Page) -> Response:
        return Response(
            page.html(self._desk.rules.name), page.status, {**pages.HEADERS, "Cache-Control": "no-store"}, "text/html"
        )

    # --- going --------------------------------------------------------------------------------------------

    async def _go(self, request: Request) -> Response:
        link = self.links.read(request.query_params.get("link", ""))
        if link is None or not await self._known(link):
            return self._shown(pages.no_link())
        if await self._desk.store.installations.spent(link.digest):
            return self._shown(pages.spent())
        state, browser, now = secrets.token_urlsafe(24), secrets.token_urlsafe(24), self._desk.clock.machine()
        asking = Asking(link.side, link.digest, link.until)
        await self._desk.store.installations.begin(digest(state), digest(browser), asking, now, now + LIFE)
        response = RedirectResponse(self._asks.generate(state), 302, {"Cache-Control": "no-store"})
        response.set_cookie(
            COOKIE,
            browser,
            max_age=int(LIFE.total_seconds()),
            path="/slack",
            httponly=True,
            # Slack sends people back by a link, with which Lax lets it come along.
            samesite="lax",
            secure=self._secure,
        )
        return response

    async def _known(self, link: Link) -> bool:
        return not link.side or link.side in (await self._desk.store.directory()).clients

    # --- coming back --------------------------------------------------------------------------------------

    async def _back(self, request: Request) -> Page:
        asked = request.query_params
        state, browser = asked.get("state", ""), request.cookies.get(COOKIE, "")
        asking = None
        if state and browser:
            now = self._desk.clock.machine()
            asking = await self._desk.store.installations.take(digest(state), digest(browser), now)
        if asking is None:
            return pages.over()
        if error := asked.get("error"):
            log.info("a workspace did not let the desk in: %s", "".join(filter(str.isprintable, error))[:60])
            return pages.denied() if error == "access_denied" else pages.refused()
        if not (code := asked.get("code")):
            return pages.over()
        try:
            given = await self._exchange(code)
        except NotTaken as no:
            return no.page
        if self._workspaces.own is not None:
            own = (await self._workspaces.own.teams.team()).workspace
            if own == given.workspace:
                return pages.own() if not asking.side else pages.others()
        return await self._keep(given, asking)

    async def _exchange(self, code: str) -> Granted:
        """The token for a code. Raises NotTaken, with the page that says why there is none."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
            client = AsyncWebClient(base_url=self._config.api_url, session=session, retry_handlers=[], logger=self._log)
            try:
                told = await client.oauth_v2_access(
                    client_id=self._config.client_id,
                    client_secret=self._config.client_secret,
                    code=code,
                    redirect_uri=self._redirect,
                )
            except SlackApiError as error:
                raise NotTaken(self._not_given(code_of(error))) from None
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("Slack cannot be asked for a token: %s", type(error).__name__)
                raise NotTaken(pages.away()) from None
            if not isinstance(told.data, dict):
                raise NotTaken(pages.away())
            if told.data.get("is_enterprise_install"):
                # Nothing of it is kept, at Slack either.
                try:
                    await client.auth_revoke(token=str(told.data.get("access_token") or ""))
                except Exception as error:
                    log.warning("the token of a whole organisation could not be given back: %s", type(error).__name__)
                raise NotTaken(pages.whole_organisation())
            return granted(told.data)

    def _not_given(self, code: str) -> Page:
        if code in ("invalid_code", "code_already_used", "code_expired"):
            return pages.over()
        if code in ("", "ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"):
            log.warning("Slack gave no token: %s", code or "an odd answer")
            return pages.away()
        mend = "see that SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are this app's, and that its redirect URL is"
        log.error("Slack gave no token: %s; %s %s", code, mend, self._redirect)
        return pages.set_up_wrong()

    async def _keep(self, given: Granted, asking: Asking) -> Page:
        now = self._desk.clock.machine()
        sealed = self._workspaces.sealed(given.workspace, given.token)
        made = Installation(PLATFORM, given.workspace, given.name, asking.side, sealed, now)
        match await self._desk.store.installations.keep(made, asking.link, asking.link_until):
            case Kept.OTHERS:
                log.warning("%s asked to be let in for another side than it is of", given.workspace)
                return pages.others()
            case Kept.SPENT:
                return pages.spent()
            case Kept.KEPT:
                pass
        log.info("%s (%s) let the desk in", given.name, given.workspace)
        try:
            await self._workspaces.came(made)
        except Exception:
            log.exception("who is told of it, and what waited, could not be looked after yet")
        client = (await self._desk.store.directory()).clients.get(asking.side)
        back = f"{self._slack}/app_redirect?app={given.app}&team={given.workspace}" if given.app else ""
        return pages.done(given.name, client.name if client else "", self._desk.rules.command, back)
