"""The demo's month: played through the same front door as everybody's requests, and worth looking at."""

from __future__ import annotations

import pytest
from desk_world import World, words

from adapters.web.chat import PLATFORM, WORKSPACE
from bot.demo.controls import Skipper
from bot.demo.month import MONTH
from bot.demo.seed import begin, seed
from bot.desk import bootstrap
from bot.domain.events import Status
from bot.ports import RequestQuery
from storage import open_store

pytestmark = pytest.mark.asyncio


async def test_the_month_is_played_whole_and_the_newcomer_soon_sees_an_alarm(sqlite_url: str):
    """Every story is a request, each thing people look for has happened to one; nothing waits to be sent; two deadlines
    later alerts has a new breach."""
    store = await open_store(sqlite_url)
    try:
        clock = begin()
        world = World(store, clock)
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        await seed(world.desk, store, clock, world.wake)
        requests = await store.requests(RequestQuery(limit=100))
        assert len(requests) == len(MONTH)
        assert {r.status for r in requests} >= {Status.NEW, Status.ACTIVE, Status.WAITING_CLIENT, Status.RESOLVED}
        assert set(await store.outbox_states()) == {"sent"}
        assert await store.check() == ()
        report = await world.type("lee", "report last month")
        for told in (
            "13 opened, 12 resolved, 12 closed, 1 reopened.",
            "1 open at the end",
            "First response | 91.6 % | 11 | 1",  # which invoices were sent twice: an answer after two and a half hours
            "Resolution | 100 % | 12 | 0",
            "First response | 20 min | 1 h 40 min | 12",
            "ACME-13 Can the reminder mails go out on Mondays?",
        ):
            assert told in words(report.message)
        for who, typed, told in (
            ("sam", "saved", "ask-logs"),
            ("sam", "kinds", "new-starter"),
            ("sam", "checklist 19", "2 of 4 steps done"),
            ("sam", "show 18", "Goes on in: ACME-17"),
            ("sam", "why 17", "Promised news"),
            ("priya", "capacity", "Priya Nair | 1 | none | 0 | 0 | from 24 Jun"),
            ("lee", "recurring", "acme-restore-test"),
            ("lee", "review acme", "Name who may order phones"),
            ("lee", "find status:waiting-other", "ACME-19"),
            ("lee", "find client:GLOBEX status:all", "GLOBEX-8"),
            ("dana", "show 3", "The salary list opens for everybody"),
            ("tom", "show 3", "no request 3 that you can see"),
            ("tom", "find logo status:all", "Nothing fits"),
        ):
            assert told in words((await world.type(who, typed)).message), (who, typed)
        alerts = "\n".join(await world.screen("alerts"))
        for told in ("rated ACME-16", "Lee Novak got in touch", "says it is urgent", "missed first response"):
            assert told in alerts
        assert (await world.request(14)).source == "phone"
        before = len(await world.messages("alerts"))
        clock.speed = 0
        skipper = Skipper(world.desk, clock, world.wake)
        assert await skipper.skip("15m") == "It is Tuesday 10:17 now. One thing fell due."
        assert "waiting for us" in (await world.screen("triage"))[-1]
        await skipper.skip("15m")
        assert len(await world.messages("alerts")) == before + 1
        assert (await skipper.skip("monday")).startswith("It is Monday 09:00 now.")
    finally:
        await store.close()


async def test_without_a_month_the_desk_begins_this_morning(sqlite_url: str):
    """Nothing was asked, and no overview of the weeks before stands in triage to say so."""
    store = await open_store(sqlite_url)
    try:
        clock = begin()
        world = World(store, clock)
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        await seed(world.desk, store, clock, world.wake, month=False)
        assert not await store.requests(RequestQuery(limit=1))
        assert not await store.messages("triage", limit=1)
    finally:
        await store.close()
