"""One clock by itself: from its start, its pauses and its stop to when it was due and whether it was late.

For imports, reports and what-ifs that have no history; the same arithmetic as a request's own clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import Calendar, aware
from bot.domain.clocks import Clock, Stretch, elapsed, instant_of
from bot.domain.edges import END
from bot.domain.policy import ClockKind, Priority, Terms
from bot.domain.refusal import Declined


class PauseError(Declined, ValueError):
    """A pause that ends before it begins."""


@dataclass(frozen=True)
class Measured:
    """What a clock says. Durations are business seconds; what asks for a stop is None where there is none."""

    target: int
    due_at: datetime | None
    """None where the calendar has no hours left for it."""
    warn_at: datetime | None
    elapsed: float | None

    @property
    def breached(self) -> bool | None:
        """Whether more than the target had counted at the stop: equal is not late (rule 3)."""
        return None if self.elapsed is None else self.elapsed > self.target

    @property
    def late_by(self) -> float | None:
        """By how much more."""
        return None if self.elapsed is None else max(0.0, self.elapsed - self.target)

    @property
    def minutes(self) -> int | None:
        """What had counted in minutes, floored as reports show them (rule 20)."""
        return None if self.elapsed is None else int(self.elapsed // 60)

    @property
    def minutes_left(self) -> int | None:
        """The target's minutes without those; below zero where it was late."""
        return None if self.minutes is None else self.target // 60 - self.minutes


def measure(
    calendar: Calendar,
    start: datetime,
    target: int,
    *,
    pauses: Iterable[tuple[datetime, datetime | None]] = (),
    stop: datetime | None = None,
    warn_before: int | None = None,
) -> Measured:
    """What a clock says that started then, with its pauses given back in business time (rule 9).

    Pauses may overlap, lie before the start or after the stop; one without an end lasts. Raises BadTarget for a target
    of nothing, PauseError for a pause that ends before it begins, and NaiveInstant for an instant without a zone.
    """
    terms = Terms("measured", 1, Priority.P3, calendar.ref, {ClockKind.RESOLUTION: target})
    terms.check()
    stretches = tuple(_counted(aware(start), pauses, calendar.ref))
    clock = Clock(ClockKind.RESOLUTION, 1, aware(start), terms, target, stretches)
    calendars = {calendar.ref: calendar}
    return Measured(
        target,
        instant_of(clock, calendars, target),
        None if warn_before is None else instant_of(clock, calendars, max(0, target - warn_before)),
        None if stop is None else elapsed(clock, calendars, aware(stop)),
    )


def _counted(since: datetime, pauses: Iterable[tuple[datetime, datetime | None]], calendar: str) -> Iterable[Stretch]:
    for begins, ends in sorted((aware(begins), aware(ends) if ends else END) for begins, ends in pauses):
        if ends < begins:
            raise PauseError(f"A pause from {begins:%Y-%m-%d %H:%M} ends before it begins; swap its ends.")
        if begins > since:
            yield Stretch(since, calendar, begins)
        since = max(since, ends)
    yield Stretch(since, calendar, END if since == END else None)
