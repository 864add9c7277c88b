"""`bot.ports.Audit` on whichever database was opened."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people import Directory
from bot.ports import Stuck
from storage.transactions import checks, directory, timers
from storage.tx import Runner


class SqlAudit:
    """What stands still or does not add up."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._directory: Directory | None = None

    async def overdue(self, before: datetime) -> tuple[int, datetime | None]:
        """How many timers should have fired before that instant (desk time), and when the oldest of them was due."""
        return await self._runner.read(checks.overdue(before))

    async def stuck(self) -> tuple[Stuck, ...]:
        """The waiting timers that could not be decided, the longest overdue first."""
        return await self._runner.read(timers.stuck())

    async def waiting_to_leave(self, now: datetime, limit: int) -> tuple[tuple[int, str], ...]:
        """The oldest messages that may go by now (desk time), each as its id and its conversation."""
        return await self._runner.read(checks.waiting(now, limit))

    async def recheck(self, after: int, limit: int) -> tuple[int | None, tuple[str, ...]]:
        """What is wrong with the next requests after that number that have not ended, a line each, in one short
        transaction; and the last number seen, None at the end."""
        self._directory = await self._runner.read(directory.current(self._directory))
        return await self._runner.read(checks.page(after, self._directory, limit=limit, ended=False))
