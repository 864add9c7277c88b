"""What the desk does by itself at set times: once each, on time or late, and never lost to an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from desk_world import World

from bot.desk import jobs
from bot.desk.context import Desk
from bot.domain.people import Directory, Person, Role
from bot.messages.model import Said, line
from bot.ports import Change, Conflict, DirectoryEdit, Draft, Op, Timer

pytestmark = pytest.mark.asyncio

DAILY = timedelta(days=1)


class Ringing:
    """A job that posts to the triage channel each day at this hour (UTC), and fails as often as it is told to."""

    def __init__(self) -> None:
        self.hour, self.failures = 9, 0

    def plan(self, directory: Directory, now: datetime) -> jobs.Wanted:
        due = now.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return {"bell": {f"at {self.hour}": due if due > now else due + DAILY}}

    async def run(self, desk: Desk, timer: Timer, now: datetime) -> Change:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the rope broke")
        said = Said("bell", (line(f"Rung for {timer.due_at:%d %H:%M}"),))
        draft = Draft(f"bell:{timer.due_at.isoformat()}", Op.POST, "triage", said)
        return Change(outbox=(draft,), timers={"bell": {timer.kind: timer.due_at + DAILY}})


@pytest.fixture
def bell() -> Iterator[Ringing]:
    ringing = Ringing()
    jobs.job("bell", ringing.plan)(ringing.run)
    yield ringing
    del jobs.JOBS["bell"]


async def rings(world: World) -> list[str]:
    return [said for said in await world.screen("triage") if said.startswith("Rung")]


async def test_a_job_rings_once_a_day(bell: Ringing, world: World) -> None:
    """Each day once, at its time."""
    await world.pass_(days=3)
    assert await rings(world) == ["Rung for 10 09:00", "Rung for 11 09:00", "Rung for 12 09:00"]


async def test_a_changed_rule_moves_it_and_an_unchanged_one_keeps_what_is_overdue(bell: Ringing, world: World) -> None:
    """A new rule replaces the old one's timer; where the rule stayed, one that is overdue still rings."""
    await world.wake()
    bell.hour = 11
    sue = Person("sue", "Sue", Role.ENGINEER)
    await world.store.edit_directory(DirectoryEdit(people=(sue,)))
    await world.wake()
    assert [t.kind for t in await world.store.timers("bell")] == ["at 11"]
    world.clock.move_to(world.clock.now() + timedelta(days=1, hours=3))  # the desk was down when it was due
    await world.store.edit_directory(DirectoryEdit(people=(sue,)))
    await world.wake()
    assert await rings(world) == ["Rung for 09 11:00"]


async def test_of_two_workers_one_does_it(bell: Ringing, world: World) -> None:
    """The second to answer a timer is told of a conflict and writes nothing."""
    await world.wake()
    (timer,) = await world.store.timers("bell")
    first = await bell.run(world.desk, timer, world.clock.now())
    await world.store.commit(_fired(first, timer))
    with pytest.raises(Conflict):
        await world.store.commit(_fired(first, timer))


async def test_a_job_that_fails_is_tried_again(bell: Ringing, world: World) -> None:
    """An error is logged, holds up nobody, and the job comes again some minutes later."""
    bell.failures = 2
    await world.pass_(days=1, minutes=10)
    assert await rings(world) == ["Rung for 10 09:10"]


def _fired(change: Change, timer: Timer) -> Change:
    return Change(outbox=change.outbox, timers=change.timers, fires=timer)
