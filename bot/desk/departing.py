"""Who is to be taken out of what a platform let them into: an account that is nobody's by now, or another person's, or
of somebody who has left.

It is written with what makes it so, and forgotten once it is done: whatever happens in between, it is done.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.desk.audience import audience
from bot.desk.context import Desk
from bot.domain.people import Person
from bot.ports import Account

log = logging.getLogger("steward.people")


class Departing:
    """Takes them out on one platform, one after the other."""

    def __init__(self, desk: Desk, platform: str, take_out: Callable[[Account], Awaitable[bool]]) -> None:
        """`take_out` does it, however often it is asked to, and raises what is tried again later; False where it is
        another's to do."""
        self._desk, self._platform, self._take_out = desk, platform, take_out
        self._version = -1
        self._going: asyncio.Task[None] | None = None

    async def soon(self) -> None:
        """By itself, where anybody's place may have changed since the last look."""
        version = (await self._desk.store.directory()).version
        if version != self._version and (self._going is None or self._going.done()):
            self._version = version
            self._going = asyncio.create_task(self.look())

    async def look(self) -> None:
        """All who are to be taken out."""
        for account in await self._desk.store.accounts.departures(self._platform):
            try:
                done = await self._take_out(account)
            except Exception as error:
                log.warning("%s is to be taken out of %s, and cannot be yet: %s", account[2], account[0], error)
            else:
                if done:
                    await self._desk.store.accounts.departed(account)

    async def stop(self) -> None:
        """Answers when what is under way has ended."""
        if self._going is not None:
            self._going.cancel()
            await asyncio.gather(self._going, return_exceptions=True)


async def may_read(desk: Desk, person: Person | None, conversation: str | None) -> bool:
    """Whether somebody may be in a closed conversation of the desk's; None is one that is nobody's any more."""
    directory = await desk.store.directory()
    return person is not None and person in await audience(desk.store, directory, conversation)
