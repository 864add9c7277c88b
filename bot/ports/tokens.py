"""The API's tokens as the store keeps them: a digest of each, never the token."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.tokens import Token


class Tokens(Protocol):
    """A desk's is `desk.store.tokens`. Each method is one transaction; instants are machine time."""

    async def add(self, token: Token, digest: str) -> bool:
        """Keep it; False where there is, or was, another of that name."""
        ...

    async def all(self) -> tuple[Token, ...]:
        """Every one there is or was, by name."""
        ...

    async def find(self, digest: str) -> Token | None:
        """The one with that digest, also where it is over."""
        ...

    async def use(self, name: str, at: datetime) -> None:
        """It was used then."""
        ...

    async def revoke(self, name: str, at: datetime) -> bool:
        """From now on it is good no more; False where there is none that was."""
        ...
