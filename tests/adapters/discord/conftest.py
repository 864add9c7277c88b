"""A desk with Discord for its face."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from discord_house import DiscordHouse
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.limits import Limits

from storage import SqlStore


@pytest_asyncio.fixture
async def house(store: SqlStore) -> AsyncIterator[DiscordHouse]:
    """A furnished desk and its Discord; its pace is another test's matter."""
    async with FakeDiscord(limits=Limits(paced=False)) as discord:
        made = DiscordHouse(store, discord)
        await made.furnish()
        with discord.here():
            yield made
        assert discord.record.complaints == []
