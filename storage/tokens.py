"""The API's tokens, in the desk's database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.tokens import Token
from bot.ports import Tokens
from storage.transactions import tokens
from storage.tx import Runner


class SqlTokens:
    """`bot.ports.Tokens`. What a token may do is the desk's to decide; instants are machine time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def add(self, token: Token, digest: str) -> bool:
        """Keep it; False where there is, or was, another of that name."""
        return await self._runner.write(tokens.add(token, digest))

    async def all(self) -> tuple[Token, ...]:
        """Every one there is or was, by name."""
        return await self._runner.read(tokens.every())

    async def find(self, digest: str) -> Token | None:
        """The one with that digest, also where it is over."""
        return await self._runner.read(tokens.find(digest))

    async def use(self, name: str, at: datetime) -> None:
        """It was used then."""
        await self._runner.write(tokens.use(name, at))

    async def revoke(self, name: str, at: datetime) -> bool:
        """From now on it is good no more; False where there is none that was."""
        return await self._runner.write(tokens.revoke(name, at))


_KEEPS_THE_CONTRACT: Callable[[Runner], Tokens] = SqlTokens  # the type checker says where it does not
