"""A transaction as a generator: it asks named queries, gets rows, and answers; it does no I/O itself.

So every store behaviour is written once. SQLite runs a generator as one closure on its thread, PostgreSQL in one
transaction of a pool's connection; neither can put an await of the caller in the middle.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.ports.workers import Workers

T = TypeVar("T")

Value = str | int | bytes | None
"""What a query takes: text, whole numbers (instants are microseconds), truth values, bytes, or nothing."""

BIGGEST = 2**63 - 1
"""The largest number a column holds. A larger one, typed by somebody, names nothing; it must not break the query."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A query by its name in `queries/*.sql`, and its parameters."""

    query: str
    params: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Many:
    """One query for many sets of parameters, in order; its rows, if any, are not answered."""

    query: str
    params: Sequence[Mapping[str, Value]]


class Row(Protocol):
    """A row, read by column name; both drivers' rows are such."""

    def __getitem__(self, key: str, /) -> Any:
        """The column's value."""
        ...


Rows = Sequence[Row]
Tx = Generator[Ask | Many, Rows, T]


class Present(Workers, Protocol):
    """A process among those of its desk, and what it knows of the others."""

    @property
    def former(self) -> frozenset[str]:
        """The names it had before this one; nothing is in flight under them any more where it takes over."""
        ...

    @property
    def sure(self) -> bool:
        """Whether it can tell now which of the others are gone."""
        ...

    async def close(self) -> None:
        """Be gone itself; a second call does nothing."""
        ...


class Runner(Protocol):
    """What a database offers: it runs a generator as one transaction, all of it or nothing.

    What a query of its own is refused for (a value that no column takes, a constraint) is raised within the generator,
    which may go on from a savepoint. Raises Failed where the database itself does not work.
    """

    @property
    def workers(self) -> Present:
        """The processes that work on it."""
        ...

    async def write(self, tx: Tx[T]) -> T:
        """Run it, and commit what it wrote. Whatever it raises is raised here, and nothing was written."""
        ...

    async def read(self, tx: Tx[T]) -> T:
        """Run one that only reads, on one snapshot."""
        ...

    async def time(self) -> datetime | None:
        """The time that it keeps for all machines; None where there is only one."""
        ...

    async def compact(self) -> None:
        """Write the database anew without what was deleted, so that its files do not hold it either."""
        ...

    async def close(self) -> None:
        """Let go of the database; a second call does nothing."""
        ...


def ask(query: str, /, **params: Value) -> Tx[Rows]:
    """All rows of a query."""
    return (yield Ask(query, params))


def one(query: str, /, **params: Value) -> Tx[Row | None]:
    """The first row of a query, None where there is none."""
    rows = yield Ask(query, params)
    return rows[0] if rows else None


def many(query: str, params: Sequence[Mapping[str, Value]], /) -> Tx[None]:
    """A query for each of these, if there are any."""
    if params:
        yield Many(query, params)


def fits(number: int) -> bool:
    """Whether a number can name a row at all."""
    return 0 < number <= BIGGEST
