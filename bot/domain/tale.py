"""The story of a request's clocks as data: what started, paused, moved, warned, breached and ended each of them, and
which time counted.

It is told from the history, the versions of the policies and the hours alone, one entry at a time, as the clocks
themselves are (`replaying`): whatever an entry changed on a clock is a turn of its story, so the story cannot say
anything else than the clock does. Instants are UTC, durations business seconds. The rule numbers are those of the SLA
rules in docs/sla.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.calendar import aware
from bot.domain.clocks import Calendars, Clock, State, due_at, elapsed
from bot.domain.events import Entry, Status
from bot.domain.policy import ClockKind, Policy, Terms
from bot.domain.replaying import steps
from bot.domain.sla import settled
from bot.domain.turns import Turn, pieces, turns


@dataclass(frozen=True)
class Counted:
    """Time that counted, half-open and without a gap, in those hours; of a promise on the wall, in none."""

    since: datetime
    until: datetime
    calendar: str

    @property
    def seconds(self) -> float:
        """How much it is."""
        return (self.until - self.since).total_seconds()


@dataclass(frozen=True)
class Pause:
    """Time in which the clock stood still, half-open: where the request stood then, and what was given back for it."""

    since: datetime
    until: datetime
    """Until now, where it `lasts`."""
    status: Status
    label: str
    """The team's own name for the wait, where it has one."""
    seconds: float
    """Business seconds given back (rule 9)."""
    lasts: bool = False


@dataclass(frozen=True)
class ClockTale:
    """One cycle of one clock, from its start to now or to its end."""

    clock: Clock
    """As it stands, every breach until now stamped."""
    due: datetime | None
    """None once it ended, and while it is paused."""
    elapsed: float
    counted: tuple[Counted, ...]
    """What makes up `elapsed`."""
    pauses: tuple[Pause, ...]
    turns: tuple[Turn, ...]
    """In the order of time."""

    @property
    def given_back(self) -> float:
        """Business seconds that its pauses gave back (rule 9)."""
        return sum(pause.seconds for pause in self.pauses)


@dataclass(frozen=True)
class Tale:
    """All of a request's clocks, replies first."""

    at: datetime
    clocks: tuple[ClockTale, ...]
    terms: Terms | None
    """What the request is promised now; None before the first terms."""

    def of(self, kind: ClockKind) -> tuple[ClockTale, ...]:
        """The cycles of that clock, the oldest first."""
        return tuple(each for each in self.clocks if each.clock.kind is kind)


def tell(
    history: Iterable[Entry],
    policies: Mapping[str, Policy],
    calendars: Calendars,
    now: datetime,
    *,
    without: Collection[int] = (),
) -> Tale:
    """The story until `now`. `without` names entries that its reader has not heard of, such as a resolve that may still
    be undone (`said.unheard`): it is told as if they had never been.

    Raises what `replaying.clocks` raises.
    """
    state, told, last = State(), dict[tuple[ClockKind, int], list[Turn]](), None
    for entry, after in steps(history, policies, calendars, without=without):
        for turn in turns(state, after, entry, last, calendars):
            told.setdefault((turn.clock.kind, turn.clock.cycle), []).append(turn)
        state, last = after, entry
    at = max(aware(now), last.at) if last else aware(now)
    state, before = settled(state, at, calendars), state
    for turn in turns(before, state, None, last, calendars):
        told[turn.clock.kind, turn.clock.cycle].append(turn)
    order = list(ClockKind)
    ordered = sorted(state.clocks, key=lambda c: (order.index(c.kind), c.cycle))
    return Tale(at, tuple(_clock(c, state, told[c.kind, c.cycle], calendars, at) for c in ordered), state.terms)


def _clock(clock: Clock, state: State, told: list[Turn], calendars: Calendars, at: datetime) -> ClockTale:
    end = clock.ended_at or at
    return ClockTale(
        clock,
        due_at(clock, calendars),
        elapsed(clock, calendars, at),
        tuple(_counted(clock, calendars, end)),
        () if clock.promised else _pauses(clock, state, calendars, end),
        tuple(sorted(told, key=lambda turn: turn.at)),
    )


def _counted(clock: Clock, calendars: Calendars, end: datetime) -> Iterator[Counted]:
    if clock.promised:
        yield Counted(clock.started_at, end, "")
        return
    for stretch in clock.stretches:
        until = min(stretch.until or end, end)
        for opens, closes in calendars[stretch.calendar].windows(stretch.since):
            if opens >= until:
                break
            yield Counted(opens, min(closes, until), stretch.calendar)


def _pauses(clock: Clock, state: State, calendars: Calendars, end: datetime) -> tuple[Pause, ...]:
    """The time between its stretches, by where the request stood."""
    pauses: list[Pause] = []
    for since, until in _gaps(clock, end):
        for phase, start, stop in pieces(state.phases, since, until):
            back = calendars[phase.calendar].between(start, stop)
            last = pauses[-1] if pauses else None
            if last and (last.until, last.status, last.label) == (start, phase.status, phase.label):
                pauses[-1] = replace(last, until=stop, seconds=last.seconds + back)
            else:
                pauses.append(Pause(start, stop, phase.status, phase.label, back))
    if pauses and clock.paused:
        pauses[-1] = replace(pauses[-1], lasts=True)
    return tuple(pauses)


def _gaps(clock: Clock, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    reached = clock.started_at
    for stretch in clock.stretches:
        if reached < min(stretch.since, end):
            yield reached, min(stretch.since, end)
        reached = max(reached, stretch.until or end)
    if reached < end:
        yield reached, end
