"""The auditor: what stands still is told once, where managers read, and so is its end."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from desk_world import World

from bot.clock import SimulatedClock
from bot.desk.auditing import STUCK, Auditor
from bot.messages.model import Said, line
from bot.ports import Change, Draft, Op

pytestmark = pytest.mark.asyncio


class Watched(SimulatedClock):
    """Machine time moved by hand, beside desk time."""

    ahead = timedelta(0)

    def machine(self) -> datetime:
        return super().machine() + self.ahead


@pytest.fixture
def watched(world: World) -> World:
    clock = Watched(world.clock.now())
    world.clock = world.desk.clock = clock
    return world


def spoil(url: str, sql: str, number: int) -> None:
    """Behind the desk's back."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
        raw.execute(sql, (number,))


async def alerts(world: World) -> list[str]:
    await world.relay.drain()
    return await world.screen("alerts")


async def test_a_desk_that_is_well_hears_nothing(watched: World) -> None:
    """Looks without findings write nothing."""
    await watched.raised()
    auditor = Auditor(watched.desk)
    for _ in range(3):
        assert await auditor.look() == ()
    assert await alerts(watched) == []


async def test_timers_that_stay_late_are_told_once_and_so_is_the_end(watched: World) -> None:
    """A first sight may be the catching up; what is late a look later is told, by however many workers, hourly."""
    await watched.raised()
    watched.clock.move_by(timedelta(hours=9))  # and nobody fires
    one, two = Auditor(watched.desk), Auditor(watched.desk)
    assert await one.look() == await two.look() == ()
    watched.clock.move_by(timedelta(minutes=1))
    assert await one.look() == await two.look() == ("timers",)
    watched.clock.move_by(timedelta(minutes=1))
    await one.look()
    (told,) = await alerts(watched)
    assert told.startswith("I am behind: ")
    assert "deadlines have passed" in told
    await watched.wake()
    before = len(await alerts(watched))
    assert await one.look() == ()
    told = await alerts(watched)
    assert len(told) == before
    assert [said for said in told if said.startswith("Every deadline is being acted on again")]


async def test_a_timer_due_this_very_second_is_not_late(watched: World) -> None:
    """Five seconds are the desk's own to act in."""
    await watched.raised()
    due = await watched.store.next_due()
    assert due is not None
    watched.clock.move_to(due + timedelta(seconds=5))
    assert await watched.store.audit.overdue(due) == (0, None)
    auditor = Auditor(watched.desk)
    await auditor.look()
    watched.clock.move_to(due + timedelta(seconds=5))
    assert await auditor.look() == ()


async def test_messages_that_do_not_leave_are_told_with_where_they_go(watched: World) -> None:
    """After five minutes of machine time; skipping desk time makes nothing stuck, and no request is named."""
    say = Said("x", (line("x"),))
    drafts = [
        Draft(key, Op.POST, where, say) for key, where in [("a", "dm:sam"), ("b", "triage"), ("c", "client:NONE")]
    ]
    await watched.store.commit(Change(outbox=tuple(drafts)))
    auditor = Auditor(watched.desk)
    watched.clock.move_by(timedelta(hours=1))
    assert await auditor.look() == ()
    watched.clock.ahead = STUCK
    assert await auditor.look() == ("outbox",)
    told = [said for said in await alerts(watched) if "waiting to leave" in said]
    assert len(told) == 1
    assert "2 messages have been waiting to leave" in told[0]
    assert "people directly" in told[0]
    assert "NONE" not in told[0]  # it has no place: the doctor names that
    assert await auditor.look() == ()


async def test_a_row_that_is_not_what_its_history_says_is_told_by_name(watched: World, sqlite_url: str) -> None:
    """The replay goes through all open requests in slices, and tells until it finds it no more."""
    number = [await watched.raised(title=f"number {n}") for n in range(7)][5]
    spoil(sqlite_url, "UPDATE request SET late_since = 0 WHERE number = ?", number)
    auditor = Auditor(watched.desk)
    assert "state" in await auditor.look()
    (told,) = [said for said in await alerts(watched) if "history" in said]
    assert (await watched.request(number)).ref in told
    assert "steward db check" in told
    spoil(sqlite_url, "UPDATE request SET late_since = NULL WHERE number = ?", number)
    assert await auditor.look() == ()
