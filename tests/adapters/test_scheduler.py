"""APScheduler only wakes: in time for what is due, at least each second, nothing twice at once; and nothing waits for
another."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from adapters.scheduler import Scheduler

pytestmark = pytest.mark.asyncio

Work = Callable[[], Awaitable[object]]


async def nothing() -> None:
    """Nothing is to be done."""


async def never() -> float | None:
    """Nothing is due."""
    return None


@asynccontextmanager
async def running(
    fire: Work = nothing,
    until_next: Callable[[], Awaitable[float | None]] = never,
    send: Work = nothing,
    audit: Work = nothing,
) -> AsyncIterator[Scheduler]:
    """A scheduler of these, until the end."""
    scheduler = Scheduler(fire=fire, until_next=until_next, send=send, audit=audit)
    scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.stop()


async def until(reached: Callable[[], bool], longest: float) -> None:
    """Wait until it is so. Raises TimeoutError."""
    async with asyncio.timeout(longest):
        while not reached():  # noqa: ASYNC110 -- what is looked at has no event to set
            await asyncio.sleep(0.01)


class Counted:
    """Work that counts itself, and can be kept from ending."""

    def __init__(self, *, held: bool = False) -> None:
        self.rounds, self.at_once, self.most = 0, 0, 0
        self.go_on = asyncio.Event()
        self.begun = asyncio.Event()
        if not held:
            self.go_on.set()

    async def __call__(self) -> None:
        self.rounds += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.begun.set()
        await self.go_on.wait()
        self.at_once -= 1


async def test_it_looks_each_second_also_after_a_failure(caplog: pytest.LogCaptureFixture):
    """The first look fails, and the second comes all the same; after the stop none comes."""
    looked = asyncio.Semaphore(0)
    looks = 0

    async def fire() -> None:
        nonlocal looks
        looks += 1
        looked.release()
        if looks == 1:
            raise RuntimeError("the database was away")

    async with running(fire=fire):
        async with asyncio.timeout(10):
            await looked.acquire()
            await looked.acquire()
    assert "the timers failed" in caplog.text
    seen = looks
    await asyncio.sleep(1.2)
    assert looks == seen


async def test_it_fires_when_the_next_is_due_and_not_at_the_next_second():
    """Each due time is met within a few hundredths, and none early; a busy machine may be late, never early."""
    loop, fired = asyncio.get_running_loop(), list[float]()
    dues = [loop.time() + 0.15 * n for n in range(1, 6)]

    async def fire() -> None:
        while dues and dues[0] <= loop.time():
            fired.append(loop.time() - dues.pop(0))

    async def until_next() -> float | None:
        return dues[0] - loop.time() if dues else None

    async with running(fire, until_next):
        await until(lambda: not dues, 5)
    assert min(fired) >= 0
    assert sorted(fired)[2] < 0.1, "half of them within a tenth, where a look each second would be late by half of one"


async def test_a_sooner_timer_moves_the_wake():
    """Something is due in a second; then something is set that is due in a tenth."""
    fire = Counted()
    async with running(fire) as scheduler:
        await asyncio.sleep(0.05)
        before = fire.rounds
        scheduler.fire_by(0.1)
        scheduler.fire_by(0.5)
        scheduler.fire_by(3600)
        await asyncio.sleep(0.02)
        assert fire.rounds == before
        await until(lambda: fire.rounds > before, 0.7)


async def test_a_sooner_timer_set_while_one_fires_is_not_forgotten():
    """It comes in while the next due time is looked up, which no longer knows of it."""
    fire, looking, go_on = Counted(), asyncio.Event(), asyncio.Event()

    async def until_next() -> float | None:
        looking.set()
        await go_on.wait()
        return None

    async with running(fire, until_next) as scheduler:
        await looking.wait()
        scheduler.fire_by(0.05)
        go_on.set()
        await until(lambda: fire.rounds == 2, 0.7)


async def test_what_is_asked_for_meanwhile_is_done_once_more():
    """However many ask while it is under way, it is done once more, never twice at once; none is refused."""
    send = Counted(held=True)
    async with running(send=send) as scheduler:
        scheduler.send_soon()
        async with asyncio.timeout(0.9):
            await send.begun.wait()
        for _ in range(9):
            scheduler.wake()
        send.go_on.set()
        await asyncio.sleep(0.05)
        assert (send.rounds, send.most) == (2, 1)
    scheduler.wake()
    await asyncio.sleep(0.05)
    assert send.rounds == 2, "after the stop none comes"


async def test_a_platform_that_hangs_delays_no_timer():
    """Nor does a burst of timers delay what is sent, or the audit."""
    send, fire = Counted(held=True), Counted()
    async with running(fire, send=send) as scheduler:
        scheduler.wake()
        await send.begun.wait()
        before = fire.rounds
        scheduler.fire_by(0)
        await asyncio.sleep(0.05)
        assert fire.rounds == before + 1
        send.go_on.set()
    fire, send = Counted(held=True), Counted()
    async with running(fire, send=send) as scheduler:
        await fire.begun.wait()
        scheduler.send_soon()
        await asyncio.sleep(0.05)
        assert send.rounds == 1
        fire.go_on.set()


async def test_who_acted_waits_for_what_it_set_off_but_not_for_ever(monkeypatch: pytest.MonkeyPatch):
    """Timers, then what they send, a whole round of each; a chat that hangs holds nobody up."""
    order: list[str] = []

    async def fire() -> None:
        order.append("fire")

    async def send() -> None:
        order.append("send")

    async with running(fire, send=send) as scheduler:
        await asyncio.sleep(0.02)
        order.clear()
        assert await scheduler.settle()
        assert order == ["fire", "send"]
    monkeypatch.setattr("adapters.scheduler.PATIENCE", 0.05)
    hanging = Counted(held=True)
    async with running(send=hanging) as scheduler:
        async with asyncio.timeout(1):
            assert await scheduler.settle()
        hanging.go_on.set()
    assert not await scheduler.settle(), "it does not run"


async def test_a_wall_clock_set_back_by_an_hour_stops_no_wake(monkeypatch: pytest.MonkeyPatch):
    """APScheduler goes by it, and would sleep until the old time comes again."""
    fire, back = Counted(), timedelta()

    class Wall(datetime):
        """What APScheduler reads."""

        @classmethod
        def now(cls, tz=None):
            """The time, as somebody has set it."""
            return datetime.now(tz or UTC) - back  # noqa: TID251 -- this is the clock that is set back

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wall)
    monkeypatch.setattr("adapters.scheduler.SystemClock.now", lambda _: Wall.now(UTC))
    async with running(fire):
        await asyncio.sleep(0.1)
        back, before = timedelta(hours=1), fire.rounds
        await until(lambda: fire.rounds >= before + 2, 6)


async def test_a_stop_waits_for_what_is_under_way():
    """The database is closed after the stop: nothing may be half way then."""
    ended = False
    begun = asyncio.Event()

    async def slow() -> None:
        nonlocal ended
        begun.set()
        await asyncio.sleep(0.2)
        ended = True

    async with running(send=slow) as scheduler:
        scheduler.wake()
        await begun.wait()
    assert ended


async def test_a_busy_database_thread_leaves_the_loop_its_turns():
    """What was there at the start is not looked through for garbage again, and threads change over often."""
    async with running():
        assert gc.get_freeze_count() > 0
        assert sys.getswitchinterval() <= 0.001
