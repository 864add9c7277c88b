"""What the desk does by itself comes once, at its local time on each side of a change of the clocks, however many
workers wake for it at the same moment."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.clock import SimulatedClock
from bot.desk import reminders
from bot.desk.context import Desk
from bot.domain.events import NoteAdded
from bot.domain.people import Client, Person, Role
from bot.domain.recurring import Recurring
from bot.domain.settings import ClientSettings, TeamSettings
from bot.messages.model import Message
from bot.outbox import Relay
from bot.ports import DirectoryEdit, MessageRef, Place, RequestQuery
from storage import SqlStore, open_store

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(60)]

WORKERS = 4
DIGEST_DAYS = (5, 6, 0)
CHANGES = {
    "Europe/London": (date(2026, 3, 29), "01:30", "FREQ=MONTHLY;BYDAY=-1SU"),  # a time that does not exist that day
    "America/New_York": (date(2026, 3, 8), "02:30", "FREQ=MONTHLY;BYDAY=2SU"),  # nor does this
    "Australia/Lord_Howe": (date(2026, 4, 5), "01:45", "FREQ=MONTHLY;BYDAY=1SU"),  # this comes twice
}
"""The Sunday on which the clocks change, a time of day that is within the change, and a rule that names that Sunday."""


class Kept:
    """A chat that keeps by which name what was posted when."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock, self.posts, self._ids = clock, defaultdict[str, list[datetime]](list), count(1)

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        self.posts[key].append(self.clock.now())
        await asyncio.sleep(0)
        return MessageRef(place, str(next(self._ids)))

    async def edit(self, ref: MessageRef, message: Message) -> None:
        pass

    async def delete(self, ref: MessageRef) -> None:
        pass

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        return Place(ref.place.platform, ref.place.workspace, ref.place.channel, ref.message)

    async def direct(self, user: str) -> Place:
        return Place("web", "desk", f"dm:{user}")

    async def find(self, place: Place, key: str) -> MessageRef | None:
        return None


@pytest_asyncio.fixture
async def stores(any_url: str) -> AsyncIterator[list[SqlStore]]:
    """The store of each worker: on SQLite they are tasks of one process, and share it."""
    async with AsyncExitStack() as stack:
        opened: list[SqlStore] = []
        for _ in range(1 if any_url.startswith("sqlite") else WORKERS):
            opened.append(await open_store(any_url))
            stack.push_async_callback(opened[-1].close)
        yield opened * (WORKERS // len(opened))


@pytest.mark.parametrize("zone", CHANGES)
async def test_each_comes_once_and_at_its_local_time(stores: list[SqlStore], zone: str) -> None:
    """Digests, a review's reminders and a weekly entry, in a month in which the clocks change; in two weeks of it where
    the database is slower."""
    sunday, at, rule = CHANGES[zone]
    weeks = 3 if len(set(stores)) == 1 or "STEWARD_LONG" in os.environ else 1
    first, last = sunday - timedelta(days=8), sunday + timedelta(days=7 * weeks)
    begin, end = (instant(day, "12:00", zone) for day in (first, last))
    clock = SimulatedClock(begin)
    await furnish(stores[0], zone, at, rule, sunday)
    chat = Kept(clock)
    desks = [Desk(store, clock) for store in stores]
    relays = [Relay(store, {"web": chat}, clock, home="web") for store in dict.fromkeys(stores)]
    while True:
        await asyncio.gather(*(reminders.fire(desk) for desk in desks))
        await asyncio.gather(*(relay.drain() for relay in relays))
        due = await stores[0].next_due()
        if due is None or due > end:
            break
        clock.move_to(due)

    said = {name: times for name, times in chat.posts.items() if name.startswith(("digest:", "review:"))}
    assert [times for times in said.values() if len(times) > 1] == [], "told twice"
    days = [day for n in range(1, 8 + 7 * weeks + 1) if (day := first + timedelta(days=n)).weekday() in DIGEST_DAYS]
    digests = {name: at for name, (at,) in said.items() if name.startswith("digest:")}
    assert digests == {f"digest:{day}:team": instant(day, at, zone) for day in days}
    reminded = sorted(at for name, (at,) in said.items() if name.startswith("review:") and not name.endswith(":date"))
    assert [when.astimezone(ZoneInfo(zone)).isoformat()[:16] for when in reminded] == reminders_of(sunday, last)
    runs = await stores[0].runs("weekly", 50)
    assert [run.at for run in reversed(runs)] == [instant(day, at, zone) for day in days if day.weekday() == 6]
    (request,) = await stores[0].requests(RequestQuery())
    notes = [e for e in await stores[0].history(request.number) if isinstance(e.event, NoteAdded)]
    assert len(notes) == len(runs) - 1, "it is noted each time that it is due again, once"


def reminders_of(sunday: date, last: date) -> list[str]:
    """Of a review on that Sunday at ten, by the wall: a week and a day before it, that morning, whether they met, and
    each working day from then on."""
    first = [(sunday - timedelta(days=7), "10:00"), (sunday - timedelta(days=1), "10:00"), (sunday, "08:00")]
    after = [sunday + timedelta(days=n) for n in range(1, (last - sunday).days + 1)]
    asked = [(day, "10:00") for day in after if day.weekday() < 5]
    return [f"{day}T{at}" for day, at in (*first, (sunday, "12:00"), *asked)]


async def furnish(store: SqlStore, zone: str, at: str, rule: str, sunday: date) -> None:
    """A client and a team in that zone, with all that comes by itself."""
    settings = ClientSettings(review_rule=rule, review_at="10:00", review_host="lee", review_from="2026-01-01")
    names = ("triage", "alerts", "client:ACME", "dm:lee")
    await store.edit_directory(
        DirectoryEdit(
            clients=(Client("ACME", "Acme", zone, settings),),
            people=(Person("lee", "Lee", Role.MANAGER, zone),),
            team=TeamSettings(zone=zone, digest_at=at, digest_days="sat-mon"),
            recurring=(
                Recurring("weekly", "ACME", "Check the backups", "FREQ=WEEKLY;BYDAY=SU", date(2026, 1, 1), zone, at),
            ),
            bindings=tuple((name, Place("web", "desk", name)) for name in names),
        )
    )


def instant(day: date, at: str, zone: str) -> datetime:
    """A wall time there: of two the first, and of none the one that is moved forward by the gap."""
    return datetime.combine(day, time.fromisoformat(at), ZoneInfo(zone)).astimezone(UTC)
