"""What the browser's chat keeps: channels, messages, files, reactions, read marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.files import Attachment
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
class Unread:
    """What others said after a person's mark, in a channel's top level or in a thread of it."""

    channel: str
    thread: int | None
    count: int
    mentions: int
    """How many of them name the person."""
    first: int
    last: int


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
    files: tuple[Attachment, ...] = field(default=())


class Workspace(Protocol):
    """Messages, files and read marks of the browser's chat. Who may enter a channel is the adapter's to check."""

    async def channels(self) -> Sequence[Channel]:
        """All channels, clients' first, then the team's, then direct ones; by name."""
        ...

    async def channel(self, id: str) -> Channel | None:
        """One channel; None for any text that names none, whatever it holds."""
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
        mentions: Sequence[str] = (),
        files: Sequence[Attachment] = (),
    ) -> tuple[Posted, bool]:
        """Add a message; with a key that is there already, the existing one and False.

        `mentions` are the people it names. The bytes of `files` are kept elsewhere (`bot.ports.Files`).
        """
        ...

    async def edit(
        self, id: int, *, at: datetime, text: str = "", body: Message | None = None, mentions: Sequence[str] = ()
    ) -> None:
        """Replace what it says and whom it names."""
        ...

    async def delete(self, id: int) -> None:
        """Blank it and mark it deleted; its reactions, mentions and files go with it."""
        ...

    async def some(self, ids: Sequence[int]) -> Sequence[Posted]:
        """The messages with these ids, in their order, without how their threads stand."""
        ...

    async def last_own(self, channel: str, person: str, *, thread: int | None = None) -> Posted | None:
        """The person's latest message at a channel's top level or in a thread."""
        ...

    async def search(
        self, words: str, channels: Sequence[str], *, before: int | None = None, limit: int = 20
    ) -> Sequence[Posted]:
        """The newest messages of these channels that hold every word, whatever its case; newest first."""
        ...

    async def unheard(self, limit: int) -> Sequence[Posted]:
        """People's messages that the desk has not been told of as they are now, be it new, edited or deleted; oldest
        first: what a crash left between the two."""
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

    async def mark_read(self, person: str, channel: str, up_to: int, *, thread: int | None = None) -> None:
        """The person has seen the channel's top level, or that thread alone, up to that message; never moves back."""
        ...

    async def mark_all_read(self, person: str, channel: str, up_to: int) -> None:
        """The person has seen the channel with all its threads up to that message."""
        ...

    async def unread(self, person: str) -> Sequence[Unread]:
        """What others, the desk included, said after the person's marks, the latest first; what is read is left
        out."""
        ...
