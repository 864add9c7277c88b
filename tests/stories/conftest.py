"""A small world for stories: a desk on a real database, a chat that keeps what it is told, a clock that obeys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import pytest_asyncio
from desk_world import TUESDAY, World
from discord_hands import discord_world
from elsewhere import absence, faces_of
from slack_hands import slack_world

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


@asynccontextmanager
async def _in_slack(url: str, *, socket_mode: bool) -> AsyncIterator[World]:
    store = await open_store(url)
    try:
        async with slack_world(store, SimulatedClock(TUESDAY), socket_mode=socket_mode) as world:
            yield world
    finally:
        await store.close()


@asynccontextmanager
async def _in_discord(url: str) -> AsyncIterator[World]:
    store = await open_store(url)
    try:
        async with discord_world(store, SimulatedClock(TUESDAY)) as world:
            yield world
    finally:
        await store.close()


def _made(face: str, url: str) -> AbstractAsyncContextManager[World]:
    match face:
        case "discord":
            return _in_discord(url)
        case "slack-socket" | "slack-http":
            return _in_slack(url, socket_mode=face == "slack-socket")
        case _:
            return _world(url)


@pytest_asyncio.fixture
async def world(sqlite_url: str, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Tuesday at ten in London: Acme (Dana, Tom), Globex (Mia), Sam and Priya who work, Lee who manages."""
    async with _made(getattr(request, "param", "web"), sqlite_url) as world:
        yield world


@pytest_asyncio.fixture
async def postgres_world(postgres_url: str) -> AsyncIterator[World]:
    """The same world on PostgreSQL."""
    async with _world(postgres_url) as world:
        yield world


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which stories are played where."""
    if "world" in metafunc.fixturenames and (
        faces := faces_of(f"{metafunc.module.__name__}.py::{metafunc.function.__name__}")
    ):
        metafunc.parametrize("world", faces, indirect=True, ids=str)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What cannot be played elsewhere is tried all the same: once it can, its entry is to go."""
    for item in items:
        if isinstance(item, pytest.Function) and (reason := absence(item)):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))
