"""How much a person of the team takes on at a time, and when they are away."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from bot.domain.refusal import Declined

MOST = 500
"""Open requests a limit may name: beyond it, it says nothing."""


class CapacityError(Declined, ValueError):
    """A limit or a leave that cannot be kept; the message names the mend."""


@dataclass(frozen=True)
class Leave:
    """Days away, both included, of the person's own zone."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CapacityError(f"A leave ends on its first day or later; {self.last} is before {self.first}.")


@dataclass(frozen=True)
class Work:
    """How much a person of the team takes on. `limit` counts open requests; 0 is none set."""

    limit: int = 0
    leave: tuple[Leave, ...] = field(default=())
    """By first day."""

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= MOST:
            raise CapacityError(f"A limit is a number from 1 to {MOST}, or 0 for none.")


def with_leave(work: Work, leave: Leave, today: date) -> Work:
    """The work with one more leave. What touches or overlaps becomes one; what is over is forgotten."""
    joined = leave
    others: list[Leave] = []
    for each in work.leave:
        if each.last < today:
            continue
        if (joined.first - each.last).days > 1 or (each.first - joined.last).days > 1:
            others.append(each)
        else:
            joined = Leave(min(joined.first, each.first), max(joined.last, each.last))
    return replace(work, leave=tuple(sorted((*others, joined), key=lambda each: each.first)))


def back(work: Work, today: date) -> tuple[Work, tuple[Leave, ...]]:
    """Here again: the leave of today is over, one to come stays. Whoever is here anyway does not go: what is to come is
    taken back. With what was ended so."""
    coming = tuple(each for each in work.leave if each.last >= today)
    ended = tuple(each for each in coming if each.first <= today) or coming
    return replace(work, leave=tuple(each for each in coming if each not in ended)), ended
