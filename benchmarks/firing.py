"""Due timers, fired by the desk as it runs, and by a bare loop over the same table, with the same rows written.

Ours goes the whole way: the scheduler wakes, `reminders.fire` asks for what is due, and `store.fire_due` decides and
writes. Only the decision is the benchmark's own: one alert for each timer, with its request's title. The bare loop is
what somebody would write by hand: it sleeps until the next due time, takes 500 with their requests' titles, writes the
same two rows for each, and commits.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from adapters.scheduler import Scheduler
from benchmarks.databases import connect, sqlite_url
from benchmarks.watching import Fired, ticking, until
from bot.clock import SystemClock
from bot.codec import message_to_json
from bot.desk import reminders
from bot.desk.context import Desk, Rules
from bot.desk.conversations import ALERTS
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages.model import Said, Text
from bot.ports import Change, Decide, Draft, Op, Timer, Urgency
from storage import SqlStore, open_store
from storage.instants import micros


def alert(timer: Timer, request: Request | None, directory: Directory) -> Change:
    """One alert a timer, which names the request."""
    key, title = f"{timer.subject}:{timer.kind}:{timer.generation}", request.title if request else "?"
    return Change(outbox=(Draft(key, Op.POST, ALERTS, _body(title), urgency=Urgency.ALERT),))


def _body(title: str) -> Said:
    return Said("breach", ((Text(f"“{title}” is late: nobody has answered.", strong=True),),))


def lapse(timer: Timer, request: Request | None, directory: Directory) -> Change:
    """Nothing follows: what a job that does nothing is elsewhere."""
    return Change()


class Desklet:
    """A store's desk that fires what is due, and notes when what it decided was committed."""

    def __init__(self, store: SqlStore, decide: Decide = alert) -> None:
        self.fired = Fired()
        self.desk = Desk(store, SystemClock())
        self._decide, self._due = decide, dict[int, datetime]()
        self._committed = store._committed  # pyright: ignore[reportPrivateUsage]
        store._committed = self._noted  # type: ignore[method-assign]  # pyright: ignore[reportPrivateUsage]

    def _noting(self, timer: Timer, request: Request | None, directory: Directory) -> Change:
        change = self._decide(timer, request, directory)
        self._due[id(change)] = timer.due_at  # of the same number one may have been forgotten that did not count
        return change

    def _noted(self, written: Sequence[Change]) -> None:
        done = self.desk.clock.machine()
        due = [self._due.pop(id(change), None) for change in written]  # others commit as well
        self.fired.lateness += [(done - at).total_seconds() for at in due if at is not None]
        self._committed(written)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Fired]:
        """Woken by the scheduler, as in a running desk."""

        def decider(rules: Rules, now: datetime, *, suppressed: bool = False) -> Decide:
            return self._noting

        with patch.object(reminders, "decider", decider):
            scheduler = Scheduler(fire=self.wake, until_next=self.until_next, send=_nothing, audit=_nothing)
            scheduler.start()
            try:
                yield self.fired
            finally:
                await scheduler.stop()

    async def wake(self) -> None:
        """What the scheduler calls."""
        await reminders.fire(self.desk)

    async def until_next(self) -> float | None:
        """What the scheduler asks."""
        return await reminders.until_next(self.desk)


async def _nothing() -> None:
    pass


async def ours(path: Path, count: int, longest: float, then: Callable[[], None] = lambda: None) -> Fired:
    """Run the desk on the file until so many timers have fired; `then` is called at that moment."""
    store = await open_store(sqlite_url(path))
    try:
        desklet = Desklet(store)
        async with desklet.running() as fired, ticking(fired):
            await until(lambda: len(fired.lateness) >= count, longest)
            then()
        return fired
    finally:
        await store.close()


_OUTBOX = (
    "INSERT INTO outbox (key, op, conversation, title, body, urgency, not_before, state, attempts, reason) "
    "VALUES (?, 'post', 'alerts', '', ?, 0, 0, 'ready', 0, '')"
)
_BODY = message_to_json(_body("{title}"))


def bare(path: Path, count: int) -> Fired:
    """The loop written by hand, until so many have fired."""
    fired, clock = Fired(), SystemClock()
    with closing(connect(path)) as raw:
        while len(fired.lateness) < count:
            (next_due,) = raw.execute(
                "SELECT due_at FROM timer WHERE state = 'waiting' ORDER BY due_at LIMIT 1"
            ).fetchone()
            time.sleep(max(0.0, (next_due - micros(clock.now())) / 1e6))
            taken = _batch(raw, micros(clock.now()))
            done = micros(clock.now())
            fired.lateness += [(done - row["due_at"]) / 1e6 for row in taken]
    return fired


def _batch(raw: sqlite3.Connection, now: int) -> Sequence[sqlite3.Row]:
    raw.execute("BEGIN IMMEDIATE")
    rows = raw.execute(
        "SELECT t.id, t.subject, t.kind, t.due_at, t.generation, r.title FROM timer AS t "
        "JOIN request AS r ON r.number = CAST(substr(t.subject, 9) AS INTEGER) "
        "WHERE t.state = 'waiting' AND t.due_at <= ? ORDER BY t.due_at, t.id LIMIT ?",
        (now, reminders.BATCH),
    ).fetchall()
    raw.executemany("UPDATE timer SET state = 'fired' WHERE id = ?", [(row["id"],) for row in rows])
    raw.executemany(
        _OUTBOX,
        [
            (
                f"{row['subject']}:{row['kind']}:{row['generation']}",
                _BODY.replace("{title}", row["title"]),
            )
            for row in rows
        ],
    )
    raw.execute("COMMIT")
    return rows
