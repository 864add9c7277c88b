"""What stands still or does not add up, as the auditor asks for it: each question is one short read."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.ports.change import Stuck


class Audit(Protocol):
    """A desk's is `desk.store.audit`."""

    async def overdue(self, before: datetime) -> tuple[int, datetime | None]:
        """How many timers should have fired before that instant (desk time), and when the oldest of them was due."""
        ...

    async def stuck(self) -> tuple[Stuck, ...]:
        """The waiting timers that could not be decided, the longest overdue first."""
        ...

    async def waiting_to_leave(self, now: datetime, limit: int) -> tuple[tuple[int, str], ...]:
        """The oldest messages that may go by now (desk time) and have a place to go to: ids and conversations."""
        ...

    async def recheck(self, after: int, limit: int) -> tuple[int | None, tuple[str, ...]]:
        """What is wrong with the next requests after that number that have not ended, a line each, in one short
        transaction; and the last number seen, None at the end."""
        ...
