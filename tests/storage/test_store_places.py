"""Messages heard, conversations bound, slots shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from store_builders import ODD, ROOM, T0, minutes, opening, ref

from bot.ports import Change, Conflict, Draft, MessageRef, Op, Place, RequestQuery, Source
from storage import SqlStore

pytestmark = pytest.mark.asyncio

THREAD = Place("web", "main", "acme", "17")


async def test_a_heard_message_comes_back(store: SqlStore) -> None:
    """Words, author and instant are kept as they were; the thread is part of it, but not of its name."""
    heard = Source(MessageRef(THREAD, "18"), "anna", T0, ODD, "18")
    await store.commit(Change(sources=(heard,)))
    assert await store.source(MessageRef(THREAD, "18")) == heard
    assert await store.source(ref("18")) == heard
    assert await store.source(ref("18", Place("web", "main", "other"))) is None


async def test_a_message_heard_again_only_learns_its_request(store: SqlStore) -> None:
    """One message can arrive as several events; the first words stay, and a request once known is not forgotten."""
    heard = Source(ref("1"), "anna", T0, "first", "1")
    await store.commit(Change(sources=(heard,)))
    await store.commit(Change(sources=(Source(ref("1"), "eva", minutes(1), "second", "0", request=7),)))
    await store.commit(Change(sources=(heard,)))
    assert await store.source(ref("1")) == Source(ref("1"), "anna", T0, "first", "1", request=7)


async def test_a_message_belongs_to_one_request(store: SqlStore) -> None:
    """Two intakes of one message at once: the second is told, and its own request is not written."""
    heard = Source(ref("1"), "anna", T0, "it fails", "1")
    intakes = [Change(requests=(opening(n),), sources=(replace(heard, request=n),)) for n in (1, 2)]
    results = await asyncio.gather(*(store.commit(intake) for intake in intakes), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
    kept = await store.source(ref("1"))
    assert kept is not None
    assert [request.number for request in await store.requests(RequestQuery())] == [kept.request]


async def test_the_last_message_is_of_that_author_at_that_very_place(store: SqlStore) -> None:
    """A thread's messages and a channel's are not mixed, nor two people's."""
    await store.commit(
        Change(
            sources=(
                Source(ref("9"), "anna", minutes(1), "older", "9"),
                Source(ref("10"), "anna", minutes(2), "newer", "9"),
                Source(ref("11"), "eva", minutes(3), "hers", "11"),
                Source(ref("12", THREAD), "anna", minutes(4), "threaded", "12"),
            )
        )
    )
    last = await store.last_source(ROOM, "anna")
    assert last is not None
    assert last.text == "newer"
    threaded = await store.last_source(THREAD, "anna")
    assert threaded is not None
    assert threaded.text == "threaded"
    assert await store.last_source(ROOM, "nobody") is None


async def test_a_burst_is_all_lines_of_one_head_in_order(store: SqlStore) -> None:
    """Any line names its burst; lines of one instant keep the order in which they were heard; channels are apart."""
    other = Place("web", "main", "other")
    lines = tuple(Source(ref(str(n)), "anna", T0, f"line {n}", "9") for n in (9, 10, 11))
    await store.commit(Change(sources=(*lines, Source(ref("9", other), "anna", T0, "elsewhere", "9"))))
    assert await store.burst(ref("10")) == lines
    assert await store.burst(ref("404")) == ()


async def test_a_conversation_is_where_it_was_bound_last(store: SqlStore) -> None:
    """Both ways: from the conversation to the place, and from the exact place to the conversation."""
    await store.commit(Change(bindings=(("client:ACME", ROOM), ("request:1", THREAD))))
    assert await store.binding("request:1") == THREAD
    assert await store.conversation_at(THREAD) == "request:1"
    assert await store.conversation_at(ROOM) == "client:ACME"
    assert await store.conversation_at(Place("web", "main", "acme", "99")) is None
    await store.commit(Change(bindings=(("client:ACME", Place("web", "main", "new")),)))
    assert await store.conversation_at(ROOM) is None
    assert await store.binding("nothing") is None


async def test_a_slot_nobody_placed_is_nowhere(store: SqlStore) -> None:
    """Slots are placed by sending (see test_store_outbox); an unknown one is none."""
    assert await store.slot("ACME-1:card") is None
    assert await store.slot_at(ref("1")) is None


async def test_a_thread_that_is_lost_is_nowhere_and_empty(store: SqlStore) -> None:
    """Whoever finds it out second, or of one that went on elsewhere, changes nothing and is told. What the desk had in
    it is put anew, and what was to be taken away there need not be."""
    elsewhere = replace(THREAD, thread="18")
    slots = (("A:receipt", MessageRef(THREAD, "20")), ("A:card", ref("19")))
    draft = Draft("gone", Op.DELETE, "request:1:client", slot="A:receipt")
    here = tuple((f"request:{n}:client", THREAD) for n in (1, 2))
    await store.commit(Change(bindings=here, slots=slots, outbox=(draft,)))
    assert await store.conversations_at(THREAD) == ("request:1:client", "request:2:client")
    assert await store.spoken_in(THREAD)
    await store.commit(Change(bindings=((here[1][0], elsewhere),)))
    with pytest.raises(Conflict):
        await store.commit(Change(lost=here))
    assert await store.conversations_at(THREAD) == ("request:1:client",)
    await store.commit(Change(lost=here[:1]))
    with pytest.raises(Conflict):
        await store.commit(Change(lost=here[:1]))
    assert await store.bindings(["request:1:client", "request:2:client"]) == {"request:2:client": elsewhere}
    assert await store.slot("A:receipt") is None
    assert await store.slot("A:card") == ref("19")
    assert not await store.spoken_in(THREAD)
    assert await store.outbox_states() == {"suppressed": 1}


async def test_a_thread_of_nobodys_is_emptied(store: SqlStore) -> None:
    """What arrived in it just before it was deleted, when its conversation had left already."""
    await store.commit(Change(slots=(("A:receipt", MessageRef(THREAD, "20")), ("A:card", ref("19")))))
    for _ in range(2):  # told twice it is as told once
        await store.commit(Change(emptied=(THREAD,)))
    assert await store.slot("A:receipt") is None
    assert await store.slot("A:card") == ref("19")


async def test_what_was_heard_in_a_thread_was_spoken_there(store: SqlStore) -> None:
    """And what was heard in its channel was not."""
    await store.commit(Change(sources=(Source(ref("17"), "anna", T0, "root", "17"),)))
    assert not await store.spoken_in(THREAD)
    await store.commit(Change(sources=(Source(MessageRef(THREAD, "18"), "anna", T0, "reply", "18"),)))
    assert await store.spoken_in(THREAD)
