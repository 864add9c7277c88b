"""The only process of a desk: there is nobody to tell, and whoever else sent something is gone."""

from __future__ import annotations

import uuid
from collections.abc import Callable


class Alone:
    """`bot.ports.Workers` where one process has the database."""

    def __init__(self) -> None:
        self._name = uuid.uuid4().hex

    @property
    def former(self) -> frozenset[str]:
        """It keeps its name."""
        return frozenset()

    @property
    def sure(self) -> bool:
        """Whoever is not this process is gone."""
        return True

    async def name(self) -> str:
        """One that no process before it had."""
        return self._name

    def tell(self, news: str) -> None:
        """There is nobody."""

    async def agree(self, on: bytes) -> bool:
        """With itself."""
        return True

    async def hold(self, office: str) -> bool:
        """Nobody else could."""
        return True

    async def let_go(self, office: str) -> None:
        """There is nobody to have it."""

    async def listen(self, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        """Nobody says anything."""

    async def close(self) -> None:
        """Nothing is open."""
