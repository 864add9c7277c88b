"""Whether the other processes are told of a change, so that they look at once: a hint; they look each second anyway."""

from __future__ import annotations

from datetime import timedelta

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
