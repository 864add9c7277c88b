"""Lists of requests and tables of figures as blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.slack.layout import header, mrkdwn, notes, sections
from adapters.slack.limits import TEXT
from adapters.slack.mrkdwn import Row as Lines
from adapters.slack.mrkdwn import atoms, bold, escape, flow, inline, link, plain, rows, strong, words
from adapters.slack.pressing import Block, Ids, button
from adapters.slack.reader import Reader
from bot.messages.model import Action, Listing, Row, Sheet, Table, TableRow, Tone

_MARKS: dict[Tone, str] = {"plain": "", "good": "", "warn": "🟡 ", "bad": "🔴 "}
_WIDE = 74
"""Columns of a table that fit beside each other on a screen; a wider one is told row by row."""
_BAR = 10


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
    lines = [given.columns, *((row.head, *row.cells) for row in given.rows)]
    count = max(map(len, lines), default=0)
    full = [[*map(_one_line, line), *[""] * (count - len(line))] for line in lines]
    widths = [max(len(line[at]) for line in full) for at in range(count)]
    bars = [""] + [bar(row.share) if row.share is not None else "" for row in given.rows]
    if sum(widths) + 2 * count + (_BAR if any(bars) else 0) > _WIDE or any(
        "`" in cell for line in full for cell in line
    ):
        about = [Lines(tuple(atoms(" · ".join(map(_one_line, given.columns)))))]
        return [*head, *about, *(each for row in given.rows for each in _told(given.columns, row))]
    even = [_even(line, widths, bar) for line, bar in zip(full, bars, strict=True)]
    return [*head, *(Lines((f"```\n{fence}\n```",)) for fence in flow([Lines((escape(line),)) for line in even], 1400))]


def bar(share: int) -> str:
    """A share (per mille) as a picture."""
    filled = max(0, min(_BAR, round(share * _BAR / 1000)))
    return "█" * filled + "░" * (_BAR - filled)


def told(body: Listing | Sheet, to: Reader) -> str:
    """A list in words alone, for notifications."""
    said = [body.title, plain(body.lines, to)]
    said += [f"{row.ref} {row.title}" for row in body.rows]
    return "\n".join(filter(None, said))


def _even(line: Sequence[str], widths: Sequence[int], bar: str) -> str:
    first, *rest = line
    cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
    return "  ".join([*cells, *([bar] if bar else [])]).rstrip()


def _told(columns: Sequence[str], row: TableRow) -> list[Lines]:
    names = columns[1:]
    cells = [f"{names[at]}: {cell}" if at < len(names) and names[at] else cell for at, cell in enumerate(row.cells)]
    shown = "; ".join(_one_line(cell) for cell in cells if cell)
    picture = f"  {bar(row.share)}" if row.share is not None else ""
    return [Lines((*strong(_one_line(row.head)), *atoms(f": {shown}{picture}" if shown else picture)))]


def _one_line(text: str) -> str:
    return " ".join(text.split())
