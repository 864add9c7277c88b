"""What happened, told matter by matter, and texts to keep, as components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from adapters.discord.layout import heading, line_between, paragraphs
from adapters.discord.listings import mark
from adapters.discord.markdown import SMALL, after, code, date, inline, note, rows, small, strong, words
from adapters.discord.pressing import Component
from bot.desk.reader import Reader
from bot.messages import around
from bot.messages.flowing import Row
from bot.messages.model import BANDS, Chapter, Chronicle, Document
from bot.messages.plainly import PARTS, picture

_PREVIEW = 1500


def chronicle(body: Chronicle, to: Reader) -> Iterator[Component]:
    """What happened in order of time; what goes on stands first, as it was given."""
    yield from heading(body.title)
    yield from paragraphs(rows(body.lines, to))
    for each in body.chapters:
        yield line_between()
        yield from chapter(each, to)
    yield from paragraphs(small(body.notes, to))


def chapter(given: Chapter, to: Reader) -> Iterator[Component]:
    """One matter: how it stands, its bar, what happened, and what it rests on."""
    state = inline(given.state, to)
    title = [mark(given.tone, to), *strong(given.title), *(["  ", *state] if state else [])]
    moments: list[Row] = []
    for each in given.moments:
        first, *rest = after((date(each.at, "full"), "  "), rows((each.line,), to))
        moments += [replace(first, prefix="- "), *rest]
    bar = _bar(given) if given.bar else []
    yield from paragraphs([Row(tuple(title)), *rows(given.lines, to), *moments, *bar, *small(given.notes, to)])


def _bar(given: Chapter) -> list[Row]:
    """The clock's course as a picture with its legend; it says nothing that the words do not."""
    found = [Row((picture(given.bar),), SMALL)]
    used = {band.kind: f"{PARTS[band.kind]} {BANDS[band.kind]}" for band in given.bar}
    found.append(Row(("  ".join(used.values()),), SMALL))
    if given.since and given.until:
        found.append(Row((date(given.since, "full"), " to ", date(given.until, "full")), SMALL))
    return found


def document(body: Document) -> Iterator[Component]:
    """A text to keep: its beginning, and the whole of it as a file beside."""
    yield from heading(body.title)
    if body.media_type == "text/html":
        yield from paragraphs([note(around.page(body.name))])
    else:
        shown = body.text if len(body.text) <= _PREVIEW else body.text[:_PREVIEW].rsplit("\n", 1)[0]
        yield from paragraphs(words(shown) if "```" in shown else code(shown.strip()) if shown.strip() else [])
        yield from paragraphs([note(around.begins(body.name, more=len(shown) < len(body.text)))])
