"""What a report reads: the requests alive in a time, page by page, each with the facts that count."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from store_builders import T0, minutes, note, opening, step

from bot.domain.events import Assigned, Closed, Opened, Replied, Resolved, Status
from bot.domain.request import Request
from bot.ports import Change, ToldQuery
from storage import SqlStore

pytestmark = pytest.mark.asyncio

FOREVER = ToldQuery(T0 - timedelta(days=9), T0 + timedelta(days=9))


async def opened(store: SqlStore, number: int, client: str = "ACME") -> Request:
    """A request that a first page may hold."""
    change = opening(number, client=client)
    await store.commit(Change(requests=(change,)))
    return change.request


async def done(store: SqlStore, request: Request, at: datetime) -> None:
    """It was answered, resolved and closed."""
    facts = (Replied("done"), Resolved(Status.NEW, "done"), Closed(Status.RESOLVED, "works"))
    await store.commit(Change(requests=(step(request, *facts, at=at),)))


async def numbers(store: SqlStore, query: ToldQuery) -> list[int]:
    """Those of one page; the count agrees where one page holds all."""
    found = [told.request.number for told in await store.told(query)]
    if query.after == 0 and len(found) < query.limit:
        assert await store.count_told(query) == len(found)
    return found


async def test_pages_follow_one_another(store: SqlStore) -> None:
    """By number, none twice and none left out; empty after the last; the count is of all."""
    for number in (3, 1, 2, 5, 4):
        await opened(store, number)
    for after, page in ((0, [1, 2]), (2, [3, 4]), (4, [5]), (5, [])):
        assert await numbers(store, ToldQuery(FOREVER.since, FOREVER.until, None, after, 2)) == page
    assert await store.count_told(FOREVER) == 5


async def test_who_was_alive_in_a_time(store: SqlStore) -> None:
    """Opened before its end, and still open or changed since its beginning, both instants half-open."""
    await done(store, await opened(store, 1), minutes(10))
    await opened(store, 2)
    assert await numbers(store, ToldQuery(T0, minutes(5))) == [1, 2]
    assert await numbers(store, ToldQuery(minutes(10), minutes(11))) == [1, 2]
    assert await numbers(store, ToldQuery(minutes(10.01), minutes(11))) == [2]
    assert await numbers(store, ToldQuery(T0 - timedelta(days=1), T0)) == []


async def test_of_one_client_only(store: SqlStore) -> None:
    """Another client's requests are not even read."""
    await opened(store, 1)
    await opened(store, 2, "ÖBB")
    assert await numbers(store, ToldQuery(FOREVER.since, FOREVER.until, "ÖBB")) == [2]
    assert await numbers(store, ToldQuery(FOREVER.since, FOREVER.until, "' OR 1=1 --")) == []


async def test_each_comes_with_the_facts_that_count(store: SqlStore) -> None:
    """In order, as they were written; notes and other words stay where they are."""
    request = await opened(store, 1)
    more = note(request, "a secret")
    await store.commit(Change(requests=(more,)))
    await store.commit(Change(requests=(step(more.request, Assigned(None, "erik"), Replied("ü")),)))
    await opened(store, 2)
    first, second = await store.told(FOREVER)
    assert first.request == await store.request(1)
    assert [entry.event for entry in first.facts] == [Assigned(None, "erik"), Replied("ü")]
    assert list(first.facts) == [e for e in await store.history(1) if e.seq in (4, 5)]
    assert not [e for e in first.facts if isinstance(e.event, Opened)]
    assert second.facts == ()
