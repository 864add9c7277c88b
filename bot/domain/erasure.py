"""Erasing words: what each kind of fact holds of people, and a history without it that replays just as well.

Who did what and when stays, under a name that says nothing: so do clocks, verdicts and figures. Every field of every
fact that can hold text is named in `HOLDS`; a test fails where a new one is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property
from typing import Any

from bot.domain import alarms, revisions
from bot.domain import events as e
from bot.domain.events import Entry, Event
from bot.domain.files import Attachment
from bot.domain.policy import Impact

ERASED = "(erased)"
"""What stands where words stood."""
SOMEBODY = "somebody"
"""What stands where a name stood."""
NAME_LEAST = 3
"""Letters of a first name from which on it is looked for alone: “Al” is in too many words."""

DESKS_OWN = frozenset(
    {
        "the client answered",
        "the client wrote",
        "the client confirmed that it works",
        "it does not work yet",
        "it was only thanks",
        "not a request",
        "the team goes on",
        *(f"the client says it is urgent; stopped: {impact}" for impact in Impact),
    }
)
"""Reasons that the desk itself gives for what somebody did: nobody's words."""


class Holds(Enum):
    """What a field of a fact holds."""

    WORDS = auto()
    """What the entry's own author wrote or sent."""
    ASKED = auto()
    """What the requester wrote, whoever made the entry."""
    MESSAGE = auto()
    """What stood in an earlier entry, `entry`: its author's."""
    TITLE = auto()
    """The title of another request, `number`: its requester's."""
    PLAN = auto()
    """The team's own plan, such as a checklist: names in it go."""
    PERSON = auto()
    """A person's id, or several."""
    FACT = auto()
    """No words of anybody: a key, a state, a cause."""


W, A, M, P, F = Holds.WORDS, Holds.ASKED, Holds.MESSAGE, Holds.PERSON, Holds.FACT
_EDIT = {"message": F, "text": M, "was": M, "files": M}

HOLDS: dict[type[Event], dict[str, Holds]] = {
    e.Opened: {
        **dict.fromkeys(("client", "source", "kind", "stopped", "priority", "follows", "split_from", "messages"), F),
        "tags": F,
        **dict.fromkeys(("title", "details", "outcome", "answers", "files"), A),
        **dict.fromkeys(("requester", "stakeholders"), P),
    },
    e.PolicyApplied: {"terms": F},
    e.Assigned: {"from_": P, "to": P},
    e.PriorityChanged: {"from_": F, "to": F, "reason": W},
    e.KindChanged: {"from_": F, "to": F},
    e.Tagged: {"tag": F},
    e.Untagged: {"tag": F},
    e.ClientWrote: {"text": W, "cls": F, "message": F, "files": W},
    e.Replied: {"text": W, "cls": F, "message": F, "files": W},
    e.NoteAdded: {"text": W, "message": F, "files": W},
    e.MessageEdited: _EDIT,
    e.MessageDeleted: {name: holds for name, holds in _EDIT.items() if name != "text"},
    revisions.MessageClassCorrected: {"was": F, "cls": F},
    e.Reworded: {"title": A, "details": A},
    e.AskedClient: {"from_": F, "question": W},
    e.WaitedOn: {"from_": F, "party": W, "chaser": P, "label": F},
    e.MarkedUrgent: {"impact": F, "needed": W, "paged": P},
    e.UrgencyLifted: {"reason": W},
    e.MadePrivate: {},
    e.Shared: {"person": P},
    e.Resumed: {"from_": F, "to": F, "reason": W},
    e.Resolved: {"from_": F, "summary": W},
    e.ResolveUndone: {"to": F},
    e.Reopened: {"from_": F, "to": F, "reason": W},
    e.Closed: {"from_": F, "reason": W},
    e.Cancelled: {"from_": F, "reason": W, "into_ref": F},
    e.Absorbed: {"ref": F, "title": Holds.TITLE},
    e.Unmerged: {"to": F},
    e.SplitOff: {"ref": F, "entries": F, "messages": F},
    e.ChecklistSet: {"steps": Holds.PLAN},
    e.RatingSkipped: {"reason": W},
    e.RatingExplained: {"text": W},
    e.FollowedUp: {"text": W},
    e.Adopted: {"system": F},
    e.WordsErased: {"why": F},
    alarms.Warned: {"clock": F, "to": P},
    alarms.Breached: {"clock": F, "cause": F, "to": P},
    alarms.Escalated: {"clock": F, "to": P},
    alarms.LadderResumed: {"by": P},
    alarms.OwnerNudged: {"owner": P},
    alarms.Offered: {"owner": P},
    **{kind: {} for kind in (e.ChaserNudged, e.NewsPromised, e.ResolutionAnnounced, e.StepDone, e.RatingAsked)},
    **{kind: {} for kind in (e.Rated, alarms.Handled, alarms.Snoozed, alarms.ClientNudged, alarms.WaitPostponed)},
    alarms.SetAside: {},
}
"""What each field holds that can hold text, by kind of fact."""


@dataclass(frozen=True)
class Subject:
    """Who is to be erased, and what they are called from then on."""

    id: str
    name: str
    alias: str
    """The id that stands for them ever after; it says nothing of them."""
    raised: frozenset[int] = frozenset()
    """The numbers of the requests they raised."""
    alone: bool = True
    """Whether nobody else has the same first name: then it goes by itself too, where they took part."""

    @property
    def first(self) -> str:
        """The first name, where it can be looked for alone; else empty."""
        first = self.name.split()[0] if self.name.split() else ""
        return first if self.alone and len(first) >= NAME_LEAST else ""

    @cached_property
    def _named(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:@{re.escape(self.id)}|{_spaced(self.name)})(?!\w)", re.IGNORECASE)

    @cached_property
    def _called(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){re.escape(self.first)}(?!\w)")

    def scrub(self, text: str, *, near: bool) -> str:
        """The text without their name; `near` says that they took part, so that the first name alone means them."""
        text = self._named.sub(SOMEBODY, text)
        return self._called.sub(SOMEBODY, text) if near and self.first else text

    def rename(self, id: str) -> str:
        """Who it is, with the alias in place of the id."""
        return self.alias if id == self.id else id


def _spaced(name: str) -> str:
    """The name, however its words are spaced. A name of nothing is found nowhere."""
    return r"\s+".join(re.escape(word) for word in name.split()) or r"(?!)"


@dataclass(frozen=True)
class Without:
    """A history after erasing, and the words that are gone from it."""

    entries: tuple[Entry, ...]
    words: tuple[str, ...]
    files: tuple[Attachment, ...]


def erase_person(entries: Sequence[Entry], subject: Subject) -> Without:
    """The history without what that person wrote and was called. It is the same where they had no part in it."""
    near = subject.id in _people(entries)
    return _Eraser(entries, subject, near=near).done()


def erase_words(entries: Sequence[Entry]) -> Without:
    """The history without anybody's words and files; the team's checklist stays, and who did what."""
    return _Eraser(entries, None, near=False).done()


def _people(entries: Iterable[Entry]) -> set[str]:
    """Everybody who has a part in it, by id."""
    found: set[str] = set()
    for entry in entries:
        found.add(entry.by)
        for name, holds in HOLDS[type(entry.event)].items():
            value = getattr(entry.event, name)
            if holds is Holds.PERSON and value:
                found.update((value,) if isinstance(value, str) else value)
    return found


class _Eraser:
    """Goes through one history; remembers what it took."""

    def __init__(self, entries: Sequence[Entry], subject: Subject | None, *, near: bool) -> None:
        self._entries, self._subject, self._near = entries, subject, near
        self._authors = {entry.seq: entry.by for entry in entries}
        opening = entries[0].event if entries else None
        if isinstance(opening, e.Opened):
            self._authors[entries[0].seq] = opening.requester
        self._requester = self._authors.get(1, "")
        self._words: dict[str, None] = {}
        self._files: dict[str, Attachment] = {}

    def done(self) -> Without:
        entries = tuple(self._entry(entry) for entry in self._entries)
        return Without(entries, tuple(self._words), tuple(self._files.values()))

    def _entry(self, entry: Entry) -> Entry:
        event, changed = entry.event, dict[str, Any]()
        for name, holds in HOLDS[type(event)].items():
            value = getattr(event, name)
            match holds:
                case Holds.WORDS:
                    author = entry.by
                case Holds.ASKED:
                    author = self._requester
                case Holds.MESSAGE:
                    author = self._authors.get(getattr(event, "entry", 0), entry.by)
                case Holds.TITLE:
                    mine = self._subject is None or getattr(event, "number", 0) in self._subject.raised
                    changed[name] = self._blanked(value) if mine else self._scrubbed(value)
                    continue
                case Holds.PLAN:
                    author = None
                case Holds.PERSON:
                    changed[name] = self._renamed(value)
                    continue
                case _:
                    continue
            mine = (author is not None and self._subject is None) or author == getattr(self._subject, "id", "")
            changed[name] = self._blanked(value) if mine else self._scrubbed(value)
        by = self._subject.rename(entry.by) if self._subject else entry.by
        return replace(entry, by=by, event=replace(event, **changed)) if changed or by != entry.by else entry  # type: ignore[type-var]

    def _renamed(self, value: Any) -> Any:
        if self._subject is None or not value:
            return value
        rename = self._subject.rename
        return rename(value) if isinstance(value, str) else tuple(rename(id) for id in value)

    def _blanked(self, value: Any) -> Any:
        if isinstance(value, str):
            if value in DESKS_OWN:
                return value
            if value and value != ERASED:
                self._words[value] = None
            return ERASED if value else ""
        if value and isinstance(value[0], Attachment):
            self._files.update((file.id, file) for file in value if file.is_kept)
            self._words.update((file.name, None) for file in value)
            return ()
        return tuple((question, self._blanked(answer)) for question, answer in value)

    def _scrubbed(self, value: Any) -> Any:
        if self._subject is None:
            return value
        if isinstance(value, str):
            return self._subject.scrub(value, near=self._near)
        if isinstance(value, Attachment):
            return replace(value, name=self._scrubbed(value.name), at="")  # addresses have names in them
        return tuple(self._scrubbed(each) for each in value)
