"""The workspaces that let the desk in, in its database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.ports import Asking, Installation, Installations, Kept
from storage.transactions import installations
from storage.tx import Runner


class SqlInstallations:
    """`bot.ports.Installations`; instants are machine time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def all(self) -> tuple[Installation, ...]:
        """Every one there is or was, the oldest first."""
        return await self._runner.read(installations.every())

    async def keep(self, made: Installation, link: str, link_until: datetime) -> Kept:
        """Keep it in place of what was there, and use its link up; nothing is changed unless it answers KEPT."""
        return await self._runner.write(installations.keep(made, link, link_until))

    async def gone(self, was: Installation, at: datetime, why: str) -> bool:
        """Its token is deleted. False where it was already, or where it was made anew meanwhile."""
        return await self._runner.write(installations.gone(was, at, why))

    async def reseal(self, was: Installation, secret: str) -> bool:
        """The same token, encrypted anew; False where it is another one by now."""
        return await self._runner.write(installations.reseal(was, secret))

    async def spent(self, link: str) -> bool:
        """Whether the link of that digest has let a workspace in."""
        return await self._runner.read(installations.spent(link))

    async def begin(self, state: str, browser: str, asking: Asking, at: datetime, expires_at: datetime) -> None:
        """Somebody is on their way; who did not come back in time is forgotten."""
        await self._runner.write(installations.begin(state, browser, asking, at, expires_at))

    async def take(self, state: str, browser: str, at: datetime) -> Asking | None:
        """They came back, once, in time and in the same browser; None for everybody else."""
        return await self._runner.write(installations.take(state, browser, at))


_KEEPS_THE_CONTRACT: Callable[[Runner], Installations] = SqlInstallations  # the type checker says where it does not
