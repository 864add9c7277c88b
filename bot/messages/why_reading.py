"""Who reads the story of a clock, and what its sentences share: names, policies, reasons, due times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import (
    Entry,
    Event,
    KindChanged,
    PolicyApplied,
    PriorityChanged,
    Status,
    Tagged,
    Untagged,
)
from bot.domain.people import Directory, Role
from bot.domain.policy import Terms
from bot.domain.request import Request
from bot.domain.turns import Turn, What
from bot.messages.model import Span, When

Parts = list[Span | str]

_WAIT = {
    Status.WAITING_CLIENT: "while it waits for the client",
    Status.WAITING_OTHER: "while it waits for a third party",
    Status.SET_ASIDE: "while it is set aside",
    Status.RESOLVED: "while it was solved",
    Status.CLOSED: "while it was closed",
}


@dataclass(frozen=True)
class Reading:
    """Who reads the story of which request: what they may know of each entry, and whether they are of the team."""

    request: Request
    directory: Directory
    staff: bool
    shown: Mapping[int, Entry]
    """The history as they may read it, by number."""
    at: datetime
    zone: str
    """Whose times are written out in words; instants by themselves are shown in each reader's own."""

    def who(self, entry: Entry) -> str:
        """Who did it."""
        return "The desk" if entry.role is Role.DESK else self.directory.name_of(entry.by)

    def event(self, entry: Entry | None) -> Event | None:
        """What was done, as they may know it; None where that stays with the team."""
        known = self.shown.get(entry.seq) if entry else None
        return known.event if known else None

    def waits(self, status: Status) -> str:
        """Why no time counts in that status: “while it waits for the client”."""
        if status is Status.WAITING_CLIENT and not self.staff:
            return "while we wait for your answer"
        return _WAIT.get(status, "as the request stands")

    @property
    def requester(self) -> str:
        """Whose request it is."""
        return self.directory.name_of(self.request.requester)


def because(turn: Turn, read: Reading) -> str:
    """The change of the request, or of the promises, from which other terms follow, within a sentence; for the team."""
    cause = turn.cause
    match cause.event if cause else None:
        case PriorityChanged(from_=before, to=after, reason=reason):
            why = f" (“{short(reason)}”)" if reason.strip() else ""
            return f"{_within(cause, read)} changed the priority {before} → {after}{why}"
        case KindChanged(from_=before, to=after):
            return f"{_within(cause, read)} changed the kind {before or 'none'} → {after or 'none'}"
        case Tagged(tag=tag):
            return f"{_within(cause, read)} tagged it {tag}"
        case Untagged(tag=tag):
            return f"{_within(cause, read)} took the tag {tag} off"
        case _ if not _edited(turn):
            return f"{_within(turn.entry, read)} looked again which of the client's policies is for it"
        case _:
            return f"{_within(turn.entry, read)} applied what the client is promised now to open requests"


def due(turn: Turn) -> Parts:
    """When it is due then, and was due before, where that differs."""
    if turn.due is None or (turn.clock.breached_at and turn.what is not What.TERMS):
        return []
    if turn.was_due is None or turn.was_due == turn.due:
        return [". Due ", When(turn.due, "full")]
    return [
        ". Counted from the same start it is due ",
        When(turn.due, "full"),
        " instead of ",
        When(turn.was_due, "full"),
    ]


def policy(terms: Terms, *, priority: bool = True) -> str:
    """A policy by name and version, for the team."""
    if not terms.matched:
        return "no policy"
    return f"{terms.policy} version {terms.version}" + (f" for {terms.priority}" if priority else "")


def hours_name(ref: str) -> str:
    """The hours by name and version, for the team: `acme@3` is “acme” version 3."""
    name, _, version = ref.rpartition("@")
    return f"“{name}” version {version}"


def by(turn: Turn, read: Reading) -> str:
    return name(turn.entry, read)


def name(entry: Entry | None, read: Reading) -> str:
    return read.who(entry) if entry else "Time"


def _edited(turn: Turn) -> bool:
    """Whether an edit of the promises was applied to it; else one that was there already takes it now."""
    return turn.entry is not None and isinstance(turn.entry.event, PolicyApplied) and turn.entry.event.edited


def _within(entry: Entry | None, read: Reading) -> str:
    """Who did it, not at the beginning of a sentence."""
    return "the desk" if entry and entry.role is Role.DESK else name(entry, read)


def quoted(text: str) -> str:
    return f" “{short(text)}”" if text.strip() else ""


def short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else flat[:99] + "…"
