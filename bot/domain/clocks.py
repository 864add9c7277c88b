"""What a request's clocks are made of, and what each says: what has elapsed, when it is due, warned and late.

Instants are UTC, durations business seconds. The rule numbers are those of the SLA rules in docs/sla.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import Calendar, CalendarError
from bot.domain.events import Status
from bot.domain.frozen import frozen
from bot.domain.policy import ClockKind, Priority, Terms

Calendars = Mapping[str, Calendar]
"""Every version of every calendar by its ref: a clock keeps the ref that judged it."""


class Outcome(StrEnum):
    """How a clock's cycle stands. A running clock may have breached already."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    CLOSED_WITHOUT_REPLY = "closed_without_reply"
    CANCELLED = "cancelled"


@frozen
class Stretch:
    """Time that counts, half-open; `until` None while it lasts. Each stretch counts in the calendar then in force."""

    since: datetime
    calendar: str
    until: datetime | None = None


@frozen
class Clock:
    """One cycle of one clock. What lies between its stretches was given back (rule 9)."""

    kind: ClockKind
    cycle: int
    started_at: datetime
    terms: Terms
    target: int
    """Business seconds."""
    stretches: tuple[Stretch, ...]
    outcome: Outcome = Outcome.RUNNING
    ended_at: datetime | None = None
    breached_at: datetime | None = None
    cause: str = ""
    reported: bool = False
    """Whether the breach has its entry in the history."""
    warned: tuple[int, ...] = ()
    """The warnings that were sent, as `Terms.rungs` numbers them."""
    changed_by: str = ""
    """What changed its target or hours last: the cause, should that have overtaken it (rule 11)."""
    promised: datetime | None = None
    """The instant of a promise (rule 10a): time on the wall, whatever the hours; `target` is then its length."""

    @property
    def running(self) -> bool:
        """Whether its cycle has not ended; a paused clock still runs in this sense."""
        return self.outcome is Outcome.RUNNING

    @property
    def paused(self) -> bool:
        """Whether no time counts now, though the cycle has not ended."""
        return self.running and self.stretches[-1].until is not None


BEFORE_PROMISE = timedelta(minutes=15)
"""How long before promised news its owner is reminded; of a short promise three quarters pass first (rule 10a)."""

WORD = Terms("a promise", 1, Priority.P3, "", {})
"""The terms of a promise: a person's own word, whatever the policy, whose one warning is named 75 %."""


@frozen
class Phase:
    """Where the request stood from then on, and in whose hours; no calendar before the first terms."""

    since: datetime
    status: Status
    calendar: str = ""
    label: str = ""
    """The team's own name for the wait, where it has one."""


@frozen
class State:
    """All cycles of a request's clocks, oldest first, and what it takes to know which of them should run."""

    terms: Terms | None = None
    clocks: tuple[Clock, ...] = ()
    phases: tuple[Phase, ...] = ()
    """Oldest first: a clock that starts late counts the past by these (rules 6 and 13)."""
    opened_at: datetime | None = None
    """When the client first asked, or staff opened it."""
    requester: str = ""
    owes_first_response: bool = False
    unanswered_since: datetime | None = None
    """The oldest client message without a public reply (rule 8)."""
    updated_at: datetime | None = None
    """The last public reply, from which the next update's time counts (rule 10)."""
    adopted: bool = False
    """Taken over unfinished: its resolution was promised elsewhere, so only what is said from then on starts clocks."""
    unmerged: State | None = None
    """Kept of a merged request: the clocks as they stood, should the merge be taken back (rule 16)."""
    unresolved: State | None = None
    """Kept while a resolution may be undone: the clocks as they would stand had it never been resolved."""

    @property
    def status(self) -> Status:
        """Where the request stands now."""
        return self.phases[-1].status if self.phases else Status.NEW

    @property
    def paused(self) -> bool:
        """Whether its status is one in which the policy lets no time count (rule 9)."""
        return self.terms is not None and self.terms.pauses(self.status, self.phases[-1].label if self.phases else "")

    def running(self, kind: ClockKind) -> Clock | None:
        """The clock of that kind whose cycle has not ended."""
        return next((c for c in reversed(self.clocks) if c.kind is kind and c.running), None)

    def latest(self, kind: ClockKind) -> Clock | None:
        """The last cycle of that kind, ended or not."""
        return next((c for c in reversed(self.clocks) if c.kind is kind), None)


# --- asking ---------------------------------------------------------------------------------------


def elapsed(clock: Clock, calendars: Calendars, at: datetime) -> float:
    """Business seconds that count up to `at`; of a promise those on the wall."""
    if clock.promised:
        return (min(at, clock.ended_at or at) - clock.started_at).total_seconds()
    counted = (calendars[s.calendar].open_time(s.since, min(at, s.until or at)) for s in clock.stretches)
    return sum(counted, timedelta()).total_seconds()


def instant_of(clock: Clock, calendars: Calendars, seconds: float, *, past: bool = False) -> datetime | None:
    """The earliest instant at which that many business seconds had counted; `past`: after which more than that have.

    None while paused before it, and where the calendar has no hours left for it. A promise has its own instant.
    """
    if clock.promised:
        return clock.promised
    left = timedelta(seconds=seconds)
    for stretch in clock.stretches:
        calendar = calendars[stretch.calendar]
        counted = calendar.open_time(stretch.since, stretch.until) if stretch.until else None
        if counted is None or left < counted or (left == counted and not past):
            try:
                at = calendar.add(stretch.since, left.total_seconds())
                return calendar.next_open(at) if past else at
            except CalendarError:
                return None
        left -= counted
    return None


def due_at(clock: Clock, calendars: Calendars) -> datetime | None:
    """When the target is used up (rule 2); None once ended, and while paused (rule 9)."""
    if not clock.running or clock.paused:
        return None
    return instant_of(clock, calendars, clock.target)


def breach_at(clock: Clock, calendars: Calendars) -> datetime | None:
    """The first instant past the target: the due time, or the next that counts where that is a closing one (rule 3)."""
    if not clock.running or clock.paused:
        return None
    return instant_of(clock, calendars, clock.target, past=True)


def warn_at(clock: Clock, calendars: Calendars, rung: int) -> datetime | None:
    """When that warning of `Terms.rungs` is due; None when ended or paused, and where the target is shorter than it."""
    counted = seconds_at(rung, clock.target)
    if not clock.running or clock.paused or counted <= 0:
        return None
    if clock.promised:
        return max(clock.promised - BEFORE_PROMISE, clock.started_at + (clock.promised - clock.started_at) * rung / 100)
    return instant_of(clock, calendars, counted)


def seconds_at(rung: int, target: int) -> int:
    """How much of a target has counted when that warning is due: its share, rounded up to a second, or all but what is
    to be left (rule 17)."""
    return -(-rung * target // 100) if rung > 0 else target + rung


def used_up(clock: Clock, calendars: Calendars, at: datetime) -> bool:
    """Whether more than the target had counted by then: equal is not late (rule 3)."""
    if clock.promised:
        return at > clock.promised
    # On the wall it is no shorter: most often that alone says no.
    on_the_wall = (at - clock.stretches[0].since).total_seconds()
    return on_the_wall > clock.target and elapsed(clock, calendars, at) > clock.target
