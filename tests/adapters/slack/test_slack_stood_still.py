"""A worker that stands still within its call to Slack, past its lease, writes nothing of it once it goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from slack_house import House
from standing_still import WHERE, HandClock, Worker, stands_still

from adapters.slack.face import SlackFace
from adapters.slack.places import PLATFORM
from bot.desk.context import Desk, Rules
from bot.domain.text import clean
from bot.messages.model import Said, line
from bot.ports import Change, Draft, Op
from storage import SqlStore

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def worker(house: House, clock: HandClock) -> AsyncIterator[tuple[Worker, SlackFace]]:
    """A process that only sends."""
    face = SlackFace(house.config(), Desk(house.store, clock, Rules()))
    face.open()
    try:
        yield Worker(house.store, PLATFORM, face.chat, clock), face
    finally:
        await face.close()


def shown(house: House) -> list[str]:
    return [clean(message.text) for message in house.sam.sees(house.triage)]


async def write(store: SqlStore, key: str, text: str, **more: str) -> None:
    draft = Draft(key, Op.PUT if more else Op.POST, "triage", Said("test", (line(text),)), **more)  # type: ignore[arg-type]
    await store.commit(Change(outbox=(draft,)))


def connector(face: SlackFace) -> object:
    (here,) = face.workspaces.here
    assert here.client.session is not None
    return here.client.session.connector


@pytest.mark.parametrize("where", WHERE)
async def test_what_another_worker_posted_meanwhile_is_not_written_to_slack(
    house: House, monkeypatch: pytest.MonkeyPatch, where: str
):
    """It had looked at its lease, waited for its turn and had its connection when it stopped; while it stood there
    another worker took the message over, and posted it."""
    clock = HandClock()
    async with worker(house, clock) as (slow, face), worker(house, clock) as (quick, _):
        await write(house.store, "m1", "It is said once.")

        async def meanwhile() -> None:
            clock.past_the_lease()
            await quick.work()
            assert len(shown(house)) == 1

        stood = stands_still(monkeypatch, where, connector(face), lambda p: p.endswith("chat.postMessage"), meanwhile)
        await slow.work()
        assert stood
        assert len(house.slack.record.of("chat.postMessage")) == 1, "nothing more came to Slack"
        assert await house.store.outbox_states() == {"sent": 1}


async def test_an_older_word_does_not_replace_the_one_that_stands_there_by_now(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """It stood still before it changed a card, and others have changed it twice since."""
    clock = HandClock()
    async with worker(house, clock) as (slow, face), worker(house, clock) as (quick, _):
        await write(house.store, "m1", "First words.", slot="card")
        await slow.work()
        await write(house.store, "m2", "Second words.", slot="card")

        async def meanwhile() -> None:
            clock.past_the_lease()
            await quick.work()
            await write(house.store, "m3", "Third words.", slot="card")
            await quick.work()

        stood = stands_still(monkeypatch, WHERE[1], connector(face), lambda p: p.endswith("chat.update"), meanwhile)
        await slow.work()
        assert stood
        assert shown(house) == ["Third words."]
        assert [call.given["text"] for call in house.slack.record.of("chat.update")] == [
            "Second words.",
            "Third words.",
        ]


async def test_what_nobody_took_over_goes_once_the_worker_is_back(house: House, monkeypatch: pytest.MonkeyPatch):
    """The only process of a desk was stopped for an hour, as a machine that sleeps: it holds the message back at the
    socket, takes it anew, and posts it."""
    clock = HandClock()
    async with worker(house, clock) as (alone, face):
        await write(house.store, "m1", "It is said once.")
        stood = stands_still(
            monkeypatch, WHERE[0], connector(face), lambda p: p.endswith("chat.postMessage"), clock.past_the_lease
        )
        await alone.relay.drain()
        assert stood
        await alone.work()
        assert len(house.slack.record.of("chat.postMessage")) == 1
        assert await house.store.outbox_states() == {"sent": 1}
