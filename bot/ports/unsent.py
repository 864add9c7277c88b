"""Messages that could not be sent: a person looks, and decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages.model import Message
from bot.ports.change import Op


@dataclass(frozen=True)
class Letter:
    """A message that could not be sent. Instants are machine time."""

    id: int
    op: Op
    conversation: str
    body: Message | None
    slot: str | None
    title: str
    attempts: int
    reason: str
    since: datetime | None
    """When it was tried first."""
    tried_at: datetime | None
    """When it was tried last."""


class Unsent(Protocol):
    """The dead letters of the outbox."""

    async def all(self, limit: int = 100) -> tuple[Letter, ...]:
        """The newest first."""
        ...

    async def one(self, id: int) -> Letter | None:
        """That one; None where it is none any more."""
        ...

    async def count(self) -> int:
        """How many there are."""
        ...

    async def resend(self, id: int, machine: datetime) -> bool:
        """Have it sent after all (machine time); it is looked for first, since it may have arrived. False where it is
        none any more."""
        ...

    async def leave(self, id: int, reason: str) -> bool:
        """It is not sent. False where it is none any more."""
        ...
