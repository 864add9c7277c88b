"""Lists of requests and tables of figures as components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.discord.layout import beside, heading, named, paragraphs, text
from adapters.discord.limits import OPTIONS
from adapters.discord.markdown import SMALL, atoms, bold, code, escape, inline, link, rows, small, strong, texts, words
from adapters.discord.pressing import Component, Ids, button, menu
from bot.desk.reader import Reader
from bot.messages.flowing import Row as Lines
from bot.messages.model import Action, Listing, Row, Sheet, Table, Tone
from bot.messages.plainly import columns, one_line, told

_MARKS: dict[Tone, str] = {"plain": "", "good": "", "warn": "🟡 ", "bad": "🔴 "}
_COLOURS: dict[Tone, int | None] = {"plain": None, "good": 0x2E7D32, "warn": 0xF9A825, "bad": 0xC62828}
_WIDE = 56
"""Columns of a table that fit beside each other on a screen; a wider one is told row by row."""
_FEW = 8
"""Rows that each have a button beside them; of more, one is chosen in a menu."""
_TEXT = 1800


def mark(tone: Tone, to: Reader) -> str:
    """How pressing it is, to the team; the words beside say the same."""
    return "" if to.is_client else _MARKS[tone]


def colour(tone: Tone, to: Reader) -> int | None:
    """The same as a colour; none for what is as usual."""
    return None if to.is_client else _COLOURS[tone]


def title_of(number: int, ref: str, to: Reader) -> str:
    """A request by its name, which leads to it."""
    address = to.link(number)
    return f"**{link(address, ref)}**" if address else bold(ref)


def listing(body: Listing, to: Reader, ids: Ids) -> Iterator[Component]:
    """Requests, one below the other, each to be opened."""
    yield from heading(body.title)
    yield from paragraphs(rows(body.lines, to))
    yield from requests(body.rows, to, ids)


def requests(given: Sequence[Row], to: Reader, ids: Ids) -> Iterator[Component]:
    """The rows of a list, under the names of its parts; in a long one those that a menu opens stand above it."""
    if len(given) <= _FEW:
        yield from _parts(given, to, ids)
        return
    for at in range(0, len(given), OPTIONS):
        some = given[at : at + OPTIONS]
        yield from _parts(some, to, None)
        opens = [Action("show", f"{row.ref} {row.title}", {"request": row.number}) for row in some]
        yield from menu(opens, ids, "Open…")


def _parts(given: Sequence[Row], to: Reader, ids: Ids | None) -> Iterator[Component]:
    for group, members in groupby(given, key=lambda row: row.group):
        lines = [named(group)] if group else []
        for row in members:
            if ids is None:
                lines += _request(row, to)
                continue
            yield from paragraphs(lines)
            lines = []
            first, *rest = texts(_request(row, to), _TEXT)
            show = button(Action("show", "Open", {"request": row.number}), ids)
            yield beside(first, show) if show else text(first)
            yield from map(text, rest)
        yield from paragraphs(lines)


def _request(row: Row, to: Reader) -> list[Lines]:
    facts = [[escape(fact)] for fact in (row.priority, row.status) if fact]
    facts += [atoms(row.owner)] if row.owner else []
    facts += [inline(row.note, to)] if row.note else []
    below = [part for number, fact in enumerate(facts) for part in ([" · ", *fact] if number else fact)]
    head = f"{mark(row.tone, to)}{title_of(row.number, row.ref, to)}  "
    return [*words(row.title, head), *([Lines(tuple(below), SMALL)] if below else [])]


def sheet(body: Sheet, to: Reader, ids: Ids) -> Iterator[Component]:
    """Figures, the requests they name, and how to read them."""
    yield from heading(body.title)
    yield from paragraphs(rows(body.lines, to))
    for each in body.tables:
        yield from paragraphs(table(each))
    if body.rows:
        yield from heading(body.rows_title)
        yield from requests(body.rows, to, ids)
    yield from paragraphs(small(body.notes, to))


def table(given: Table) -> list[Lines]:
    """A table in even columns where it is narrow enough to be read so, else row by row; a bar shows a share."""
    head = [named(given.title)] if given.title else []
    if (even := columns(given, _WIDE)) is None:
        about = [Lines(tuple(atoms(" · ".join(map(one_line, given.columns)))))]
        told_of = [Lines((*strong(one_line(row.head)), *atoms(told(given.columns, row)))) for row in given.rows]
        return [*head, *about, *told_of]
    return [*head, *code("\n".join(even))]
