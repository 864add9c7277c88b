"""The desk dies around its calls of Slack, before and after they took effect; the next loses and repeats nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits
from slack_house import House

from bot import delivering, outbox
from storage import open_store

POINTS = [(when, number) for number in range(1, 4) for when in ("before", "after")]


@pytest.mark.asyncio
async def test_what_was_raised_is_there_once_whenever_the_desk_dies(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    """Each round Dana raises a request and the desk dies at another of the posts it sets off, before Slack has it or
    after; a new process finds what arrived, sends the rest, and every message stands there once."""
    monkeypatch.setattr(delivering, "GRACE", timedelta(seconds=0.05))
    monkeypatch.setattr(outbox, "GRACE", timedelta(seconds=0.05))
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        store = await open_store(sqlite_url)
        house = House(store, slack)
        await house.furnish()
        for round, (when, number) in enumerate(POINTS):
            async with house.desk() as desk:
                dead = asyncio.Event()
                posts = 0

                def counted(given: object, number: int = number) -> bool:
                    nonlocal posts
                    posts += 1
                    return posts == number

                slack.faults.add("chat.postMessage", drop=when == "before", when=counted, **{when: dead.set})
                await house.dana.slash(house.acme, f"/desk new Round {round} fails")
                async with asyncio.timeout(10):
                    await dead.wait()
                await desk.killed()
            await store.close()
            slack.faults.clear()
            store = house.store = await open_store(sqlite_url)
        async with house.desk() as desk:
            await desk.settled()
        await store.close()
        for channel in (house.triage, house.acme):
            keys = Counter(m.metadata["event_payload"]["key"] for m in channel.messages.values() if m.metadata)
            assert [key for key, count in keys.items() if count > 1] == []
        cards = [m.text for m in house.sam.sees(house.triage) if "fails" in m.text]
        assert [sum(f"Round {n} fails" in text for text in cards) for n in range(len(POINTS))] == [1] * len(POINTS)
        roots = [m for m in house.dana.sees(house.acme) if "fails" in m.text and not m.alone]
        assert len(roots) == len(POINTS)
        for root in roots:
            assert sum("Add anything in this thread" in m.text for m in house.dana.thread(root.message)) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("missed", [False, True], ids=["told", "read"])
async def test_an_answer_to_what_the_desk_does_not_know_that_it_posted(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, missed: bool
):
    """The desk dies while it posts a request's first message, and Dana answers in its thread before the next one has
    found it: told of it, or reading it from history, the desk takes her words as the request's."""
    monkeypatch.setattr(delivering, "GRACE", timedelta(seconds=0.5))
    monkeypatch.setattr(outbox, "GRACE", timedelta(seconds=0.5))
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        store = await open_store(sqlite_url)
        house = House(store, slack)
        try:
            await house.furnish()
            async with house.desk() as desk:
                await desk.face.look()  # from here on it is known up to when all was heard
                dead = asyncio.Event()

                def first(given: object) -> bool:
                    return isinstance(given, dict) and given.get("channel") == house.acme.id

                slack.faults.add("chat.postMessage", when=first, after=dead.set, drop_answer=True)
                await house.dana.slash(house.acme, "/desk new The export fails")
                await asyncio.wait_for(dead.wait(), 10)
                await desk.killed()
            root = next(m for m in house.acme.messages.values() if not m.is_reply)
            slack.faults.lose = lambda event: missed
            await store.close()
            store = house.store = await open_store(sqlite_url)
            if missed:
                house.dana.say(house.acme, "It is the big one", thread=root)
            async with house.desk() as desk:
                if not missed:
                    house.dana.say(house.acme, "It is the big one", thread=root)
                async with asyncio.timeout(15):
                    while not any("big one" in str(entry.event) for entry in await store.history(1)):  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
                entries = await store.history(1)
                assert sum("big one" in str(entry.event) for entry in entries) == 1
        finally:
            await store.close()
