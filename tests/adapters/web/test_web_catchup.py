"""A message that stood in a channel when the process died is heard at the next start."""

from __future__ import annotations

import pytest

from adapters.web.catchup import catch_up, event_of, heard_of
from adapters.web.channels import Channels
from bot.clock import SystemClock
from bot.demo.seed import set_up
from bot.desk import bootstrap, front
from bot.desk.context import Desk
from bot.domain.events import ClientWrote
from bot.ports import RequestQuery
from storage import open_store

pytestmark = pytest.mark.asyncio


async def test_what_was_posted_but_not_heard_is_heard_once(sqlite_url: str):
    """The desk died between the two: catching up gives one request, and both lines are in it."""
    store = await open_store(sqlite_url)
    try:
        desk = Desk(store, SystemClock())
        await bootstrap.ensure(store, platform="web", workspace="desk")
        await set_up(desk)
        await Channels(store, store).follow()
        missed, _ = await store.add("client-globex", at=desk.now(), author="mia", text="The VPN is down")
        known, _ = await store.add("client-globex", at=desk.now(), author="mia", text="For all of us")
        await store.add("client-globex", at=desk.now(), text="The desk's own words")
        assert [p.id for p in await store.unheard(10)] == [missed.id, known.id]
        await front.hear(desk, "mia", heard_of(known), event=event_of(known))  # died just before it was marked
        assert await catch_up(desk, store) == 2
        assert await catch_up(desk, store) == 0
        assert await store.unheard(10) == ()
        found = await store.requests(RequestQuery())
        assert [r.title for r in found] == ["For all of us"]
        said = [e.event.text for e in await store.history(found[0].number) if isinstance(e.event, ClientWrote)]
        assert said == ["The VPN is down"]
    finally:
        await store.close()
