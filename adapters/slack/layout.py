"""Blocks, and the messages they make: as many as are needed for all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adapters.slack.limits import BLOCKS, FIELD, FIELDS, HEADER, MESSAGE, TEXT, VIEW, VIEW_BLOCKS
from adapters.slack.mrkdwn import escape, strong
from adapters.slack.pressing import Block, text
from bot.messages import around
from bot.messages.flowing import Row, flow, width

_DIM = 1500
"""Characters of a note: small print in long pieces reads badly."""
_ROOM = len(", ")


@dataclass(frozen=True)
class File:
    """A text to be sent along as a file, whole."""

    name: str
    media_type: str
    text: str


def mrkdwn(words: str) -> Block:
    """A text object whose markup is ours alone: Slack makes no links or mentions of its own of what people wrote."""
    return {"type": "mrkdwn", "text": words, "verbatim": True}


def sections(rows: Sequence[Row]) -> Iterator[Block]:
    """Lines as text."""
    for words in flow(rows, TEXT):
        yield {"type": "section", "text": mrkdwn(words)}


def notes(rows: Sequence[Row]) -> Iterator[Block]:
    """Lines as small print."""
    for words in flow(rows, _DIM):
        yield {"type": "context", "elements": [mrkdwn(words)]}


def header(title: str) -> Iterator[Block]:
    """A title; one that is too long for a header stands in bold."""
    title = " ".join(title.split())
    if not title:
        return
    if width(title) <= HEADER:
        yield {"type": "header", "text": text(title)}
    else:
        yield from sections([Row(tuple(strong(title)))])


def fields(given: Iterable[tuple[str, Sequence[Row]]]) -> Iterator[Block]:
    """Labelled values, two abreast; a long one has the whole width."""
    abreast: list[Block] = []
    for label, rows in given:
        head = Row(tuple(strong(label)))
        pieces = list(flow([head, *rows], FIELD))
        if len(pieces) == 1 and len(pieces[0]) <= FIELD:
            abreast.append(mrkdwn(pieces[0]))
            if len(abreast) == FIELDS:
                yield {"type": "section", "fields": abreast}
                abreast = []
            continue
        if abreast:
            yield {"type": "section", "fields": abreast}
            abreast = []
        yield from sections([head, *rows])
    if abreast:
        yield {"type": "section", "fields": abreast}


def size(block: Block) -> int:
    """How much of a message it takes."""
    return width(json.dumps(block, ensure_ascii=False)) + _ROOM


def parts(content: Iterable[Block], controls: Sequence[Block], most: int = BLOCKS) -> list[list[Block]]:
    """The blocks of each message. What can be pressed is in the first, which alone is edited later; what does not fit
    there goes on in the next, and each says so."""
    aside = note(around.goes_on(10, 10))
    spare = size(aside) + sum(map(size, controls))
    found: list[list[Block]] = [[]]
    room, places = MESSAGE - spare, most - len(controls) - 1
    for block in content:
        takes = size(block)
        if found[-1] and (len(found[-1]) >= places or takes > room):
            found.append([])
            room, places = MESSAGE - size(aside), most - 1
        found[-1].append(block)
        room -= takes
    for number, each in enumerate(found[:-1], 1):
        each.append(note(around.goes_on(number, len(found))))
    found[0] += controls
    return found


def fitting(content: Iterable[Block], most: int = VIEW_BLOCKS, room: int = VIEW) -> list[Block]:
    """As much of it as a view takes; where that is not all, the last line says so."""
    found: list[Block] = []
    for block in content:
        room -= size(block)
        if len(found) == most or room < 0:
            return [
                *found[: most - 1],
                note(around.more_than_fits()),
            ]
        found.append(block)
    return found


def note(words: str) -> Block:
    """A line of small print, of our own words."""
    return {"type": "context", "elements": [mrkdwn(escape(words))]}
