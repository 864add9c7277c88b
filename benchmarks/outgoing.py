"""Messages that leave: the relay with a chat that takes its time, and with our workspace; beside one after the other.

The intent is on the disk before each call, and how it ended after it, on both sides.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from adapters.web.chat import PLATFORM, WebChat, place_of
from adapters.web.live import Hub
from benchmarks.bench import Bench
from benchmarks.databases import NoPostgres, connect, database, postgres, sqlite_url
from benchmarks.measuring import Row, alone, as_many
from bot.clock import SystemClock
from bot.messages.model import Message, Said, line
from bot.outbox import Relay
from bot.ports import Change, Channel, ChannelKind, Chat, DirectoryEdit, Draft, MessageRef, Op, Place
from storage import SqlStore, open_store

TAKES = 0.02
"""Seconds that the chat takes for a message."""
CONVERSATIONS = 50
BODY = Said("update", (line("The export works again; the full disk was the cause."),))
NAME, PEER = "outgoing", "one after the other"


class SlowChat:
    """Takes each message, and its time."""

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """After a while it is there."""
        await asyncio.sleep(TAKES)
        return MessageRef(place, key)


def outgoing(bench: Bench) -> Iterator[Row]:
    """Rates of one process."""
    count = bench.sizes.sent
    what = f"{count:,} messages in {CONVERSATIONS} conversations"
    slow = f"{what}; the chat takes {TAKES * 1000:.0f} ms for each"
    bench.say(f"{NAME}: {slow} …")
    path = bench.new("outgoing.db")
    ours = asyncio.run(_sent(sqlite_url(path), count, own=False))
    # Seconds for each are the same however many there are.
    theirs = _one_by_one(path, min(count, 200))
    yield as_many(NAME, PEER, ours, theirs, note=slow)
    bench.say(f"{NAME}: into the workspace …")
    own = asyncio.run(_sent(sqlite_url(bench.new("workspace.db")), count, own=True))
    yield alone(f"{NAME}, workspace", own, f"{what} of the browser workspace")


def on_postgres(bench: Bench) -> Iterator[Row]:
    """The same on PostgreSQL, of one worker."""
    name, note = "pg_outgoing", f"{bench.sizes.sent:,} messages in {CONVERSATIONS} conversations"
    try:
        with postgres() as server:
            for each, own in ((name, False), (f"{name}, workspace", True)):
                bench.say(f"{each} …")
                with database(server, "steward_bench_out") as url:
                    yield alone(each, asyncio.run(_sent(url, bench.sizes.sent, own=own)), note)
    except NoPostgres as none:
        yield alone(name, None, str(none))


async def _sent(url: str, count: int, *, own: bool) -> float:
    """Write them, then let the relay send them all; how many a second."""
    store, clock = await open_store(url), SystemClock()
    try:
        await _written(store, count)
        chat: Chat = WebChat(store, Hub(), clock) if own else SlowChat()  # type: ignore[assignment]  # it only posts
        relay = Relay(store, {PLATFORM: chat}, clock, home=PLATFORM)
        begun = time.perf_counter()
        sent = 0
        while sent < count:
            sent += await relay.drain()
        return count / (time.perf_counter() - begun)
    finally:
        await store.close()


async def _written(store: SqlStore, count: int) -> None:
    names = [f"c{n}" for n in range(CONVERSATIONS)]
    for name in names:
        await store.put_channel(Channel(name, name, ChannelKind.TEAM))
    await store.edit_directory(DirectoryEdit(bindings=tuple((name, place_of(name)) for name in names)))
    for first in range(0, count, 500):
        drafts = (
            Draft(f"m{n}", Op.POST, names[n % CONVERSATIONS], BODY) for n in range(first, min(first + 500, count))
        )
        await store.commit(Change(outbox=tuple(drafts)))


def _one_by_one(path: Path, count: int) -> float:
    """The loop written by hand on the same table."""
    with closing(connect(path)) as raw:
        raw.execute("UPDATE outbox SET state = 'ready', owner = NULL WHERE id <= ?", (count,))
        begun = time.perf_counter()
        for _ in range(count):
            (id,) = raw.execute("SELECT id FROM outbox WHERE state = 'ready' ORDER BY id LIMIT 1").fetchone()
            raw.execute("UPDATE outbox SET state = 'sending', owner = 'me' WHERE id = ?", (id,))
            time.sleep(TAKES)
            raw.execute("UPDATE outbox SET state = 'sent' WHERE id = ?", (id,))
        return count / (time.perf_counter() - begun)
