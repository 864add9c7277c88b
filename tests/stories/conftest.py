"""A small world for stories: a desk on a real database, a chat that keeps what it is told, a clock that obeys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest_asyncio
from desk_world import TUESDAY, World

from adapters.web.chat import PLATFORM, WORKSPACE
from bot.clock import SimulatedClock
from bot.demo.seed import set_up
from bot.desk import bootstrap
from storage import open_store


@asynccontextmanager
async def _world(url: str) -> AsyncIterator[World]:
    store = await open_store(url)
    try:
        world = World(store, SimulatedClock(TUESDAY))
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        await set_up(world.desk)
        await world.wake()
        yield world
    finally:
        await store.close()


@pytest_asyncio.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """Tuesday at ten in London: Acme (Dana, Tom), Globex (Mia), Sam and Priya who work, Lee who manages."""
    async with _world(sqlite_url) as world:
        yield world


@pytest_asyncio.fixture
async def postgres_world(postgres_url: str) -> AsyncIterator[World]:
    """The same world on PostgreSQL."""
    async with _world(postgres_url) as world:
        yield world
