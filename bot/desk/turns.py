"""Whoever was overtaken stands in line with the others who were, in the same place.

Twenty people who write in one thread at once all change one request: each change that gets through undoes what the
nineteen others did so far. Where all of them try again together the work grows with the square of their number, and
who is unlucky is never through. In line each of them tries once more; only another process can overtake them still.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot.ports import Place


class Turns:
    """The lines of one process. They are there as long as somebody stands in them."""

    def __init__(self) -> None:
        self._lines: WeakValueDictionary[Place | None, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def at(self, place: Place | None) -> AsyncGenerator[None]:
        """One's turn there, first come, first served; all who are in no place have one line."""
        line = self._lines.setdefault(place, asyncio.Lock())
        async with line:
            yield
