"""A worker that stands still within its call to Discord, past its lease, writes nothing of it once it goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from discord_house import DiscordHouse
from standing_still import WHERE, HandClock, Worker, stands_still

from adapters.discord.face import Config, DiscordFace
from adapters.discord.places import PLATFORM
from bot.desk.context import Desk, Rules
from bot.messages.model import Relay, Said, line
from bot.ports import Change, Draft, Op

pytestmark = pytest.mark.asyncio

POST = "POST /channels/{channel_id}/messages"
HOOK = "POST /webhooks/{webhook_id}/{webhook_token}"
OWN, RELAYED = Said("news", (line("It is said once."),)), Relay("sam", "Sam Ito", "engineer", "It is said once.")


@asynccontextmanager
async def worker(house: DiscordHouse, clock: HandClock) -> AsyncIterator[tuple[Worker, DiscordFace]]:
    """A process that only sends."""
    config = Config(house.discord.app.token, house.discord.api_base, house.discord.gateway_url)
    face = DiscordFace(config, Desk(house.store, clock, Rules()))
    face.open()
    try:
        yield Worker(house.store, PLATFORM, face.chat, clock), face
    finally:
        await face.close()


async def write(house: DiscordHouse, body: Any) -> None:
    await house.store.commit(Change(outbox=(Draft("m1", Op.POST, "client:ACME", body),)))


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(("body", "route"), [(OWN, POST), (RELAYED, HOOK)], ids=["own", "relayed"])
async def test_what_another_worker_posted_meanwhile_is_not_written_to_discord(
    house: DiscordHouse, monkeypatch: pytest.MonkeyPatch, where: str, body: Any, route: str
):
    """It had looked at its lease and had its connection when it stopped; while it stood there another worker took the
    message over, and posted it, and Discord forgot the nonce."""
    clock = HandClock()
    async with worker(house, clock) as (slow, face), worker(house, clock) as (quick, _):
        await write(house, body)

        async def meanwhile() -> None:
            clock.past_the_lease()
            await quick.work()
            assert len(house.dana.sees(house.acme)) == 1
            house.discord.times.skip(3600)

        connector = (await face.wire.client()).http.connector
        said = (f"/channels/{house.acme.id}/messages", "/webhooks/")
        stood = stands_still(monkeypatch, where, connector, lambda path: said[route is HOOK] in f"{path}/", meanwhile)
        await slow.work()
        assert stood
        assert len(house.discord.record.of(route)) == 1, "nothing more came to Discord"
        assert await house.store.outbox_states() == {"sent": 1}


@pytest.mark.parametrize(("body", "route"), [(OWN, POST), (RELAYED, HOOK)], ids=["own", "relayed"])
async def test_what_discord_py_makes_again_by_itself_is_held_back_as_well(house: DiscordHouse, body: Any, route: str):
    """Discord asked it to wait, and while discord.py waited the lease ended: the next try writes nothing, and whoever
    has the message by then sends it."""
    clock = HandClock()
    async with worker(house, clock) as (slow, _), worker(house, clock) as (quick, _):
        await write(house, body)
        house.discord.faults.add(route, status=429, before=clock.past_the_lease)
        await slow.relay.drain()
        assert house.dana.sees(house.acme) == []
        assert len(house.discord.record.of(route)) == 1
        await quick.work()
        assert len(house.dana.sees(house.acme)) == 1
        assert await house.store.outbox_states() == {"sent": 1}
