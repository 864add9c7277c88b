"""The faulty chat does what it is for: it fails as often as it is told, keeps repeats, and tells until it is heard."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from faulty_chat import FaultyChat, place_of
from faulty_server import NO_FAULTS, NOW, Faults, FaultyServer, Trap

from bot.messages.model import Said, line
from bot.ports import RateLimited

HELLO = Said("test", (line("hello"),))


@pytest.mark.asyncio
async def test_it_fails_in_each_way_and_keeps_what_it_took():
    """Of many posts some are limited and some fail, neither of which it has; some it takes and drops the reply, and
    finds by their key. The same key twice is two messages."""
    limited, unclear = 0, set[str]()
    with FaultyServer(1, Faults(0.15, 0.15, 0.2, wait=(0.01, 0.02), delay=(0, 0))) as server:
        chat = FaultyChat(server.port)
        try:
            for n in range(60):
                try:
                    await chat.post(place_of("room"), HELLO, key=f"k{n}")
                except RateLimited as wait:
                    limited += 0.005 < wait.seconds < 0.03
                except (ConnectionError, httpx.TransportError):
                    unclear.add(f"k{n}")
            kept = {message.key for message in server.posts}
            assert 0 < len(unclear & kept) < len(unclear), "some of the unclear ones arrived"
            assert limited > 3
            assert len(kept) + limited + len(unclear - kept) == 60
            server.faults = NO_FAULTS
            found = await chat.find(place_of("room"), min(unclear & kept))
            assert found is not None
            assert await chat.find(place_of("room"), min(unclear - kept)) is None
            await chat.post(place_of("room"), HELLO, key="k0")
            await chat.post(place_of("room"), HELLO, key="k0")
            assert sum(message.key == "k0" for message in server.posts) >= 2
        finally:
            await chat.close()


@pytest.mark.asyncio
async def test_it_paces_a_channel_and_can_be_away():
    """One message a channel in that time, others are told how long to wait; while it is away nobody is answered."""
    with FaultyServer(1, Faults(0, 0, 0, delay=(0, 0), pace=0.2)) as server:
        chat = FaultyChat(server.port)
        try:
            await chat.post(place_of("room"), HELLO, key="1")
            with pytest.raises(RateLimited) as told:
                await chat.post(place_of("room"), HELLO, key="2")
            await chat.post(place_of("other"), HELLO, key="3")
            await asyncio.sleep(told.value.seconds)
            await chat.post(place_of("room"), HELLO, key="2")
            server.away_until = NOW() + timedelta(seconds=0.2)
            with pytest.raises(httpx.TransportError):
                await chat.find(place_of("room"), "1")
            await asyncio.sleep(0.25)
            assert await chat.find(place_of("room"), "1")
        finally:
            await chat.close()


def test_it_tells_what_happened_until_that_is_acknowledged():
    """What nobody acknowledged is told again; the first answer is told to whoever listens."""
    with FaultyServer(1) as server, httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
        answers = []
        server.heard = lambda happening, answer: answers.append((happening.id, answer))

        async def happens() -> None:
            server.happens("e1", kind="run", actor="sam", channel="room", thread=None)

        server.start(happens()).result(5)
        told, until = [], time.monotonic() + 10
        while len(told) < 2 and time.monotonic() < until:
            told += client.post("/events", json={"wait": 0.1}).json()
        assert [event["id"] for event in told] == ["e1", "e1"]
        client.post("/ack", json={"id": "e1", "answer": "done"})
        assert answers == [("e1", "done")]


@pytest.mark.asyncio
@pytest.mark.parametrize("after", [False, True])
async def test_a_trap_strikes_inside_a_post(after: bool):
    """Before it is accepted or after; the sender learns nothing, and the message is there either way."""
    struck: list[int] = []
    with FaultyServer(1) as server:
        chat = FaultyChat(server.port)
        server.trap = trap = Trap(after, struck.append)
        try:
            with pytest.raises(httpx.TransportError):
                await chat.post(place_of("room"), HELLO, key="1")
            assert trap.sprung.is_set()
            assert len(struck) == 1
            assert await chat.find(place_of("room"), "1")
        finally:
            await chat.close()
