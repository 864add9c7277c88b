"""The browser's chat on the desk's database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.files import Attachment
from bot.messages.model import Message
from bot.ports import Channel, Posted, Unread, Workspace
from storage.transactions import workspace, workspace_reading
from storage.tx import Runner


class SqlWorkspace:
    """`bot.ports.Workspace`. Who may enter a channel is the adapter's to check; instants are desk time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def channels(self) -> Sequence[Channel]:
        """All channels, clients' first, then the team's, then direct ones; by name."""
        return await self._runner.read(workspace.channels())

    async def channel(self, id: str) -> Channel | None:
        """One channel; None for any text that names none."""
        return await self._runner.read(workspace.channel(id))

    async def put_channel(self, channel: Channel) -> None:
        """Make or change a channel."""
        await self._runner.write(workspace.put_channel(channel))

    async def messages(
        self, channel: str, *, thread: int | None = None, before: int | None = None, limit: int = 60
    ) -> Sequence[Posted]:
        """The latest messages in order of id: a channel's top level, or a thread's replies without its root."""
        return await self._runner.read(workspace.messages(channel, thread=thread, before=before, limit=limit))

    async def message(self, id: int) -> Posted | None:
        """One message; None for any id that names none, however large."""
        return await self._runner.read(workspace.message(id))

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
        """Add a message to a channel that exists; with a key that is there already, the existing one and False."""
        return await self._runner.write(
            workspace.add(
                channel,
                at=at,
                thread=thread,
                author=author,
                text=text,
                body=body,
                key=key,
                mentions=mentions,
                files=files,
            )
        )

    async def edit(
        self, id: int, *, at: datetime, text: str = "", body: Message | None = None, mentions: Sequence[str] = ()
    ) -> None:
        """Replace what it says and whom it names; a deleted one stays blank."""
        await self._runner.write(workspace.edit(id, at=at, text=text, body=body, mentions=mentions))

    async def delete(self, id: int) -> None:
        """Blank it and mark it deleted; its reactions, mentions and files go."""
        await self._runner.write(workspace.delete(id))

    async def some(self, ids: Sequence[int]) -> Sequence[Posted]:
        """The messages with these ids, in their order, without how their threads stand."""
        return await self._runner.read(workspace.some(ids))

    async def last_own(self, channel: str, person: str, *, thread: int | None = None) -> Posted | None:
        """The person's latest message at a channel's top level or in a thread."""
        return await self._runner.read(workspace.last_own(channel, person, thread))

    async def search(
        self, words: str, channels: Sequence[str], *, before: int | None = None, limit: int = 20
    ) -> Sequence[Posted]:
        """The newest messages of these channels that hold every word, whatever its case; newest first."""
        return await self._runner.read(workspace.search(words, channels, before=before, limit=limit))

    async def by_key(self, key: str) -> Posted | None:
        """The message added with that key."""
        return await self._runner.read(workspace.by_key(key))

    async def unheard(self, limit: int) -> Sequence[Posted]:
        """People's messages that the desk has not been told of, oldest first."""
        return await self._runner.read(workspace.unheard(limit))

    async def heard(self, id: int) -> None:
        """The desk has been told of that message."""
        await self._runner.write(workspace.heard(id))

    async def react(self, id: int, person: str, emoji: str) -> bool:
        """Put an emoji, or take it away where it was put already; answers whether it is there now."""
        return await self._runner.write(workspace.react(id, person, emoji))

    async def mark_read(self, person: str, channel: str, up_to: int, *, thread: int | None = None) -> None:
        """The person has seen the channel's top level, or that thread alone, up to that message; never moves back."""
        await self._runner.write(workspace_reading.mark_read(person, channel, up_to, thread))

    async def mark_all_read(self, person: str, channel: str, up_to: int) -> None:
        """The person has seen the channel with all its threads up to that message."""
        await self._runner.write(workspace_reading.mark_all_read(person, channel, up_to))

    async def unread(self, person: str) -> Sequence[Unread]:
        """What others, the desk included, said after the person's marks, the latest first; what is read is left
        out."""
        return await self._runner.read(workspace_reading.unread(person))


_KEEPS_THE_CONTRACT: Callable[[Runner], Workspace] = SqlWorkspace  # the type checker says where it does not
