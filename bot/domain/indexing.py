"""Which words of a request can be searched, by whom, and what is a word: alike on every database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from bot.domain.alarms import WHILE_OPEN, WHILE_WAITING
from bot.domain.events import (
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    ClientWrote,
    Closed,
    Entry,
    Event,
    FollowedUp,
    KindChanged,
    MessageDeleted,
    MessageEdited,
    NoteAdded,
    PolicyApplied,
    PriorityChanged,
    RatingExplained,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Resumed,
    Tagged,
    Untagged,
    WaitedOn,
    Warned,
)
from bot.domain.request import Request

WORD_LIMIT = 64
"""Characters of a word that count: longer ones are told apart by these."""
TEXT_LIMIT = 200_000
"""Characters of a request's words that are kept; PostgreSQL refuses to index a text of many more."""

_WORD = re.compile(r"[^\W_]+")
# Scripts written without spaces: each character is a word, and a run of them a phrase.
_ALONE = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])"
)


def tokens(text: str) -> list[str]:
    """The words of a text as they are compared: letters and digits, without case and accents, in any script.

    What holds any sign falls apart at it: `ACME-42` is acme and 42, `a\\b` is a and b.
    """
    if text.isascii():  # most are, and there is nothing to fold but the case
        return [word[:WORD_LIMIT] for word in _WORD.findall(text.lower())]
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    return [word[:WORD_LIMIT] for word in _WORD.findall(_ALONE.sub(r" \1 ", bare))]


SILENT = (Assigned, PolicyApplied, KindChanged, Tagged, Untagged, Warned, Breached, *WHILE_OPEN, *WHILE_WAITING)
"""Facts that bring no words: after them nothing has to be indexed again."""
_PUBLIC = (ClientWrote, Replied, AskedClient)


def spoken(event: Event) -> bool:
    """Whether it is a public word of a person: by these a request's quiet is measured."""
    return isinstance(event, _PUBLIC) and not (isinstance(event, Replied) and event.automatic)


def searchable(request: Request, entries: Iterable[Entry]) -> tuple[str, str]:
    """The words everybody who sees the request may find it by, and those for the team only, each in order.

    The client's are its name, title, details and outcome, and all that was said in public; what was done counts once
    the client was told. Notes and the reasons people gave stay with the team.
    """
    entries = tuple(entries)
    # As they read now: what was edited or deleted is found by its old words no more, by nobody.
    now = {e.event.entry: _words(e.event) for e in entries if isinstance(e.event, MessageEdited | MessageDeleted)}
    public = [request.ref, request.title, request.details, request.outcome, *(said for _, said in request.answers)]
    team: list[str] = []
    done = ""
    for entry in entries:
        match entry.event:
            case ClientWrote() | Replied():
                public.append(now.get(entry.seq, _words(entry.event)))
            case NoteAdded():
                team.append(now.get(entry.seq, _words(entry.event)))
            case AskedClient(question=text):
                public.append(text)
            case Resolved(summary=summary):
                done = summary
                team.append(summary)
            case ResolveUndone():
                done = ""
            case ResolutionAnnounced():
                public.append(done)
            case Closed(reason=reason):
                public.append(done)
                team.append(reason)
            case WaitedOn(party=text) | RatingExplained(text=text) | FollowedUp(text=text):
                team.append(text)
            case (
                PriorityChanged(reason=reason)
                | Resumed(reason=reason)
                | Reopened(reason=reason)
                | Cancelled(reason=reason)
            ):
                team.append(reason)
            case _:
                pass
    return _joined(public), _joined(team)


def _words(event: ClientWrote | Replied | NoteAdded | MessageEdited | MessageDeleted) -> str:
    """What a message says, and the names of its files; a deleted one says nothing."""
    if isinstance(event, MessageDeleted):
        return ""
    return " ".join((event.text, *(file.name for file in event.files)))


def _joined(texts: Iterable[str]) -> str:
    words = " ".join(word for text in texts for word in tokens(text))
    return words if len(words) <= TEXT_LIMIT else words[:TEXT_LIMIT].rpartition(" ")[0]
