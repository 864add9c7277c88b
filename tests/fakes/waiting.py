"""Whatever happens in a fake, who waits for it looks again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

PATIENCE = 20.0
"""Real seconds that a test waits for what is to come: a machine with much other work needs some."""


class Waiting:
    """What every fake has for its tests."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def changed(self) -> None:
        """Something happened: whoever waits looks again."""
        self._news.set()
        self._news = asyncio.Event()

    async def until(self, condition: Callable[[], Any], within: float = PATIENCE) -> Any:
        """Wait until that is so; answers what the condition came to. In real seconds."""
        loop = asyncio.get_running_loop()
        due = loop.time() + within
        while not (found := condition()):
            if (left := due - loop.time()) <= 0:
                raise TimeoutError
            # Not `wait_for`: before Python 3.12 it forgets that it was cancelled where there are news just then.
            with suppress(TimeoutError):
                async with asyncio.timeout(min(0.05, left)):
                    await self._news.wait()
        return found
