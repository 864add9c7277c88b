"""Before anything is read: the right host, the right origin, a body of decent size; and the headers of every answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.files import SIZE_LIMIT

BODY_LIMIT = 1024 * 1024
UPLOADS = "/files"
"""Where a page sends files; they may be larger than what people type."""
UPLOAD_LIMIT = SIZE_LIMIT + BODY_LIMIT
"""A little more than a file may have, so that the desk itself says how much too large one is."""

HEADERS = {
    # No inline script or style, nothing from elsewhere, in nobody's frame.
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: browsers then send `Origin: null` with our own forms, which the door refuses.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


HEALTH = "/healthz"
API = "/api"
"""Where programs come in: by a token and never by a cookie, so that no page's origin matters there."""


class Guard:
    """Middleware around the whole application. `api` is what stands beside the workspace, with a gate of its own; so
    has each of `doors`, by path: what comes there proves who it is, whatever its origin and its host."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Sequence[str],
        api: ASGIApp | None = None,
        doors: Mapping[str, ASGIApp] | None = None,
    ) -> None:
        self._app, self._api, self._doors = app, api, doors or {}
        self._hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    # A file has a stricter policy of its own.
                    headers.setdefault(name, value)
                # Files have an ETag to ask by; pages are one person's.
                headers.setdefault("Cache-Control", "no-cache" if scope["path"].startswith("/static/") else "no-store")
            await send(message)

        if (door := self._doors.get(scope["path"])) is not None:
            await door(scope, receive, dressed)
            return
        headers = Headers(scope=scope)
        limit = UPLOAD_LIMIT if scope["path"] == UPLOADS else BODY_LIMIT
        # A load balancer asks by address whether the desk is up; nothing else is told without its name.
        if scope["path"] != HEALTH and not self._known_host(headers):
            await _refuse(dressed, 400, "This desk does not answer under that address. Open it by its own name.")
        elif self._api is not None and (scope["path"] == API or scope["path"].startswith(f"{API}/")):
            await self._api(scope, receive, dressed)
        elif scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, dressed)
        elif not _own_page(headers):
            await _refuse(
                dressed, 403, "That did not come from this desk's own page, so nothing was done. Reload and try again."
            )
        elif (body := await _read(headers, receive, limit)) is None:
            fits = f"{limit // BODY_LIMIT if limit == BODY_LIMIT else SIZE_LIMIT // BODY_LIMIT} MB"
            mend = "please shorten it" if limit == BODY_LIMIT else "send a smaller file, or a link to it"
            await _refuse(dressed, 413, f"That is more than fits here ({fits}). Nothing was sent; {mend}.")
        else:
            await self._app(scope, _replay(body, receive), dressed)

    def _known_host(self, headers: Headers) -> bool:
        given = headers.getlist("host")
        if len(given) != 1:
            return False
        try:
            return (urlsplit(f"//{given[0]}").hostname or "") in self._hosts
        except ValueError:
            return False


def _own_page(headers: Headers) -> bool:
    """Browsers name where a POST comes from; one that names nothing is refused too."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site == "same-origin"
    try:
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() if origin != "null" else False
    except ValueError:
        return False


async def _read(headers: Headers, receive: Receive, limit: int) -> bytes | None:
    """The whole body; None where it is too big, without reading on."""
    said = headers.get("content-length", "0")
    if not (said.isascii() and said.isdigit() and len(said) < 12) or int(said) > limit:
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
