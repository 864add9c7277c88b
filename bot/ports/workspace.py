"""What the browser's chat keeps: channels, messages, reactions, read marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.messages.model import Message


class ChannelKind(StrEnum):
    """Who may enter: `client` its client's people and staff, `team` staff, `direct` one person."""

    CLIENT = "client"
    TEAM = "team"
    DIRECT = "direct"


@dataclass(frozen=True)
class Channel:
    """A conversation of the workspace's sidebar."""

    id: str
    name: str
    kind: ChannelKind
    topic: str = ""
    client: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class Reaction:
    """An emoji and who put it there."""

    emoji: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Posted:
    """A message of the workspace: words of a person (`author`, `text`), or of the desk (`body`). Instants are desk
    time."""

    id: int
    channel: str
    thread: int | None
    author: str | None
    text: str
    body: Message | None
    at: datetime
    edited_at: datetime | None = None
    deleted: bool = False
    replies: int = 0
    last_reply_at: datetime | None = None
    reactions: tuple[Reaction, ...] = field(default=())


class Workspace(Protocol):
    """Messages, reactions and read marks of the browser's chat. Who may enter a channel is the adapter's to check."""

    async def channels(self) -> Sequence[Channel]:
        """All channels, clients' first, then the team's, then direct ones; by name."""
        ...

    async def put_channel(self, channel: Channel) -> None:
        """Make or change a channel."""
        ...

    async def messages(
        self, channel: str, *, thread: int | None = None, before: int | None = None, limit: int = 60
    ) -> Sequence[Posted]:
        """The latest messages in order of id: a channel's top level, or a thread's replies without its root."""
        ...

    async def message(self, id: int) -> Posted | None:
        """One message."""
        ...

    async def add(
        self,
        channel: str,
        *,
        at: datetime,
        thread: int | None = None,
        author: str | None = None,
        text: str = "",
        body: Message | None = None,
        key: str | None = None,
    ) -> tuple[Posted, bool]:
        """Add a message; with a key that is there already, the existing one and False."""
        ...

    async def edit(self, id: int, *, at: datetime, text: str = "", body: Message | None = None) -> None:
        """Replace what it says."""
        ...

    async def delete(self, id: int) -> None:
        """Blank it and mark it deleted; its reactions go."""
        ...

    async def unheard(self, limit: int) -> Sequence[Posted]:
        """People's messages that the desk has not been told of, oldest first: what a crash left between the two."""
        ...

    async def heard(self, id: int) -> None:
        """The desk has been told of that message."""
        ...

    async def by_key(self, key: str) -> Posted | None:
        """The message added with that key."""
        ...

    async def react(self, id: int, person: str, emoji: str) -> bool:
        """Put an emoji, or take it away where it was put already; answers whether it is there now."""
        ...

    async def mark_read(self, person: str, channel: str, up_to: int) -> None:
        """The person has seen the channel up to that message id; never moves back."""
        ...

    async def unread(self, person: str) -> Mapping[str, int]:
        """Messages of others, threads included, after the person's mark, by channel; channels without any are left
        out."""
        ...
