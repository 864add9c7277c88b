"""A small real discord.py bot, for the tests of the fake: it connects by a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import discord
import pytest
from discord import app_commands
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.permissions import BOT, P


async def refused(call: Awaitable[Any]) -> int:
    """The number of what Discord answers to a call that it refuses."""
    with pytest.raises(discord.HTTPException) as error:
        await call
    return error.value.code


def lower(fake: FakeDiscord, lacks: P) -> None:
    """The bot may do less in its guild."""
    fake.permit(fake.guild.roles[fake.guild.members[fake.app.id].roles[0]], BOT & ~lacks)


class DiscordBot(discord.Client):
    """`tree` and `heard` are there before `begin`; `seen` is every event, by its name."""

    def __init__(self, fake: FakeDiscord, **how: Any) -> None:
        intents = how.pop("intents", None) or discord.Intents(
            guilds=True,
            members=True,
            guild_messages=True,
            dm_messages=True,
            guild_reactions=True,
            dm_reactions=True,
            message_content=True,
            webhooks=True,
        )
        how = {"guild_ready_timeout": 0.05, "allowed_mentions": discord.AllowedMentions.none(), **how}
        super().__init__(intents=intents, **how)
        self._fake = fake
        self.tree = app_commands.CommandTree(self)
        self.seen: list[tuple[str, tuple[Any, ...]]] = []
        """All that it was told, such as `message` with the message."""
        self._task: asyncio.Task[None] | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """No pause of five seconds before it identifies anew: the fake's limits say whether it must."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Every event is kept."""
        self.seen.append((event, args))
        super().dispatch(event, *args, **kwargs)
        self._fake.changed()

    def of(self, event: str) -> list[Any]:
        """What it was told of that kind: the first thing that each event carries."""
        return [args[0] if args else None for name, args in self.seen if name == event]

    async def begin(self) -> None:
        """Log in, connect, and be ready."""
        await self.login(self._fake.app.token)
        self._task = asyncio.ensure_future(self.connect())
        ready = asyncio.ensure_future(self.wait_until_ready())
        await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=10)
        ready.cancel()
        if self._task.done():
            self._task.result()

    async def end(self) -> None:
        """Log out."""
        await self.close()
        if self._task:
            with suppress(discord.DiscordException, asyncio.CancelledError):
                await self._task
