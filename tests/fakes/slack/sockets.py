"""Socket Mode: what the app is told goes to one of its sockets, in an envelope that it acknowledges by its id."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web
from fakes.slack.limits import Limits
from fakes.slack.record import Record, Told
from fakes.times import Times
from fakes.waiting import PATIENCE

REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


class Gone(Exception):
    """The socket ended before it acknowledged, or there is none."""


class Socket:
    """One connection of the app."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request, record: Record) -> None:
        self._ws, self._request, self._record = ws, request, record
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._late: set[str] = set()
        self._ponged = asyncio.Event()
        self.deaf = False
        """Hears nothing any more, not even a ping."""
        self.mute = False
        """What is sent gets lost on its way. With `deaf`, a connection that is dead and whose ends do not know it."""
        self.leaving = False
        """Was asked to disconnect: gets nothing new."""

    async def ask(self, envelope: dict[str, Any]) -> Any:
        """Send it; answers what it was acknowledged with."""
        id = envelope["envelope_id"]
        waiting = self._waiting[id] = asyncio.get_running_loop().create_future()
        try:
            await self.send(envelope)
            return await waiting
        finally:
            del self._waiting[id]
            self._late.add(id)

    async def send(self, frame: dict[str, Any]) -> None:
        """One frame."""
        if self.mute:
            return
        try:
            await self._ws.send_str(json.dumps(frame))
        except (ConnectionError, RuntimeError) as gone:
            raise Gone from gone

    async def ping(self) -> None:
        """Ask whether somebody is there, and wait for the answer, as Slack does now and then."""
        self._ponged.clear()
        await self._ws.ping(b"Ping from the fake")
        await self._ponged.wait()

    async def listen(self) -> None:
        """Until it ends. What it never acknowledged is gone with it."""
        try:
            async for frame in self._ws:
                if frame.type == WSMsgType.PING and not self.deaf and not self.mute:
                    await self._ws.pong(frame.data)
                elif frame.type == WSMsgType.PONG and not self.deaf:
                    self._ponged.set()
                elif frame.type == WSMsgType.TEXT and not self.deaf:
                    self._heard(frame.data)
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(Gone())

    def _heard(self, data: str) -> None:
        try:
            frame = json.loads(data)
            id = frame["envelope_id"]
        except (ValueError, TypeError, KeyError):
            self._record.complaints.append(f"a frame that is no acknowledgement: {data[:200]}")
            return
        if unknown := set(frame) - {"envelope_id", "payload", "accepts_response_payload"}:
            self._record.complaints.append(f"an acknowledgement with {', '.join(sorted(unknown))}")
        waiting = self._waiting.get(id)
        if waiting is not None and not waiting.done():
            waiting.set_result(frame.get("payload"))
        elif waiting is not None or id in self._late:
            self._record.complaints.append(f"a late or second acknowledgement of {id}")
        else:
            self._record.complaints.append(f"an acknowledgement of {id}, which this socket was never sent")

    async def close(self) -> None:
        """Slack ends it, in good order."""
        await self._ws.close()

    def cut(self) -> None:
        """It breaks, without a word."""
        if self._request.transport:
            self._request.transport.abort()


class Sockets:
    """All of them. Each envelope goes to one, in turn; with none there nothing is kept."""

    def __init__(self, limits: Limits, times: Times, record: Record) -> None:
        self._limits, self._times, self._record = limits, times, record
        self._turn: deque[Socket] = deque()
        self._tickets: dict[str, tuple[str, float]] = {}
        self._came = asyncio.Event()
        self._closing: list[asyncio.Future[None]] = []

    @property
    def open(self) -> list[Socket]:
        """Those that are connected."""
        return list(self._turn)

    def ticket(self, app_id: str) -> str:
        """For one connection, soon."""
        ticket = uuid4().hex
        self._tickets[ticket] = (app_id, self._times.machine())
        return ticket

    async def connected(self, count: int = 1, within: float = PATIENCE) -> None:
        """Until so many are there."""
        async with asyncio.timeout(within):
            while len(self._turn) < count:
                self._came.clear()
                await self._came.wait()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """A socket comes, says hello and stays until it ends."""
        app_id, made = self._tickets.pop(request.query.get("ticket", ""), ("", 0.0))
        if not app_id or self._times.machine() - made > self._limits.ticket_lives:
            return web.Response(status=403, text="invalid ticket")
        ws = web.WebSocketResponse(autoping=False, heartbeat=None)
        await ws.prepare(request)
        socket = Socket(ws, request, self._record)
        if len(self._turn) >= self._limits.sockets:
            await socket.send({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await ws.close()
            return ws
        self._turn.append(socket)
        with contextlib.suppress(Gone):
            await socket.send(
                {
                    "type": "hello",
                    "num_connections": len(self._turn),
                    "connection_info": {"app_id": app_id},
                    "debug_info": {"host": "fake-1", "build_number": 1, "approximate_connection_time": 18060},
                }
            )
        self._came.set()
        try:
            await socket.listen()
        finally:
            with contextlib.suppress(ValueError):
                self._turn.remove(socket)
        return ws

    async def ask(self, told: Told, *, answers: bool, retry: tuple[int, str] = (0, "")) -> Any:
        """Tell one of the sockets; Gone where there is none, TimeoutError where it does not acknowledge."""
        socket = next((s for s in self._turn if not s.leaving), None)
        if socket is None:
            raise Gone
        self._turn.rotate(-(self._turn.index(socket) + 1))
        envelope: dict[str, Any] = {"envelope_id": str(uuid4()), "payload": told.payload, "type": told.kind}
        envelope["accepts_response_payload"] = answers
        if told.kind == "events_api":
            envelope |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        return await self._times.within(socket.ask(envelope), self._limits.ack_within)

    async def event(self, told: Told) -> bool:
        """Tell it until somebody acknowledges it; whether somebody did."""
        if not self._turn and not self._limits.keeps_for_nobody:
            return False
        reason = ""
        for attempt, pause in enumerate((0.0, *self._limits.retries)):
            await self._times.sleep(pause)
            sent = self._times.machine()
            told.tries += 1
            try:
                await self.ask(told, answers=False, retry=(attempt, reason))
                return True
            except TimeoutError:
                reason = "timeout"
            except Gone:
                reason = "connection_failed"
                await self._times.sleep(self._limits.ack_within - (self._times.machine() - sent))
        return False

    async def refresh(self, reason: str = "refresh_requested", *, warn: bool = True) -> None:
        """Slack lets the app's sockets go: each is warned, gets nothing new, and is closed a while later."""
        assert reason in REASONS
        leaving = list(self._turn)
        for socket in leaving:
            socket.leaving = True
            for word in ("warning", reason) if warn else (reason,):
                with contextlib.suppress(Gone):
                    await socket.send({"type": "disconnect", "reason": word, "debug_info": {"host": "fake-1"}})
        self._closing = [asyncio.ensure_future(self._close_later(socket)) for socket in leaving]

    async def _close_later(self, socket: Socket) -> None:
        await self._times.sleep(self._limits.disconnects_after)
        await socket.close()

    def cut(self) -> None:
        """All of them break."""
        for socket in list(self._turn):
            socket.cut()

    async def close(self) -> None:
        """The end."""
        for closing in self._closing:
            closing.cancel()
        for socket in list(self._turn):
            await socket.close()
