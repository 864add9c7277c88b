"""Bad input at the HTTP door: 401 for what Slack did not sign, 400 for what it would never send, never 500."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from slack_bolt.response import BoltResponse

from adapters.slack import door as door_module
from adapters.slack.door import LIMIT, Door
from bot.clock import SimulatedClock

SECRET = "a secret for tests"
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
EVENT = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}}).encode()


class Clock(SimulatedClock):
    def machine(self) -> datetime:
        return NOW


class App:
    """Takes what the door lets in."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    async def hear(self, request: Any) -> BoltResponse:
        self.heard.append(request)
        return BoltResponse(status=200, body="")


def signed(body: bytes, *, stamp: bytes | None = None, secret: str = SECRET) -> dict[str, bytes]:
    stamp = stamp if stamp is not None else str(int(NOW.timestamp())).encode()
    digest = hmac.new(secret.encode(), b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest().encode()
    return {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": b"v0=" + digest,
        "content-type": b"application/json",
    }


async def post(body: bytes, headers: Any, app: App | None = None, method: str = "POST") -> int:
    door = Door(app or App(), SECRET, Clock(NOW))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=door), base_url="http://desk") as client:  # type: ignore[arg-type]
        return (await client.request(method, "/slack/events", content=body, headers=headers)).status_code


def raw(headers: dict[str, bytes]) -> list[tuple[bytes, bytes]]:
    """As a server hands them on."""
    return [(name.encode(), value) for name, value in headers.items()]


async def asked(door: Door, headers: list[tuple[bytes, bytes]], pieces: Iterable[Any], method: str = "POST") -> int:
    """The status that the door answers to what a server hands it, piece by piece; None is silence."""
    coming, told = iter(pieces), list[Any]()

    async def receive() -> Any:
        piece = next(coming, {"type": "http.disconnect"})
        return piece or await asyncio.sleep(5)

    async def send(message: Any) -> None:
        told.append(message)

    await door({"type": "http", "method": method, "path": "/slack/events", "headers": headers}, receive, send)
    assert [each["type"] for each in told] == ["http.response.start", "http.response.body"]
    return told[0]["status"]


def chunked(body: bytes, size: int) -> list[dict[str, Any]]:
    """The body in pieces, without a word of how long it is."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    more = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces[:-1]]
    return [*more, {"type": "http.request", "body": pieces[-1]}]


@pytest.mark.asyncio
async def test_what_slack_signed_comes_in_as_it_was_sent():
    """The body is handed on byte for byte, with the retry's number."""
    app = App()
    assert await post(EVENT, {**signed(EVENT), "x-slack-retry-num": b"1"}, app) == 200
    (heard,) = app.heard
    assert heard.raw_body == EVENT.decode()
    assert heard.headers["x-slack-retry-num"] == ["1"]


STALE, FUTURE = (str(int(NOW.timestamp()) + off).encode() for off in (-301, 301))
SIGNATURES = {
    "none": {},
    "no signature": {"x-slack-signature": b""},
    "another's": signed(EVENT, secret="not ours"),
    "of another body": signed(EVENT + b" "),
    "not ASCII": {"x-slack-signature": "v0=é".encode() * 20},
    "not hexadecimal": {"x-slack-signature": b"v0=" + b"z" * 64},
    "another version": {"x-slack-signature": b"v1=" + b"0" * 64},
    "a text for a time": {"x-slack-request-timestamp": b"yesterday"},
    "a float for a time": signed(EVENT, stamp=b"1780995600.0"),
    "an empty time": signed(EVENT, stamp=b""),
    "a negative time": signed(EVENT, stamp=b"-1780995600"),
    "5,000 digits": signed(EVENT, stamp=b"9" * 5000),
    "other digits": {"x-slack-request-timestamp": "１７８０９９５６００".encode()},
    "stale": signed(EVENT, stamp=STALE),
    "of a time to come": signed(EVENT, stamp=FUTURE),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("given", SIGNATURES.values(), ids=SIGNATURES)
async def test_what_slack_did_not_sign_is_turned_away(given: dict[str, bytes]):
    """Whatever is wrong with the signature or its time: 401, and nothing of it is parsed."""
    app = App()
    right = {} if not given else signed(EVENT)
    assert await post(EVENT, {"content-type": b"application/json", **right, **given}, app) == 401
    assert app.heard == []


BODIES = {
    "broken JSON": b'{"type": "event_callback", ',
    "not UTF-8": b'{"type": "\xff\xfe"}',
    "empty": b"",
    "a list": b"[1, 2]",
    "a number": b"1",
    "deep": b"[" * 200_000,
    "deep and whole": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "no number": b'{"type": "event_callback", "event_time": NaN}',
    "5,000 digits": b'{"type": "event_callback", "event_time": ' + b"9" * 5000 + b"}",
    "a name twice": b'{"type": "event_callback", "event": {"user": "U1", "user": "U2"}}',
    "two in one": EVENT + EVENT,
    "cut short": EVENT[:-1],
    "another encoding": EVENT.decode().encode("utf-16"),
    "compressed": gzip.compress(EVENT),
    "an event that is none": b'{"type": "event_callback", "event": "message"}',
}


@pytest.mark.asyncio
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_what_slack_would_never_send_is_refused(body: bytes):
    """Signed, and yet nothing that can be read: 400."""
    app = App()
    assert await post(body, signed(body), app) == 400
    assert app.heard == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"text/plain", EVENT),
        (b"", EVENT),
        (b"application/x-www-form-urlencoded", b"payload=%7Bbroken"),
        (b"application/x-www-form-urlencoded", b"payload=[1]"),
        (b"application/x-www-form-urlencoded", b"payload=%ff"),
        (b"application/x-www-form-urlencoded", b"payload="),
        (b"application/x-www-form-urlencoded", b"payload={}&payload={}"),
        (b"application/x-www-form-urlencoded", b"text=my&user_id=U1"),
        (b"application/x-www-form-urlencoded", EVENT),
        (b"application/x-www-form-urlencoded", b""),
        (b"multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
        (b"application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5000))),
    ],
)
async def test_another_type_or_a_broken_form_is_refused(kind: bytes, body: bytes):
    """Slack sends JSON or a form, and nothing else."""
    assert await post(body, {**signed(body), "content-type": kind}) == 400


@pytest.mark.asyncio
async def test_a_command_comes_as_a_form():
    """Its fields are Bolt's to read."""
    app = App()
    body = b"command=%2Fdesk&text=claim+42&trigger_id=1.2.3"
    form = {"content-type": b"application/x-www-form-urlencoded; charset=utf-8"}
    assert await post(body, {**signed(body), **form}, app) == 200
    assert app.heard[0].body["text"] == "claim 42"


@pytest.mark.asyncio
async def test_what_is_too_large_is_not_read():
    """10 MB are refused at once, whether the length is said or not; without a signature not a byte is read."""
    body = b"x" * (LIMIT + 1)
    assert await post(body, signed(body)) == 413
    assert await post(EVENT, {**signed(EVENT), "content-length": b"nine"}) == 400
    door = Door(App(), SECRET, Clock(NOW))  # type: ignore[arg-type]
    piece = {"type": "http.request", "body": b"x" * (LIMIT // 10), "more_body": True}
    for headers, status, reads in (({}, 401, 0), (signed(body), 413, 11)):
        endless = iter([piece] * 100)
        assert await asked(door, raw(headers), endless) == status
        assert 100 - len(list(endless)) == reads


@pytest.mark.asyncio
async def test_a_body_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    """Somebody holds the line and says nothing, or hangs up half way: 400."""
    monkeypatch.setattr(door_module, "READING", 0.01)
    door = Door(App(), SECRET, Clock(NOW))  # type: ignore[arg-type]
    for then in ({"type": "http.disconnect"}, None):
        begun = {"type": "http.request", "body": b"{", "more_body": True}
        assert await asked(door, raw(signed(EVENT)), [begun, then]) == 400


@pytest.mark.asyncio
async def test_a_header_that_comes_twice_and_another_method_are_refused():
    """Two signatures are one too many; nobody reads here."""
    twice = [*signed(EVENT).items(), ("x-slack-signature", b"v0=" + b"0" * 64)]
    assert await post(EVENT, twice) == 400
    assert await post(EVENT, [*signed(EVENT).items(), ("content-type", b"text/plain")]) == 400
    assert await post(b"", signed(b""), method="GET") == 405
