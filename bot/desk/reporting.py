"""Reports, loaded: pages of requests out of the store into one tally, so that no number of them is too many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from bot.domain.people import Directory, Person
from bot.domain.period import Period
from bot.domain.report import Report, Tally, Window
from bot.domain.request import Request
from bot.ports import Store, Told, ToldQuery

PAGE = 100
"""Requests of one transaction: small, so that a running desk answers others in between."""

_INSTANT = timedelta(microseconds=1)


def window_of(period: Period, now: datetime) -> Window:
    """The period as far as it is known: what happens at `now` is, what comes after is not."""
    return Window(period.since, max(period.since, min(period.until, now + _INSTANT)))


async def told(store: Store, window: Window, client: str | None) -> AsyncIterator[Told]:
    """Every request with something to tell of that window, by number, of one client or of all."""
    after = 0
    while page := await store.told(ToldQuery(window.since, window.until, client, after, PAGE)):
        for one in page:
            yield one
        after = page[-1].request.number
        await asyncio.sleep(0)


async def count(store: Store, window: Window, client: str | None) -> int:
    """How many those are, for who waits for them."""
    return await store.count_told(ToldQuery(window.since, window.until, client))


async def report(
    store: Store,
    directory: Directory,
    window: Window,
    *,
    client: str | None = None,
    sees: Callable[[Request], bool] = lambda request: True,
    each: Callable[[Told], None] = lambda one: None,
) -> Report:
    """The figures of a client or of all, of those requests that the reader sees; `each` is told of every one of
    them."""
    tally = Tally(window, directory.calendars)
    async for one in told(store, window, client):
        if sees(one.request):
            tally.add(one.request, one.facts)
            each(one)
    return tally.report()


def zone_for(reader: Person, client: str | None, directory: Directory) -> str:
    """The zone a period is read in: the client's where it is one client's report, else the reader's."""
    found = directory.clients.get(client or "")
    return found.zone if found else reader.zone
