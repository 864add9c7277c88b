"""Many at once: every command is acknowledged in time, and carried out once. `benchmarks/` says how fast."""

from __future__ import annotations

import asyncio

import pytest
from slack_house import House

from bot.ports import RequestQuery

BURST = 200
AT_LAST = 60.0
"""Seconds for what takes four on a machine with nothing else to do."""


@pytest.mark.asyncio
async def test_a_burst_of_commands(house: House):
    """Two hundred requests are raised in the same second: each is acknowledged, raised once and answered once, and
    nothing that was kept for it stays."""
    slack = house.slack
    slack.limits.ack_within = AT_LAST  # how soon is for the benchmarks

    def answers() -> list[str]:
        return [m.text for m in house.acme.ephemerals if m.text.startswith("That is ACME-")]

    async with house.desk() as desk:
        await asyncio.gather(*(house.dana.slash(house.acme, f"/desk new Number {n} fails") for n in range(BURST)))
        acknowledged = await house.store.requests(RequestQuery(limit=2 * BURST))
        # Most were kept instead of carried out by then: one comes to this way, or nothing here is shown.
        assert len(acknowledged) < BURST
        await desk.until(lambda: len(answers()) >= BURST, AT_LAST)
        await desk.face.keeping.stop()
        found = await house.store.requests(RequestQuery(limit=2 * BURST))
    assert sorted(r.title for r in found) == sorted(f"Number {n} fails" for n in range(BURST))
    assert len(set(answers())) == len(answers()) == BURST
    machine = house.clock.machine()
    left = await house.store.deliveries.take_up("slack", machine, owner="else", lease_until=machine, limit=BURST)
    assert left == ()
