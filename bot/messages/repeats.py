"""A message of which nobody can tell whether it arrived before: it goes once more, and says so."""

from __future__ import annotations

from dataclasses import replace

from bot.messages.model import (
    Card,
    Chronicle,
    Document,
    Field,
    Line,
    Listing,
    Message,
    Notice,
    Relay,
    Said,
    Sheet,
    line,
)

_WORDS = "Possible repeat: we could not see whether this had arrived."


def repeated(message: Message) -> Message:
    """The same message, with a word above it for whoever has read it already."""
    above: Line = line(_WORDS)
    match message:
        case Said() | Listing() | Sheet() | Chronicle():
            return replace(message, lines=(above, *message.lines))
        case Relay(about=about):
            return replace(message, about=(*above, *line(" "), *about) if about else above)
        case Card(fields=fields):
            return replace(message, fields=(Field("Note", above), *fields))
        case Document(title=title):
            return replace(message, title=f"{title} (possible repeat)")
        case Notice():
            return message  # a program knows it by its key
