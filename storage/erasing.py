"""Erasing for good, in the desk's database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.erasure import Subject
from bot.domain.people import Person
from bot.domain.scrubbing import Scrubber
from bot.ports.erasing import Erasing, Erasure, Extent, Kept, Remains, Rewrite
from storage import scans
from storage.transactions import erasing
from storage.tx import Runner


class SqlErasing:
    """`bot.ports.erasing.Erasing`."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def extent(self, person: str) -> Extent:
        """How much would go."""
        return await self._runner.read(erasing.extent(person))

    async def begin(self, at: datetime, by: str, subject: Subject, person: Person, details: str) -> Erasure:
        """Put the alias in the person's place, and take what is theirs alone."""
        return await self._runner.write(erasing.begin(at, by, subject, person, details))

    async def begin_aged(self, at: datetime, by: str, client: str) -> Erasure:
        """The record of an erasure for age."""
        return await self._runner.write(erasing.begin_aged(at, by, client))

    async def sweep(self, kept: Kept, after: int, scrubber: Scrubber) -> tuple[int | None, int]:
        """Take it out of the next rows; answers where to go on, None at the end, and how many rows were changed."""
        return await self._runner.write(erasing.sweep(kept, after, scrubber))

    async def numbers(self, after: int) -> tuple[int, ...]:
        """The next requests after that number."""
        return await self._runner.read(erasing.numbers(after))

    async def ended(self, client: str, before: datetime, after: int) -> tuple[int, ...]:
        """A client's requests that ended before that instant and have their words."""
        return await self._runner.read(erasing.ended(client, before, after))

    async def slots(self, ref: str) -> frozenset[str]:
        """What is shown of a request, by slot."""
        return await self._runner.read(erasing.slots(ref))

    async def rewrite(self, number: int, rewrite: Rewrite) -> int:
        """Rewrite one request's history; answers how many rows were changed."""
        return await self._runner.write(erasing.rewrite(number, rewrite, None))

    async def finish(self, id: int, changed: int, at: datetime) -> None:
        """It is done: the record forgets of whom it was."""
        await self._runner.write(erasing.finish(id, changed, at))

    async def records(self) -> tuple[Erasure, ...]:
        """All erasures, the newest first."""
        return await self._runner.read(erasing.records())

    async def remains(self, id: str, needles: Sequence[str]) -> tuple[Remains, ...]:
        """Every column of every table that still holds one of these, or that id as its whole value."""
        found: list[Remains] = []
        for table, column in scans.columns():
            # Each by itself, so that the desk works on between two.
            found += await self._runner.read(scans.remains(table, column, id, needles))
        return tuple(found)

    async def compact(self) -> None:
        """Give back the room of what was deleted."""
        await self._runner.compact()


_KEEPS_THE_CONTRACT: Callable[[Runner], Erasing] = SqlErasing  # the type checker says where it does not
