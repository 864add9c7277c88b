"""What each face needs of a message before it has its own form: whom it names, its words alone, figures as signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import cast
from zoneinfo import ZoneInfo

from bot.messages import times
from bot.messages.model import (
    Band,
    BandKind,
    Card,
    Chronicle,
    Document,
    Line,
    Listing,
    Message,
    Notice,
    Quote,
    Ref,
    Relay,
    Row,
    Said,
    Sheet,
    Span,
    Table,
    TableRow,
    Text,
    When,
    Who,
)

PARTS: dict[BandKind, str] = {"counted": "█", "late": "▓", "paused": "▒", "closed": "·", "left": "░"}
"""The parts of a bar as signs."""
_LONG = 24
_BAR = 10


@dataclass(frozen=True)
class Needs:
    """What a message names."""

    people: frozenset[str]
    requests: frozenset[int]


def needs(body: Message) -> Needs:
    """The people and requests a message names, to be looked up for its reader."""
    people: set[str] = set()
    requests: set[int] = set()

    def walk(value: object) -> None:
        match value:
            case Who(person=person):
                people.add(person)
            case Ref(number=number):
                requests.add(number)
            case tuple():
                for each in cast("tuple[object, ...]", value):
                    walk(each)
            case _:
                parts: Mapping[str, object] = getattr(value, "__dataclass_fields__", {})
                if parts and isinstance(number := getattr(value, "number", None), int):
                    requests.add(number)
                for name in parts:
                    walk(getattr(value, name))

    walk(body)
    return Needs(frozenset(filter(None, people)), frozenset(requests))


def words(lines: Iterable[Line], zone: ZoneInfo, now: datetime) -> str:
    """The lines as words alone: names, and instants in that zone."""
    return "\n".join("".join(_word(each, zone, now) for each in line) for line in lines)


def _word(given: Span, zone: ZoneInfo, now: datetime) -> str:
    match given:
        case Text(text=text) | Quote(text=text):
            return text
        case Who(name=name):
            return name
        case When(at=at, style=style):
            return times.styled(at, style, zone, now)
        case Ref(ref=ref):
            return ref


def gist(body: Message, zone: ZoneInfo, now: datetime) -> str:
    """What a message says in a few words, for notifications; lists by their rows' titles."""
    match body:
        case Said(lines=lines):
            return words(lines, zone, now)
        case Relay(name=name, text=text, about=about, files=files):
            heard = "\n".join(filter(None, (words((about,), zone, now), text, ", ".join(file.name for file in files))))
            return f"{name}: {heard}"
        case Card(ref=ref, title=title, status=status, priority=priority):
            return f"{ref} {title} ({', '.join(filter(None, (priority, status)))})"
        case Listing() | Sheet():
            said = [body.title, words(body.lines, zone, now), *(f"{row.ref} {row.title}" for row in body.rows)]
            return "\n".join(filter(None, said))
        case Chronicle(title=title, lines=lines):
            return "\n".join(filter(None, (title, words(lines, zone, now))))
        case Document(title=title, name=name):
            return f"{title} ({name})"
        case Notice(event=event):
            return event


def one_line(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def bar(share: int) -> str:
    """A share (per mille) as a picture."""
    filled = max(0, min(_BAR, round(share * _BAR / 1000)))
    return "█" * filled + "░" * (_BAR - filled)


def picture(bands: Sequence[Band]) -> str:
    """The bands to scale, as signs; what is there at all shows."""
    whole = sum(band.width for band in bands) or 1
    return "".join(PARTS[band.kind] * max(1, round(band.width * _LONG / whole)) for band in bands if band.width)


def columns(given: Table, wide: int) -> list[str] | None:
    """A table in even columns, a bar showing a share; None where it is wider than can be read, or has a backtick, by
    which such lines are set apart."""
    lines = [given.columns, *((row.head, *row.cells) for row in given.rows)]
    count = max(map(len, lines), default=0)
    full = [[*map(one_line, line), *[""] * (count - len(line))] for line in lines]
    widths = [max(len(line[at]) for line in full) for at in range(count)]
    bars = [""] + [bar(row.share) if row.share is not None else "" for row in given.rows]
    across = sum(widths) + 2 * count + (_BAR if any(bars) else 0)
    if across > wide or any("`" in cell for line in full for cell in line):
        return None
    return [_even(line, widths, bar) for line, bar in zip(full, bars, strict=True)]


def _even(line: Sequence[str], widths: Sequence[int], bar: str) -> str:
    first, *rest = line
    cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
    return "  ".join([*cells, *([bar] if bar else [])]).rstrip()


def told(named: Sequence[str], row: TableRow) -> str:
    """A row of a table in words, each figure with its column's name; its head is said before."""
    names = named[1:]
    cells = [f"{names[at]}: {cell}" if at < len(names) and names[at] else cell for at, cell in enumerate(row.cells)]
    shown = "; ".join(one_line(cell) for cell in cells if cell)
    drawn = f"  {bar(row.share)}" if row.share is not None else ""
    return f": {shown}{drawn}" if shown else drawn


def whole(body: Message, zone: ZoneInfo, now: datetime) -> str:
    """All that a message says, as a plain text to keep."""

    def said(lines: Iterable[Line]) -> list[str]:
        return [words(lines, zone, now)]

    def rows(given: Sequence[Row]) -> list[str]:
        found: list[str] = []
        for group, members in groupby(given, key=lambda row: row.group):
            found += [group] if group else []
            for row in members:
                facts = (row.priority, row.status, row.owner, words((row.note,), zone, now))
                found += [f"{row.ref}  {row.title}", f"  {' · '.join(filter(None, facts))}"]
        return found

    told_of: list[str]
    match body:
        case Said(lines=lines):
            told_of = said(lines)
        case Relay(name=name, about=about, text=text, files=files):
            told_of = [name, *said((about,)), text, *(file.name for file in files)]
        case Card():
            fields = [f"{field.label}: {words((field.value,), zone, now)}" for field in body.fields]
            told_of = [f"{body.ref}  {body.title}", f"{body.priority} · {body.status}", *fields]
        case Listing():
            told_of = [body.title, *said(body.lines), *rows(body.rows)]
        case Sheet():
            tables = [each for table in body.tables for each in _table(table)]
            told_of = [body.title, *said(body.lines), *tables, body.rows_title, *rows(body.rows), *said(body.notes)]
        case Chronicle():
            told_of = [body.title, *said(body.lines)]
            for chapter in body.chapters:
                told_of += ["", f"{chapter.title}  {words((chapter.state,), zone, now)}", *said(chapter.lines)]
                for moment in chapter.moments:
                    at = times.styled(moment.at, "full", zone, now)
                    told_of.append(f"{at}  {words((moment.line,), zone, now)}")
                told_of += said(chapter.notes)
            told_of += said(body.notes)
        case Document(text=text):
            told_of = [text]
        case Notice(event=event):
            told_of = [event]
    return "\n".join(told_of).strip("\n")


def _table(given: Table) -> list[str]:
    even = columns(given, 200)
    rows = even or [" · ".join(given.columns), *(f"{row.head}{told(given.columns, row)}" for row in given.rows)]
    return ["", given.title, *rows]
