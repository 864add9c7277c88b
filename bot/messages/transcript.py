"""The whole conversation of a request as a document: who said what and when, as the words stand now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.events import Entry, NoteAdded, Opened, Replied, ResolutionAnnounced, Resolved
from bot.domain.files import names_of
from bot.domain.people import Directory, Role
from bot.domain.request import Request
from bot.domain.said import Saying, sayings
from bot.messages.model import Action, Document
from bot.messages.times import wall_time
from bot.messages.words import ROLE, stands, status_of


class Format(StrEnum):
    """What kind of document it is."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"


_NAMES = {Format.MARKDOWN: "Markdown", Format.TEXT: "text", Format.HTML: "HTML"}
_FILES = {
    Format.MARKDOWN: ("md", "text/markdown"),
    Format.TEXT: ("txt", "text/plain"),
    Format.HTML: ("html", "text/html"),
}


@dataclass(frozen=True)
class Spoken:
    """One thing that was said."""

    at: datetime
    who: str
    text: str
    note: bool = False


def spoken(request: Request, entries: Sequence[Entry], directory: Directory, *, notes: bool) -> Iterator[Spoken]:
    """What was said, in order. Without `notes` what stays with the team is never looked at."""
    said = sayings(entries)
    summary = ""
    for entry in entries:
        event = entry.event
        role = f" ({ROLE[entry.role]})" if entry.role is not Role.DESK else ""
        who = directory.name_of(entry.by) + role
        if isinstance(event, Resolved):
            summary = event.summary
        elif isinstance(event, ResolutionAnnounced):
            yield Spoken(entry.at, directory.name_of(request.resolved_by), f"believes it is solved. {summary}".strip())
        if entry.seq not in said or (isinstance(event, NoteAdded) and not notes):
            continue
        if isinstance(event, Opened):
            who = f"{directory.name_of(event.requester)} (client)"
            yield Spoken(event.since, who, _words(said[entry.seq]) or event.title)
        elif isinstance(event, Replied) and event.imported and not event.text:
            yield Spoken(entry.at, who, "(answered; the words were not imported)")
        else:
            yield Spoken(entry.at, who, _words(said[entry.seq]), isinstance(event, NoteAdded))


def _words(saying: Saying) -> str:
    if saying.deleted_by is not None:
        return "(message deleted)"
    files = f"[{names_of(saying.files)}]" if saying.files else ""
    edited = "(edited)" if saying.edited else ""
    return "\n".join(part for part in (saying.text, files, edited) if part)


def document(
    request: Request,
    entries: Sequence[Entry],
    directory: Directory,
    *,
    zone: str,
    notes: bool,
    for_staff: bool,
    as_: Format,
) -> Document:
    """The conversation in one of the formats; times are told in that zone."""
    lines = list(spoken(request, entries, directory, notes=notes and for_staff))
    status = status_of(request) if for_staff else stands(request)
    head = f"{request.ref}: {request.title}"
    about = f"{status}. Times are of {zone}." + (" With the team's notes: not for the client." if notes else "")
    write = {Format.MARKDOWN: _markdown, Format.TEXT: _text, Format.HTML: _html}[as_]
    ending, media_type = _FILES[as_]
    args = {"request": request.number}
    others = [
        Action("transcript", f"As {_NAMES[f]}", {**args, "as": f.value, "notes": notes}) for f in Format if f is not as_
    ]
    if for_staff:
        label = "Without notes" if notes else "With the team's notes"
        others.append(Action("transcript", label, {**args, "as": as_.value, "notes": not notes}, staff_only=True))
    name = f"{request.ref}{'-with-notes' if notes else ''}.{ending}"
    return Document(head, name, media_type, write(head, about, lines, ZoneInfo(zone)), tuple(others))


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %Y} {wall_time(at, zone)}"


def _text(head: str, about: str, lines: Sequence[Spoken], zone: ZoneInfo) -> str:
    said = (f"{_when(s.at, zone)}  {s.who}{', note' if s.note else ''}\n{s.text}" for s in lines)
    return "\n\n".join((head, about, *said)) + "\n"


def _markdown(head: str, about: str, lines: Sequence[Spoken], zone: ZoneInfo) -> str:
    def one(s: Spoken) -> str:
        quoted = "\n".join(f"> {line}".rstrip() for line in s.text.split("\n"))
        return f"**{s.who}**{', note' if s.note else ''}, {_when(s.at, zone)}\n\n{quoted}"

    return "\n\n".join((f"# {head}", about, *map(one, lines))) + "\n"


_LOOK = """<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
body { max-width: 44em; margin: 2em auto; padding: 0 1em; font: 16px/1.5 system-ui, sans-serif; }
body * { overflow-wrap: anywhere; }
h1 { font-size: 1.4em; line-height: 1.3; }
dt { margin-top: 1.2em; font-weight: 600; }
dt time { font-weight: 400; }
dd { margin: .2em 0 0; padding-inline-start: .8em; border-inline-start: 3px solid #8886; white-space: pre-wrap; }
</style>"""
"""A document that is opened by itself, on a phone or in the dark too."""


def _html(head: str, about: str, lines: Sequence[Spoken], zone: ZoneInfo) -> str:
    said = "\n".join(
        f"<dt>{escape(s.who)}{', note' if s.note else ''}, <time>{_when(s.at, zone)}</time></dt>"
        f'<dd dir="auto">{escape(s.text)}</dd>'
        for s in lines
    )
    title = escape(head)
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n{_LOOK}\n'
        f"<h1>{title}</h1>\n<p>{escape(about)}</p>\n<dl>\n{said}\n</dl>\n</html>\n"
    )
