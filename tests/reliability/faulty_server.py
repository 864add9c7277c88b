"""A chat platform that fails as real ones do, on a real socket, in a thread of its own.

It answers some calls with 429 or 500, takes some and drops the reply, is slow, can be away for a while, and may allow
each channel only so many messages a second. It keeps all it accepted, in order, and never removes a repeat: one shows.
Of what people do in it, it tells whoever asks until that was acknowledged, and sometimes once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import SystemClock

NOW = SystemClock().now

REDELIVERED = timedelta(seconds=2.5)
"""When an event that was handed out and never acknowledged is handed out again."""
TOLD_TWICE = 0.05
"""Share of the events that are handed out once more although they were acknowledged."""


@dataclass(frozen=True)
class Faults:
    """How often what goes wrong: shares of all calls, and seconds."""

    limited: float = 0.08
    broken: float = 0.04
    dropped: float = 0.05
    wait: tuple[float, float] = (0.05, 0.2)
    """What Retry-After asks for."""
    delay: tuple[float, float] = (0.0, 0.01)
    pace: float = 0.0
    """Seconds between two messages of a channel; 0 for any number."""


NO_FAULTS = Faults(0, 0, 0, delay=(0, 0))


@dataclass
class Accepted:
    """A message as it stands in the chat."""

    id: str
    channel: str
    thread: str | None
    body: str
    key: str
    at: datetime
    author: str = ""
    deleted: bool = False


@dataclass
class Happening:
    """Something a person did in the chat, that the desk is told of until it acknowledges it."""

    id: str
    what: dict[str, Any]
    told: int = 0
    again_at: datetime | None = None
    answers: list[Any] = field(default_factory=list[Any])
    """What the desk acknowledged it with, each time."""


@dataclass
class Trap:
    """Strikes whoever is inside the next post: before the chat has accepted it, or after."""

    after: bool
    strike: Callable[[int], None]
    """Called with the process id that the caller gave, in the server's own thread."""
    arrives: bool = True
    """Whether what was on its way when its sender was struck is accepted all the same."""
    sprung: threading.Event = field(default_factory=threading.Event)


class _Dropped(Exception):
    """The connection ends without a reply."""


class FaultyServer:
    """Use it as a context manager; `port` is where it listens on the loopback."""

    def __init__(self, seed: int, faults: Faults = NO_FAULTS) -> None:
        self.faults = faults
        self.messages: dict[str, Accepted] = {}
        self.posts: list[Accepted] = []
        """What the desk posted, in the order in which it was accepted."""
        self.happenings: dict[str, Happening] = {}
        self.calls = 0
        self.trap: Trap | None = None
        self.away_until: datetime | None = None
        self.heard: Callable[[Happening, Any], None] = lambda happening, answer: None
        """Told of each first acknowledgement, in the server's thread."""
        self.port = 0
        self._lots = random.Random(seed)
        self._threads: set[str] = set()
        self._last: dict[str, datetime] = defaultdict(lambda: datetime.min.replace(tzinfo=NOW().tzinfo))
        self._loop = asyncio.new_event_loop()
        self._news = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, name="faulty-chat", daemon=True)
        self._up = threading.Event()
        self._stop = asyncio.Event()

    def __enter__(self) -> FaultyServer:
        self._thread.start()
        assert self._up.wait(10), "the faulty chat did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        """Run it in the server's own loop; the answer is a future of another thread's."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)  # type: ignore[return-value]

    def happens(self, id: str, **what: Any) -> None:
        """A person does something; in the server's loop."""
        if what["kind"] == "hear":
            what["message"] = self._keep(what["channel"], what["thread"], what["text"], "", what["actor"]).id
            what["at"] = NOW().isoformat()
        self.happenings[id] = Happening(id, what)
        self._news.set()

    def thread_of(self, number: int) -> str | None:
        """The thread in which a request's client reads, where the desk has opened or used it already."""
        root = re.compile(rf"[A-Z]+-{number}:root")
        there = (m.id for m in self.posts if root.fullmatch(m.key) and m.id in self._threads)
        return next(there, None)

    # --- the socket ---------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0.05))
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._stop.wait()
        server.close()
        for writer in list(self._open):
            writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while (request := await _read(reader)) is not None:
                status, extra, answer = await self._answer(*request)
                body = json.dumps(answer).encode()
                head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
                writer.write(f"{head}{extra}\r\n".encode() + body)
                await writer.drain()
        except (_Dropped, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # a cancelled one is the end of all of it
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, op: str, given: dict[str, Any]) -> tuple[int, str, Any]:
        if op == "events":
            return 200, "", await self._events(given["wait"])
        if op == "ack":
            self._acknowledged(given["id"], given["answer"])
            return 200, "", {}
        self.calls += 1
        if self.away_until and NOW() < self.away_until:
            raise _Dropped
        trap = self.trap if op == "post" else None
        if trap is not None:
            self.trap = None
            await self._sprung(trap, given)
        return await self._call(op, given)

    async def _sprung(self, trap: Trap, given: dict[str, Any]) -> None:
        if trap.after:
            self._do("post", given)
            trap.strike(given["pid"])
        else:
            trap.strike(given["pid"])
            await asyncio.sleep(self._lots.uniform(0, 0.15))  # what was on its way takes its time
            if trap.arrives:
                self._do("post", given)
        trap.sprung.set()
        raise _Dropped

    async def _call(self, op: str, given: dict[str, Any]) -> tuple[int, str, Any]:
        faults, lot = self.faults, self._lots.random()
        await asyncio.sleep(self._lots.uniform(*faults.delay))
        if lot < faults.limited:
            wait = self._lots.uniform(*faults.wait)
            return 429, f"retry-after: {wait:.3f}\r\n", {}
        if op == "post" and faults.pace:
            free_at = self._last[given["channel"]] + timedelta(seconds=faults.pace)
            if (left := (free_at - NOW()).total_seconds()) > 0:
                return 429, f"retry-after: {left + 0.001:.3f}\r\n", {}
            self._last[given["channel"]] = NOW()
        lot -= faults.limited
        if lot < faults.broken:
            return 500, "", {}
        found = self._do(op, given)
        if lot - faults.broken < faults.dropped:
            raise _Dropped
        return (200, "", found) if found is not None else (404, "", {})

    # --- what it keeps ------------------------------------------------------------------------------

    def _do(self, op: str, given: dict[str, Any]) -> Any:
        match op:
            case "post":
                message = self._keep(given["channel"], given["thread"], given["body"], given["key"])
                self.posts.append(message)
                return {"message": message.id}
            case "find":
                there = (m for m in self.posts if m.key == given["key"] and m.channel == given["channel"])
                message = next((m for m in there if not m.deleted), None)
                return {"message": message.id if message else None, "thread": message.thread if message else None}
            case "direct":
                return {"channel": f"direct-{given['user']}"}
        message = self.messages.get(given["message"])
        if message is None:
            return None
        match op:
            case "edit":
                message.body = given["body"]
            case "delete":
                message.deleted = True
            case "open_thread":
                self._threads.add(message.id)
                return {"thread": message.id}
        return {}

    def _keep(self, channel: str, thread: str | None, body: str, key: str, author: str = "") -> Accepted:
        message = Accepted(f"m{len(self.messages) + 1}", channel, thread, body, key, NOW(), author)
        self.messages[message.id] = message
        return message

    # --- what people do in it -----------------------------------------------------------------------

    async def _events(self, wait: float) -> list[dict[str, Any]]:
        if not (due := self._due()):
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), wait)
            due = self._due()
        for happening in due:
            happening.told += 1
            happening.again_at = NOW() + REDELIVERED
        return [{"id": h.id, **h.what} for h in due]

    def _due(self) -> list[Happening]:
        now = NOW()
        return [h for h in self.happenings.values() if self._waits(h) and (h.again_at is None or h.again_at <= now)][
            :10
        ]

    @staticmethod
    def _waits(happening: Happening) -> bool:
        return not happening.answers or happening.again_at is not None

    def _acknowledged(self, id: str, answer: Any) -> None:
        happening = self.happenings[id]
        first = not happening.answers
        happening.answers.append(answer)
        again = first and self._lots.random() < TOLD_TWICE
        happening.again_at = NOW() + timedelta(seconds=0.3) if again else None
        if first:
            self.heard(happening, answer)


async def _read(reader: asyncio.StreamReader) -> tuple[str, dict[str, Any]] | None:
    line = await reader.readline()
    if not line:
        return None
    op, length = line.split()[1].decode().strip("/"), 0
    while (header := await reader.readline()).strip():
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return op, json.loads(await reader.readexactly(length))
