"""The chat port keeps its contract: a key gives one message, `find` knows it, threads and direct channels stay."""

from __future__ import annotations

import asyncio

import pytest
from web_house import House

from adapters.web.chat import place_of
from bot.messages.model import Said, line
from bot.ports import MessageRef, Place, Refused
from bot.ports.lease import Held, LeaseOver, holding

pytestmark = pytest.mark.asyncio

HELLO = Said("x", (line("Hello"),))
OTHER = Said("x", (line("Other"),))


async def test_one_key_is_one_message(house: House) -> None:
    """Posted again, even at the same time, it is the message that is there, unchanged."""
    refs = await asyncio.gather(*(house.chat.post(place_of("triage"), HELLO, key="k") for _ in range(4)))
    again = await house.chat.post(place_of("triage"), OTHER, key="k")
    assert {*refs, again} == {refs[0]}
    (message,) = await house.store.messages("triage")
    assert message.body == HELLO
    assert message.author is None


async def test_a_key_finds_its_message(house: House) -> None:
    """In its own channel; elsewhere, or where nothing arrived, there is none."""
    ref = await house.chat.post(place_of("triage"), HELLO, key="k")
    assert await house.chat.find(place_of("triage"), "k") == ref
    assert await house.chat.find(place_of("alerts"), "k") is None
    assert await house.chat.find(place_of("triage"), "unknown") is None


async def test_threads_stand_under_their_root(house: House) -> None:
    """The same one each time; opened from a reply it is the one the reply stands in."""
    ref = await house.chat.post(place_of("triage"), HELLO, key="root")
    thread = await house.chat.open_thread(ref, "ACME-42")
    assert thread == await house.chat.open_thread(ref, "ACME-42") == place_of("triage", int(ref.message))
    reply = await house.chat.post(thread, OTHER, key="reply")
    assert reply.place == thread
    assert await house.chat.open_thread(reply, "x") == thread
    (posted,) = await house.store.messages("triage", thread=int(ref.message))
    assert posted.body == OTHER


async def test_who_stood_still_past_the_lease_changes_nothing(house: House) -> None:
    """Another worker may have put newer words there."""
    ref = await house.chat.post(place_of("triage"), HELLO, key="k")

    async def mine() -> bool:
        return True

    with pytest.raises(LeaseOver), holding(Held(mine, in_time=lambda: False)):
        await house.chat.edit(ref, OTHER)
    (message,) = await house.store.messages("triage")
    assert message.body == HELLO


async def test_messages_are_edited_and_deleted_in_place(house: House) -> None:
    """Both may be done again without harm."""
    ref = await house.chat.post(place_of("triage"), HELLO, key="k")
    for _ in range(2):
        await house.chat.edit(ref, OTHER)
    (message,) = await house.store.messages("triage")
    assert message.body == OTHER
    for _ in range(2):
        await house.chat.delete(ref)
    (message,) = await house.store.messages("triage")
    assert message.deleted
    await house.chat.delete(MessageRef(place_of("triage"), "999999"))


async def test_a_direct_channel_is_made_when_needed(house: House) -> None:
    """One for each person, theirs alone; what is there keeps its name."""
    place = await house.chat.direct("newcomer")
    assert place == await house.chat.direct("newcomer") == place_of("dm:newcomer")
    (channel,) = [c for c in await house.store.channels() if c.id == "dm:newcomer"]
    assert channel.person == "newcomer"
    await house.chat.post(place, HELLO, key="k")


@pytest.mark.parametrize(
    "place",
    [
        place_of("nowhere"),
        place_of("triage", 999),
        Place("web", "desk", "triage", "x"),
        Place("web", "desk", "triage", "²"),
        Place("web", "desk", "triage", "9" * 40),
    ],
)
async def test_a_place_that_is_not_there_refuses(house: House, place: Place) -> None:
    """For good: sending again would not help."""
    with pytest.raises(Refused):
        await house.chat.post(place, HELLO, key="k")


async def test_a_thread_of_another_channel_refuses(house: House) -> None:
    """A reply cannot end up where its readers are not."""
    ref = await house.chat.post(place_of("triage"), HELLO, key="k")
    with pytest.raises(Refused):
        await house.chat.post(place_of("alerts", int(ref.message)), HELLO, key="k2")


async def test_what_is_no_message_refuses(house: House) -> None:
    """Edits and threads of what does not exist."""
    for id in ("999999", "x", "-1"):
        with pytest.raises(Refused):
            await house.chat.edit(MessageRef(place_of("triage"), id), HELLO)
        with pytest.raises(Refused):
            await house.chat.open_thread(MessageRef(place_of("triage"), id), "x")
