"""Reading a table that a person wrote: each value is taken once, by name and kind, and what is wrong is gathered with
its path and its mend, so that one look at the list mends the whole file.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """What is wrong at a path (`clients.ACME.hours.mon`), and how to mend it."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}: {self.words}" if self.path else self.words


class BadPlan(Exception):
    """The plan cannot be carried out; every problem is named."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class Table:
    """A table at a path. What is asked for and wrong, or there and never asked for, becomes a problem."""

    def __init__(self, values: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self.values, self.path, self._problems = values, path, problems
        self._asked: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def at(self, key: str) -> str:
        """The path of a value in it."""
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, words: str, key: str = "") -> None:
        """Remember a problem with one of its values, or with the whole table."""
        self._problems.append(Problem(self.at(key) if key else self.path, words))

    def text(self, key: str, default: str = "") -> str:
        """A line of words."""
        return self._take(key, default, str, "Write words in quotes.")

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return self._take(key, default, bool, "Write true or false.")

    def number(self, key: str, default: int) -> int:
        """A whole number."""
        return self._take(key, default, int, "Write a whole number.")

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of words."""
        return self._list(key, default, str, 'Write a list such as ["one", "two"].')

    def numbers(self, key: str, default: Sequence[int] = ()) -> tuple[int, ...]:
        """A list of whole numbers."""
        return self._list(key, default, int, "Write a list such as [50, 75].")

    def dates(self, key: str, default: Sequence[date] = ()) -> tuple[date, ...]:
        """A list of dates."""
        return self._list(key, default, date, "Write a list of dates such as [2026-12-24].")

    def tables(self, key: str) -> Iterator[tuple[str, Table]]:
        """The tables in a table, by name."""
        inner = self.table(key)
        for name in inner.values:
            yield name, inner.table(name)

    def table(self, key: str) -> Table:
        """The table of that name; an empty one where there is none."""
        empty: dict[str, Any] = {}
        values = self._take(key, empty, dict, f"Write it as a table, [{self.at(key)}].")
        return Table(values, self.at(key), self._problems)

    def entries(self, key: str) -> list[Table]:
        """A list of tables, each at the path of its name."""
        self._asked.append(key)
        value = self.values.get(key, [])
        items = cast(list[Any], value) if isinstance(value, list) else None
        if items is None or not all(isinstance(item, dict) for item in items):
            self.wrong(f"This does not fit. Write each as a table of its own, [[{self.at(key)}]].", key)
            return []
        at = [str(item.get("name") or place) for place, item in enumerate(items, 1)]
        return [Table(item, f"{self.at(key)}.{name}", self._problems) for name, item in zip(at, items, strict=True)]

    def any(self, key: str, default: Any = None) -> Any:
        """Whatever stands there: its reader checks it."""
        self._asked.append(key)
        return self.values.get(key, default)

    def done(self) -> None:
        """Nothing more will be asked for: what is left over is a typing mistake."""
        for key in self.values:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1, cutoff=0.6)
                known = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(self._asked)}."
                self.wrong(f"There is no such field. {known}", key)

    def _take(self, key: str, default: T, kind: type[T], mend: str) -> T:
        self._asked.append(key)
        value = self.values.get(key, default)
        if not _is(value, kind):
            self.wrong(f"This does not fit. {mend}", key)
            return default
        return value

    def _list(self, key: str, default: Sequence[T], kind: type[T], mend: str) -> tuple[T, ...]:
        self._asked.append(key)
        value = self.values.get(key, default)
        items = cast(Sequence[T], value) if isinstance(value, list | tuple) else None
        if items is None or not all(_is(item, kind) for item in items):
            self.wrong(f"This does not fit. {mend}", key)
            return tuple(default)
        return tuple(items)


def _is(value: object, kind: type[Any]) -> bool:
    """Truth values are no numbers here, and an instant is no date."""
    if kind is int and isinstance(value, bool):
        return False
    return isinstance(value, kind) and not (kind is date and isinstance(value, datetime))
