"""HTTP events: what comes in is checked as raw bytes, size, shape, time and signature, before anything is parsed."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.places import EVENTS
from bot.clock import Clock

log = logging.getLogger("steward.slack")

LIMIT = 1024 * 1024
"""Bytes of a body; Slack's own are a small part of it."""
WINDOW = 300
"""Seconds for which a signature counts."""

_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class _Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Door:
    """An ASGI application for one path."""

    def __init__(self, app: AsyncApp, secret: str, clock: Clock) -> None:
        self._app, self._secret, self._clock = app, secret.encode(), clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it in, or answer it here: 401 for what Slack did not sign, 400 for what it would never send."""
        if scope["type"] != "http":
            return
        try:
            if scope["method"] != "POST":
                raise _Refused(405, "Slack posts its events here.")
            headers = _headers(scope)
            body = await _read(headers, receive)
            self._signed(headers, body)
            text, kind = _text(headers, body)
        except _Refused as no:
            log.info("refused at %s: %s", EVENTS, no)
            await _answer(send, no.status, json.dumps({"error": str(no)}).encode(), _JSON)
            return
        given = {"content-type": kind}
        for name in ("x-slack-retry-num", "x-slack-retry-reason"):
            if name.encode() in headers:
                given[name] = headers[name.encode()].decode("ascii", "replace")[:100]
        try:
            request = AsyncBoltRequest(body=text, headers=given)
        except Exception:  # Bolt looks for who and where before it answers for itself
            log.info("refused at %s: it is not as Slack's are", EVENTS)
            await _answer(send, 400, b'{"error": "It cannot be read."}', _JSON)
            return
        answer = await self._app.async_dispatch(request)
        said = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        found = answer.headers.get("content-type", ["text/plain"])
        await _answer(send, answer.status, said.encode(), found[0] if found else "text/plain")

    def _signed(self, headers: dict[bytes, bytes], body: bytes) -> None:
        stamp, signature = headers.get(b"x-slack-request-timestamp", b""), headers.get(b"x-slack-signature", b"")
        if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            raise _Refused(401, "It has no signature of Slack's.")
        if abs(self._clock.machine().timestamp() - int(stamp)) > WINDOW:
            raise _Refused(
                401, "Its signature is too old, or of a time to come; see that this machine's clock is right."
            )
        wanted = hmac.new(self._secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest().encode()
        if not hmac.compare_digest(b"v0=" + wanted, signature):
            raise _Refused(401, "Its signature is another's; see that SLACK_SIGNING_SECRET is this app's.")


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """The headers by name; one of Slack's that comes twice is none of Slack's."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in found and name.startswith(b"x-slack-"):
            raise _Refused(400, f"It has {name.decode('ascii', 'replace')[:40]} twice.")
        found[name] = value
    return found


async def _read(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    said = headers.get(b"content-length", b"0")
    if not re.fullmatch(rb"[0-9]{1,12}", said):
        raise _Refused(400, "Its length is no number.")
    if int(said) > LIMIT:
        raise _Refused(413, "It is larger than anything that Slack sends.")
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Refused(400, "It ended too soon.")
        body += message.get("body", b"")
        if len(body) > LIMIT:
            raise _Refused(413, "It is larger than anything that Slack sends.")
        if not message.get("more_body", False):
            return bytes(body)


def _text(headers: dict[bytes, bytes], body: bytes) -> tuple[str, str]:
    """The body as text, and its type. Raises for what Bolt could not read."""
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower().decode("ascii", "replace")
    if kind not in (_JSON, _FORM):
        raise _Refused(400, "Slack sends JSON or a form.")
    try:
        text = body.decode("utf-8")
        read = json.loads(text if kind == _JSON else _payload(text) or "{}")
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _Refused(400, "It cannot be read.") from None
    if not isinstance(read, dict):
        raise _Refused(400, "It holds nothing.")
    if "event" in read and not isinstance(read["event"], dict):
        raise _Refused(400, "Its event is none.")
    return text, kind


def _payload(text: str) -> str:
    """The JSON that a form of Slack's interactivity carries; empty for a command's."""
    return (parse_qs(text, max_num_fields=200, errors="strict").get("payload") or [""])[0]


async def _answer(send: Send, status: int, body: bytes, kind: str) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
