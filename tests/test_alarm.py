"""One timer of the event loop for many instants."""

from __future__ import annotations

import asyncio

import pytest

from bot.alarm import Alarm

pytestmark = pytest.mark.asyncio


async def test_it_rings_at_each_of_its_times_and_never_before():
    """However they were set, a sooner one after a later one, too; the past rings at once; those together ring once."""
    loop, rang, done = asyncio.get_running_loop(), list[float](), asyncio.Event()

    def ring() -> None:
        rang.append(loop.time())
        if len(rang) == 3:
            done.set()

    alarm, begun = Alarm(ring), loop.time()
    for seconds in (0.08, 0.08, 0.03, -5):
        alarm.after(seconds)
    async with asyncio.timeout(5):
        await done.wait()
    assert [at - begun >= after for at, after in zip(rang, (0, 0.03, 0.08), strict=True)] == [True] * 3


async def test_a_stopped_one_rings_no_more():
    """Nobody is woken after the end."""
    rang: list[int] = []
    alarm = Alarm(lambda: rang.append(1))
    alarm.after(0.01)
    alarm.stop()
    await asyncio.sleep(0.02)
    assert not rang
