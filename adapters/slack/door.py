"""HTTP events: what comes in is checked as raw bytes, size, shape, time and signature, before anything is parsed.

What Slack did not sign is 401, what it would never send is 400 (413 where it is too large), and nothing is ever 500:
an event that could not be heard is 503, so that Slack tells it again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from adapters.slack.dispatching import dispatched
from adapters.slack.keeping import Keeping
from adapters.slack.places import EVENTS
from bot.clock import Clock

log = logging.getLogger("steward.slack")

LIMIT = 1024 * 1024
"""Bytes of a body; Slack's own are a small part of it."""
WINDOW = 300
"""Seconds for which a signature counts."""
READING = 10.0
"""Seconds that a body has to come in."""

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

    def __init__(self, keeping: Keeping, secret: str, clock: Clock) -> None:
        self._keeping, self._secret, self._clock = keeping, secret.encode(), clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it in, or answer it here: 401 for what Slack did not sign, 400 for what it would never send."""
        if scope["type"] != "http":
            return
        try:
            if scope["method"] != "POST":
                raise _Refused(405, "Slack posts its events here.")
            headers = _headers(scope)
            stamp, signature = self._in_time(headers)
            body = await _read(headers, receive)
            self._signed(stamp, signature, body)
            text, kind = _text(headers, body)
        except _Refused as no:
            log.info("refused at %s: %s", EVENTS, no)
            await _answer(send, no.status, json.dumps({"error": str(no)}).encode(), _JSON)
            return
        given = {"content-type": kind}
        for name in ("x-slack-retry-num", "x-slack-retry-reason"):
            if name.encode() in headers:
                given[name] = headers[name.encode()].decode("ascii", "replace")[:100]
        answer = await dispatched(self._keeping, text, given, mode="http")
        said = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        found = answer.headers.get("content-type") or ["text/plain"]
        await _answer(send, answer.status, said.encode("utf-8", "replace"), found[0])

    def _in_time(self, headers: dict[bytes, bytes]) -> tuple[bytes, bytes]:
        """When it was signed, and the signature: before a byte of the body is read."""
        stamp, signature = headers.get(b"x-slack-request-timestamp", b""), headers.get(b"x-slack-signature", b"")
        if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            raise _Refused(401, "It has no signature of Slack's.")
        if abs(self._clock.machine().timestamp() - int(stamp)) > WINDOW:
            raise _Refused(
                401, "Its signature is too old, or of a time to come; see that this machine's clock is right."
            )
        return stamp, signature

    def _signed(self, stamp: bytes, signature: bytes, body: bytes) -> None:
        wanted = hmac.new(self._secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest().encode()
        if not hmac.compare_digest(b"v0=" + wanted, signature):
            raise _Refused(401, "Its signature is another's; see that SLACK_SIGNING_SECRET is this app's.")


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """The headers by name; what says who sent it or how it is read comes once from Slack."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in found and (name.startswith(b"x-slack-") or name == b"content-type"):
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
    try:
        async with asyncio.timeout(READING):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise _Refused(400, "It ended too soon.")
                body += message.get("body", b"")
                if len(body) > LIMIT:
                    raise _Refused(413, "It is larger than anything that Slack sends.")
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise _Refused(400, "It did not come to an end in time.") from None


def _text(headers: dict[bytes, bytes], body: bytes) -> tuple[str, str]:
    """The body as text, and its type. Raises for what Bolt could not read, or would read otherwise."""
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower().decode("ascii", "replace")
    if kind not in (_JSON, _FORM):
        raise _Refused(400, "Slack sends JSON or a form.")
    try:
        text = body.decode("utf-8")
        if kind == _FORM:
            fields = parse_qsl(text, keep_blank_values=True, max_num_fields=200, errors="strict")
            form = _once(fields)
            if not {"payload", "command", "ssl_check"} & form.keys():
                raise _Refused(400, "It is neither a command nor what somebody pressed.")
            read = _json(form["payload"]) if "payload" in form else form
        else:
            read = _json(text)
    except (UnicodeError, ValueError, RecursionError):
        raise _Refused(400, "It cannot be read.") from None
    if not isinstance(read, dict):
        raise _Refused(400, "It holds nothing.")
    if "event" in read and not isinstance(read["event"], dict):
        raise _Refused(400, "Its event is none.")
    return text, kind


def _json(text: str) -> Any:
    """Raises ValueError for what two readers would read differently: a name that comes twice, a number that JSON has
    not. Half a character in somebody's words is for the desk to mend: their message must not be lost by it."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found


def _no_number(said: str) -> float:
    raise ValueError(f"{said} is no number")


async def _answer(send: Send, status: int, body: bytes, kind: str) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
