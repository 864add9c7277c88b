"""Links by which a workspace lets the desk in: a manager makes one, for one side, and it is good once and for a week.

A link is signed and kept nowhere, so that the command line makes one beside a desk that runs; which were used the store
knows, by their digests.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeSerializer

from adapters.slack.places import INSTALL
from bot.clock import Clock
from bot.config import Settings
from bot.keys import key_of
from bot.note import Note

LIFE = timedelta(days=7)


@dataclass(frozen=True)
class Link:
    """What a link says. `digest` is what it is known by once it was used."""

    side: str
    until: datetime
    digest: str


class Links:
    """Makes and reads them."""

    def __init__(self, key: bytes, address: str, clock: Clock) -> None:
        """`key` is the desk's own, `address` where people reach it."""
        strong = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._signer = URLSafeSerializer(key, salt="steward slack install", signer_kwargs=strong)
        self._address, self._clock = address.rstrip("/"), clock

    def make(self, side: str) -> str:
        """A link for a client, by its key, or for the team."""
        until = int((self._clock.machine() + LIFE).timestamp())
        text = self._signer.dumps({"s": side, "x": until, "n": secrets.token_urlsafe(12)})
        token = text if isinstance(text, str) else text.decode()
        return f"{self._address}{INSTALL}?{urlencode({'link': token})}"

    def read(self, token: str) -> Link | None:
        """What it says; None where it is forged or over."""
        if not token or len(token) > 1000:
            return None
        try:
            data = self._signer.loads(token)
            side, until = str(data["s"]), datetime.fromtimestamp(int(data["x"]), UTC)
        except (BadData, KeyError, TypeError, ValueError, OverflowError):
            return None
        return Link(side, until, digest(token)) if self._clock.machine() < until else None


def link_for(settings: Settings, clock: Clock, side: str) -> str:
    """A link of the desk's whose settings these are, made without asking it."""
    address = settings.public_url or Note(settings.data_dir).read() or settings.address()
    return Links(key_of(settings), address, clock).make(side)


def digest(text: str) -> str:
    """What is kept in place of a secret."""
    return hashlib.sha256(text.encode()).hexdigest()
