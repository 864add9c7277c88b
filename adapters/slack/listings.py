"""Lists of requests and tables of figures as blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.slack.layout import header, mrkdwn, notes, sections
from adapters.slack.limits import TEXT
from adapters.slack.mrkdwn import atoms, bold, escape, inline, link, rows, strong, words
from adapters.slack.pressing import Block, Ids, button
from bot.desk.reader import Reader
from bot.messages.flowing import Row as Lines
from bot.messages.flowing import flow
from bot.messages.model import Action, Listing, Row, Sheet, Table, Tone
from bot.messages.plainly import columns, one_line, told

_MARKS: dict[Tone, str] = {"plain": "", "good": "", "warn": "🟡 ", "bad": "🔴 "}
_WIDE = 74
"""Columns of a table that fit beside each other on a screen; a wider one is told row by row."""


def mark(tone: Tone, to: Reader) -> str:
    """How pressing it is, to the team; the words beside say the same."""
    return "" if to.is_client else _MARKS[tone]


def listing(body: Listing, to: Reader, ids: Ids) -> Iterator[Block]:
    """Requests, one below the other, each to be opened."""
    yield from header(body.title)
    yield from sections(rows(body.lines, to))
    yield from requests(body.rows, to, ids)


def requests(given: Sequence[Row], to: Reader, ids: Ids) -> Iterator[Block]:
    """The rows of a list, under the names of its parts."""
    for group, members in groupby(given, key=lambda row: row.group):
        if group:
            yield from sections([Lines(tuple(strong(group)))])
        for row in members:
            yield from _request(row, to, ids)


def _request(row: Row, to: Reader, ids: Ids) -> Iterator[Block]:
    address = to.link(row.number)
    named = f"*{link(address, row.ref)}*" if address else bold(row.ref)
    facts = [[escape(fact)] for fact in (row.priority, row.status) if fact]
    facts += [atoms(row.owner)] if row.owner else []
    facts += [inline(row.note, to)] if row.note else []
    below = [part for number, fact in enumerate(facts) for part in ([" · ", *fact] if number else fact)]
    first, *rest = flow([*words(row.title, f"{mark(row.tone, to)}{named}  "), Lines(tuple(below))], TEXT)
    show = Action("show", "Open", {"request": row.number})
    yield {"type": "section", "text": mrkdwn(first), "accessory": button(show, ids)}
    for further in rest:
        yield {"type": "section", "text": mrkdwn(further)}


def sheet(body: Sheet, to: Reader, ids: Ids) -> Iterator[Block]:
    """Figures, the requests they name, and how to read them."""
    yield from header(body.title)
    yield from sections(rows(body.lines, to))
    for each in body.tables:
        yield from sections(table(each))
    if body.rows:
        yield from header(body.rows_title)
        yield from requests(body.rows, to, ids)
    yield from notes(rows(body.notes, to))


def table(given: Table) -> list[Lines]:
    """A table in even columns where it is narrow enough to be read so, else row by row; a bar shows a share."""
    head = [Lines(tuple(strong(given.title)))] if given.title else []
    if (even := columns(given, _WIDE)) is None:
        about = [Lines(tuple(atoms(" · ".join(map(one_line, given.columns)))))]
        rows = [Lines((*strong(one_line(row.head)), *atoms(told(given.columns, row)))) for row in given.rows]
        return [*head, *about, *rows]
    return [*head, *(Lines((f"```\n{fence}\n```",)) for fence in flow([Lines((escape(line),)) for line in even], 1400))]
