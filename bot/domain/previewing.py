"""What an edit of the promises would change on an open request, before anybody applies it: pure, and as the desk itself
would do it. The rule numbers are those of the SLA rules in docs/sla.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain import promising
from bot.domain.clocks import Calendars, Clock, breach_at, due_at
from bot.domain.events import Entry
from bot.domain.people import DESK, Directory, Role
from bot.domain.policy import ClockKind, Terms
from bot.domain.request import apply
from bot.domain.standing import Request


@dataclass(frozen=True)
class ClockChange:
    """One clock, before and after; without a due time it does not run, or is paused."""

    kind: ClockKind
    before: datetime | None
    after: datetime | None
    was_late: bool
    late: bool

    @property
    def newly_late(self) -> bool:
        """Whether the edit itself makes it late: a breach is stamped when it is applied (rule 11)."""
        return self.late and not self.was_late

    def eased(self, now: datetime) -> bool:
        """Whether its time lay behind and lies ahead now; what was missed stays on record (rule 3)."""
        return self.was_late and self.after is not None and self.after > now


@dataclass(frozen=True)
class Effect:
    """What the policies in force then would do to one request that keeps others now."""

    request: Request
    terms: Terms | None
    clocks: tuple[ClockChange, ...]
    """Those that change; none where only the version does."""
    at: datetime

    @property
    def newly_late(self) -> bool:
        """Whether one of its clocks becomes late."""
        return any(clock.newly_late for clock in self.clocks)

    @property
    def eased(self) -> bool:
        """Whether one of its clocks is no longer past its time."""
        return any(clock.eased(self.at) for clock in self.clocks)


def effects(requests: Iterable[Request], before: Directory, after: Directory, now: datetime) -> Iterator[Effect]:
    """What applying the later directory's policies to these requests would change, request by request (rule 12).

    A request is what its history has made of it, so the history need not be read.
    """
    for request in requests:
        client = after.clients.get(request.client)
        policies = after.policies_of(request.client)
        for event in promising.apply_to_open(request, policies, client.settings.plan if client else ""):
            at = max(now, request.last_at or now)
            entry = Entry(request.version + 1, at, DESK.id, Role.DESK, event)
            moved = apply(request, entry, after.calendars)
            changes = _changes(request, moved, before.calendars, after.calendars, at)
            yield Effect(request, moved.sla.terms, changes, at)


def _changes(
    request: Request, moved: Request, before: Calendars, after: Calendars, at: datetime
) -> tuple[ClockChange, ...]:
    then, now = _running(request), _running(moved)
    found: list[ClockChange] = []
    for key in sorted({*then, *now}, key=lambda key: (tuple(ClockKind).index(key[0]), key[1])):
        old, new = then.get(key), now.get(key)
        change = ClockChange(
            key[0],
            due_at(old, before) if old else None,
            due_at(new, after) if new else None,
            old is not None and _late(old, before, at),
            new is not None and _late(new, after, at),
        )
        if (change.before, change.was_late) != (change.after, change.late):
            found.append(change)
    return tuple(found)


def _running(request: Request) -> dict[tuple[ClockKind, int], Clock]:
    """Its running clocks but a person's own promise, which no policy touches."""
    return {(c.kind, c.cycle): c for c in request.sla.clocks if c.running and not c.promised}


def _late(clock: Clock, calendars: Calendars, at: datetime) -> bool:
    breach = clock.breached_at or breach_at(clock, calendars)
    return breach is not None and breach <= at
