"""Who is to be taken out of what a platform let them into: an account that is nobody's by now, or another person's, or
of somebody who has left.

It is written with what makes it so, and forgotten once it is done: whatever happens in between, it is done. Where they
stay because the desk may not change who reads a channel, the managers are told.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.desk.audience import audience
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS
from bot.domain.people import Person
from bot.messages import leaving as say
from bot.ports import Account, Change, Draft, Op, Urgency

log = logging.getLogger("steward.people")


@dataclass(frozen=True)
class Stays:
    """Somebody who goes on reading closed channels that are not the desk's to close."""

    name: str
    """Empty for an account that is nobody's any more."""
    channels: tuple[str, ...]
    """By their names, as people know them."""


class Departing:
    """Takes them out on one platform, one after the other."""

    def __init__(self, desk: Desk, platform: str, take_out: Callable[[Account], Awaitable[bool | Stays]]) -> None:
        """`take_out` does it, however often it is asked to, and raises what is tried again later; False where it is
        another's to do; Stays where somebody else must do the rest."""
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
                if isinstance(done, Stays):
                    await self._say(account, done)
                if done:
                    await self._desk.store.accounts.departed(account)

    async def _say(self, account: Account, stays: Stays) -> None:
        """To the managers, once a departure."""
        if self._desk.suppressed:
            return
        version = (await self._desk.store.directory()).version
        whose = hashlib.sha256("/".join((*account, *stays.channels)).encode()).hexdigest()[:16]
        said = say.stays(stays.name, self._platform, stays.channels)
        draft = Draft(f"stays:{whose}:{version}", Op.POST, ALERTS, said, urgency=Urgency.ANSWER)
        await self._desk.store.commit(Change(outbox=(draft,), at=self._desk.now()))

    async def stop(self) -> None:
        """Answers when what is under way has ended."""
        if self._going is not None:
            self._going.cancel()
            await asyncio.gather(self._going, return_exceptions=True)


async def may_read(desk: Desk, person: Person | None, conversation: str | None) -> bool:
    """Whether somebody may be in a closed conversation of the desk's; None is one that is nobody's any more."""
    directory = await desk.store.directory()
    return person is not None and person in await audience(desk.store, directory, conversation)
