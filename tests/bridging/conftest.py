"""Every ordered pair of platforms: the client's, and the team's. A further platform is one more entry of `SIDES`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from itertools import permutations
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[1] / "adapters" / "slack"))  # the faces' own houses stand there
sys.path.insert(0, str(Path(__file__).parents[1] / "adapters" / "web"))
sys.path.insert(0, str(Path(__file__).parents[1] / "adapters" / "discord"))

from bridge_browser import BrowserSide
from bridge_discord import DiscordSide
from bridge_sides import Ahead, Bridge, Side
from bridge_slack import SlackSide
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.limits import Limits as DiscordLimits
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits

from bot.desk.context import Desk
from storage import SqlStore


@asynccontextmanager
async def _slack(store: SqlStore, desk: Desk) -> AsyncIterator[Side]:
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        yield SlackSide(slack, store, desk)


@asynccontextmanager
async def _browser(store: SqlStore, desk: Desk) -> AsyncIterator[Side]:
    yield BrowserSide(store, desk)


@asynccontextmanager
async def _discord(store: SqlStore, desk: Desk) -> AsyncIterator[Side]:
    async with FakeDiscord(limits=DiscordLimits(paced=False)) as discord:
        yield DiscordSide(discord, store, desk)
        assert discord.record.complaints == []


SIDES: dict[str, Callable[[SqlStore, Desk], AbstractAsyncContextManager[Side]]] = {
    "slack": _slack,
    "browser": _browser,
    "discord": _discord,
}


@pytest_asyncio.fixture(params=list(permutations(SIDES, 2)), ids=lambda pair: f"{pair[0]}-to-{pair[1]}")
async def bridge(request: pytest.FixtureRequest, store: SqlStore) -> AsyncIterator[Bridge]:
    """Acme's people on the first platform, the team on the second, and the desk that runs between them."""
    clock = Ahead()
    desk = Desk(store, clock)
    async with AsyncExitStack() as stack:
        client, team = [await stack.enter_async_context(SIDES[name](store, desk)) for name in request.param]
        made = Bridge(store, desk, clock, client, team)
        await made.furnish()
        for side in (client, team):
            await stack.enter_async_context(side.running())
        sending = asyncio.create_task(made.send())
        try:
            yield made
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await made.relay.stop()
