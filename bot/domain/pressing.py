"""Decisions about time that people give their word on, and about what cannot wait: promised news and urgency."""

from __future__ import annotations

from datetime import datetime

from bot.domain.events import MarkedUrgent, MessageClass, NewsPromised, PriorityChanged, UrgencyLifted
from bot.domain.policy import ClockKind, Impact, Urgency, priority_of
from bot.domain.request import Decision, NotAllowed, Request, client_writes, reply


def promise_news(request: Request, *, due: datetime, words: str = "") -> Decision:
    """Promise the client news by then (rule 10a); words are a reply of one's own, and come first: they keep a promise
    made before, not this one. Raises NotAllowed where that very time is promised already."""
    running = request.sla.running(ClockKind.PROMISE)
    if running and running.promised == due and not words:
        raise NotAllowed(f"News on {request.ref} is promised for that time already.")
    return (*(reply(request, text=words) if words else ()), NewsPromised(due))


def mark_urgent(request: Request, *, impact: Impact, needed: str, text: str, paged: tuple[str, ...]) -> Decision:
    """The client says that it cannot wait: their words, the mark, and the priority by impact × urgency (rule 11).

    It never lowers a priority. Raises NotAllowed where it is marked already.
    """
    if request.urgent:
        raise NotAllowed(f"{request.ref} is marked urgent already.")
    level = min(request.priority, priority_of(impact, Urgency.HIGH))
    raised = PriorityChanged(request.priority, level, f"the client says it is urgent; stopped: {impact}")
    said = client_writes(request, text=text, cls=MessageClass.SUBSTANCE)
    return (*said, MarkedUrgent(impact, needed, paged), *((raised,) if level is not request.priority else ()))


def lift_urgency(request: Request, *, reason: str) -> Decision:
    """It is urgent no longer; a priority that the mark raised, and nobody changed since, goes back to what it was.

    Raises NotAllowed where it is not marked.
    """
    if not request.urgent:
        raise NotAllowed(f"{request.ref} is not marked urgent.")
    before = request.before_urgent or request.priority
    raised = request.priority is min(before, priority_of(request.urgent, Urgency.HIGH))
    back = (PriorityChanged(request.priority, before, "urgent no longer"),) if raised else ()
    return (UrgencyLifted(reason), *(back if before is not request.priority else ()))
