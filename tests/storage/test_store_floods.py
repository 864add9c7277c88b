"""Many alerts at once: counted as they are written, told by one message; and what ended before it could be told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from store_builders import ROOM, T0, minutes, said

from bot.ports import Change, Draft, Flood, MessageRef, Op, Sent, Urgency
from storage import SqlStore

pytestmark = pytest.mark.asyncio

HERE = "alerts"
FEW = Flood(limit=3, seconds=600)


def alert(number: int, *, minute: float = 0, again: bool = False, flood: Flood | None = FEW) -> Draft:
    """A breach alert of that request, which counts at that minute; `again`: its newer words."""
    slot = f"ACME-{number}:first_response:1:breach:{HERE}"
    at, urgency = minutes(minute), Urgency.CARD if again else Urgency.ALERT
    return Draft(f"{slot}:{again}", Op.PUT, HERE, said(slot), slot=slot, urgency=urgency, not_before=at, flood=flood)


async def write(store: SqlStore, *drafts: Draft) -> None:
    await store.commit(Change(outbox=drafts, bindings=((HERE, ROOM),)))


async def batches(store: SqlStore) -> dict[str, list[int]]:
    """The requests that each waiting batch tells."""
    timers = await store.timers(f"flood:{HERE}")
    return {t.kind: [int(s.split(":")[0].split("-")[1]) for s in await store.held(t.kind)] for t in timers}


async def test_up_to_the_limit_each_is_told_on_its_own(store: SqlStore) -> None:
    """Three are three messages, and no timer waits."""
    await write(store, *(alert(n) for n in range(3)))
    assert await batches(store) == {}
    assert await store.outbox_states() == {"ready": 3}


async def test_one_more_takes_along_what_has_not_left_yet(store: SqlStore) -> None:
    """The fourth makes one batch of all four, due at once."""
    await write(store, *(alert(n) for n in range(5)))
    assert list((await batches(store)).values()) == [[0, 1, 2, 3, 4]]
    assert await store.outbox_states() == {"held": 5}
    (timer,) = await store.timers(f"flood:{HERE}")
    assert timer.due_at == T0


async def test_what_was_sent_stays_as_it_stands(store: SqlStore) -> None:
    """Three left on their own; the fourth and fifth are a batch; beyond the ten minutes one is on its own again."""
    await write(store, *(alert(n) for n in range(3)))
    for _ in range(3):
        (row,) = await store.claim_outbox(now=T0, machine=T0, owner="me", lease_until=minutes(1), limit=9)
        await store.settle(row.id, "me", Sent(MessageRef(ROOM, str(row.id))))
    await write(store, alert(3, minute=1), alert(4, minute=2))
    assert list((await batches(store)).values()) == [[3, 4]]
    await write(store, alert(5, minute=20))
    assert (await store.outbox_states())["ready"] == 1


async def test_newer_words_of_one_in_a_batch_ask_for_the_batch_again(store: SqlStore) -> None:
    """It stays in the batch, whose timer is a new generation."""
    await write(store, *(alert(n) for n in range(4)))
    (before,) = await store.timers(f"flood:{HERE}")
    await store.commit(Change(fires=before))
    await write(store, alert(2, minute=3, again=True))
    (after,) = await store.timers(f"flood:{HERE}")
    assert after.kind == before.kind
    assert after.generation > before.generation
    assert await store.outbox_states() == {"held": 4}


async def test_what_is_pressing_neither_counts_nor_joins(store: SqlStore) -> None:
    """An alert without a flood is its own message, whatever is around it."""
    await write(store, *(alert(n, flood=None) for n in range(4)), alert(4))
    assert await batches(store) == {}
    await write(store, *(alert(n) for n in range(5, 9)), alert(9, flood=None))
    assert await store.outbox_states() == {"ready": 5, "held": 5}


async def test_workers_at_once_drop_none_and_make_one_batch(store: SqlStore) -> None:
    """Eight at the same moment, each in a commit of its own."""
    await asyncio.gather(*(write(store, alert(n)) for n in range(8)))
    (batch,) = (await batches(store)).values()
    assert sorted(batch) == list(range(8))


async def test_what_is_withdrawn_before_it_left_is_not_sent(store: SqlStore) -> None:
    """It ended while its reader slept; what was sent already is another matter."""
    night = alert(1, minute=60, flood=None)
    await write(store, night)
    await write(store, Draft("end", Op.PUT, HERE, said("over"), slot=night.slot, withdrawn=True))
    late = T0 + timedelta(hours=2)
    assert await store.claim_outbox(now=late, machine=T0, owner="me", lease_until=minutes(1), limit=9) == ()
    assert await store.outbox_states() == {"suppressed": 1}
