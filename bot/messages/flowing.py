"""Long words in pieces that each fit where they stand, broken between lines where that can be, else between words.

Nothing is cut: what a piece cannot hold begins the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_PIECES = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Row:
    """A line on the page: what it begins with, and what it is made of, none of which may be cut."""

    atoms: tuple[str, ...]
    prefix: str = ""

    @property
    def text(self) -> str:
        """The whole of it."""
        return self.prefix + "".join(self.atoms)


def width(text: str) -> int:
    """How long a platform takes it to be, at most: as JavaScript counts, a character beyond the first plane is two."""
    if text.isascii() or max(text) <= "\uffff":
        return len(text)
    return len(text) + sum(char > "\uffff" for char in text)


def pieces(text: str) -> list[str]:
    """Its words and the spaces between them."""
    return _PIECES.findall(text)


def short(words: str, limit: int) -> str:
    """As much of it as fits on one line; whoever calls says the whole elsewhere."""
    words = " ".join(words.split()) or "…"
    if width(words) <= limit:
        return words
    while width(words) >= limit:
        words = words[: min(len(words), limit) - 1]
    return words.rstrip() + "…"


def _same(atom: str) -> str:
    return atom


def flow(given: Sequence[Row], limit: int, begin: Callable[[str], str] = _same) -> Iterator[str]:
    """The lines as texts of at most so many characters. `begin` makes of a line's first word what may stand there."""
    now: str | None = None
    room = limit
    for row in given:
        atoms = _begun(row.atoms, begin)
        takes = width(row.prefix + "".join(atoms)) + 1
        if now is not None and takes <= room:
            now += "\n" + row.prefix + "".join(atoms)
            room -= takes
            continue
        if now is not None and now.strip():
            yield now
        now, room = row.prefix, limit - len(row.prefix)
        for number, atom in enumerate(atoms):
            if width(atom) > room:
                yield now
                now, room = row.prefix, limit - len(row.prefix)
                atoms[number:] = _begun(atoms[number:], begin)
                atom = atoms[number]
            now += atom
            room -= width(atom)
    if now is not None and now.strip():
        yield now


def _begun(atoms: Sequence[str], begin: Callable[[str], str]) -> list[str]:
    """The atoms of a line, the first of which that shows anything begins it."""
    found = list(atoms)
    first = next((number for number, atom in enumerate(found) if atom.strip()), None)
    if first is not None:
        found[first] = begin(found[first])
    return found


def cut(value: str, limit: int) -> list[tuple[str, str]]:
    """What is too much for one field of a form, in pieces, each with what joins it to the next: `n` for a line break,
    `c` for nothing, and nothing at the last."""
    found: list[tuple[str, str]] = []
    while width(value) > limit:
        most = next(n for n in range(limit, 0, -1) if width(value[:n]) <= limit)
        at = value.rfind("\n", 1, most + 1)
        # At white space a platform may trim what it hands back.
        if at > 0 and not value[at - 1].isspace() and value[at + 1 : at + 2].strip():
            found.append((value[:at], "n"))
            value = value[at + 1 :]
            continue
        within = (n for n in range(most, most // 2, -1) if not value[n - 1].isspace() and not value[n].isspace())
        at = next(within, most)
        found.append((value[:at], "c"))
        value = value[at:]
    return [*found, (value, "")]


def joined(pieces: Sequence[tuple[int, str, str]]) -> str:
    """The pieces, in order, as one text; one that was emptied leaves no gap."""
    said, between = "", ""
    for _, value, joint in pieces:
        if value:
            said += between + value
            between = "\n" if joint == "n" else ""
    return said
