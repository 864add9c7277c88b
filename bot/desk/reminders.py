"""What happens because time passed: warnings, breaches, the question after a resolve, and closing by silence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from bot.clock import seconds_until
from bot.desk import (
    compaction,
    digest,
    floods,
    holidays_job,
    jobs,
    plans_job,
    rating,
    recurring,
    retention,
    reviews,
    waiting,
)
from bot.desk.changing import ANNOUNCE, AUTO_CLOSE, RATE, closes_at, step
from bot.desk.context import Desk, Rules
from bot.domain import escalation, patience, silence
from bot.domain.events import ChaserNudged, Closed, Event, ResolutionAnnounced, Status
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Decide, Timer

log = logging.getLogger("steward.reminders")

JOBS = (digest, floods, reviews, recurring, holidays_job, plans_job, retention, compaction)
"""The jobs of the desk; importing them declares them."""

BATCH = 500
"""Timers claimed in one transaction at most."""
BETWEEN = 0.5
"""Seconds for which jobs wait at most while batch follows batch."""
SHORT = 0.2
"""Seconds that one such transaction may last: on SQLite nobody else is served meanwhile; each waits for the disk."""


def decider(rules: Rules, now: datetime, *, suppressed: bool = False) -> Decide:
    """The pure decision of what a due timer does, judged by the request as it stands and not as it stood."""

    def decide(timer: Timer, request: Request | None, directory: Directory) -> Change:
        if request is None:
            return Change()
        if timer.kind == RATE:
            # Whether to ask depends on what else was asked: a job's, which can look.
            return Change() if suppressed else Change(timers={rating.subject(request.number): {"ask": now}})
        try:
            then = partial(_events, timer, directory=directory, now=now, rules=rules)
            done = step(directory, rules, request, (), at=now, then=then)
        except Exception:  # the store has it come again, and holds up nobody else's timers
            log.exception("the timer %s of %s could not be decided; it comes again", timer.kind, timer.subject)
            raise
        if not done.change.entries and rules.silent:
            return Change()
        if not done.change.entries:
            # Nothing is to be done now. What it waits for may have moved, such as somebody's quiet hours: look then.
            later = {name: at for name, at in done.change.timers.items() if at > now}
            return Change(timers={timer.subject: later | patience.wake_later(request, directory, now)})
        return Change((done.change,), done.outbox, suppressed=suppressed)

    return decide


def _events(timer: Timer, request: Request, *, directory: Directory, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """What is to be recorded by now, each once, whichever timer woke the desk; and what that timer itself asks for."""
    if request.status.is_open and not rules.silent:
        told = (*_chased(request, directory, now), *escalation.due(request, directory, now))
        return (*told, *silence.due(request, directory, now), *patience.due(request, directory, now))
    if request.status is not Status.RESOLVED:
        return ()
    if timer.kind == ANNOUNCE and not request.announced:
        return (ResolutionAnnounced(closes_at(request, directory, now)),)
    if timer.kind == AUTO_CLOSE and request.closes_at and request.closes_at <= now:
        return (Closed(request.status, "no answer came, so we took it as solved"),)
    return ()


def _chased(request: Request, directory: Directory, now: datetime) -> tuple[Event, ...]:
    if request.status is Status.WAITING_OTHER and request.chase_at and request.chase_at <= now:
        return (ChaserNudged(waiting.chase_again(request, directory, now)),)
    return ()


async def fire(desk: Desk) -> int:
    """Fire every timer due by now: those of requests in order, with the jobs between them; answers how many."""
    fired, limit, clock = 0, BATCH // 5, asyncio.get_running_loop().time
    looked = None
    while True:
        now, began = desk.now(), clock()
        decide = decider(desk.rules, now, suppressed=desk.suppressed)
        count = await desk.store.fire_due(now, limit, decide, BATCH if looked is None else limit)
        fired += count
        done = count < limit
        # After the first batch, which waits for nothing; then seldom, since each batch asks for the same floods anew.
        if done or looked is None or began - looked > BETWEEN:
            await jobs.follow(desk)
            fired += await jobs.run_due(desk)
            looked = clock()
        if done:
            return fired
        # As many as a short transaction can decide; where these were about that, so many again, which may be decided
        # already.
        lasted = max(clock() - began, 0.001)
        if not SHORT / 2 <= lasted <= SHORT:
            limit = max(BATCH // 20, min(BATCH, int(limit * SHORT / lasted)))


async def until_next(desk: Desk) -> float | None:
    """In how many real seconds the next timer is due; None where none waits, or desk time stands still."""
    due = await desk.store.next_due()
    return None if due is None else seconds_until(desk.clock, due)


async def advance(
    desk: Desk,
    until: datetime,
    move_to: Callable[[datetime], None],
    drain: Callable[[], Awaitable[object]] | None = None,
) -> int:
    """Move a simulated clock to `until`, stopping at each timer's own time on the way: fire, drain, repeat."""
    await jobs.follow(desk)
    fired = 0
    while (due := await desk.store.next_due()) is not None and due <= until:
        move_to(max(due, desk.now()))
        count = await fire(desk)
        fired += count
        if drain:
            await drain()
        if count == 0 and await desk.store.next_due() == due:
            break  # a timer that nobody could claim now is the next round's
    move_to(until)
    return fired
