"""Linking one person's accounts, in the desk's database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.ports import Account, Linking
from storage.transactions import linking
from storage.tx import Runner


class SqlLinking:
    """`bot.ports.Linking`; instants are machine time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def put_code(self, person: str, digest: str, expires_at: datetime) -> None:
        """Keep the digest of a person's code until then, instead of the one before."""
        await self._runner.write(linking.put_code(person, digest, expires_at))

    async def whose_code(self, digest: str, at: datetime) -> str | None:
        """Whose code it is; None where it is none, was used, or is too old."""
        return await self._runner.read(linking.whose_code(digest, at))

    async def use_code(self, digest: str, at: datetime) -> bool:
        """It is good no more; False where it was not any more."""
        return await self._runner.write(linking.use_code(digest, at))

    async def missed(self, who: str, at: datetime, until: datetime) -> int:
        """Count a wrong try of somebody's."""
        return await self._runner.write(linking.missed(who, at, until))

    async def tries(self, who: str, at: datetime) -> int:
        """How many wrong tries of somebody's count now."""
        return await self._runner.read(linking.tries(who, at))

    async def former(self, account: Account) -> tuple[str, ...]:
        """Whose an account was before, whoever had it last first."""
        return await self._runner.read(linking.former(account))


_KEEPS_THE_CONTRACT: Callable[[Runner], Linking] = SqlLinking  # the type checker says where it does not
