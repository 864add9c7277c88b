"""A fake Slack with a small workspace, and a real Bolt app for it in both deliveries; a fake Discord and a real bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from bolt_app import BoltApp
from discord_bot import DiscordBot
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.limits import Limits
from fakes.discord.schemas import problems_of_calls
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.person import Person
from fakes.slack.slack_things import Channel
from slack_sdk.web.async_client import AsyncWebClient


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """The app is installed in Acme and in nobody's channel yet."""
    async with FakeSlack() as made:
        made.install()
        yield made


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    """The SDK's own client, with the bot's token."""
    return AsyncWebClient(slack.app.installations[slack.team.id].token, base_url=slack.api_url)


@pytest_asyncio.fixture(params=["socket", "http"])
async def bolt(request: pytest.FixtureRequest, slack: FakeSlack) -> AsyncIterator[BoltApp]:
    """A real Bolt app that listens, by Socket Mode and by HTTP."""
    app = BoltApp(slack, socket_mode=request.param == "socket")
    try:
        yield app
    finally:
        await app.stop()


@pytest.fixture
def ann(slack: FakeSlack) -> Person:
    """Somebody in Acme."""
    return slack.person("Ann Lee", tz="Europe/London")


@pytest.fixture
def help(slack: FakeSlack, ann: Person) -> Channel:
    """A public channel with her and the app in it."""
    return slack.channel("help", ann, slack.app.installations[slack.team.id])


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    """A fake Discord without pace: the bot is in its guild and sees what everybody does. What the bot sent is held to
    Discord's own description, where that is at hand."""
    async with FakeDiscord(limits=Limits(paced=False)) as made:
        made.invite()
        with made.here():
            yield made
        assert problems_of_calls(made.record.calls) == []


@pytest_asyncio.fixture
async def bot(fake: FakeDiscord) -> AsyncIterator[DiscordBot]:
    """A real bot, not connected yet."""
    made = DiscordBot(fake)
    try:
        yield made
    finally:
        await made.end()
