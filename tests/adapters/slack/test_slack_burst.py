"""Many at once: every command is acknowledged in time, and none is lost."""

from __future__ import annotations

import asyncio

import pytest
from slack_house import House

from bot.ports import RequestQuery

BURST = 50
"""With the fake, its checks and the desk on one core; benchmarks and the real thing have two."""


@pytest.mark.asyncio
async def test_a_burst_of_commands(either_way: House):
    """Fifty people raise a request in the same second: Slack waits for nobody too long, and all are there."""
    house = either_way
    loop = asyncio.get_running_loop()

    async def raised(number: int) -> float:
        started = loop.time()
        await house.dana.slash(house.acme, f"/desk new Number {number} fails")
        return loop.time() - started

    async with house.desk() as desk:
        took = sorted(await asyncio.gather(*(raised(number) for number in range(BURST))))
        assert took[-1] < house.slack.limits.ack_within
        await desk.face._acting.stop()
        found = await house.store.requests(RequestQuery(limit=2 * BURST))
        assert sorted(r.title for r in found) == sorted(f"Number {n} fails" for n in range(BURST))
