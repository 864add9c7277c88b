"""Whom the desk told of what, and who said that they act: the memory that lets no alarm ring twice.

It is a part of the request's state and follows its history as all of it does. Instants are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.events import Breached, Entry, Escalated, Handled, LadderResumed, Snoozed, Warned
from bot.domain.policy import ClockKind

TEAM = "team"
"""In a list of who was told: the team's own channel, for what nobody has."""

BREACH = 0
"""The rung that is the breach itself."""


class HoldKind(StrEnum):
    """Why a ladder waits."""

    HANDLED = "handled"
    """Somebody said that they act."""
    SNOOZED = "snoozed"
    """Somebody said that it can wait; the clock and its verdict do not."""


@dataclass(frozen=True)
class Told:
    """One rung of one clock's cycle: when it was due, when it was told, and to whom (ids, or TEAM)."""

    clock: ClockKind
    cycle: int
    rung: int
    """The percentage, for a warning."""
    due_at: datetime
    at: datetime
    to: tuple[str, ...]


@dataclass(frozen=True)
class Hold:
    """Time in which the ladder waits, half-open; `over` once it was said that it goes on, or there is no alarm."""

    kind: HoldKind
    by: str
    since: datetime
    until: datetime
    over: bool = False


@dataclass(frozen=True)
class Attention:
    """What the desk has told people about one request, oldest first."""

    warned: tuple[Told, ...] = ()
    told: tuple[Told, ...] = ()
    holds: tuple[Hold, ...] = ()

    @property
    def hold(self) -> Hold | None:
        """Why the ladder waits now."""
        return self.holds[-1] if self.holds and not self.holds[-1].over else None

    def of(self, kind: ClockKind, cycle: int) -> tuple[Told, ...]:
        """The rungs of that alarm that were told, the breach first."""
        return tuple(t for t in self.told if t.clock is kind and t.cycle == cycle)


def attend(attention: Attention, entry: Entry, *, late: bool) -> Attention:
    """What is remembered after one more entry; `late`: whether a breached clock still runs after it."""
    attention = _follow(attention, entry)
    return attention if late else _cut(attention, entry.at)


def _follow(attention: Attention, entry: Entry) -> Attention:
    at = entry.at
    match entry.event:
        case Warned(clock=clock, cycle=cycle, percent=percent, due_at=due, to=to) if to:
            told = Told(clock, cycle, percent, due, at, (to,))
            return replace(attention, warned=(*attention.warned, told))
        case Breached(clock=clock, cycle=cycle, breached_at=breached_at, to=to) if to:
            return replace(attention, told=(*attention.told, Told(clock, cycle, BREACH, breached_at, at, to)))
        case Escalated(clock=clock, cycle=cycle, rung=rung, due_at=due, to=to):
            return replace(attention, told=(*attention.told, Told(clock, cycle, rung, due, at, to)))
        case Handled(until=until):
            return _held(attention, Hold(HoldKind.HANDLED, entry.by, at, until))
        case Snoozed(until=until):
            return _held(attention, Hold(HoldKind.SNOOZED, entry.by, at, until))
        case LadderResumed():
            return _cut(attention, at)
        case _:
            return attention


def _held(attention: Attention, hold: Hold) -> Attention:
    before = _cut(attention, hold.since)
    return replace(before, holds=(*before.holds, hold))


def _cut(attention: Attention, at: datetime) -> Attention:
    """No hold lasts any longer than `at`."""
    if attention.hold is None:
        return attention
    *before, last = attention.holds
    return replace(attention, holds=(*before, replace(last, until=min(last.until, at), over=True)))
