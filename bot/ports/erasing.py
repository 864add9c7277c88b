"""Erasing for good: what the store is asked to forget, and how anybody can see that it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.erasure import Subject
from bot.domain.events import Entry
from bot.domain.files import Attachment
from bot.domain.people import Directory, Person
from bot.domain.request import Request
from bot.domain.scrubbing import Scrubber
from bot.ports.change import Change


class Why(StrEnum):
    """Why words were erased."""

    PERSON = "person"
    """Somebody asked for it."""
    AGE = "age"
    """They were as old as the client's settings let them become."""


class Kept(StrEnum):
    """What is swept for words beside the histories."""

    SETTINGS = "settings"
    OUTBOX = "outbox"
    SOURCES = "sources"
    WORKSPACE = "workspace"
    RECORDS = "records"


@dataclass(frozen=True)
class Erasure:
    """The record of one: when (desk time), by whom, how many rows it changed. `subject` is empty once it is done."""

    id: int
    at: datetime
    by: str
    why: Why
    alias: str
    """The id that stands for the person ever after; a client's key where it was for age."""
    subject: str = ""
    changed: int = 0
    done_at: datetime | None = None


@dataclass(frozen=True)
class Extent:
    """How much a person raised, wrote and sent."""

    requests: int
    messages: int
    files: int


@dataclass(frozen=True)
class Remains:
    """Something that was looked for and is still there."""

    table: str
    column: str
    rows: int


@dataclass(frozen=True)
class Rewritten:
    """A request's history as it reads from now on, and the change that follows it; files that go with the words."""

    entries: tuple[Entry, ...]
    change: Change
    files: tuple[Attachment, ...] = ()
    everything: bool = False
    """All words of the request go, with what stands in its threads."""


Rewrite = Callable[[Request, tuple[Entry, ...], Directory], Rewritten | None]
"""Pure: what becomes of a request; None leaves it as it is."""


class Erasing(Protocol):
    """A desk's is `desk.store.erasing`. Each method is one transaction; all can be done again."""

    async def extent(self, person: str) -> Extent:
        """How much would go."""
        ...

    async def begin(self, at: datetime, by: str, subject: Subject, person: Person, details: str) -> Erasure:
        """Put the alias in the person's place, end their sign-in, and take what is theirs alone. `details` is kept
        until it is done, for one that was cut short."""
        ...

    async def begin_aged(self, at: datetime, by: str, client: str) -> Erasure:
        """The record of an erasure for age."""
        ...

    async def sweep(self, kept: Kept, after: int, scrubber: Scrubber) -> tuple[int | None, int]:
        """Take it out of the next rows; answers where to go on, None at the end, and how many rows were changed."""
        ...

    async def numbers(self, after: int) -> tuple[int, ...]:
        """The next requests after that number."""
        ...

    async def ended(self, client: str, before: datetime, after: int) -> tuple[int, ...]:
        """A client's requests that ended before that instant (desk time) and have their words."""
        ...

    async def slots(self, ref: str) -> frozenset[str]:
        """What is shown of a request, by slot."""
        ...

    async def rewrite(self, number: int, rewrite: Rewrite) -> int:
        """Rewrite one request's history; answers how many rows were changed. Raises Conflict."""
        ...

    async def finish(self, id: int, changed: int, at: datetime) -> None:
        """It is done: the record forgets of whom it was."""
        ...

    async def records(self) -> tuple[Erasure, ...]:
        """All erasures, the newest first."""
        ...

    async def remains(self, id: str, needles: Sequence[str]) -> tuple[Remains, ...]:
        """Every column of every table that still holds one of these, or that id as its whole value. The one method
        that is a transaction for each column: it looks at all there is."""
        ...

    async def compact(self) -> None:
        """Give back the room of what was deleted, so that the files do not hold it either."""
        ...
