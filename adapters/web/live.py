"""Who is looking, and the news that something changed. Only where is told; each browser fetches its own rendering.

Several processes may serve one desk: what one publishes comes to the pages of all, and each page may come back to any.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

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


def _nobody(_: str) -> None:
    """There is no other process."""


class Hub:
    """All open pages of this process. `tell` carries news to those of the others."""

    def __init__(self, tell: Callable[[str], None] = _nobody) -> None:
        self._open: set[Subscription] = set()
        self._tell = tell
        self._own, self._count = secrets.token_hex(4), 0
        self.closed = False
        """Whether the server stops: pages come back to the next one."""

    @property
    def turn(self) -> str:
        """How many events there were, in this process: a page made at another turn, or by another process, may have
        missed something."""
        return f"{self._own}-{self._count}"

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
        self.deliver(event)
        self._tell(_news_of(event))

    def deliver(self, event: Event) -> None:
        """Tell the pages of this process alone."""
        self._count += 1
        for subscription in self._open:
            subscription.put(event)

    def hear(self, news: str) -> None:
        """Another process published it."""
        self.deliver(_event_in(news))

    def close(self) -> None:
        """End every stream: the server stops, and would have to break off what stays open."""
        self.closed = True
        for subscription in self._open:
            subscription.end()

    def __len__(self) -> int:
        return len(self._open)


_KINDS: dict[str, type[Changed | Moved | Seen]] = {"changed": Changed, "moved": Moved, "seen": Seen}


def _news_of(event: Event) -> str:
    """Where something happened, as another process hears of it; never what."""
    return json.dumps({"page": type(event).__name__.lower(), **asdict(event)}, separators=(",", ":"))


def _event_in(news: str) -> Event:
    """The event that was told. What this release does not understand may be anything: pages look again."""
    try:
        told = json.loads(news)
        return _KINDS[told.pop("page")](**told)
    except (ValueError, LookupError, TypeError, AttributeError):
        return Moved()
