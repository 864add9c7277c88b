"""The desk dies around its calls of Discord, before and after they took effect; the next loses and repeats nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from discord_house import DiscordHouse
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.limits import Limits

from bot import delivering, outbox
from storage import open_store

POST = "POST /channels/{channel_id}/messages"
HOOK = "POST /webhooks/{webhook_id}/{webhook_token}"
THREAD = "POST /channels/{channel_id}/messages/{message_id}/threads"
POINTS = [(route, when) for route in (POST, THREAD, HOOK) for when in ("before", "after")]


@pytest.mark.asyncio
async def test_what_was_raised_is_there_once_whenever_the_desk_dies(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    """Each round Dana raises a request and the desk dies at another of the calls it sets off, before Discord has it or
    after; a new process finds what arrived, sends the rest, and every message stands there once, though Discord has
    forgotten every nonce by then."""
    monkeypatch.setattr(delivering, "GRACE", timedelta(seconds=0.05))
    monkeypatch.setattr(outbox, "GRACE", timedelta(seconds=0.05))
    async with FakeDiscord(limits=Limits(paced=False)) as fake:
        store = await open_store(sqlite_url)
        house = DiscordHouse(store, fake)
        await house.furnish()
        with fake.here():
            for round, (route, when) in enumerate(POINTS):
                async with house.desk() as desk:
                    dead = asyncio.Event()
                    fake.faults.add(route, drop=when == "before", **{when: dead.set})
                    await house.dana.slash(house.acme, "/desk new", title=f"Round {round} fails")
                    async with asyncio.timeout(10):
                        await dead.wait()
                    await desk.killed()
                await store.close()
                fake.faults.clear()
                fake.times.skip(3600)
                store = house.store = await open_store(sqlite_url)
            async with house.desk() as desk:
                await desk.settled()
            await store.close()
        cards = [m.text for m in house.sam.sees(house.triage)]
        roots = [m.text for m in house.dana.sees(house.acme) if not m.alone]
        for shown in (cards, roots):
            found = [sum(f"Round {n} fails" in text for text in shown) for n in range(len(POINTS))]
            assert found == [1] * len(POINTS)
        threads = house.dana.threads(house.acme)
        assert len(threads) == len(house.sam.threads(house.triage)) == len(POINTS)
        for thread in threads:
            assert sum("Add anything in this thread" in m.text for m in house.dana.sees(thread)) == 1
        for thread in house.sam.threads(house.triage):
            assert sum(m.author == "Dana Reyes" for m in house.sam.sees(thread)) == 1
