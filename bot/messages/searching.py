"""What a message says, as words to search in."""

from __future__ import annotations

import unicodedata

from bot.messages.model import (
    Card,
    Chronicle,
    Document,
    Line,
    Listing,
    Message,
    Notice,
    Relay,
    Said,
    Sheet,
    When,
    plain,
)


def folded(text: str) -> str:
    """Text as it is compared in searches: without case in any script, which no two databases do alike."""
    return unicodedata.normalize("NFC", text.casefold())


def words_of(message: Message) -> str:
    """What a message of the desk says, but its instants, which each reader sees in their own zone; nothing of a card,
    since a request is found as itself."""
    match message:
        case Said(lines=lines):
            return _text(*lines)
        case Chronicle(title=title, lines=lines, chapters=chapters):
            return "\n".join((title, _text(*lines), *(_text(*(m.line for m in each.moments)) for each in chapters)))
        case Relay(text=text):
            return text
        case Card():
            return ""
        case Listing(title=title, rows=rows, lines=lines):
            return "\n".join((title, _text(*lines), *(f"{row.ref} {row.title}" for row in rows)))
        case Notice():
            return ""  # for programs, never in a chat
        case Document(title=title, text=text):
            return f"{title}\n{text}"
        case Sheet(title=title, rows=rows, lines=lines, notes=notes):
            return "\n".join((title, _text(*lines, *notes), *(f"{row.ref} {row.title}" for row in rows)))


def summary_of(message: Message) -> str:
    """One line that says which message it is."""
    match message:
        case Notice(event=event):
            return event
        case Said(lines=lines):
            return next((said for line in lines if (said := " ".join(_text(line).split()))), "")
        case Relay(text=text):
            return " ".join(text.split())
        case Card(ref=ref, title=title):
            return f"{ref} {title}"
        case Listing(title=title) | Sheet(title=title) | Document(title=title) | Chronicle(title=title):
            return title


def _text(*lines: Line) -> str:
    return "\n".join(plain(tuple(span for span in line if not isinstance(span, When))) for line in lines)
