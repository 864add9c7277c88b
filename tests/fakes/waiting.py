"""Whatever happens in a fake, who waits for it looks again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Waiting:
    """What every fake has for its tests."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def changed(self) -> None:
        """Something happened: whoever waits looks again."""
        self._news.set()
        self._news = asyncio.Event()

    async def until(self, condition: Callable[[], Any], within: float = 5.0) -> Any:
        """Wait until that is so; answers what the condition came to. In real seconds."""
        async with asyncio.timeout(within):
            while not (found := condition()):
                news = self._news
                try:
                    await asyncio.wait_for(news.wait(), 0.05)
                except TimeoutError:
                    continue
            return found
