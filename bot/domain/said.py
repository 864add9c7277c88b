"""What was said in a request, as it reads now, and what happens when its author changes or deletes it.

The history keeps every version; who may read the former ones is the reader's to check.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.events import (
    Absorbed,
    Cancelled,
    ClientWrote,
    Closed,
    Entry,
    Event,
    MessageClass,
    MessageClassCorrected,
    MessageDeleted,
    MessageEdited,
    NoteAdded,
    Opened,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Reworded,
    SplitOff,
)
from bot.domain.files import Attachment, names_of
from bot.domain.request import Request
from bot.domain.text import is_blank, title_from

GONE = "(message deleted)"
"""The title of a request whose title was the words of a message that is no more."""


@dataclass(frozen=True)
class Saying:
    """Words of the history as they are now: empty once deleted."""

    entry: Entry
    """The entry by which they came in: who, when, in which role, to whom."""
    text: str
    files: tuple[Attachment, ...] = ()
    cls: MessageClass = MessageClass.SUBSTANCE
    edited: bool = False
    deleted_by: str | None = None

    @property
    def internal(self) -> bool:
        """Whether it stays with the team."""
        return isinstance(self.entry.event, NoteAdded)


def sayings(entries: Iterable[Entry]) -> dict[int, Saying]:
    """What was said, by the entry it came in with. Of the opening, whose words may be several messages', the whole."""
    said: dict[int, Saying] = {}
    for entry in entries:
        match entry.event:
            case Opened(details=text, files=files):
                said[entry.seq] = Saying(entry, text, files)
            case ClientWrote(text=text, cls=cls, files=files) | Replied(text=text, cls=cls, files=files):
                said[entry.seq] = Saying(entry, text, files, cls)
            case NoteAdded(text=text, files=files):
                said[entry.seq] = Saying(entry, text, files)
            case Reworded(details=details) if 1 in said:
                said[1] = replace(said[1], text=details, edited=True)
            case MessageEdited(entry=seq, text=text, files=files) if seq in said and seq > 1:
                said[seq] = replace(said[seq], text=text, files=files, edited=True)
            case MessageDeleted(entry=seq) if seq in said and seq > 1:
                said[seq] = replace(said[seq], text="", files=(), deleted_by=entry.by)
            case MessageClassCorrected(entry=seq, cls=cls) if seq in said:
                said[seq] = replace(said[seq], cls=cls)
            case _:
                pass
    return said


def written_in(entries: Iterable[Entry], message: str) -> tuple[Saying, ...]:
    """What was said by that message, as it reads now; several where a note was sent to the client."""
    return tuple(s for s in sayings(entries).values() if message in _messages(s.entry.event))


def _messages(event: Event) -> tuple[str, ...]:
    match event:
        case Opened(messages=messages):
            return messages
        case ClientWrote(message=message) | Replied(message=message) | NoteAdded(message=message):
            return (message,)
        case _:  # pragma: no cover - a saying is one of these
            return ()


def edit(
    said: Iterable[Saying], message: str, *, text: str, was: str, files: tuple[Attachment, ...]
) -> tuple[Event, ...]:
    """Its author changed a message: each place in the history that has its words learns the new ones."""
    return tuple(MessageEdited(message, s.entry.seq, text, was, files, s.internal) for s in said if not s.deleted_by)


def delete(said: Iterable[Saying], message: str, *, was: str, files: tuple[Attachment, ...]) -> tuple[Event, ...]:
    """A message was deleted: likewise."""
    return tuple(MessageDeleted(message, s.entry.seq, was, files, s.internal) for s in said if not s.deleted_by)


def others_in(entries: Sequence[Entry]) -> frozenset[int]:
    """The other requests that a history names."""
    return frozenset(
        each.event.into if isinstance(each.event, Cancelled) else each.event.number
        for each in entries
        if isinstance(each.event, Absorbed | SplitOff) or (isinstance(each.event, Cancelled) and each.event.into)
    )


def for_clients(entries: Sequence[Entry], sees: Collection[int] = ()) -> tuple[Entry, ...]:
    """The history as the client may read it: each message as it reads now, without the team's own words and doubts.
    Other requests are named only where the reader `sees` them: what was merged may have been made private since."""
    now = sayings(entries)
    shown: list[Entry] = []
    for entry in entries:
        match entry.event:
            case NoteAdded() | MessageClassCorrected() | MessageEdited(internal=True) | MessageDeleted(internal=True):
                continue
            case ClientWrote() | Replied():
                said = now[entry.seq]
                shown.append(replace(entry, event=replace(entry.event, text=said.text, files=said.files)))
            case MessageEdited(entry=seq):
                text = now[seq].text if seq in now and seq > 1 else ""
                shown.append(replace(entry, event=replace(entry.event, was="", text=text)))
            case MessageDeleted():
                shown.append(replace(entry, event=replace(entry.event, was="", files=())))
            case Cancelled(into=other) if other and other not in sees:
                shown.append(replace(entry, event=replace(entry.event, into=0, into_ref="")))
            case Absorbed(number=other) if other not in sees:
                shown.append(replace(entry, event=replace(entry.event, number=0, ref="", title="")))
            case SplitOff(number=other) if other not in sees:
                shown.append(replace(entry, event=replace(entry.event, number=0, ref="")))
            case _:
                shown.append(entry)
    return tuple(shown)


def unheard(entries: Iterable[Entry]) -> frozenset[int]:
    """The entries of resolves that the client has not heard of: one that may still be undone has not happened yet for
    them, and one that was undone never did."""
    early, last = set[int](), 0
    for entry in entries:
        match entry.event:
            case Resolved():
                last = entry.seq
            case ResolveUndone():
                early |= {last, entry.seq}
                last = 0
            case ResolutionAnnounced() | Reopened() | Closed():
                last = 0
            case _:
                pass
    return frozenset(early | {last})


def title_of(lines: Sequence[str], files: tuple[Attachment, ...] = ()) -> str:
    """A title out of the messages a request is made of: what they say, or else what came with them."""
    text = "\n".join(lines)
    return title_from(names_of(files) if is_blank(text) and files else text)


def details_of(lines: Sequence[str]) -> str:
    """Those messages as one text, without those that say nothing."""
    return "\n".join(line for line in lines if line)


def reword(
    request: Request,
    before: Sequence[str],
    after: Sequence[str],
    files: tuple[Attachment, ...] = (),
    left: tuple[Attachment, ...] = (),
) -> tuple[Event, ...]:
    """The messages that a request was made of read otherwise: so do its details, and its title where it was theirs.

    `files` came with them before, `left` are those that still do.
    """
    title, details = request.title, details_of(after)
    if title == title_of(before, files):
        title = title_of(after, left) if details or left else GONE
    return (Reworded(title, details),) if (title, details) != (request.title, request.details) else ()
