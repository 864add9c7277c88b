"""How one cycle of a clock ends: judged, overtaken by a change, or dropped without a verdict.

Instants are UTC, durations business seconds. The rule numbers are those of the SLA rules in docs/sla.md.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.clocks import Calendars, Clock, Outcome, used_up
from bot.domain.copying import replace


def overtaken(clock: Clock, at: datetime, calendars: Calendars, cause: str) -> Clock:
    """Rule 11: elapsed beyond a target that changed, it breaches at the change; while paused it does not (rule 9)."""
    if clock.breached_at or clock.paused or not used_up(clock, calendars, at):
        return clock
    return replace(clock, breached_at=at, cause=cause)


def dropped(clock: Clock, at: datetime) -> Clock:
    """No longer asked for: it ends without a verdict, unless it had breached; that stands (rule 3)."""
    return replace(ended(clock, at), outcome=Outcome.MISSED if clock.breached_at else Outcome.CANCELLED)


def judged(clock: Clock, at: datetime, calendars: Calendars) -> Clock:
    """Rule 3: met if what elapsed is at most the target; a breach stamped earlier stands."""
    done = overtaken(replace(ended(clock, at), outcome=Outcome.MET), at, calendars, clock.changed_by or "elapsed")
    return replace(done, outcome=Outcome.MISSED) if done.breached_at else done


def judged_earlier(clock: Clock, at: datetime, calendars: Calendars) -> Clock:
    """Judged as at an instant before it ended: a breach that came later was none."""
    stretches = tuple(
        replace(s, until=min(s.until or at, at)) for i, s in enumerate(clock.stretches) if s.since < at or i == 0
    )
    late = clock.breached_at if clock.breached_at and clock.breached_at <= at else None
    cause = clock.cause if late else ""
    running = replace(clock, stretches=stretches, outcome=Outcome.RUNNING, ended_at=at, breached_at=late, cause=cause)
    return judged(running, at, calendars)


def ended(clock: Clock, at: datetime) -> Clock:
    """Ended then, with the time that counted; by what, the caller says."""
    *before, last = clock.stretches
    counted = replace(last, until=last.until or at)
    return replace(clock, ended_at=clock.ended_at or at, stretches=(*before, counted))
