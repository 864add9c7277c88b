"""The relay: what was acknowledged is sent, once, in order, the pressing first, whatever the chat answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
from outbox_desk import NOON, Desk, relay_desk, says

from bot.outbox import GRACE, LEASE
from bot.ports import Draft, Gone, NotThere, Op, Place, RateLimited, Refused, Urgency
from storage import SqlStore

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def desk(store: SqlStore) -> Desk:
    return await relay_desk(store)


async def test_what_is_written_is_sent_once_and_in_order(desk: Desk):
    """Messages of one conversation arrive in the order they were written; draining again sends nothing."""
    await desk.write(*(says(str(n)) for n in range(5)))
    assert await desk.relay.drain() == 5
    assert list(desk.chat.shown.values()) == ["0", "1", "2", "3", "4"]
    assert await desk.relay.drain() == 0


async def test_the_same_key_is_one_message(desk: Desk):
    """A use case that runs again after a conflict, or a redelivered event, sends nothing twice."""
    await desk.write(says("once", "k"))
    await desk.write(says("twice", "k"))
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["once"]


async def test_an_alert_overtakes_a_backlog(desk: Desk):
    """The most urgent goes first, within a conversation and among them."""
    await desk.write(*(says(f"digest {n}", urgency=Urgency.DIGEST) for n in range(3)))
    await desk.write(says("breach", urgency=Urgency.ALERT))
    await desk.relay.drain()
    assert next(iter(desk.chat.shown.values())) == "breach"


async def test_a_lost_answer_is_not_posted_again(desk: Desk):
    """The chat took the message and dropped its reply: after a grace the relay finds it by its key."""
    desk.chat.fault, desk.chat.after = lambda text: ConnectionResetError("gone"), True
    await desk.write(says("hello"))
    assert await desk.relay.drain() == 0
    desk.chat.fault = lambda text: None
    assert await desk.relay.drain() == 0, "not before its grace is over"
    desk.clock.real += GRACE * 2
    assert await desk.relay.drain() == 1
    assert list(desk.chat.shown.values()) == ["hello"]


async def test_a_message_that_never_arrived_is_posted_after_all(desk: Desk):
    """Nothing is lost: what `find` does not know goes out."""
    desk.chat.fault = lambda text: TimeoutError("slow")
    await desk.write(says("hello"))
    await desk.relay.drain()
    desk.chat.fault = lambda text: None
    desk.clock.real += GRACE * 2
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["hello"]


async def test_a_worker_that_died_is_taken_over_without_a_second_post(desk: Desk):
    """Killed between the post and its note: the next worker finds the message after a short grace, not a lease."""
    await desk.write(says("hello"))
    taken = await desk.store.claim_outbox(
        now=NOON, machine=NOON, owner="dead", lease_until=desk.clock.real + LEASE, limit=10
    )
    await desk.chat.post(Place("fake", "w", "triage"), says("hello").body, key=taken[0].key)  # type: ignore[arg-type]
    other = desk.another_worker()
    assert await other.drain() == 0, "what is under way must be able to arrive"
    assert await desk.store.outbox_states() == {"ambiguous": 1}
    desk.clock.real += GRACE
    assert await other.drain() == 1
    assert list(desk.chat.shown.values()) == ["hello"]
    assert await desk.store.outbox_states() == {"sent": 1}


async def test_a_round_leaves_what_is_under_way_alone(desk: Desk):
    """Draining twice at once takes nothing over from itself."""
    await desk.write(*(says(f"{n}", conversation=c) for n, c in enumerate(("triage", "alerts"))))
    assert sorted(await asyncio.gather(*(desk.relay.drain() for _ in range(3)))) == [0, 0, 2]
    assert await desk.store.outbox_states() == {"sent": 2}
    await desk.write(says("mine"))
    owner = await desk.store.workers.name()
    await desk.store.claim_outbox(now=NOON, machine=NOON, owner=owner, lease_until=NOON + LEASE, limit=1)
    assert await desk.relay.drain() == 0
    assert await desk.store.outbox_states() == {"sent": 2, "sending": 1}
    desk.clock.real += LEASE
    assert await desk.relay.drain() == 1


async def test_waiting_is_honoured_and_holds_up_only_its_own_conversation(desk: Desk):
    """Retry-After pauses that conversation; others go on; desk time does not shorten it."""
    desk.chat.fault = lambda text: RateLimited(30) if text == "slow" else None
    await desk.write(says("slow"), says("after"), says("other", conversation="alerts"))
    await desk.relay.drain()
    assert "other" in desk.chat.shown.values()
    assert "slow" not in desk.chat.shown.values()
    desk.chat.fault = lambda text: None
    desk.clock.desk += timedelta(hours=1)
    desk.clock.real += timedelta(seconds=29)
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["other"], "what follows keeps its place behind it"
    desk.clock.real += timedelta(seconds=2)
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["other", "slow", "after"]


async def test_what_the_chat_refuses_is_kept_for_a_person(desk: Desk):
    """A definite no is not tried again; the row stays, and what follows it goes on."""
    desk.chat.fault = lambda text: Refused("no such channel") if text == "bad" else None
    await desk.write(says("bad"), says("good"))
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["good"]
    assert await desk.store.outbox_states() == {"dead": 1, "sent": 1}


async def test_nothing_goes_before_its_desk_time(desk: Desk):
    """`not_before` is desk time: skipping there sends it, waiting on the machine does not."""
    await desk.write(says("later", not_before=NOON + timedelta(hours=1)))
    desk.clock.real += timedelta(hours=2)
    assert await desk.relay.drain() == 0
    desk.clock.desk += timedelta(hours=1)
    assert await desk.relay.drain() == 1


async def test_a_slot_is_posted_once_then_edited_and_pending_puts_become_one(desk: Desk):
    """A card changed five times before it is sent is one post; later changes are edits of it."""
    await desk.write(*(says(f"v{n}", op=Op.PUT, slot="ACME-1:card") for n in range(5)))
    assert await desk.relay.drain() == 1
    assert desk.chat.shown == {"1": "v4"}
    await desk.write(says("v5", op=Op.PUT, slot="ACME-1:card"))
    await desk.relay.drain()
    assert desk.chat.shown == {"1": "v5"}


async def test_a_thread_waits_for_its_message_and_its_words_for_the_thread(desk: Desk):
    """Words for a thread that is not open yet wait, and arrive in it."""
    thread = Draft("t", Op.OPEN_THREAD, "triage", slot="ACME-1:card", opens="request:1:team", title="ACME-1")
    await desk.write(says("note", conversation="request:1:team"), thread)
    assert await desk.relay.drain() == 0
    await desk.write(says("card", op=Op.PUT, slot="ACME-1:card"))
    assert await desk.relay.drain() == 3
    assert await desk.store.binding("request:1:team") == Place("fake", "w", "triage", "1")


async def test_a_direct_conversation_is_opened_when_it_is_first_needed(desk: Desk):
    """Somebody without a direct conversation gets one, and it is remembered."""
    await desk.write(says("psst", conversation="dm:sam"))
    await desk.relay.drain()
    assert await desk.store.binding("dm:sam") == Place("fake", "w", "direct-sam")


async def test_suppressed_messages_are_never_sent(desk: Desk):
    """Imports write what would have been said, and nothing of it goes out."""
    await desk.write(says("old news"), suppressed=True)
    assert await desk.relay.drain() == 0
    assert await desk.store.outbox_states() == {"suppressed": 1}


async def test_other_words_for_what_somebody_deleted_are_dropped(desk: Desk):
    """They do not bring it back, and are nobody's to look at; what stands there goes on being changed."""
    await desk.write(says("in a slot", op=Op.PUT, slot="audit:outbox"), says("another", op=Op.PUT, slot="audit:two"))
    await desk.relay.drain()
    desk.chat.fault = lambda text: NotThere("deleted") if text == "edited" else None
    for slot in ("audit:outbox", "audit:two"):
        words = "edited" if slot == "audit:outbox" else "edited as well"
        await desk.write(says(words, op=Op.PUT, slot=slot))
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["in a slot", "edited as well"]
    assert await desk.store.unsent.all(5) == ()


async def test_what_nobody_can_make_anew_is_a_persons_to_look_at(desk: Desk):
    """Of a message, or a thread, that was deleted and belongs to no request."""
    desk.chat.fault = lambda text: Gone("deleted", Place("fake", "w", "triage", "7"))
    await desk.write(says("in a thread"))
    await desk.relay.drain()
    desk.chat.fault = lambda text: NotThere("deleted")
    await desk.write(says("in a slot", op=Op.PUT, slot="audit:outbox"))
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"dead": 2}
    assert [letter.reason for letter in await desk.store.unsent.all(5)] == ["deleted", "deleted"]
