"""Who is looking, and the news that something changed. Only where is told; each browser fetches its own rendering."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sse_starlette import ServerSentEvent

from adapters.web.access import Access
from adapters.web.times import iso
from bot.domain.people import Person

QUEUE = 200
"""Events a browser may lag behind before it is told to fetch everything anew."""


@dataclass(frozen=True)
class Changed:
    """A message was added, changed, or got a reaction."""

    channel: str
    message: int
    thread: int | None = None


@dataclass(frozen=True)
class Moved:
    """Desk time jumped, or the browser missed too much: everything on the page is fetched again."""


@dataclass(frozen=True)
class Seen:
    """Somebody has read something: their other pages forget it too."""

    person: str
    channel: str
    thread: int | None = None


Event = Changed | Moved | Seen


class Subscription:
    """One open page."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue(QUEUE)

    def put(self, event: Event) -> None:
        """Never waits: a page that does not keep up loses its list and reloads."""
        if self._queue.full():
            self._empty()
            event = Moved()
        self._queue.put_nowait(event)

    def end(self) -> None:
        """There will be no more."""
        self._empty()
        self._queue.put_nowait(None)

    async def get(self) -> Event | None:
        """The next event; None at the end."""
        return await self._queue.get()

    def _empty(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


class Hub:
    """All open pages."""

    def __init__(self) -> None:
        self._open: set[Subscription] = set()
        self.turn = 0
        """How many events there were: a page made at an earlier turn has missed something."""
        self.closed = False
        """Whether the server stops: pages come back to the next one."""

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """A subscription for as long as the page is open."""
        subscription = Subscription()
        self._open.add(subscription)
        try:
            yield subscription
        finally:
            self._open.discard(subscription)

    def publish(self, event: Event) -> None:
        """Tell every page; what each may know is decided where it is read."""
        self.turn += 1
        for subscription in self._open:
            subscription.put(event)

    def close(self) -> None:
        """End every stream: the server stops, and would have to break off what stays open."""
        self.closed = True
        for subscription in self._open:
            subscription.end()

    def __len__(self) -> int:
        return len(self._open)


async def stream(
    hub: Hub, access: Access, who: Callable[[], Awaitable[Person | None]], now: Callable[[], datetime]
) -> AsyncIterator[ServerSentEvent]:
    """The events one person may know of, with the desk's time. It ends when the person may no longer come in, or
    when the hub closes."""
    with hub.subscribe() as subscription:
        yield _event("hello", now, turn=hub.turn)
        while not hub.closed:
            event = await subscription.get()
            person = await who() if event else None
            if event is None or person is None:
                return
            if isinstance(event, Moved):
                yield _event("moved", now)
            elif isinstance(event, Seen):
                if event.person == person.id:
                    yield _event("seen", now, channel=event.channel, thread=event.thread)
            elif await access.channel(person, event.channel):
                yield _event("changed", now, channel=event.channel, message=event.message, thread=event.thread)


def _event(name: str, now: Callable[[], datetime], **data: object) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=json.dumps({"now": iso(now()), **data}))
