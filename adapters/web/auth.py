"""Signing in: a one-time link, then a session cookie; signed, and on machine time: skipping an hour ends neither."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock

LINK = timedelta(minutes=10)
SESSION = timedelta(days=7)
COOKIE = "steward_session"


class Sessions:
    """Makes and redeems links and cookies. `used(token, expires)` remembers a token; False where it knew it already."""

    def __init__(self, secret: bytes, clock: Clock, used: Callable[[str, datetime], Awaitable[bool]]) -> None:
        strong = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._links = URLSafeSerializer(secret, salt="steward login link", signer_kwargs=strong)
        self._names = URLSafeSerializer(secret, salt="steward known name", signer_kwargs=strong)
        self._cookies = URLSafeSerializer(secret, salt="steward session", signer_kwargs=strong)
        self._clock, self._used = clock, used

    def link_token(self, person_id: str) -> str:
        """A token that signs that person in, once, within ten minutes."""
        return self._sign(self._links, person_id, LINK)

    def peek(self, token: str) -> str | None:
        """Whose link it is, without using it up: chat programs open links to preview them."""
        data = self._read(self._links, token)
        return data["p"] if data else None

    async def redeem(self, token: str) -> str | None:
        """Use it up; None where it is forged, late or was used before."""
        data = self._read(self._links, token)
        if data is None or not await self._used(data["n"], datetime.fromtimestamp(data["x"], UTC)):
            return None
        return data["p"]

    def name_token(self, name: str) -> str:
        """A question to the running desk, from whoever can read its key: is this somebody's name?"""
        return self._sign(self._names, name, LINK)

    def asked_name(self, token: str) -> str | None:
        """The name that is asked about; None where the question is forged or late."""
        data = self._read(self._names, token)
        return data["p"] if data else None

    def cookie(self, person_id: str) -> str:
        """The value of the session cookie."""
        return self._sign(self._cookies, person_id, SESSION)

    def person(self, cookie: str) -> str | None:
        """Whose session it is, None where it is none or over."""
        data = self._read(self._cookies, cookie)
        return data["p"] if data else None

    def _sign(self, signer: URLSafeSerializer, person_id: str, life: timedelta) -> str:
        expires = int((self._clock.machine() + life).timestamp())
        text = signer.dumps({"p": person_id, "x": expires, "n": secrets.token_urlsafe(12)})
        return text if isinstance(text, str) else text.decode()

    def _read(self, signer: URLSafeSerializer, token: str) -> dict[str, Any] | None:
        if not token or len(token) > 1000:
            return None
        try:
            data = signer.loads(token)
        except BadData:
            return None
        return data if self._clock.machine().timestamp() < data["x"] else None


def let_in(request: Request, response: Response, cookie: str) -> Response:
    """Give the session cookie.

    SameSite is Lax, not Strict: a link to a conversation that somebody follows from a mail or another chat must find
    them signed in. GET does nothing, and every POST must come from our own page (guard.py): Lax lets nothing through.
    """
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(SESSION.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


def let_out(request: Request, response: Response) -> Response:
    """Take the session cookie away."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return response
