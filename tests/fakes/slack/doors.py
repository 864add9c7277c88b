"""The fake's other addresses: files up and down, answers by a response_url, the page that asks to install the app."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web
from fakes.slack.answers import Answers
from fakes.slack.errors import SlackError
from fakes.slack.record import Call

if TYPE_CHECKING:
    from fakes.slack.fake_slack import FakeSlack

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"


class Doors:
    """Each is a route."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Open them."""
        router.add_get("/link/", self._behind("link", self._slack.sockets.connect))
        router.add_post("/upload/v1/{key}", self._behind("upload", self.upload))
        router.add_get("/files-pri/{ids}/{name}", self._behind("download", self.download))
        router.add_get("/files-pri/{ids}/download/{name}", self._behind("download", self.download))
        router.add_post("/actions/{team}/{key}", self._behind("response_url", self.respond))
        router.add_get("/signin", self.sign_in)
        router.add_get("/oauth/v2/authorize", self.authorize)

    def _behind(self, name: str, handler: Handler) -> Handler:
        """What a test lets go wrong comes first; all of it is in the record."""

        async def handle(request: web.Request) -> web.StreamResponse:
            slack = self._slack
            call = Call(name, dict(request.match_info), slack.times.now())
            slack.record.calls.append(call)
            fault = slack.faults.strike(name, call.given)
            fault.before()
            await asyncio.sleep(fault.delay)
            call.dropped = fault.drop
            if fault.drop and request.transport:
                request.transport.abort()
            if fault.drop or fault.status:
                call.status = fault.status
                return web.Response(status=fault.status or 503)
            answer = await handler(request)
            call.status = answer.status
            fault.after()
            slack.changed()
            if fault.drop_answer and request.transport:
                call.dropped = True
                request.transport.abort()
            return answer

        return handle

    async def upload(self, request: web.Request) -> web.Response:
        """A file's content, in whole; the length must be the one that was announced."""
        file = self._slack.uploads.pop(request.match_info["key"], None)
        if file is None:
            return web.Response(status=404, text="not found")
        if request.content_type == "multipart/form-data":
            form = await request.post()
            part = next((value for value in form.values() if isinstance(value, web.FileField)), None)
            content = part.file.read() if part else b""
        else:
            content = await request.read()
        if len(content) != file.size:
            return web.Response(status=400, text=f"the length is {len(content)}, not {file.size} as announced")
        file.content = content
        return web.Response(text=f"OK - {file.size}")

    async def download(self, request: web.Request) -> web.Response:
        """The content, for a token that may see it. Who has none is sent to the page to sign in, which is a 200."""
        slack = self._slack
        file = slack.world.files.get(request.match_info["ids"].partition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        at = slack.world.tokens.get(token)
        if file is None or file.deleted or file.content is None:
            return web.Response(status=404, text=LOGIN, content_type="text/html")
        fits = at is not None and token not in slack.world.revoked and "files:read" in at.scopes
        inside = at is not None and any(at.user.id in slack.world.channels[id].members for id in file.channels)
        seen = fits and (file.in_form or inside)
        if not seen and not (fits and file.user == at.user.id):
            return web.Response(status=302, headers={"Location": f"{slack.url}/signin?redir={request.path}"})
        return web.Response(body=file.content, content_type=file.mimetype)

    async def sign_in(self, request: web.Request) -> web.Response:
        """A page for people."""
        return web.Response(text=LOGIN, content_type="text/html")

    async def respond(self, request: web.Request) -> web.Response:
        """An answer through a response_url."""
        call = self._slack.record.of("response_url", key=request.match_info["key"])[-1]
        try:
            given: Any = await request.json()
            if not isinstance(given, dict):
                raise ValueError
            call.given |= given
            Answers(self._slack).through_url(request.match_info["key"], given)
        except SlackError as error:
            status = 404 if error.error in ("used_url", "expired_url", "invalid_url") else 400
            call.answer = error.body()
            return web.json_response(error.body(), status=status)
        except ValueError:
            return web.Response(status=500, text="invalid_payload")
        return web.json_response({"ok": True})

    async def authorize(self, request: web.Request) -> web.Response:
        """The page on which somebody allows the app into their workspace; `Browser.allow` presses its button."""
        asked, app = request.query, self._slack.app
        if asked.get("client_id") != app.client_id:
            return web.Response(status=400, text="Invalid client_id parameter")
        where = asked.get("redirect_uri") or next(iter(app.redirect_urls), "")
        if not any(where.startswith(url) for url in app.redirect_urls):
            return web.Response(status=400, text="redirect_uri did not match any configured URIs")
        if unknown := set(asked.get("scope", "").split(",")) - app.scopes:
            return web.Response(status=400, text=f"Invalid permissions requested: {', '.join(sorted(unknown))}")
        page = f"<h1>{html.escape(app.name)} is requesting permission to access a workspace</h1><button>Allow</button>"
        return web.Response(text=page, content_type="text/html")
