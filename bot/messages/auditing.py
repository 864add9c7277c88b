"""What the auditor has managers told: what stands still or does not add up, since when, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages.model import Action, Line, Said, When, line

_MOST = 5
"""Findings named in a message; `steward db check` names all."""


def late_timers(count: int, since: datetime, command: str) -> Said:
    """Deadlines have passed, and nobody was warned."""
    what = "A deadline has" if count == 1 else f"{count:,} deadlines have"
    head = line(f"I am behind: {what} passed without my acting on it, the oldest since ", When(since), ".")
    return _alarm(head, line("I go on trying. If this stays, restart me; the log says what is in the way."), command)


def waiting(count: int, where: Sequence[str], since: datetime, command: str) -> Said:
    """Messages do not leave."""
    what = "A message has" if count == 1 else f"{count:,} messages have"
    head = line(f"{what} been waiting to leave since ", When(since), f", to {', '.join(where)}.")
    advice = line("I go on trying. See that the chat is up and that I am still in the channel, and call who waits.")
    return _alarm(head, advice, command)


def differing(findings: Sequence[str]) -> Said:
    """What is stored of requests is not what their histories make it."""
    head = line("What I keep of some requests is not what their history says; their clocks may be wrong:")
    named = [line(f"· {finding}") for finding in findings[:_MOST]]
    more = [line(f"… and {len(findings) - _MOST} more.")] if len(findings) > _MOST else []
    advice = line("Back the database up, run steward db check, and report it: this is a fault of mine.")
    return Said("audit", (head, *named, *more, advice), _buttons(), tone="bad")


def over(kind: str, at: datetime) -> Said:
    """It is well again."""
    if kind == "unsent":
        words = line("What could not be sent was sent after all, or left, by ", When(at), ".")
        return Said("audit", (words,), tone="good")
    what = {"timers": "Every deadline is being acted on", "outbox": "Messages leave"}.get(kind, "It adds up")
    return Said("audit", (line(f"{what} again, since ", When(at), "."),), tone="good")


def _alarm(head: Line, advice: Line, command: str) -> Said:
    return Said("audit", (head, advice, line(f"{command} doctor looks at the rest.")), _buttons(), tone="bad")


def _buttons() -> tuple[Action, ...]:
    return (Action("doctor", "Look at everything"),)
