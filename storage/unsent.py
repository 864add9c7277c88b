"""`bot.ports.Unsent` on whichever database was opened."""

from __future__ import annotations

from datetime import datetime

from bot.ports import Letter
from storage.transactions import unsent
from storage.tx import Runner


class SqlUnsent:
    """The dead letters of the outbox."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def all(self, limit: int = 100) -> tuple[Letter, ...]:
        """The newest first."""
        return await self._runner.read(unsent.all_unsent(limit))

    async def one(self, id: int) -> Letter | None:
        """That one; None where it is none any more."""
        return await self._runner.read(unsent.one_unsent(id))

    async def count(self) -> int:
        """How many there are."""
        return await self._runner.read(unsent.count())

    async def resend(self, id: int, machine: datetime) -> bool:
        """Have it sent after all (machine time); False where it is none any more."""
        return await self._runner.write(unsent.resend(id, machine))

    async def leave(self, id: int, reason: str) -> bool:
        """It is not sent; False where it is none any more."""
        return await self._runner.write(unsent.leave(id, reason))
