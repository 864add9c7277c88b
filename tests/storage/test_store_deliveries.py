"""What a platform delivered is there until it is carried out, and one works at it at a time."""

from __future__ import annotations

import asyncio

import pytest
from store_builders import T0, minutes

from bot.ports import Delivery
from storage import SqlStore, open_store

pytestmark = pytest.mark.asyncio

NEW = Delivery("slack", "command:1", "command", '{"text": "new"}', T0)


async def names(store: SqlStore, at: float, owner: str = "", limit: int = 9) -> list[str]:
    """What somebody takes up then, in minutes; this process, if nobody else."""
    owner = owner or await store.workers.name()
    found = await store.deliveries.take_up("slack", minutes(at), owner=owner, lease_until=minutes(at + 1), limit=limit)
    return [each.event_id for each in found]


async def test_it_is_kept_once_and_forgotten(store: SqlStore) -> None:
    """Told again it stays as it is; whoever's it is nobody else takes it up, and what was carried out is gone."""
    own = await store.workers.name()
    for payload in (NEW.payload, "another"):
        kept = Delivery("slack", "command:1", "command", payload, T0)
        await store.deliveries.keep([kept], owner=own, lease_until=minutes(1))
    assert await names(store, 0.5) == []
    (taken,) = await store.deliveries.take_up("slack", minutes(2), owner=own, lease_until=minutes(3), limit=9)
    assert (taken.payload, taken.tries, taken.at, taken.kind) == (NEW.payload, 1, T0, "command")
    await store.deliveries.forget("slack", ["command:1", "command:2"])
    assert await names(store, 9) == []


async def test_what_could_not_be_carried_out_waits(store: SqlStore) -> None:
    """It is taken up when its time has come, the oldest first, by its platform alone; who lost it puts off nothing."""
    own = await store.workers.name()
    for number in (3, 1, 2):
        kept = Delivery("slack", f"event:{number}", "event", "{}", minutes(number))
        await store.deliveries.keep([kept], owner=own, lease_until=minutes(9))
        await store.deliveries.put_off("slack", kept.event_id, owner=own, until=minutes(5))
    assert await store.deliveries.take_up("discord", minutes(7), owner=own, lease_until=minutes(8), limit=9) == ()
    assert await names(store, 4) == []
    assert await names(store, 5, limit=2) == ["event:1", "event:2"]
    await store.deliveries.put_off("slack", "event:1", owner="somebody", until=minutes(5))
    assert await names(store, 5.5) == ["event:3"]


async def test_on_sqlite_whoever_had_it_before_is_gone(sqlite_url: str) -> None:
    """A desk that was killed and starts again takes up at once what it had acknowledged."""
    for expected in ([], ["command:1"], ["command:1"]):
        store = await open_store(sqlite_url)
        try:
            assert await names(store, 0.1) == expected
            await store.deliveries.keep([NEW], owner=await store.workers.name(), lease_until=minutes(1))
        finally:
            await store.close()


@pytest.mark.postgres
async def test_on_postgresql_it_is_another_workers_once_its_own_is_gone(postgres_url: str) -> None:
    """While the first one is there it is nobody else's, however many ask; of two that come after it one has it."""
    first, *others = [await open_store(postgres_url) for _ in range(3)]
    try:
        await first.deliveries.keep([NEW], owner=await first.workers.name(), lease_until=minutes(1))
        assert await names(others[0], 0.1) == []
        await first.close()
        taken = await asyncio.gather(*(names(other, 0.2) for other in others))
        assert sorted(taken) == [[], ["command:1"]]
    finally:
        for store in (first, *others):
            await store.close()
