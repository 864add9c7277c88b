"""What Discord says of a channel or a thread: whose it is, and what kind. Asked once, and followed by events."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.failing import understood
from adapters.discord.places import DIRECT, place_of
from adapters.discord.wire import Wire
from bot.ports import Place

MOST = 5000
"""Of so many channels it is remembered what they are."""


@dataclass(frozen=True)
class Channel:
    """As the desk needs to know it."""

    id: int
    server: str
    parent: int | None
    """The channel whose thread it is; None for a channel."""
    name: str
    forum: bool = False
    parent_forum: bool = False
    owner: int = 0
    """Who began the thread."""

    @property
    def place(self) -> Place:
        """Where it is."""
        if self.parent is not None:
            return place_of(self.server, self.parent, self.id)
        return place_of(self.server, self.id)

    @property
    def is_direct(self) -> bool:
        """Whether it is a conversation with one person."""
        return self.server == DIRECT


class Channels:
    """Knows channels by id."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known: OrderedDict[int, Channel] = OrderedDict()

    async def get(self, id: int) -> Channel:
        """The channel or thread. Raises Refused where there is none that the desk sees, with the mend."""
        if (found := self._known.get(id)) is not None:
            return found
        client = await self._wire.client()
        there: Any = client.get_channel(id)
        if there is None:
            with understood():
                there = await client.fetch_channel(id)
        return await self.keep(there)

    async def keep(self, there: Any) -> Channel:
        """What Discord tells of one."""
        parent = int(there.parent_id) if isinstance(there, discord.Thread) else None
        above = await self.get(parent) if parent is not None else None
        guild = getattr(there, "guild", None)
        server = str(guild.id) if guild is not None else DIRECT
        found = Channel(
            there.id,
            server,
            parent,
            str(getattr(there, "name", "") or ""),
            isinstance(there, discord.ForumChannel),
            above is not None and above.forum,
            int(getattr(there, "owner_id", 0) or 0),
        )
        self._known[there.id] = found
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return found

    def forget(self, id: int) -> None:
        """It has changed, or is gone."""
        self._known.pop(id, None)


def everybody_sees(channel: Any) -> bool:
    """Whether everybody of its server sees the channel, as far as Discord has told."""
    server = channel.guild.id
    for whom, rule in channel.overwrites.items():
        if whom.id == server:
            if rule.view_channel is not None:
                return bool(rule.view_channel)
            break
    everybody = channel.guild.default_role if channel.guild.roles else None
    return everybody is None or everybody.permissions.view_channel
