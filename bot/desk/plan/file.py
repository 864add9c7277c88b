"""The document as a TOML file, with comments that teach each field where it first appears, and back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, cast

import tomlkit
from tomlkit.items import Table as TomlTable

from bot.desk.plan.document import Doc, Section
from bot.desk.plan.reading import BadPlan, Problem
from bot.messages import settings as say

HEAD = """Steward's clients, people and settings.
What you change here is shown first, then done, by:  steward apply THIS_FILE
Applying twice changes nothing. What you leave out stays as it is; nothing is ever deleted."""


def dump(doc: Doc, sections: list[Section]) -> str:
    """The file's text. Read again it is the same document."""
    file = tomlkit.document()
    _comment(file, HEAD)
    for section in sections:
        if section.name not in doc:
            continue
        file.add(tomlkit.nl())
        _comment(file, section.help)
        taught = dict(section.notes) | {name: one.help for name, one in _SETTINGS.get(section.name, {}).items()}
        file.add(section.name, _table(doc[section.name], taught))
    return tomlkit.dumps(file)  # pyright: ignore[reportUnknownMemberType]


_SETTINGS: Mapping[str, Mapping[str, say.Setting]] = {"clients": say.CLIENT, "team": say.TEAM}


def _comment(file: Any, text: str) -> None:
    for row in text.splitlines():
        file.add(tomlkit.comment(row))


def _table(values: Doc, notes: dict[str, str]) -> TomlTable:
    # A table of tables alone has no line of its own; one that is empty must have it, or it is lost.
    nested = bool(values) and all(isinstance(value, dict) for value in values.values())
    table = tomlkit.table(is_super_table=nested)
    for key, value in values.items():
        if isinstance(value, dict):
            table.add(tomlkit.key(key), _table(cast(Doc, value), notes))
            continue
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in cast(list[Any], value)):
            rows = cast(Any, tomlkit).aot()
            for each in cast(list[Doc], value):
                rows.append(_table(each, notes))
            table.add(tomlkit.key(key), rows)
            continue
        item = cast(Any, tomlkit).item(value)
        if note := notes.pop(key, ""):
            item.comment(note)
        table.add(tomlkit.key(key), item)
    return table


def load(text: str) -> Doc:
    """The document of a file's text. Raises BadPlan, which names the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan([Problem("", f"This is no valid TOML: {error}. Mend that line.")]) from None
