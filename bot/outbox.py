"""The relay: from the outbox to the chats. Intent is committed before each call, and how it ended after it.

A bounded number of calls is in flight, one in each conversation, the most urgent first; each is settled as it ends, and
the next is taken at once: a call that hangs holds up its own conversation alone. Some of the room is kept for alerts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.alarm import Alarm
from bot.clock import Clock
from bot.delivering import GRACE, LEASE, Delivery
from bot.desk import reopening
from bot.ports import Astray, Chat, Paused, RetryAt, Sending, SendResult, Sent, Store, Unclear, Urgency

log = logging.getLogger("steward.outbox")

ROOM = 50
"""Calls in flight at most."""
FOR_ALERTS = 10
"""That many of them are kept for alerts: a breach waits for no backlog."""
LOOK = 1.0
"""Real seconds between two looks for what became ready while calls are in flight."""
WAITS = 100
"""Of so many waits that it did not set itself a relay takes note: at its start, and where another worker ended."""

__all__ = ["FOR_ALERTS", "GRACE", "LEASE", "ROOM", "Relay"]


@dataclass(eq=False)
class _Flight:
    """A message on its way, until it is written how that ended."""

    sending: Sending
    owner: str
    """This process's name when it took the message."""
    task: asyncio.Task[bool] | None = None
    calls: bool = True
    """Whether its call is under way. From then on it may be taken again, as soon as its end is written."""

    @property
    def alert(self) -> bool:
        """Whether it has room of its own."""
        return self.sending.urgency is Urgency.ALERT


class Relay:
    """Sends what is ready, most urgent first, one at a time in each conversation."""

    def __init__(self, store: Store, chats: Mapping[str, Chat], clock: Clock, *, home: str) -> None:
        """`home` is the platform on which a direct conversation is opened for somebody who has none yet."""
        self._store = store
        self._clock = clock
        self._delivery = Delivery(store, chats, clock, home=home)
        self._lock = asyncio.Lock()
        self._flights = set[_Flight]()
        self._flows: set[asyncio.Task[int]] = set()
        self._moved = asyncio.Event()
        """Set when a call ended, or something new may be ready."""
        self._stopping = False
        self._sent = 0
        self._alarm = Alarm(self._over)
        self._wake: Callable[[], None] = lambda: None
        self._begun = False

    def watch(self, wake: Callable[[], None]) -> None:
        """From now on `wake` is called as soon as what had to wait may go: the next look would come too late."""
        self._wake = wake

    async def drain(self) -> int:
        """Send until nothing is ready; answers how many were sent. What is in flight goes on should this be cancelled.

        What a vanished sender left behind is taken over first.
        """
        return await asyncio.shield(self._start())

    def nudge(self) -> None:
        """Something new may be ready: whoever is sending takes it now."""
        self._moved.set()

    async def stop(self) -> None:
        """Take nothing more; answers once what is in flight has ended and is settled."""
        self._stopping = True
        self._alarm.stop()
        self._moved.set()
        await asyncio.gather(*self._flows, return_exceptions=True)

    def _start(self) -> asyncio.Task[int]:
        flow = asyncio.create_task(self._flow())
        self._flows.add(flow)
        flow.add_done_callback(self._flows.discard)
        return flow

    async def _flow(self) -> int:
        """Take, send, settle, until nothing is ready and nothing in flight; one at a time in a process."""
        async with self._lock:
            before = self._sent
            try:
                await self._recover()
                while True:
                    self._moved.clear()
                    idle = not self._flights
                    await self._take()
                    if self._flights:
                        await self._one_ends()
                    elif idle:
                        return self._sent - before
                    # Otherwise the last ended while it was asked what may go: what stood behind it may go by now.
            finally:
                # Where the database failed, what is in flight still ends; where the process ends, it is left `sending`.
                if self._flights:
                    await asyncio.wait([flight.task for flight in self._flights if flight.task])

    async def _one_ends(self) -> None:
        """Wait until a call ends or something may be ready; look for what others left from time to time."""
        try:
            async with asyncio.timeout(LOOK):
                await self._moved.wait()
        except TimeoutError:
            await self._recover()

    async def _recover(self) -> None:
        owner = await self._store.workers.name()
        if any(flight.owner != owner for flight in self._flights):
            return  # this process has had another name since; what is in flight under it ends first
        machine = self._clock.machine()
        if left := await self._store.recover(machine, owner=owner, look_at=machine + GRACE):
            log.warning("%d messages were left half sent; they are looked for before they go again", left)
        if left or not self._begun:
            for at in await self._store.waits(machine, WAITS):
                self._wait_until(at)
            self._begun = True

    def _wait_until(self, at: datetime) -> None:
        """Something may go then (machine time)."""
        if not self._stopping:
            self._alarm.after((at - self._clock.machine()).total_seconds())

    def _over(self) -> None:
        """A wait is over."""
        self._moved.set()
        self._wake()

    async def _take(self) -> None:
        """Put into the air what may go and finds room."""
        room = ROOM - len(self._flights)
        if self._stopping or room <= 0:
            return
        alerts = sum(flight.alert for flight in self._flights)
        others = ROOM - FOR_ALERTS - (len(self._flights) - alerts)
        # Asked for each time: it is another one where the connection broke that proves this process alive.
        owner, machine = await self._store.workers.name(), self._clock.machine()
        taken = await self._store.claim_outbox(
            now=self._clock.now(),
            machine=machine,
            owner=owner,
            lease_until=machine + LEASE,
            limit=room,
            others=max(others, 0),
        )
        for sending in taken:
            self._fly(sending, owner, machine + LEASE)

    def _fly(self, sending: Sending, owner: str, lease_until: datetime) -> None:
        if any(flight.calls and flight.sending.id == sending.id for flight in self._flights):
            return  # the machine's clock went forward past its lease; its call is under way, and settles it
        flight = _Flight(sending, owner)
        flight.task = asyncio.create_task(self._deliver(flight, lease_until))
        self._flights.add(flight)
        flight.task.add_done_callback(lambda task: self._landed(flight, task))

    def _landed(self, flight: _Flight, task: asyncio.Task[bool]) -> None:
        self._flights.discard(flight)
        self._sent += not task.cancelled() and task.exception() is None and task.result()
        self._moved.set()

    async def _deliver(self, flight: _Flight, lease_until: datetime) -> bool:
        """Answers whether it arrived."""
        sending, owner = flight.sending, flight.owner

        async def mine() -> bool:
            return await self._store.workers.name() == owner

        result = await self._delivery.attempt(sending, lease_until, mine)
        if isinstance(result, Astray):
            result = await self._made_anew(sending, result)
        flight.calls = False
        return await self._settle(sending, owner, result) and isinstance(result, Sent)

    async def _made_anew(self, sending: Sending, lost: Astray) -> SendResult:
        """What was deleted is made anew before it is written how the send ended: should this process die in between,
        whoever looks for the message finds it nowhere, and sends it to the new place."""
        try:
            return await reopening.astray(self._store, self._clock, sending, lost)
        except Exception as error:
            log.warning("what message %s was for cannot be made anew yet: %s", sending.key, error)
            return RetryAt(self._clock.machine() + GRACE, lost.reason)

    async def _settle(self, sending: Sending, owner: str, result: SendResult) -> bool:
        """Write how it ended. While the database is gone that is tried again as long as the lease lasts; after it
        somebody looks for the message before it is sent again."""
        loop = asyncio.get_running_loop()
        wait, until = 0.1, loop.time() + LEASE.total_seconds()
        while True:
            try:
                settled = await self._store.settle(sending.id, owner, result)
            except Exception as error:
                if loop.time() + wait >= until or (self._stopping and wait > 1):
                    log.error("how message %s ended could not be written; it is looked for: %s", sending.key, error)
                    return False
            else:
                self._note(result)
                return settled
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)

    def _note(self, result: SendResult) -> None:
        """Once it is written: whoever wakes for it must find it."""
        match result:
            case Paused(until=at) | RetryAt(at=at) | Unclear(at=at):
                self._wait_until(at)
            case _:
                pass
