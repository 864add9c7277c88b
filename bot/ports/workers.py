"""The processes of one desk, as each of them sees the others: any number on PostgreSQL, one alone on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

WAKE = "wake"
"""The news that something became due or ready: whoever hears it looks at once instead of at its next second."""
MISSED = "missed"
"""The news that there was more than could be told."""


class Workers(Protocol):
    """This process among them. News are hints and places, never words: all that counts is in the database."""

    async def name(self) -> str:
        """What this process is called in the outbox rows that it takes.

        A name never comes again. Where the connection that proves it alive broke, it is another one from then on: the
        others may have taken over what was in flight, so that the old name settles nothing that they have.
        """
        ...

    def tell(self, news: str) -> None:
        """Tell the others at once, this process itself not. It never waits and never fails: news may be lost."""
        ...

    async def agree(self, on: bytes) -> bool:
        """Say what this process goes by for as long as it is there, such as its key; answers whether all who said so go
        by the same."""
        ...

    async def hold(self, office: str) -> bool:
        """Whether this process has what only one of them may have at a time: the first that asks has it, until it lets
        go or is gone. Whoever has it asks again and again: with the connection that proves it alive it is lost."""
        ...

    async def let_go(self, office: str) -> None:
        """From now on another one may have it."""
        ...

    async def listen(self, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        """From now on what the others tell comes to `heard`; `missed` says that some of it may have been lost."""
        ...
