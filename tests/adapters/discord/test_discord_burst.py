"""Many at once: every command is answered in time, written down before its person is told to wait, and carried out
once. `benchmarks/` says how fast."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from discord_house import DiscordHouse

from adapters.discord import acting
from adapters.discord.places import EPOCH
from adapters.discord.urgent import Lateness, Urgent
from bot.ports import RequestQuery
from storage import open_store

pytestmark = pytest.mark.asyncio

BURST, AT_LAST = 30, 30.0
"""Commands, and seconds for what takes one on a machine with nothing else to do."""


def told(house: DiscordHouse) -> list[str]:
    """What Dana was told of her requests."""
    return [m.text for m in (*house.dana.alone(house.acme), *house.dana.dms) if "That is ACME-" in m.text]


async def burst(house: DiscordHouse) -> None:
    """All of them at once; each is answered."""
    house.discord.limits.answer_within = AT_LAST  # how soon is for the benchmarks
    await asyncio.gather(*(house.dana.slash(house.acme, "/desk new", title=f"Number {n} fails") for n in range(BURST)))


async def test_a_burst_of_commands(house: DiscordHouse, monkeypatch: pytest.MonkeyPatch):
    """Requests are raised in the same instant: each is answered, raised once and told of once, and nothing that was
    written down for it stays."""
    monkeypatch.setattr(acting, "ROOM", 2)
    async with house.desk() as desk:
        await burst(house)
        assert len(await house.store.requests(RequestQuery(limit=99))) < BURST, "most were put off"
        await desk.until(lambda: len(told(house)) == BURST, AT_LAST)
        await desk.face._acting.stop()
        found = await house.store.requests(RequestQuery(limit=99))
        assert sorted(r.title for r in found) == sorted(f"Number {n} fails" for n in range(BURST))
        late = house.clock.machine() + timedelta(hours=1)
        assert not await house.store.deliveries.take_up("discord", late, owner="x", lease_until=late, limit=99)


async def test_a_desk_that_is_told_to_stop_leaves_the_rest_to_the_next(
    house: DiscordHouse, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
):
    """It ends what it has begun; what stands in line is written down, and raised once by the next start."""
    monkeypatch.setattr(acting, "ROOM", 2)
    async with house.desk() as desk:
        await burst(house)
        await desk.face._acting.stop()
        before = len(await house.store.requests(RequestQuery(limit=99)))
    assert before < BURST
    await house.store.close()
    house.store = await open_store(sqlite_url)  # who had it before is gone
    async with house.desk() as desk:
        await desk.until(lambda: len(told(house)) == BURST, AT_LAST)
        found = await house.store.requests(RequestQuery(limit=99))
        assert sorted(r.title for r in found) == sorted(f"Number {n} fails" for n in range(BURST))
    await house.store.close()


async def test_what_is_urgent_goes_first_for_a_while(monkeypatch: pytest.MonkeyPatch):
    """Who waits goes on a moment after the last one was told to wait, or once it has waited long enough."""
    urgent, calm = Urgent(), asyncio.Event()

    async def wait() -> None:
        await urgent.calm()
        calm.set()

    await urgent.calm()
    with urgent.going():
        waiting = asyncio.create_task(wait())
        with urgent.going():
            await asyncio.sleep(0.1)
        assert not calm.is_set()
    assert not calm.is_set()
    await asyncio.wait_for(waiting, 5)
    monkeypatch.setattr("adapters.discord.urgent.YIELD", 0.01)
    with urgent.going():
        await asyncio.wait_for(urgent.calm(), 5)


async def test_how_late_something_is_heard_needs_no_right_clock():
    """What came the soonest so far counts as at once, whatever the clock says."""
    second = 1000 << 22
    for clock in (0, 3600, -3600):
        late = Lateness()
        heard = [late.of(5 * second, EPOCH + timedelta(seconds=5 + clock + after)) for after in (0.2, 1.2, 0.1, 1.1)]
        assert heard == pytest.approx([0, 1, 0, 1])
