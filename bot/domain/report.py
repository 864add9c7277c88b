"""How promises were kept and what came and went, counted one request at a time; docs/reports.md defines each figure.

What a request tells is what is known of it now: a reopened one has no verdict on its resolution until it is resolved
again, and one that was set aside has none at all (rule 7). Instants are UTC, durations business seconds.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import heappush, heappushpop

from bot.domain import answering
from bot.domain.clocks import Calendars, Clock, Outcome, breach_at, elapsed
from bot.domain.events import (
    Assigned,
    Breached,
    Closed,
    Entry,
    Event,
    Reopened,
    Replied,
    Resolved,
    ResolveUndone,
    Status,
)
from bot.domain.policy import ClockKind, Priority
from bot.domain.request import Request

OLDEST = 5
"""How many of the oldest open requests a report names."""

FACTS = (Assigned, Breached, Closed, Reopened, Replied, Resolved, ResolveUndone)
"""The kinds of facts that a report reads of a history; it may be handed more."""

MEASURED = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)
"""The clocks whose length is told: how long the first answer and the resolution took."""


class Verdict(StrEnum):
    """How a cycle of a clock ended for the report."""

    MET = "met"
    MISSED = "missed"
    UNANSWERED = "unanswered"
    """A reply clock that resolving or closing ended in time, without a reply (rule 7): neither met nor missed."""
    TAKEN_OVER = "taken_over"
    """Past its target when the work was taken over from elsewhere (rule 6): it is told, and blamed on nobody."""


class Volume(StrEnum):
    """What a request may count as, once each in a period."""

    OPENED = "opened"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    STILL_OPEN = "still_open"
    BACKLOG = "backlog"
    UNANSWERED = "closed_without_reply"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Window:
    """Half-open, and cut at the present: what is not known yet is not counted."""

    since: datetime
    until: datetime

    def __contains__(self, at: object) -> bool:
        return isinstance(at, datetime) and self.since <= at < self.until


@dataclass(frozen=True)
class Mark:
    """One thing to count: a verdict, a length of time, or a request's part in the volume; and whose it was then."""

    what: tuple[ClockKind, Verdict] | ClockKind | Volume
    priority: Priority
    owner: str | None
    seconds: float = 0


# --- one request --------------------------------------------------------------------------------------------------


def marks(request: Request, entries: Sequence[Entry], calendars: Calendars, window: Window) -> Iterator[Mark]:
    """What one request adds to the report of that window. `entries` hold at least its FACTS, in order."""
    if request.status is Status.CANCELLED:
        if request.ended_at and request.ended_at in window:
            yield Mark(Volume.SET_ASIDE, request.priority, request.owner)
        return
    for what, at in _volume(request, entries, window):
        yield Mark(what, request.priority, _owner_at(entries, at))
    silent = {(e.event.clock, e.event.cycle) for e in entries if isinstance(e.event, Breached) and e.event.silent}
    for clock in request.sla.clocks:
        found = verdict(clock, (clock.kind, clock.cycle) in silent, calendars, window)
        if found is not None and found[1] in window:
            yield Mark((clock.kind, found[0]), clock.terms.priority, _owner_at(entries, found[1]))
        if clock.kind in MEASURED and clock.ended_at and clock.ended_at in window and _stopped(request, clock, entries):
            seconds = elapsed(clock, calendars, clock.ended_at)
            yield Mark(clock.kind, clock.terms.priority, _owner_at(entries, clock.ended_at), seconds)


def verdict(clock: Clock, silent: bool, calendars: Calendars, window: Window) -> tuple[Verdict, datetime] | None:
    """How it ended, and the instant that decides its period: of a miss the breach, since it stands from then on
    (rule 3), else the end. None where nothing is decided, or nothing was owed any more."""
    late = clock.breached_at
    if late is None and clock.running:  # a desk that was not awake has not recorded it yet (rule 19)
        passed = breach_at(clock, calendars)
        late = passed if passed and passed < window.until else None
    if late is not None:
        return (Verdict.TAKEN_OVER if silent or clock.outcome is Outcome.CANCELLED else Verdict.MISSED), late
    if clock.ended_at is None or clock.outcome is Outcome.CANCELLED:
        return None
    return (Verdict.MET if clock.outcome is Outcome.MET else Verdict.UNANSWERED), clock.ended_at


def _stopped(request: Request, clock: Clock, entries: Iterable[Entry]) -> bool:
    """Whether the thing itself ended it, a reply or a resolution: what was dropped or never answered took no time."""
    if clock.kind is ClockKind.RESOLUTION:
        return any(e.at == clock.ended_at and isinstance(e.event, Resolved | Closed) for e in entries)
    return any(e.at == clock.ended_at and is_answer(e, request) for e in entries)


def is_answer(entry: Entry, request: Request) -> bool:
    """Whether it is a public reply to the client that counts (rule 5)."""
    terms = request.sla.terms
    return answering.is_answer(entry, request.requester, bot_counts=terms is not None and terms.bot_counts)


def first_reply(request: Request, entries: Iterable[Entry]) -> datetime | None:
    """When a person first answered the client."""
    return next((e.at for e in entries if is_answer(e, request)), None)


def ended(request: Request, entries: Iterable[Entry]) -> tuple[datetime | None, datetime | None]:
    """When it was resolved and when it was closed, as it stands: a reopening takes both back."""
    resolved = closed = None
    for entry in entries:
        match entry.event:
            case Resolved():
                resolved = entry.at
            case Closed():
                closed = entry.at
            case Reopened() | ResolveUndone():
                resolved = closed = None
            case _:
                pass
    return resolved, closed


_MOVES: dict[type[Event], Volume | None] = {
    Resolved: Volume.RESOLVED,
    ResolveUndone: None,
    Closed: Volume.CLOSED,
    Reopened: Volume.REOPENED,
}


def _volume(request: Request, entries: Iterable[Entry], window: Window) -> Iterator[tuple[Volume, datetime]]:
    """Each at most once: a request that was resolved twice in a window is one resolved request."""
    opened = request.opened_at
    if opened >= window.until:
        return
    moves = [(_MOVES[type(e.event)], e.at) for e in entries if type(e.event) in _MOVES]
    for place in [n for n, (what, _) in enumerate(moves) if what is None]:
        moves[place - 1] = moves[place]  # taken back before anybody was told: it was never resolved
    known = [(what, at) for what, at in moves if what and at < window.until]
    is_open = not known or known[-1][0] is Volume.REOPENED
    found = {what: at for what, at in known if at in window}
    if opened in window:
        yield Volume.OPENED, opened
        if is_open:
            yield Volume.STILL_OPEN, window.until
    yield from found.items()
    if is_open:
        yield Volume.BACKLOG, window.until
    unanswered = [c.ended_at for c in request.sla.clocks if c.outcome is Outcome.CLOSED_WITHOUT_REPLY]
    if ends := [at for at in unanswered if at and at in window]:
        yield Volume.UNANSWERED, ends[-1]


def _owner_at(entries: Iterable[Entry], at: datetime) -> str | None:
    """Who had it then."""
    owner = None
    for entry in entries:
        if entry.at > at:
            break
        if isinstance(entry.event, Assigned):
            owner = entry.event.to
    return owner


# --- figures ------------------------------------------------------------------------------------------------------


def percentile(samples: Sequence[float], percent: int) -> float | None:
    """Nearest rank: the smallest of the samples that at least `percent` % of them do not exceed; None without any."""
    if not samples:
        return None
    return sorted(samples)[max(-(-percent * len(samples) // 100), 1) - 1]


@dataclass(frozen=True)
class Target:
    """How one kind of promise was kept."""

    met: int = 0
    missed: int = 0
    unanswered: int = 0
    taken_over: int = 0

    @property
    def judged(self) -> int:
        """Met and missed: what the share is of."""
        return self.met + self.missed

    @property
    def permille(self) -> int | None:
        """Met of 1000 judged, floored, so that it is 1000 only where none was missed; None without any."""
        return self.met * 1000 // self.judged if self.judged else None


@dataclass(frozen=True)
class Length:
    """How long something took, in business seconds: how many there were, the median, the 90th percentile."""

    count: int = 0
    median: float | None = None
    ninetieth: float | None = None


@dataclass(frozen=True)
class Figures:
    """The figures of a client, a priority, a person, or of all of it."""

    targets: dict[ClockKind, Target]
    lengths: dict[ClockKind, Length]
    volume: dict[Volume, int]


@dataclass
class Group:
    """What has been counted so far."""

    verdicts: Counter[tuple[ClockKind, Verdict]] = field(default_factory=Counter[tuple[ClockKind, Verdict]])
    volume: Counter[Volume] = field(default_factory=Counter[Volume])
    samples: dict[ClockKind, array[float]] = field(default_factory=dict[ClockKind, "array[float]"])

    def add(self, mark: Mark) -> None:
        """Count it."""
        match mark.what:
            case Volume() as volume:
                self.volume[volume] += 1
            case ClockKind() as kind:
                self.samples.setdefault(kind, array("d")).append(mark.seconds)
            case verdict:
                self.verdicts[verdict] += 1

    def figures(self) -> Figures:
        """What it comes to."""
        targets = {kind: Target(*(self.verdicts[kind, verdict] for verdict in Verdict)) for kind in ClockKind}
        lengths: dict[ClockKind, Length] = {}
        for kind in MEASURED:
            samples = self.samples.get(kind, ())
            lengths[kind] = Length(len(samples), percentile(samples, 50), percentile(samples, 90))
        return Figures(targets, lengths, {volume: self.volume[volume] for volume in Volume})


@dataclass(frozen=True)
class Report:
    """All figures of a window. Groups in which nothing was counted are not there."""

    window: Window
    requests: int
    """How many requests were looked at and had something to tell."""
    total: Figures
    clients: dict[str, Figures]
    priorities: dict[Priority, Figures]
    people: dict[str | None, Figures]
    """By who had it at the verdict; None for nobody."""
    oldest: tuple[Request, ...]
    """The oldest of the backlog, the oldest first."""


class Tally:
    """Counts requests one by one; keeps numbers, not requests, so that any number of them can be counted."""

    def __init__(self, window: Window, calendars: Calendars) -> None:
        self._window, self._calendars = window, calendars
        self._requests = 0
        self._total = Group()
        self._clients: dict[str, Group] = {}
        self._priorities: dict[Priority, Group] = {}
        self._people: dict[str | None, Group] = {}
        self._oldest: list[tuple[float, int, Request]] = []

    def add(self, request: Request, entries: Sequence[Entry]) -> None:
        """Count one request; each may be added once."""
        some = False
        for mark in marks(request, entries, self._calendars, self._window):
            some = True
            self._total.add(mark)
            self._clients.setdefault(request.client, Group()).add(mark)
            self._priorities.setdefault(mark.priority, Group()).add(mark)
            self._people.setdefault(mark.owner, Group()).add(mark)
            if mark.what is Volume.BACKLOG:
                self._keep_oldest(request)
        self._requests += some

    def _keep_oldest(self, request: Request) -> None:
        # The youngest on top: it is what an older one pushes out.
        item = (-request.opened_at.timestamp(), -request.number, request)
        (heappush if len(self._oldest) < OLDEST else heappushpop)(self._oldest, item)

    def report(self) -> Report:
        """What all of them come to."""
        return Report(
            self._window,
            self._requests,
            self._total.figures(),
            {key: self._clients[key].figures() for key in sorted(self._clients)},
            {priority: self._priorities[priority].figures() for priority in sorted(self._priorities)},
            {
                who: self._people[who].figures()
                for who in sorted(self._people, key=lambda who: (who is None, who or ""))
            },
            tuple(request for *_, request in sorted(self._oldest, key=lambda item: (-item[0], -item[1]))),
        )
