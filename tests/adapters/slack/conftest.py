"""A desk with Slack for its face."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits
from slack_house import House

from storage import SqlStore


@pytest_asyncio.fixture
async def house(store: SqlStore) -> AsyncIterator[House]:
    """A furnished desk and its Slack, over Socket Mode; its limits are another test's matter."""
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        made = House(store, slack)
        await made.furnish()
        yield made


@pytest_asyncio.fixture(params=["socket", "http"])
async def either_way(request: pytest.FixtureRequest, store: SqlStore) -> AsyncIterator[House]:
    """The same, over both deliveries."""
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        slack.app.socket_mode = request.param == "socket"
        made = House(store, slack)
        await made.furnish()
        yield made
