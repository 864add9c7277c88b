"""The desk's two times: steady between two looks, and the database's where it keeps the time for several machines."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.clock import SystemClock

pytestmark = pytest.mark.asyncio

FAR = datetime(2030, 1, 1, tzinfo=UTC)
SLOW = timedelta(seconds=30)
"""What a machine that does much else may take between two lines."""


async def test_machine_time_goes_on_steadily(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever somebody does to the wall clock, no lease ends sooner for it; desk time follows the wall."""
    system = SystemClock()
    before = system.machine()

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return FAR

    monkeypatch.setattr(clock, "datetime", Wrong)
    assert timedelta() <= system.machine() - before < SLOW
    assert system.now() == FAR


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="this system does not tell how long it slept")
async def test_a_lease_is_over_for_a_machine_that_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may have taken its work over: what it had begun it goes on with by a time in which it slept, too."""
    system = SystemClock()
    before = system.machine()
    told = time.clock_gettime
    slept = {time.CLOCK_BOOTTIME: 3600.0}
    monkeypatch.setattr(time, "clock_gettime", lambda which: told(which) + slept.get(which, 0.0))
    assert timedelta(hours=1) <= system.machine() - before < timedelta(hours=1) + SLOW


async def test_the_time_is_the_databases() -> None:
    """Both times then are, so that several machines agree what is due; it says how far off this one was."""
    system = SystemClock()

    async def ask() -> datetime:
        return FAR

    off = await system.follow(ask)
    assert off > timedelta(days=365)
    for told in (system.now(), system.machine()):
        assert timedelta() <= told - FAR < SLOW
    assert abs(await system.follow(ask)) < SLOW


async def test_how_long_the_answer_took_is_halved() -> None:
    """It was read on the way: the clock is wrong by no more than half of that."""
    system = SystemClock()

    async def ask() -> datetime:
        await asyncio.sleep(0.1)
        return FAR

    await system.follow(ask)
    assert timedelta(milliseconds=50) <= system.machine() - FAR < SLOW


async def test_where_no_time_is_told_nothing_changes() -> None:
    """On SQLite there is one machine, and its own clock."""
    system, other = SystemClock(), SystemClock()

    async def ask() -> None:
        return None

    assert await system.follow(ask) == timedelta()
    assert abs(system.now() - other.now()) < SLOW
