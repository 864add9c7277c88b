"""Every query by its name, read once from `queries/*.sql`.

A file holds blocks: `-- name: claim_due_timers`, a sentence or two as comments, then the SQL with `:name` parameters.
A line `-- [postgres] words` counts on PostgreSQL only. A block `-- name: x [postgres]` replaces `x` there, where the
two cannot share words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from storage.tx import Value

FOLDER = Path(__file__).parent / "queries"

_NAME = re.compile(r"^-- name: (\w+)(?: \[(postgres)\])?$")
_TOKEN = re.compile(r"'[^']*'|:([a-z_]+)")
"""A quoted string, passed over, or a parameter."""


@dataclass(frozen=True)
class Statement:
    """One query: its name, its sentence, its SQL with `:name` parameters."""

    name: str
    sentence: str
    sql: str

    @cached_property
    def params(self) -> tuple[str, ...]:
        """The parameters' names, each once, in order of appearance."""
        return tuple(dict.fromkeys(found[1] for found in _TOKEN.finditer(self.sql) if found[1]))

    @cached_property
    def numbered(self) -> str:
        """The SQL with `$1`, `$2`, … in the order of `params`, as asyncpg wants it."""
        return self._numbered("$")

    @cached_property
    def marked(self) -> str:
        """The SQL with `?1`, `?2`, … in that order, which SQLite takes quicker than names."""
        return self._numbered("?")

    def _numbered(self, sign: str) -> str:
        number = {name: f"{sign}{i}" for i, name in enumerate(self.params, 1)}
        return _TOKEN.sub(lambda found: number[found[1]] if found[1] else found[0], self.sql)

    def bind(self, params: Mapping[str, Value]) -> dict[str, Value]:
        """The values by name, in the order of `params`. Raises ValueError for text that not every database can hold."""
        names = self.params
        if len(names) != len(params) or not params.keys() >= set(names):
            raise TypeError(f"{self.name} takes {', '.join(names)}.")
        for name, value in params.items():
            if type(value) is str and "\0" in value:
                raise ValueError(f"{name} holds a NUL, which PostgreSQL refuses; clean text at the door.")
        return {name: params[name] for name in names}

    def bind_many(self, params: Sequence[Mapping[str, Value]]) -> list[tuple[Value, ...]]:
        """The same for many, in the order of the numbers in `numbered`."""
        names = self.params
        if any(each.keys() != params[0].keys() for each in params):
            raise TypeError(f"{self.name} takes {', '.join(names)}.")
        self.bind(params[0])
        rows = [tuple([each[name] for name in names]) for each in params]
        # A column at a time, since one look at all of its text is quicker than one at each.
        columns = zip(*rows, strict=True)
        if any("\0" in "".join([value for value in column if type(value) is str]) for column in columns):
            for each in params:
                self.bind(each)
        return rows


_OWN_LINE = re.compile(r"^-- \[postgres\] ", re.MULTILINE)


def parse(text: str, *, postgres: bool = False) -> Iterator[tuple[str, bool, Statement]]:
    """The blocks of a file: name, whether it is PostgreSQL's own, statement. Raises ValueError without a sentence."""
    text = _OWN_LINE.sub("" if postgres else "--", text)
    for block in re.split(r"^(?=-- name: )", text, flags=re.MULTILINE)[1:]:
        head, *lines = block.strip().splitlines()
        named = _NAME.match(head)
        if named is None:
            raise ValueError(f"“{head}” names no query; write -- name: x, or -- name: x [postgres].")
        sentence = " ".join(line[2:].strip() for line in lines if line.startswith("-- "))
        sql = "\n".join(line for line in lines if not line.startswith("--")).strip().rstrip(";")
        if not sentence or not sql:
            raise ValueError(f"{named[1]} needs a sentence and a query.")
        yield named[1], named[2] is not None, Statement(named[1], sentence, sql)


def load(*, postgres: bool, folder: Path = FOLDER) -> dict[str, Statement]:
    """All statements of a database. Raises ValueError for a name that is there twice, or on PostgreSQL only."""
    common: dict[str, Statement] = {}
    own: dict[str, Statement] = {}
    for path in sorted(folder.glob("*.sql")):
        for name, is_own, statement in parse(path.read_text(encoding="utf-8"), postgres=postgres):
            table = own if is_own else common
            if name in table:
                raise ValueError(f"{path.name}: {name} is there twice.")
            table[name] = statement
    if strays := own.keys() - common.keys():
        raise ValueError(f"{', '.join(sorted(strays))}: PostgreSQL only; write the common one first.")
    return common | own if postgres else common
