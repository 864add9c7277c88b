"""The workspace with Acme (Dana, Tom) and Globex (Mia), Sam and Priya who work, Lee who manages; Tuesday at ten."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from web_house import TUESDAY, House, MovableClock

from adapters.web.chat import PLATFORM, WORKSPACE
from bot.demo.seed import set_up
from bot.desk import bootstrap
from storage import open_store


@pytest_asyncio.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    """A desk with nothing in it yet but its people and channels."""
    store = await open_store(sqlite_url)
    try:
        house = House(store, MovableClock(TUESDAY))
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        await set_up(house.desk)
        await house.wake()
        yield house
    finally:
        await store.close()
