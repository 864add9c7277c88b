"""Who waits for something in a fake is told so in time, also where it never comes."""

from __future__ import annotations

import asyncio
import time

import pytest
from fakes.times import Times
from fakes.waiting import Waiting


@pytest.mark.asyncio
async def test_who_waits_in_vain_is_told_so_though_something_else_happens_just_then():
    """The time is over in the very turn of the loop in which there are news: a busy machine sees both at once."""
    fake, loop = Waiting(), asyncio.get_running_loop()
    waits = asyncio.create_task(fake.until(lambda: False, within=0.02))
    loop.call_later(0.01, fake.changed)
    loop.call_soon(time.sleep, 0.03)
    await asyncio.wait({waits}, timeout=10)
    assert waits.done()
    assert isinstance(waits.exception(), TimeoutError)


@pytest.mark.asyncio
async def test_a_sleeper_who_is_told_to_stop_stops_though_time_is_skipped_just_then():
    """Else it would sleep on for hours, and who told it so would wait for it."""
    times = Times()
    sleeps = asyncio.create_task(times.sleep(3600))
    await asyncio.sleep(0.01)
    times.skip(1)
    sleeps.cancel()
    await asyncio.wait({sleeps}, timeout=10)
    assert sleeps.cancelled()
