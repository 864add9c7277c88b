"""A desk's process that can die at any boundary: before or after a commit took effect, before or after a call did."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from faulty_chat import PLATFORM, place_of

from bot.codec import message_to_json
from bot.desk import reminders
from bot.desk.context import Desk
from bot.messages.model import Message
from bot.outbox import Relay
from bot.ports import MessageRef, Place
from storage import SqlStore
from storage.alone import Alone

NOON = datetime(2026, 6, 9, 12, tzinfo=UTC)
LOST = {"ready", "sending", "ambiguous", "dead"}
"""States in which a message has not arrived."""


class HandClock:
    """Both times, moved by hand and apart from one another."""

    def __init__(self, desk: datetime = NOON, real: datetime = NOON) -> None:
        self.desk, self.real = desk, real

    def now(self) -> datetime:
        return self.desk

    def machine(self) -> datetime:
        return self.real

    def pass_(self, seconds: float) -> None:
        """Both go on."""
        self.desk += timedelta(seconds=seconds)
        self.real += timedelta(seconds=seconds)


class Killed(BaseException):
    """The process is no more: nothing in it goes on, and nothing catches it."""


class Fuse:
    """Blows at the boundary of that number; whoever comes to a later one is dead already."""

    def __init__(self, at: int | None = None) -> None:
        self.at, self.count, self.blown = at, 0, False

    def boundary(self) -> None:
        """Die here, where it is time."""
        if self.blown or self.count == self.at:
            self.blown = True
            raise Killed
        self.count += 1


class _Runner:
    """A store's runner on which each write is two boundaries. Its worker has a name of its own, as a new process."""

    def __init__(self, runner: Any, fuse: Fuse) -> None:
        self._runner, self._fuse = runner, fuse
        self.workers = Alone()

    async def write(self, tx: Any) -> Any:
        self._fuse.boundary()
        result = await self._runner.write(tx)
        self._fuse.boundary()
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runner, name)


@dataclass
class Shown:
    """A message in the chat."""

    name: str
    place: Place
    body: str
    at: datetime
    """Desk time."""
    deleted: bool = False


@dataclass
class MemoryChat:
    """A chat that keeps all it is told, repeats too; `fault` may raise before what is asked is done."""

    clock: HandClock
    posts: list[Shown] = field(default_factory=list[Shown])
    fault: Callable[[str, str], None] = lambda op, where: None

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        self.fault("post", place.channel)
        self.posts.append(Shown(key, place, message_to_json(message), self.clock.now()))
        return MessageRef(place, str(len(self.posts)))

    async def edit(self, ref: MessageRef, message: Message) -> None:
        self.fault("edit", ref.place.channel)
        self.posts[int(ref.message) - 1].body = message_to_json(message)

    async def delete(self, ref: MessageRef) -> None:
        self.fault("delete", ref.place.channel)
        self.posts[int(ref.message) - 1].deleted = True

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        self.fault("open_thread", ref.place.channel)
        return place_of(ref.place.channel, ref.message)

    async def direct(self, user: str) -> Place:
        self.fault("direct", user)
        return place_of(f"direct-{user}")

    async def find(self, place: Place, key: str) -> MessageRef | None:
        self.fault("find", place.channel)
        there = (
            n for n, shown in enumerate(self.posts, 1) if shown.name == key and shown.place.channel == place.channel
        )
        return next((MessageRef(place, str(n)) for n in there), None)

    def named(self, name: str) -> list[Shown]:
        """The messages posted under that name."""
        return [shown for shown in self.posts if shown.name == name]


class _Chat:
    """The chat on which each call is two boundaries."""

    def __init__(self, chat: MemoryChat, fuse: Fuse) -> None:
        self._chat, self._fuse = chat, fuse

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any, **more: Any) -> Any:
            self._fuse.boundary()
            await asyncio.sleep(0)
            result = await getattr(self._chat, name)(*args, **more)
            self._fuse.boundary()
            return result

        return call


class Process:
    """One process of a desk: its store's connection is another's, and everything else its own."""

    def __init__(self, store: SqlStore, chat: MemoryChat, clock: HandClock, *, dies_at: int | None = None) -> None:
        self.fuse = Fuse(dies_at)
        self.clock = clock
        self.store = SqlStore(_Runner(store._runner, self.fuse))  # type: ignore[arg-type]
        self.desk = Desk(self.store, clock)
        self.relay = Relay(self.store, {PLATFORM: _Chat(chat, self.fuse)}, clock, home=PLATFORM)  # type: ignore[dict-item]

    async def lives(self, work: Coroutine[Any, Any, object]) -> bool:
        """Do it; False where the process died of it, with whatever else it had begun."""
        before = asyncio.all_tasks()
        try:
            await work
        except BaseException:
            if not self.fuse.blown:
                raise
        rest = asyncio.all_tasks() - before
        if self.fuse.blown:
            for task in rest:
                task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        return not self.fuse.blown

    async def work(self, *, fires: bool = True, rounds: int = 60) -> None:
        """Fire what is due and send until nothing is left, for some minutes of machine time at most."""
        for _ in range(rounds):
            if fires:
                await reminders.fire(self.desk)
            await self.relay.drain()
            if not LOST & (await self.store.outbox_states()).keys():
                return
            self.clock.real += timedelta(seconds=5)


def fresh(what: str) -> str:
    """A name that nothing before had."""
    return f"{what}-{uuid.uuid4().hex[:8]}"
