"""Whom lists let in, and who is to be taken out, in the desk's database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.ports import Account, Accounts, LetIn
from storage.transactions import accounts
from storage.tx import Runner


class SqlAccounts:
    """`bot.ports.Accounts`; instants are machine time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def let_in(self, platform: str) -> tuple[LetIn, ...]:
        """Whom lists of the settings let in there."""
        return await self._runner.read(accounts.everybody(platform))

    async def missing(self, account: Account, since: datetime | None) -> None:
        """Since when no list names it any more; with None one does, and it is not out for that any more."""
        await self._runner.write(accounts.missing(account, since))

    async def departures(self, platform: str) -> tuple[Account, ...]:
        """Who is to be taken out of what that platform let them into."""
        return await self._runner.read(accounts.departures(platform))

    async def departed(self, account: Account) -> None:
        """It is out."""
        await self._runner.write(accounts.departed(account))


_KEEPS_THE_CONTRACT: Callable[[Runner], Accounts] = SqlAccounts  # the type checker says where it does not
