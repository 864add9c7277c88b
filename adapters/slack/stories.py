"""What happened, told matter by matter, and texts to keep, as blocks."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.slack.layout import header, note, notes, sections
from adapters.slack.listings import mark
from adapters.slack.mrkdwn import date, inline, rows, strong, words
from adapters.slack.pressing import Block
from bot.desk.reader import Reader
from bot.messages import around
from bot.messages.flowing import Row
from bot.messages.model import BANDS, Chapter, Chronicle, Document
from bot.messages.plainly import PARTS, picture

_PREVIEW = 1500


def chronicle(body: Chronicle, to: Reader) -> Iterator[Block]:
    """What happened in order of time; what goes on stands first, as it was given."""
    yield from header(body.title)
    yield from sections(rows(body.lines, to))
    for each in body.chapters:
        yield from chapter(each, to)
    yield from notes(rows(body.notes, to))


def chapter(given: Chapter, to: Reader) -> Iterator[Block]:
    """One matter: how it stands, its bar, what happened, and what it rests on."""
    yield {"type": "divider"}
    state = inline(given.state, to)
    title = [mark(given.tone, to), *strong(given.title), *(["  ", *state] if state else [])]
    moments: list[Row] = []
    for each in given.moments:
        first, *rest = rows((each.line,), to) or [Row(())]
        moments += [Row(("• ", date(each.at, "full", to), "  ", *first.atoms)), *rest]
    yield from sections([Row(tuple(title)), *rows(given.lines, to), *moments])
    if given.bar:
        yield from notes(_bar(given, to))
    yield from notes(rows(given.notes, to))


def _bar(given: Chapter, to: Reader) -> list[Row]:
    """The clock's course as a picture with its legend; it says nothing that the words do not."""
    found = [Row((picture(given.bar),))]
    used = dict.fromkeys(band.kind for band in given.bar)
    found.append(Row(("  ".join(f"{PARTS[kind]} {BANDS[kind]}" for kind in used),)))
    if given.since and given.until:
        found.append(Row((date(given.since, "full", to), " to ", date(given.until, "full", to))))
    return found


def document(body: Document) -> Iterator[Block]:
    """A text to keep: its beginning, and the whole of it as a file beside."""
    yield from header(body.title)
    if body.media_type == "text/html":
        yield note(around.page(body.name))
    else:
        shown = body.text if len(body.text) <= _PREVIEW else body.text[:_PREVIEW].rsplit("\n", 1)[0]
        yield from sections(words(f"```\n{shown.strip()}\n```") if "```" not in shown else words(shown))
        yield note(around.begins(body.name, more=len(shown) < len(body.text)))
