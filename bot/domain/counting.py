"""Which time counts for a clock, and in whose hours: the statuses that pause it (rule 9), one stretch after another."""

from __future__ import annotations

from datetime import datetime

from bot.domain.clocks import Clock, Phase, State, Stretch
from bot.domain.copying import replace
from bot.domain.fact import Status
from bot.domain.policy import REPLY_CLOCKS, ClockKind, Terms


def stretches_since(state: State, terms: Terms, kind: ClockKind, since: datetime) -> tuple[Stretch, ...]:
    """The time that counts for a clock since then, as the request stood and in the hours of that time."""
    ends = [*(phase.since for phase in state.phases[1:]), None]
    return tuple(
        Stretch(max(phase.since, since), phase.calendar, until)
        for phase, until in zip(state.phases, ends, strict=True)
        if counts(kind, terms, phase) and (until is None or until > since)
    )


def counts(kind: ClockKind, terms: Terms, phase: Phase) -> bool:
    """Rule 9: only the policy's statuses pause, and reply clocks only where it says so; resolved time never counts."""
    if kind in REPLY_CLOCKS and not terms.pause_reply_clocks:
        return True
    status = phase.status
    return status.is_open and status is not Status.SET_ASIDE and not terms.pauses(status, phase.label)


def timed(clock: Clock, phase: Phase, at: datetime) -> Clock:
    """The clock, counting or not from `at` as the status asks, in the hours of its terms."""
    if clock.promised:  # a person's word holds, whatever the request waits for
        return clock
    *before, last = clock.stretches
    goes_on = counts(clock.kind, clock.terms, phase)
    if last.until is None and goes_on and last.calendar == clock.terms.calendar:
        return clock
    ended = replace(last, until=last.until or at)
    return replace(clock, stretches=(*before, ended, *((Stretch(at, clock.terms.calendar),) if goes_on else ())))
