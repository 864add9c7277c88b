"""APScheduler only wakes: each second, never two at once, and a wake that fails is not the last one."""

from __future__ import annotations

import asyncio

import pytest

from adapters.scheduler import Scheduler

pytestmark = pytest.mark.asyncio


async def test_it_wakes_each_second_also_after_a_failure(caplog: pytest.LogCaptureFixture):
    """The first wake fails, and the second comes all the same; after the stop none comes."""
    woken = asyncio.Semaphore(0)
    count = 0

    async def tick() -> None:
        nonlocal count
        count += 1
        woken.release()
        if count == 1:
            raise RuntimeError("the database was away")

    scheduler = Scheduler(tick=tick, audit=tick)
    scheduler.start()
    try:
        async with asyncio.timeout(10):
            await woken.acquire()
            await woken.acquire()
    finally:
        await scheduler.stop()
    assert "the tick failed" in caplog.text
    seen = count
    await asyncio.sleep(1.5)
    assert count == seen


async def test_a_slow_wake_is_not_started_twice():
    """While one tick is under way no other begins."""
    running, most = 0, 0

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(1.5)
        running -= 1

    async def nothing() -> None:
        return

    scheduler = Scheduler(tick=slow, audit=nothing)
    scheduler.start()
    try:
        await asyncio.sleep(3.5)
    finally:
        await scheduler.stop()
    await asyncio.sleep(1.6)
    assert most == 1


async def test_a_stop_waits_for_the_wake_under_way():
    """The database is closed after the stop: nothing may be half way then."""
    began, ended = asyncio.Event(), False

    async def slow() -> None:
        nonlocal ended
        began.set()
        await asyncio.sleep(0.5)
        ended = True

    async def nothing() -> None:
        return

    scheduler = Scheduler(tick=slow, audit=nothing)
    scheduler.start()
    await began.wait()
    await scheduler.stop()
    assert ended


async def test_a_wish_is_granted_at_once_and_many_are_one():
    """Whoever hears that there is work does not wait for the second; what is wished meanwhile is one more tick."""
    ticks, begun, go_on = 0, asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        ticks += 1
        begun.set()
        await go_on.wait()

    async def nothing() -> None:
        return

    scheduler = Scheduler(tick=tick, audit=nothing)
    scheduler.wake()
    assert ticks == 0, "it does not run yet"
    scheduler.start()
    try:
        scheduler.wake()
        async with asyncio.timeout(0.9):
            await begun.wait()
        for _ in range(9):
            scheduler.wake()
        go_on.set()
        await asyncio.sleep(0.05)
        assert ticks == 2
    finally:
        await scheduler.stop()
    scheduler.wake()
    await asyncio.sleep(0.05)
    assert ticks == 2, "after the stop none comes"
