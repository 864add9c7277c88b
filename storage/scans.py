"""Looking for something in every column of every table that can hold text: made of the schema, so none is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from bot.domain.indexing import tokens
from bot.ports.erasing import Remains
from storage.statements import Statement
from storage.tx import Tx, ask

_KINDS = frozenset(
    {"platform", "workspace", "kind", "state", "op", "role", "status", "priority", "zone", "media_type", "sha256"}
)
"""Columns with words of the desk's own, which may read like somebody's id."""


def columns() -> Iterator[tuple[str, str]]:
    """Every table and column that can hold text."""
    from sqlalchemy import Text  # loaded where somebody is erased, not at each start

    from storage.schema import metadata

    for table in (each for each in metadata.sorted_tables if each.name not in _PASSING):
        yield from ((table.name, column.name) for column in table.columns if isinstance(column.type, Text))


def statements(*, postgres: bool) -> dict[str, Statement]:
    """A query for each of them: the values that hold one of some needles (a JSON list), or are that id."""
    each, find = ("json_each(:needles) AS n", "instr") if not postgres else (_ELEMENTS, "strpos")
    made: dict[str, Statement] = {}
    for table, column in columns():
        whole = f' OR "{column}" = CAST(:id AS TEXT)' if column not in _KINDS else ""
        rows = _ROWS.get(table, f'"{table}"')
        # The names are the schema's own; nothing of a person is pasted in. Both cases, since SQLite folds ASCII only.
        sql = (
            f'SELECT "{column}" AS found FROM {rows} WHERE EXISTS (SELECT 1 FROM {each} WHERE '  # noqa: S608
            f'{find}(lower("{column}"), lower(n.value)) > 0 OR {find}("{column}", n.value) > 0){whole}'
        )
        name = _name(table, column)
        if not whole:
            sql += " AND CAST(:id AS TEXT) IS NOT NULL"
        made[name] = Statement(name, "What is left of somebody.", sql)
    return made


_PASSING = frozenset({"departure"})
"""Tables of what is about to be done for somebody who goes, and is forgotten then."""
_ROWS = {"delivery": "(SELECT * FROM delivery WHERE tries > 0) AS delivery"}
"""What is carried out for the first time is forgotten as it ends: the command that erases is one of these itself."""
_ELEMENTS = "json_array_elements_text(CAST(CAST(:needles AS TEXT) AS JSON)) AS n (value)"


def _name(table: str, column: str) -> str:
    return f"remains_{table}_{column}"


def remains(table: str, column: str, id: str, needles: Sequence[str]) -> Tx[tuple[Remains, ...]]:
    """Whether any of it still stands in that column."""
    looked_for = json.dumps(sorted({form for needle in needles for form in _forms(needle)}), ensure_ascii=False)
    rows = yield from ask(_name(table, column), needles=looked_for, id=id)
    return (Remains(table, column, len(rows)),) if rows else ()


def _forms(needle: str) -> Iterator[str]:
    """How it may be written: as it is, inside JSON, and as the words of an index."""
    yield needle
    yield json.dumps(needle, ensure_ascii=False)[1:-1] if not needle.startswith('"') else needle
    words = " ".join(tokens(needle))
    if " " in words and not needle.startswith('"'):
        yield words
