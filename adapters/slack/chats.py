"""The desk's port to Slack where it is in several workspaces: each place by the token of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from adapters.slack.chat import SlackChat
from adapters.slack.failing import LockedOut
from adapters.slack.workspaces import Workspaces
from bot.messages.model import Message
from bot.ports import MessageRef, Place, Unreachable


class SlackChats:
    """`Chat` over all of them. Where the desk is in a workspace no more it refuses, and says who must do what."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """Post once."""
        async with self._in(place) as chat:
            return await chat.post(place, message, key=key)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        """Show this instead."""
        async with self._in(ref.place) as chat:
            await chat.edit(ref, message)

    async def delete(self, ref: MessageRef) -> None:
        """Take it away."""
        async with self._in(ref.place) as chat:
            await chat.delete(ref)

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        """The thread of a message."""
        async with self._in(ref.place) as chat:
            return await chat.open_thread(ref, title)

    async def find(self, place: Place, key: str) -> MessageRef | None:
        """The message posted there with that key, whole."""
        async with self._in(place) as chat:
            return await chat.find(place, key)

    async def direct(self, user: str) -> Place:
        """The direct conversation with a person of the desk, in the first workspace in which they have an account."""
        last = Unreachable(f"{user} has no account in Slack that the desk knows of")
        await self._workspaces.refresh()
        for workspace in self._workspaces.here:
            try:
                return await workspace.chat.direct(user)
            except Unreachable as nobody:
                last = nobody
            except LockedOut as out:
                await self._workspaces.locked_out(workspace, out)
                raise
        raise last

    @asynccontextmanager
    async def _in(self, place: Place) -> AsyncGenerator[SlackChat]:
        workspace = await self._workspaces.of(place.workspace)
        try:
            yield workspace.chat
        except LockedOut as out:
            await self._workspaces.locked_out(workspace, out)
            raise
