"""Rows for other programs and for terminals: CSV that no spreadsheet runs, and columns that line up.

CSV is as RFC 4180 has it: CRLF, quotes doubled, text in quotes. A text that a spreadsheet would take for a formula gets
an apostrophe before it, as OWASP advises; numbers stay numbers. The apostrophe is the only change to anybody's words.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Protocol

Cell = str | int | float | None
"""What a cell holds; None leaves it empty."""

BOM = "\ufeff"
"""At the head of a file it tells Excel that the text is UTF-8."""

# What makes a formula may stand behind characters that a program drops or that show nothing: spaces of any kind,
# controls, marks of direction, joiners. The full-width forms count as well.
_FORMULA = re.compile(
    r"[\s\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]*"
    r"[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]"
)


class Target(Protocol):
    """Whatever takes text."""

    def write(self, text: str, /) -> object:
        """Take it."""
        ...


def safe(cell: Cell) -> Cell:
    """The cell, with an apostrophe where a spreadsheet would run it."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


class CsvFile:
    """Writes rows as CSV, the header first; each line is whole once it is written."""

    def __init__(self, target: Target, columns: Sequence[str], *, bom: bool = False) -> None:
        if bom:
            target.write(BOM)
        self._columns = columns
        # Text is quoted always: a program that splits at semicolons then still finds one cell.
        self._writer = csv.writer(target, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
        self._writer.writerow(columns)

    def write(self, row: dict[str, Cell]) -> None:
        """One row; it has all the columns."""
        self._writer.writerow(["" if row[name] is None else safe(row[name]) for name in self._columns])


# --- terminals --------------------------------------------------------------------------------------------------------


def width(text: str) -> int:
    """How many columns of a terminal it takes: wide characters two, marks that combine none."""
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf", "Cc")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def cut(text: str, columns: int) -> str:
    """The text on one line, at most that wide; an ellipsis says that there is more."""
    text = " ".join(text.split())
    if width(text) <= columns:
        return text
    kept = ""
    for c in text:
        if width(kept + c) >= columns:
            break
        kept += c
    return kept + "…"


def columns(rows: Iterable[Sequence[str]], *, most: int = 80) -> list[str]:
    """Lines of columns, two spaces apart; the first to the left and cut so that no line is wider than `most`."""
    table = [[cut(cell, most) for cell in row] for row in rows]
    if not table:
        return []
    widths = [max(width(row[n]) for row in table) for n in range(len(table[0]))]
    widths[0] = max(min(widths[0], most - sum(widths[1:]) - 2 * (len(widths) - 1)), 8)
    lines: list[str] = []
    for row in table:
        first = cut(row[0], widths[0])
        cells = [first + " " * (widths[0] - width(first))]
        cells += [" " * (w - width(cell)) + cell for cell, w in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines
