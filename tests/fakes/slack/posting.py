"""HTTP delivery: what the app is told is posted to its request URL, signed, and told again where it fails."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from fakes.slack.limits import Limits
from fakes.slack.record import Told
from fakes.slack.slack_things import App
from fakes.times import Times


@dataclass
class Response:
    """What the app answered."""

    status: int
    body: str
    headers: dict[str, str]

    @property
    def content(self) -> Any:
        """JSON where it is some, else the words; None for nothing."""
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body


class Posting:
    """Posts to the app as Slack does."""

    def __init__(self, limits: Limits, times: Times, app: App) -> None:
        self._limits, self._times, self._app = limits, times, app
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))  # Slack does not queue

    async def close(self) -> None:
        """No more posts."""
        await self._session.close()

    def signed(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        """The headers that prove who sent it. The time is that of the wall clock, which the app compares it with."""
        stamp = str(int(self._times.wall() if at is None else at))
        text = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new((secret or self._app.signing_secret).encode(), text, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def post(self, body: bytes, kind: str, headers: dict[str, str], url: str = "") -> Response:
        """One post, as it is given; for tests that send what Slack would not, too."""
        told = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"} | headers
        address = url or self._app.request_url
        async with self._session.post(address, data=body, headers=told, allow_redirects=False) as answer:
            return Response(answer.status, await answer.text(), dict(answer.headers))

    async def event(self, told: Told) -> bool:
        """Tell it until it is taken; whether it was."""
        body = json.dumps(told.payload).encode()
        reason = ""
        for attempt, pause in enumerate((0.0, *self._limits.retries)):
            await self._times.sleep(pause)
            retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
            told.tries += 1
            try:
                sending = self.post(body, "application/json", self.signed(body) | retry)
                answer = await self._times.within(sending, self._limits.ack_within)
            except TimeoutError:
                reason = "http_timeout"
            except (aiohttp.ClientError, OSError):
                reason = "connection_failed"
            else:
                told.answer = answer.content
                if answer.status // 100 == 2:
                    return True
                reason = "too_many_redirects" if answer.status // 100 == 3 else "http_error"
                if answer.headers.get("X-Slack-No-Retry") == "1":
                    return False
        return False

    async def ask(self, told: Told) -> Any:
        """A command, a press, a form: once, as a form, and what it is answered."""
        fields = told.payload if told.kind == "slash_commands" else {"payload": json.dumps(told.payload)}
        body = urlencode(fields).encode()
        url = self._app.options_url if told.payload.get("type") == "block_suggestion" else ""
        sending = self.post(body, "application/x-www-form-urlencoded", self.signed(body), url)
        answer = await self._times.within(sending, self._limits.ack_within)
        if answer.status != 200:
            raise ConnectionError(f"the app answered {answer.status}: {answer.body[:200]}")
        return answer.content

    async def verify(self) -> bool:
        """Slack asks whether that address is the app's: it must answer with the challenge."""
        challenge = hashlib.sha256(str(self._times.machine()).encode()).hexdigest()
        asked = {"token": self._app.verification_token, "challenge": challenge, "type": "url_verification"}
        body = json.dumps(asked).encode()
        answer = await asyncio.wait_for(self.post(body, "application/json", self.signed(body)), self._limits.ack_within)
        content = answer.content
        told = content.get("challenge") if isinstance(content, dict) else content
        return answer.status == 200 and told == challenge
