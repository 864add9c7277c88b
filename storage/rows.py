"""Rows of any table as both databases have them alike: made of the schema, so that a table that comes later is none to
think of, and a column of a type that nobody has thought of fails loudly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from storage.errors import NotCopied

if TYPE_CHECKING:
    from sqlalchemy import Table

Plain = tuple[Any, ...]
"""A row's values in the order of the table's columns: text, whole numbers, truth values, bytes or nothing."""

MANY, FEW = 2000, 8
"""Rows read at a time; of those that hold files, fewer: that is what the memory is for."""


@dataclass(frozen=True)
class Shape:
    """A table: its columns with what they hold, and which of them are its key."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[type, ...]
    key: tuple[int, ...]
    """The places of the key's columns."""
    counted: str | None
    """The column that the database counts up by itself."""
    seen: set[tuple[type, ...]] = field(default_factory=set[tuple[type, ...]], compare=False, repr=False)
    """The types of rows that need no second look."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the key's columns."""
        return tuple(self.columns[place] for place in self.key)

    @property
    def page(self) -> int:
        """How many rows are read at a time."""
        return FEW if bytes in self.kinds else MANY

    def key_of(self, row: Plain) -> Plain:
        """The row's key."""
        return tuple(row[place] for place in self.key)

    def plain(self, row: Sequence[Any]) -> Plain:
        """The row as both databases mean it. Raises NotCopied for a value that its column should not hold."""
        types = tuple(map(type, row))
        if types in self.seen:
            return tuple(row)
        values = tuple(self._value(value, place) for place, value in enumerate(row))
        if bool not in self.kinds:
            self.seen.add(types)  # most rows are like one before, and there are many
        return values

    def _value(self, value: Any, place: int) -> Any:
        kind = self.kinds[place]
        if value is None:
            return None
        if kind is bool and value in (0, 1):
            return bool(value)
        if type(value) is not kind:
            what = f"{self.name}.{self.columns[place]}"
            raise NotCopied(f"{what} holds a {type(value).__name__}, not a {kind.__name__}: run `steward db check`.")
        return value


def shape(table: Table) -> Shape:
    """The table's shape. Raises TypeError for a column whose type nobody has thought of."""
    from sqlalchemy import Boolean, Integer, LargeBinary, Text  # loaded where a desk is copied, not at each start

    # What the columns of the schema hold; a BigInteger is an Integer.
    known: tuple[tuple[type, type], ...] = ((Boolean, bool), (Integer, int), (Text, str), (LargeBinary, bytes))
    kinds: list[type] = []
    for column in table.columns:
        found = [kind for sql, kind in known if isinstance(column.type, sql)]
        if len(found) != 1:
            raise TypeError(f"{table.name}.{column.name} is a {column.type!r}: say in storage/rows.py what it holds.")
        kinds.append(found[0])
    names = tuple(column.name for column in table.columns)
    key = tuple(names.index(column.name) for column in table.primary_key.columns)
    if not key:
        raise TypeError(f"{table.name} has no key, by which its rows could be told apart.")
    counted = table.autoincrement_column
    counts = counted is not None and counted.autoincrement is True
    return Shape(table.name, names, tuple(kinds), key, counted.name if counted is not None and counts else None)


def shapes() -> tuple[Shape, ...]:
    """Every table, those that others refer to before them."""
    from storage.schema import metadata

    return tuple(shape(table) for table in metadata.sorted_tables)


class Side(Protocol):
    """A database that a desk is copied from or to."""

    async def count(self, table: Shape) -> int:
        """How many rows it has."""
        ...

    async def after(self, table: Shape, key: Plain | None) -> list[Plain]:
        """The next page of rows in the order of the key."""
        ...

    async def with_keys(self, table: Shape, keys: Sequence[Plain]) -> list[Plain]:
        """The rows of these keys that are there, in any order."""
        ...

    async def add(self, table: Shape, rows: Iterable[Plain]) -> None:
        """Write new rows, all of them or none."""
        ...

    async def clear(self, tables: Sequence[Shape]) -> None:
        """Take all rows away, of the last table first."""
        ...

    async def mark(self, name: str, value: int | None) -> None:
        """Set a counter, or take it away."""
        ...

    async def finish(self, tables: Sequence[Shape]) -> None:
        """Do what a database does by itself where rows come one by one. Raises NotCopied where it is not right then."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...
