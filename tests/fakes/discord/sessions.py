"""A bot's session, which outlives its socket, and the socket's wire: what is told goes over it in order."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import web

if TYPE_CHECKING:
    from fakes.discord.gateway import Gateway

COMPRESSIONS = ("", "zlib-stream")
"""What the fake speaks. Discord speaks zstd-stream, too, which discord.py asks for where `zstandard` is installed."""


class Session:
    """What one shard of a bot was told so far."""

    def __init__(self, shard: int, shards: int, intents: int, keeps: int) -> None:
        self.id = uuid4().hex
        self.shard, self.shards, self.intents = shard, shards, intents
        self.seq = 0
        self.wire: Wire | None = None
        self.left = 0.0
        """When its socket was lost, in machine time."""
        self._kept: deque[dict[str, Any]] = deque(maxlen=keeps)

    def concerns(self, guild: str | None) -> bool:
        """Whether it is told of that guild; of direct conversations the first shard is."""
        return self.shard == ((int(guild) >> 22) % self.shards if guild else 0)

    def push(self, name: str, data: dict[str, Any]) -> int:
        """One more event, at once where a socket is there, and kept in any case; its number."""
        self.seq += 1
        event = {"op": 0, "t": name, "s": self.seq, "d": data}
        self._kept.append(event)
        if self.wire is not None:
            self.wire.send(event)
        return self.seq

    def remembers(self, seq: int) -> bool:
        """Whether all that came after that is still kept."""
        return seq == self.seq or (bool(self._kept) and self._kept[0]["s"] <= seq + 1)

    def replay(self, seq: int) -> None:
        """All that came after that, again."""
        assert self.wire is not None
        for event in self._kept:
            if event["s"] > seq:
                self.wire.send(event)


class Wire:
    """One socket. What is sent is encoded at once, so that later changes do not reach into it."""

    def __init__(self, gateway: Gateway, request: web.Request, socket: web.WebSocketResponse, now: float) -> None:
        self._gateway, self._request, self.socket = gateway, request, socket
        compress = request.query.get("compress", "")
        self.speaks = compress in COMPRESSIONS
        self.beats = 0
        """How many heartbeats came."""
        self.beat_at = now
        self.sent: list[float] = []
        self.let_go = False
        """Whether it was Discord that closed it."""
        self._deflate = zlib.compressobj() if compress == "zlib-stream" else None
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._pumping = asyncio.ensure_future(self._pump())
        self._busy = False

    @property
    def idle(self) -> bool:
        """Whether nothing is left to send."""
        return self._waiting.empty() and not self._busy

    def send(self, payload: dict[str, Any]) -> None:
        """It goes, in its turn."""
        self._waiting.put_nowait(json.dumps(payload))

    async def _pump(self) -> None:
        while True:
            text = await self._waiting.get()
            if self._gateway.zombie:
                continue
            self._busy = True
            try:
                if self._deflate is None:
                    await self.socket.send_str(text)
                else:
                    data = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(data)
            except (ConnectionError, RuntimeError):
                return
            finally:
                self._busy = False

    async def close(self, code: int) -> bool:
        """Closed, with that code; False, for who listens to it."""
        self.let_go = True
        await self.socket.close(code=code)
        return False

    def abort(self) -> None:
        """Gone without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()

    def end(self) -> None:
        """Nothing more is sent."""
        self._pumping.cancel()
