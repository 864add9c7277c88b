"""Whether the other processes are told of a change, so that they look at once: a hint; they look each second anyway."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.ports import Change

SOON = timedelta(seconds=2)
"""Desk time. What is due later everybody finds in time by themselves."""


def presses(change: Change) -> bool:
    """Whether something is ready to be sent because of it, or due before everybody has looked again."""
    if change.suppressed:
        return False
    if change.outbox or change.at is None:
        return bool(change.outbox)
    soon = change.at + SOON
    timers = (*change.timers.values(), *(part.timers for part in change.requests))
    return any(due <= soon for wanted in timers for due in wanted.values())


Hear = Callable[[datetime | None, bool], None]
"""Hears of what this process has committed: when the first of its timers is due (desk time), and whether it has
something to send."""


def nobody(due: datetime | None, sends: bool) -> None:
    """Nobody in this process wakes for it."""


def first_due(changes: Iterable[Change]) -> datetime | None:
    """When the first timer that they set is due; the message of a flood is asked for as the flood is written."""
    dues: list[datetime] = []
    for change in changes:
        dues += (draft.not_before for draft in change.outbox if draft.flood and draft.not_before)
        for wanted in (*change.timers.values(), *(part.timers for part in change.requests)):
            dues += wanted.values()
    return min(dues, default=None)
