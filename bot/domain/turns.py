"""The turns of a clock's story: what one entry of the history changed on the clocks, or time alone.

They are found by comparing the clocks before and after it, so none is missed and none is invented. Instants are UTC,
durations business seconds. The rule numbers are those of the SLA rules in docs/sla.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.clocks import Calendars, Clock, Phase, State, due_at, elapsed, instant_of, warn_at
from bot.domain.events import (
    Absorbed,
    Adopted,
    AskedClient,
    Breached,
    Cancelled,
    Closed,
    Entry,
    KindChanged,
    MessageClassCorrected,
    NewsPromised,
    Opened,
    PolicyApplied,
    PriorityChanged,
    Reopened,
    Replied,
    Resolved,
    ResolveUndone,
    SplitOff,
    Status,
    Tagged,
    Unmerged,
    Untagged,
    WaitedOn,
    Warned,
)
from bot.domain.policy import ClockKind

_MATCHED_BY = (Opened, PriorityChanged, KindChanged, Tagged, Untagged)

NOTICED_LATE = 60
"""Seconds after its time from which a warning or a breach was told late (rule 19)."""


class What(StrEnum):
    """What happened to a clock."""

    STARTED = "started"
    MOVED = "start_moved"
    """It counts from another message: of a merge, or after words were split off."""
    TERMS = "terms_changed"
    """Its target, its policy or its hours are others."""
    PAUSED = "paused"
    RESUMED = "resumed"
    COUNTS = "wait_counts"
    """The request waits from then on, and this clock does not."""
    WARNED = "warned"
    LATE = "late"
    NOTICED = "noticed_late"
    """The desk was down, or asleep, when it became late."""
    NOT_LATE = "not_late"
    """It had not been late after all."""
    ENDED = "ended"
    JUDGED_ANEW = "judged_anew"
    AGAIN = "runs_again"


@dataclass(frozen=True)
class Turn:
    """One dated fact of a clock's story, and the entry that made it so."""

    what: What
    at: datetime
    """From when it holds; an entry may be written later than that."""
    clock: Clock
    """Afterwards."""
    was: Clock | None = None
    """Before."""
    entry: Entry | None = None
    """None where time alone did it."""
    cause: Entry | None = None
    """Of other terms: the change of the request from which they follow."""
    used: float = 0
    """What had counted by then."""
    due: datetime | None = None
    """When it was due from then on; None where it had ended or was paused."""
    was_due: datetime | None = None
    seconds: float = 0
    """What a pause gave back; by how many real seconds a warning or a breach was told too late."""
    status: Status = Status.NEW
    """Where the request stood from then on."""
    label: str = ""
    """The team's own name for its wait, where it has one."""

    @property
    def rule(self) -> str:
        """The number of the rule that has it so; empty where none does."""
        return _rule(self)


def turns(
    before: State, after: State, entry: Entry | None, earlier: Entry | None, calendars: Calendars
) -> Iterator[Turn]:
    """What changed between two states of the clocks: by an entry, or (None) as time went on. `earlier` is the entry
    before it."""
    had = {(c.kind, c.cycle): c for c in before.clocks}
    for clock in after.clocks:
        was = had.get((clock.kind, clock.cycle))
        for turn in _of(was, clock, entry, after.phases, calendars):
            due = instant_of(clock, calendars, clock.target) if turn.what is What.LATE else due_at(clock, calendars)
            yield replace(
                turn,
                was=was,
                cause=_cause(entry, earlier) if turn.entry else None,
                used=elapsed(clock, calendars, turn.at),
                due=due,
                was_due=due_at(was, calendars) if was else None,
                status=after.status,
                label=after.phases[-1].label,
            )


def passed(phases: tuple[Phase, ...], calendars: Calendars, since: datetime, until: datetime) -> float:
    """Business seconds between two instants, whether or not they counted, each in the hours then in force."""
    parts = pieces(phases, since, until)
    return sum(calendars[phase.calendar].between(start, end) for phase, start, end in parts)


def pieces(phases: tuple[Phase, ...], since: datetime, until: datetime) -> Iterator[tuple[Phase, datetime, datetime]]:
    """The time between two instants, by where the request stood."""
    ends = [*(phase.since for phase in phases[1:]), until]
    for phase, end in zip(phases, ends, strict=True):
        start, end = max(phase.since, since), min(end, until)
        if start < end:
            yield phase, start, end


def _cause(entry: Entry | None, earlier: Entry | None) -> Entry | None:
    """The change of the request from which other terms follow: they are written down right after it."""
    if entry is None or earlier is None or not isinstance(entry.event, PolicyApplied) or entry.event.edited:
        return None
    return earlier if earlier.at == entry.at and isinstance(earlier.event, _MATCHED_BY) else None


def _of(
    was: Clock | None, clock: Clock, entry: Entry | None, phases: tuple[Phase, ...], calendars: Calendars
) -> Iterator[Turn]:
    """The turns of one clock; `entry` is there for all but what time alone can do."""
    late = clock.breached_at if clock.breached_at != (was.breached_at if was else None) else None
    if late and clock.cause == "elapsed":
        yield Turn(What.LATE, late, clock)
    if entry is None:
        return
    if was is None:
        yield Turn(What.STARTED, clock.started_at, clock, entry=entry)
    else:
        yield from _changed(was, clock, entry, phases, calendars)
    if clock.paused and not (was and (was.paused or was.stretches == clock.stretches)):
        yield Turn(What.PAUSED, clock.stretches[-1].until or entry.at, clock, entry=entry)
    if late and clock.cause != "elapsed":
        yield Turn(What.LATE, late, clock, entry=entry)
    if clock.ended_at and (was is None or was.running):
        yield Turn(What.ENDED, clock.ended_at, clock, entry=entry)
    yield from _told(clock, entry, was, calendars)


def _changed(was: Clock, clock: Clock, entry: Entry, phases: tuple[Phase, ...], calendars: Calendars) -> Iterator[Turn]:
    at = entry.at
    if was.started_at != clock.started_at:
        yield Turn(What.MOVED, at, clock, entry=entry)
    if was.running and clock.running and _terms(was) != _terms(clock):
        yield Turn(What.TERMS, at, clock, entry=entry)
    if clock.running and (not was.running or (was.paused and not clock.paused)):
        since = was.stretches[-1].until or at
        counted = elapsed(clock, calendars, at) - elapsed(was, calendars, at)
        back = 0 if clock.promised else passed(phases, calendars, since, at) - counted
        yield Turn(What.RESUMED if was.running else What.AGAIN, at, clock, entry=entry, seconds=back)
    if clock.running and not clock.paused and not clock.promised and isinstance(entry.event, AskedClient | WaitedOn):
        yield Turn(What.COUNTS, at, clock, entry=entry)
    if was.breached_at and not clock.breached_at:
        yield Turn(What.NOT_LATE, at, clock, entry=entry)
    if not was.running and not clock.running and (was.outcome, was.ended_at) != (clock.outcome, clock.ended_at):
        yield Turn(What.JUDGED_ANEW, at, clock, entry=entry)


def _terms(clock: Clock) -> tuple[object, ...]:
    terms = clock.terms
    return clock.target, terms.policy, terms.version, terms.priority, terms.calendar


def _told(clock: Clock, entry: Entry, was: Clock | None, calendars: Calendars) -> Iterator[Turn]:
    """What the desk said of it, and how late it was with that (rule 19)."""
    match entry.event:
        case Warned(clock=kind, cycle=cycle, rung=rung) if was and (kind, cycle) == (clock.kind, clock.cycle):
            meant = warn_at(was, calendars, rung) or entry.at
            yield Turn(What.WARNED, entry.at, clock, entry=entry, seconds=_behind(meant, entry.at))
        case Breached(clock=kind, cycle=cycle, breached_at=late, noticed_at=noticed) if (kind, cycle) == (
            clock.kind,
            clock.cycle,
        ) and _behind(late, noticed):
            yield Turn(What.NOTICED, noticed, clock, entry=entry, seconds=_behind(late, noticed))
        case _:
            pass


def _behind(meant: datetime, told: datetime) -> float:
    behind = (told - meant).total_seconds()
    return behind if behind > NOTICED_LATE else 0


_RULES = {
    What.MOVED: "16",
    What.PAUSED: "9",
    What.RESUMED: "9",
    What.COUNTS: "9",
    What.WARNED: "17",
    What.NOTICED: "19",
    What.NOT_LATE: "5",
}
_STARTS = {
    ClockKind.FIRST_RESPONSE: "6",
    ClockKind.RESOLUTION: "6",
    ClockKind.NEXT_REPLY: "8",
    ClockKind.PERIODIC_UPDATE: "10",
    ClockKind.PROMISE: "10a",
}


def _rule(turn: Turn) -> str:
    event = turn.entry.event if turn.entry else None
    match turn.what, event:
        case What.STARTED, _:
            return _STARTS[turn.clock.kind]
        case ((What.TERMS | What.ENDED | What.AGAIN | What.LATE), PolicyApplied(edited=True)):
            return "12"
        case ((What.TERMS | What.LATE), _) if turn.cause and isinstance(turn.cause.event, PriorityChanged):
            return "11"
        case ((What.TERMS | What.ENDED | What.AGAIN | What.LATE), PolicyApplied()):
            return "13"
        case What.LATE, None:
            return "3"
        case What.LATE, _:
            return "16" if turn.clock.cause == "merged" else "11"
        case ((What.ENDED | What.AGAIN | What.JUDGED_ANEW), _):
            return _ending(turn, event)
        case _:
            pass
    return _RULES[turn.what]


def _ending(turn: Turn, event: object) -> str:
    match event:
        case Replied():
            return "10a" if turn.clock.promised else "5"
        case MessageClassCorrected():
            return "5"
        case Resolved() | Closed() | ResolveUndone():
            return "7"
        case Cancelled(into=into):
            return "16" if into else "7"
        case Absorbed() | SplitOff() | Unmerged():
            return "16"
        case Reopened():
            return "15"
        case NewsPromised():
            return "10a"
        case Adopted():
            return "6"
        case _:  # a reply is due first
            return "10" if turn.clock.kind is ClockKind.PERIODIC_UPDATE else "8"
