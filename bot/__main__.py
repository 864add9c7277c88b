"""`steward …`: the console script. What runs a desk is imported by the command that needs it; --help does not wait."""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.cli.app import Factories
    from bot.config import Settings
    from bot.ports import Place, Store, Upkeep


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal, or a file on Windows, that lacks a character shows its number; so does a path that is no text.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for noisy in ("apscheduler", "alembic", "aiosqlite", "asyncio", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        from bot.cli.app import build

        steward = build(factories())
    except KeyboardInterrupt:
        sys.exit(130)
    steward(prog_name="steward")


def factories() -> Factories:
    """The composition root's, each of which imports it when it is called."""
    from bot.cli.app import Factories

    async def open_store(url: str, *, make: bool = True) -> Store:
        from bot import running

        return await running.open_whole(url, make=make)

    async def read_store(url: str) -> Store:
        from bot import running

        return await running.read_whole(url)

    async def run(settings: Settings) -> None:
        from bot import running

        await running.run(settings)

    async def demo(settings: Settings, empty: bool) -> None:
        from bot import running

        await running.demo(settings, empty)

    async def login(settings: Settings, name: str) -> str:
        from bot import running

        return await running.login(settings, name)

    async def upgrade(url: str, rows: bool) -> str:
        from bot import running

        return await running.upgrade(url, rows)

    def upkeep() -> Upkeep:
        from bot import running

        return running.UPKEEP

    def home(channel: str) -> Place:
        from bot import running

        return running.home(channel)

    def errors() -> tuple[type[Exception], ...]:
        from bot import running

        return running.ERRORS

    return Factories(open_store, read_store, run, demo, login, upgrade, upkeep, home, errors)


if __name__ == "__main__":
    main()
