"""A hook as a chat that is only spoken to: each message is one signed POST.

The form is that of Standard Webhooks (https://www.standardwebhooks.com): the headers webhook-id, webhook-timestamp and
webhook-signature, over `id.timestamp.body`. What may have arrived is sent again under the same id; receivers keep the
ids they have seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Literal

from bot.clock import Clock
from bot.domain.hooks import SECRET_PREFIX, Hook
from bot.messages.model import Message, Notice
from bot.ports import CannotTell, MessageRef, Place, RateLimited, Refused, Store, Unreachable

PLATFORM, WORKSPACE = "webhook", "desk"
TIMEOUT = 10.0
"""Seconds until a receiver that does not answer is tried again later."""


def place_of(key: str) -> Place:
    """Where a hook is."""
    return Place(PLATFORM, WORKSPACE, key)


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """The header's value: a version, and the base64 of HMAC-SHA256 over id, timestamp (seconds) and body."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class Webhooks:
    """The `Chat` port over HTTP."""

    keeps_keys: Literal[True] = True
    """Receivers keep the ids they have seen, so that what may have arrived is sent again under the same one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """Send it. Raises RateLimited and Refused as the receiver asks; whatever else fails leaves it unclear."""
        # Loaded by the first message to a hook, not by each start.
        import httpx

        hook = await self._hook(place)
        if not isinstance(message, Notice):
            raise Refused("a webhook carries notices only")
        content = {"type": message.event, "timestamp": message.at.isoformat(), "data": message.data}
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        at = int(self._clock.machine().timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": "Steward",
            "webhook-id": key,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(hook.secret, key, at, body),
        }
        # No redirects: the signed words go where somebody here said, and nowhere else.
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            answer = await client.post(hook.url, content=body, headers=headers)
        if answer.is_success:
            return MessageRef(place, key)
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise RateLimited(_seconds(answer.headers.get("retry-after", "")))
        if answer.status_code == httpx.codes.GONE:
            raise Refused("its receiver wants no more (410 Gone); take the hook away, or put it right there")
        raise ConnectionError(f"{hook.key} answered {answer.status_code}")

    async def edit(self, ref: MessageRef, message: Message) -> None:
        """What was told is told."""
        raise Refused("a webhook takes nothing back")

    async def delete(self, ref: MessageRef) -> None:
        """What was told is told."""
        raise Refused("a webhook takes nothing back")

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        """There are no threads."""
        raise Refused("a webhook has no threads")

    async def direct(self, user: str) -> Place:
        """There are no people."""
        raise Unreachable("a webhook is no person")

    async def find(self, place: Place, key: str) -> MessageRef | None:
        """Only its receiver knows."""
        raise CannotTell("only the hook's receiver knows what it heard")

    async def _hook(self, place: Place) -> Hook:
        hook = (await self._store.directory()).hooks.get(place.channel)
        if hook is None:
            raise Refused(f"the hook {place.channel} was taken away")
        return hook


def _seconds(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        return 60.0
