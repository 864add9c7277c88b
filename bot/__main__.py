"""`steward …`: the console script. What runs a desk is imported by the command that needs it; --help does not wait."""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from bot.loading import loading

if TYPE_CHECKING:
    from bot.cli.app import Factories
    from bot.config import Settings
    from bot.desk.findings import Finding
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
        with loading():
            from bot.cli.app import build

        steward = build(factories())
    except KeyboardInterrupt:
        sys.exit(130)
    steward(prog_name="steward")


def factories() -> Factories:
    """The composition root's, each of which imports it when it is called."""
    from bot.cli.app import Factories

    async def open_store(url: str, *, make: bool = True) -> Store:
        return await _running().open_whole(url, make=make)

    async def read_store(url: str) -> Store:
        return await _running().read_whole(url)

    async def run(settings: Settings) -> None:
        await _running().run(settings)

    async def demo(settings: Settings, empty: bool) -> None:
        await _running().demo(settings, empty)

    async def login(settings: Settings, name: str) -> str:
        return await _running().login(settings, name)

    async def upgrade(url: str, rows: bool) -> str:
        return await _running().upgrade(url, rows)

    def upkeep() -> Upkeep:
        return _running().upkeep()

    def home(channel: str) -> Place:
        return _running().home(channel)

    async def outside(settings: Settings, store: Store | None) -> list[Finding]:
        return await _chats().outside(settings, store)

    def slack_manifest(settings: Settings, url: str) -> dict[str, Any]:
        return _chats().slack_manifest(settings, url)

    def install_link(settings: Settings, side: str) -> str:
        return _chats().install_link(settings, side)

    def errors() -> tuple[type[Exception], ...]:
        return _running().ERRORS

    return Factories(
        open_store, read_store, run, demo, login, upgrade, upkeep, home, outside, slack_manifest, install_link, errors
    )


def _running():
    with loading():
        from bot import running

    return running


def _chats():
    with loading():
        from bot import chats

    return chats


if __name__ == "__main__":
    main()
