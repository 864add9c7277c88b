"""A small world for stories: a desk on a real SQLite file, a chat that keeps what it is told, a clock that obeys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from desk_world import TUESDAY, World

from adapters.web.chat import PLATFORM, WORKSPACE
from bot.clock import SimulatedClock
from bot.demo.seed import set_up
from bot.desk import bootstrap
from storage import open_store


@pytest_asyncio.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """Tuesday at ten in London: Acme (Dana, Tom), Globex (Mia), Sam and Priya who work, Lee who manages."""
    store = await open_store(sqlite_url)
    try:
        world = World(store, SimulatedClock(TUESDAY))
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        await set_up(world.desk)
        await world.wake()
        yield world
    finally:
        await store.close()
