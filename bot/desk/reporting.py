"""Reports, loaded: pages of requests out of the store into one tally, so that no number of them is too many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from bot.desk.context import Refusal
from bot.domain.people import Client, Directory, Person
from bot.domain.period import Period, read_period
from bot.domain.report import Report, Tally, Window
from bot.domain.request import Request
from bot.messages import report as say
from bot.ports import Store, Told, ToldQuery

PAGE = 100
"""Requests of one transaction: small, so that a running desk answers others in between."""

_INSTANT = timedelta(microseconds=1)


def asked(actor: Person, directory: Directory, now: datetime, client: str, period: str) -> tuple[Client | None, Period]:
    """Whose figures and of which time, from words; None for all clients, which a client's people never get.

    Raises Refusal for a client that is not theirs or that nobody knows, PeriodError for words that name no time.
    """
    of = client_named(actor, directory, client)
    return of, read_period(period, now, of.zone if of else actor.zone)


def client_named(actor: Person, directory: Directory, word: str) -> Client | None:
    """Whose figures: a client's people have their own alone; None for all."""
    clients, wanted = directory.clients, word.strip().casefold()
    found = next((c for c in clients.values() if wanted and wanted in (c.key.casefold(), c.name.casefold())), None)
    if actor.kept_to is not None:
        own = clients[actor.kept_to]
        if wanted and found != own:
            raise Refusal(say.only_yours(own))
        return own
    if wanted and found is None:
        raise Refusal(say.no_client(word, sorted(clients)))
    return found


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
