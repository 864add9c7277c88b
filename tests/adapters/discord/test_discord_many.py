"""Several processes of one desk: one of them listens to Discord, and what two should hear all the same counts once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from discord_house import DiscordHouse
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.limits import Limits

from adapters.discord import wire
from adapters.discord.face import Config, DiscordFace
from bot.desk.context import Desk, Rules
from bot.ports import RequestQuery
from storage import SqlStore, open_store
from storage.postgres.line import Line

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr(wire, "LOOK", 0.05)
    monkeypatch.setattr(wire, "READY", 0.02)
    monkeypatch.setattr(wire, "FIRST", 0.05)
    monkeypatch.setattr(wire, "PAUSE", 0.0)


@asynccontextmanager
async def listening(house: DiscordHouse, store: SqlStore) -> AsyncIterator[DiscordFace]:
    """One more process that would listen."""
    config = Config(house.discord.app.token, house.discord.api_base, house.discord.gateway_url)
    face = DiscordFace(config, Desk(store, house.clock, Rules()))
    face.open()
    face.start()
    try:
        yield face
    finally:
        await face.stop()
        await face.close()


async def test_what_two_hear_counts_once(house: DiscordHouse):
    """Two are connected, as for a moment after one was cut off: a command is carried out and answered once, a press is
    one, and words are heard once."""
    fake = house.discord
    async with house.desk() as desk, listening(house, house.store):
        await fake.gateway.connected(2)
        await house.dana.slash(house.acme, "/desk new", title="The export fails")
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "export" in m.text])
        await house.sam.press("Claim", card)
        (thread,) = await desk.until(lambda: house.dana.threads(house.acme))
        house.dana.say(thread, "Since this morning")
        await fake.gateway.quiet()
        await desk.until(
            lambda: any("Since this" in m.text for t in house.sam.threads(house.triage) for m in house.sam.sees(t))
        )
        await desk.settled()
        (request,) = await house.store.requests(RequestQuery())
        entries = [str(entry.event) for entry in await house.store.history(request.number)]
        assert request.owner == "sam"
        assert sum("Since this morning" in entry for entry in entries) == 1
        assert sum("Assigned" in entry for entry in entries) == 1
        assert len(await house.store.requests(RequestQuery(limit=9))) == 1
        answers = await desk.until(
            lambda: [m for m in (*house.dana.alone(house.acme), *house.dana.dms) if "That is ACME-" in m.text]
        )
        assert len(answers) == 1


@pytest.mark.postgres
async def test_one_of_several_processes_listens(postgres_url: str):
    """One listens, the other waits; after their lines to the database were cut it is one of the two again, and where
    that is told to stop it is the other."""
    stores = [await open_store(postgres_url) for _ in range(2)]
    try:
        async with FakeDiscord(limits=Limits(paced=False)) as fake:
            house = DiscordHouse(stores[0], fake)
            await house.furnish()
            with fake.here():
                async with listening(house, stores[1]) as second:
                    async with listening(house, stores[0]) as first:
                        await alone(fake, first, second)
                        cut(stores)
                        await alone(fake, first, second)
                        await fake.until(lambda: fake.app.commands)
                        await house.dana.slash(house.acme, "/desk new", title="The export fails")
                    await fake.until(second.wire.there.is_set)
                    await house.dana.slash(house.acme, "/desk new", title="The printer burns")
                found = await stores[1].requests(RequestQuery(limit=9))
                assert sorted(r.title for r in found) == ["The export fails", "The printer burns"]
    finally:
        for store in stores:
            await store.close()


async def alone(fake: FakeDiscord, *faces: DiscordFace) -> None:
    """Until one of them listens, and does alone for a while."""
    many = 0
    async with asyncio.timeout(10):
        while many < 5:
            there = sum(face.wire.there.is_set() for face in faces)
            many = many + 1 if there == len(fake.gateway.open) == 1 else 0
            await asyncio.sleep(0.05)


def cut(stores: list[SqlStore]) -> None:
    """The lines of both to the database break."""
    for store in stores:
        line = store._runner.workers
        assert isinstance(line, Line)
        line._connection.terminate()
