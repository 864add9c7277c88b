"""The clocks of a request, without I/O: what is due, warned and breached, and when to look again.

`advance(state, entry, calendars)` follows the history one entry at a time; `tick(state, now, calendars)` answers what
the desk must record by now; `next_wakes` says when to ask again. Instants are UTC, durations business seconds. The rule
numbers are those of the SLA rules in docs/sla.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain import verdicts
from bot.domain.alarms import SetAside
from bot.domain.answering import is_answer
from bot.domain.clocks import (
    WORD,
    Calendars,
    Clock,
    Outcome,
    Phase,
    State,
    Stretch,
    breach_at,
    due_at,
    instant_of,
    seconds_at,
    used_up,
    warn_at,
)
from bot.domain.copying import replace
from bot.domain.counting import stretches_since, timed
from bot.domain.events import (
    Absorbed,
    Adopted,
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    ClientWrote,
    Closed,
    Entry,
    Event,
    MessageClass,
    MessageClassCorrected,
    NewsPromised,
    Opened,
    PolicyApplied,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Resumed,
    SplitOff,
    Status,
    Unmerged,
    WaitedOn,
    Warned,
)
from bot.domain.policy import REPLY_CLOCKS, ClockKind, Terms

Change = Callable[[Clock], Clock]

_ANSWERED = (*REPLY_CLOCKS, ClockKind.PERIODIC_UPDATE, ClockKind.PROMISE)
"""What a public answer ends."""


# --- asking ---------------------------------------------------------------------------------------


def next_deadline(state: State, calendars: Calendars) -> tuple[datetime, ClockKind] | None:
    """The smallest running due time and its clock (rule 4)."""
    dues = [(due, c.kind) for c in state.clocks if (due := due_at(c, calendars))]
    return min(dues, default=None)


def next_news(state: State, calendars: Calendars) -> datetime | None:
    """When the client hears next: the earliest reply or update due time (rule 10a)."""
    dues = [due for c in state.clocks if c.kind is not ClockKind.RESOLUTION and (due := due_at(c, calendars))]
    return min(dues, default=None)


# --- timers ---------------------------------------------------------------------------------------


def tick(state: State, now: datetime, calendars: Calendars) -> tuple[Event, ...]:
    """What must be recorded by now: each breach once a cycle; of several warnings due only the highest (rule 17)."""
    events: list[Event] = []
    for clock in _watched(state):
        if clock.breached_at:  # stamped by a change or by a late stop; its entry is still owed (rule 3)
            due = instant_of(clock, calendars, clock.target) or clock.breached_at
            events.append(_breach(clock, due, clock.breached_at, now))
            continue
        due, breach = due_at(clock, calendars), breach_at(clock, calendars)
        if due is None:
            continue
        if breach and breach <= now:
            events.append(_breach(clock, due, breach, now))
            continue
        last = [r for r in _to_warn(clock) if (warn := warn_at(clock, calendars, r)) and warn <= now][-1:]
        events += [Warned(clock.kind, clock.cycle, max(r, 0), due, before=max(-r, 0)) for r in last]
    return tuple(events)


def _to_warn(clock: Clock) -> list[int]:
    """The warnings that are later in its target than each that was sent, the earliest first (rule 17)."""
    sent = max((seconds_at(rung, clock.target) for rung in clock.warned), default=0)
    left = {seconds_at(rung, clock.target): rung for rung in clock.terms.rungs}
    return [left[counted] for counted in sorted(left) if counted > sent]


def _watched(state: State) -> list[Clock]:
    """The clocks that may still have something to say; those of a cancelled request never do (rules 7 and 16)."""
    return [c for c in state.clocks if not c.reported and state.status is not Status.CANCELLED]


def _breach(clock: Clock, due: datetime, breach: datetime, now: datetime) -> Breached:
    return Breached(clock.kind, clock.cycle, due, breach, now, clock.cause or "elapsed")


def next_wakes(state: State, calendars: Calendars) -> dict[str, datetime]:
    """The timers that this state wants, by name (`first_response:1:warn:75`); a change of state replaces them all."""
    wakes: dict[str, datetime] = {}
    for clock in _watched(state):
        name = f"{clock.kind}:{clock.cycle}"
        breach = clock.breached_at or breach_at(clock, calendars)
        if breach:
            wakes[f"{name}:breach"] = breach
        for rung in () if clock.breached_at else _to_warn(clock):
            warn = warn_at(clock, calendars, rung)
            if warn:
                wakes[f"{name}:warn:{rung}"] = warn
    return wakes


# --- following the history ------------------------------------------------------------------------


def advance(state: State, entry: Entry, calendars: Calendars) -> State:
    """The clocks after one more entry. A breach that lies before it is stamped first: none is missed (rule 3)."""
    if isinstance(entry.event, ResolveUndone):
        return state.unresolved or state
    if isinstance(entry.event, Unmerged):
        return state.unmerged or state
    after = _follow(_settle(state, entry.at, calendars), entry, calendars)
    if state.unresolved is None:
        return after
    if after.status is not Status.RESOLVED or isinstance(entry.event, ResolutionAnnounced | Adopted):
        return replace(after, unresolved=None)
    return replace(after, unresolved=advance(state.unresolved, entry, calendars))


def _follow(state: State, entry: Entry, calendars: Calendars) -> State:
    at = entry.at
    match entry.event:
        case Opened(since=since, requester=requester, from_client=from_client):
            return replace(
                state,
                phases=(Phase(since, Status.NEW),),
                opened_at=since,
                requester=requester,
                owes_first_response=from_client,
                unanswered_since=since if from_client else None,
            )
        case PolicyApplied(terms=terms):
            return _apply_terms(state, terms, at, calendars)
        case ClientWrote(cls=MessageClass.SUBSTANCE):
            # Rule 8: the oldest unanswered message counts; more of them neither restart nor extend the wait.
            return _run(replace(state, unanswered_since=state.unanswered_since or at), at)
        case Replied() if is_answer(
            entry, state.requester, bot_counts=state.terms is not None and state.terms.bot_counts
        ):
            return _replied(state, at, calendars)
        case Replied(cls=MessageClass.SUBSTANCE, automatic=False, bot=False) if entry.by == state.requester:
            # Rule 5: whoever asked answers nobody; also where they are of the team, they are one more who waits.
            return _run(replace(state, unanswered_since=state.unanswered_since or at), at)
        case NewsPromised(due_at=due):
            return _promised(state, due, at)
        case MessageClassCorrected():
            return _recounted(state, entry.event, at, calendars)
        case Assigned(to=to) if state.status in (Status.NEW, Status.ACTIVE):
            return _move(state, Status.ACTIVE if to else Status.NEW, at, calendars)
        case AskedClient():
            return _move(state, Status.WAITING_CLIENT, at, calendars)
        case WaitedOn(label=label):
            return _move(state, Status.WAITING_OTHER, at, calendars, label)
        case SetAside():
            return _move(state, Status.SET_ASIDE, at, calendars)
        case Resumed(to=to):
            return _move(state, to, at, calendars)
        case Resolved():
            return replace(_end_all(state, Status.RESOLVED, at, calendars), unresolved=state)
        case Closed():
            return _end_all(state, Status.CLOSED, at, calendars)
        case Reopened(to=to):
            return _run(_move(state, to, at, calendars), at)
        case Cancelled(into=into):
            clocks = tuple(replace(verdicts.ended(c, at), outcome=Outcome.CANCELLED) for c in state.clocks)
            ended = _move(replace(state, clocks=clocks), Status.CANCELLED, at, calendars)
            return replace(ended, unmerged=state if into else None)
        case Absorbed(since=since, breached_at=breached_at) if since:
            waits = min(since, state.unanswered_since or since)
            after = _waiting_since(state, waits, at, calendars)
            return _told_late(after, breached_at) if breached_at and waits == since else after
        case SplitOff(since=since) if state.status.is_open:
            return _waiting_since(state, since, at, calendars)
        case Adopted() if state.status.is_open:
            state = replace(state, owes_first_response=False, unanswered_since=None, updated_at=None, adopted=True)
            return _each(state, lambda c: replace(verdicts.ended(c, at), outcome=Outcome.CANCELLED))
        case Warned(clock=kind, cycle=cycle, rung=rung):
            return _one(state, kind, cycle, lambda c: replace(c, warned=(*c.warned, rung)))
        case Breached(clock=kind, cycle=cycle, breached_at=breached_at, cause=cause):
            return _one(
                state,
                kind,
                cycle,
                lambda c: replace(c, breached_at=c.breached_at or breached_at, cause=c.cause or cause, reported=True),
            )
        case _:
            return state


def _settle(state: State, at: datetime, calendars: Calendars) -> State:
    """Stamp breaches that lie before `at`. One that falls on it is the event's to prevent: timers go last (rule 18)."""

    return _each(state, lambda c: c if c.paused else _late_before(c, at, calendars))


def settled(state: State, now: datetime, calendars: Calendars) -> State:
    """The clocks with every breach stamped that lies at or before `now`, whether or not anybody looked (rule 3)."""
    return _settle(state, now + timedelta(microseconds=1), calendars)


def breached(state: State, now: datetime, calendars: Calendars) -> frozenset[ClockKind]:
    """The clocks of which some cycle was late by then; those of a cancelled request never (rules 3 and 7)."""
    if state.status is Status.CANCELLED:
        return frozenset()
    known = settled(state, now, calendars)
    return frozenset(c.kind for c in known.clocks if c.breached_at and c.breached_at <= now)


def _late_before(clock: Clock, at: datetime, calendars: Calendars) -> Clock:
    if clock.breached_at or not used_up(clock, calendars, at):  # most often there is nothing to look for
        return clock
    breach = instant_of(clock, calendars, clock.target, past=True)
    return replace(clock, breached_at=breach, cause="elapsed") if breach and breach < at else clock


def _apply_terms(state: State, terms: Terms, at: datetime, calendars: Calendars) -> State:
    """Rules 11 and 13: running clocks get the new target from their original start; without one they are dropped."""
    before = state.terms
    if before is None:  # rule 6: what lies before it counts in these hours
        phases = tuple(replace(p, calendar=terms.calendar) for p in state.phases)
    else:
        phases = (*state.phases, *(replace(last, since=at, calendar=terms.calendar) for last in state.phases[-1:]))
    cause = "policy_change" if before and before.priority == terms.priority else "priority_change"
    state = replace(state, terms=terms, phases=phases)

    def retarget(clock: Clock) -> Clock:
        if clock.promised:
            return clock
        target = terms.targets.get(clock.kind)
        if target is None:
            return verdicts.dropped(clock, at)
        return timed(replace(clock, terms=terms, target=target, changed_by=cause), state.phases[-1], at)

    state = _run(_each(state, retarget), at)
    if before is None:
        return _each(state, lambda c: _late_before(c, at, calendars))
    return _each(state, lambda c: verdicts.overtaken(c, at, calendars, cause))


def _replied(state: State, at: datetime, calendars: Calendars) -> State:
    """Rule 5: a person's public answer judges the waiting reply clock; rule 10: and starts the next update's time."""
    clocks = tuple(_answered_at(clock, at) for clock in state.clocks)
    state = _each(
        replace(state, clocks=clocks), lambda c: verdicts.judged(c, at, calendars) if c.kind in _ANSWERED else c
    )
    return _run(replace(state, unanswered_since=None, owes_first_response=False, updated_at=at), at)


def _answered_at(clock: Clock, at: datetime) -> Clock:
    """Rule 18: at equal times a message goes before a status, so a reply of the instant of a resolve answers."""
    if clock.outcome is not Outcome.CLOSED_WITHOUT_REPLY or clock.ended_at != at:
        return clock
    return replace(clock, outcome=Outcome.MISSED if clock.breached_at else Outcome.MET)


def _waiting_since(state: State, since: datetime | None, at: datetime, calendars: Calendars) -> State:
    """Rule 16: the oldest unanswered message is another one now, by a merge or a split; the reply clock follows it."""
    if since == state.unanswered_since:
        return state
    if since is None:
        ended = _each(state, lambda c: verdicts.dropped(c, at) if c.kind in REPLY_CLOCKS else c)
        return _run(replace(ended, unanswered_since=None), at)
    first, *rest = state.phases
    # It may be older than this request: the time before counts in the same hours.
    state = replace(state, unanswered_since=since, phases=(replace(first, since=min(first.since, since)), *rest))

    def moved(clock: Clock) -> Clock:
        if clock.kind not in REPLY_CLOCKS:
            return clock
        stretches = stretches_since(state, clock.terms, clock.kind, since) or clock.stretches
        return verdicts.overtaken(replace(clock, started_at=since, stretches=stretches), at, calendars, "merged")

    return _run(_each(state, moved), at)


def _told_late(state: State, breached_at: datetime) -> State:
    """The wait was late before the merge, and told: it stays so, and is not told again."""

    def late(clock: Clock) -> Clock:
        if clock.kind not in REPLY_CLOCKS or clock.reported:
            return clock
        return replace(clock, breached_at=breached_at, cause="merged", reported=True)

    return _each(state, late)


def _recounted(state: State, fact: MessageClassCorrected, at: datetime, calendars: Calendars) -> State:
    """Rule 5: a corrected class decides anew, from the message's own time, the clocks that it had started or stopped.

    A wait that was none ends without a verdict; one that an answer had not ended goes on; one that an answer had ended
    is judged at that answer. What has been resolved since is left as it was judged.
    """
    if not state.status.is_open:
        return state
    since, counted = fact.unanswered_since, fact.cls is MessageClass.SUBSTANCE
    kind = ClockKind.FIRST_RESPONSE if fact.owes_first_response else ClockKind.NEXT_REPLY
    state = replace(
        state, unanswered_since=since, owes_first_response=fact.owes_first_response, updated_at=fact.updated_at
    )

    def anew(clock: Clock) -> Clock:
        if clock.kind not in _ANSWERED or clock.outcome is Outcome.CANCELLED:
            return clock
        start = fact.updated_at if clock.kind is ClockKind.PERIODIC_UPDATE else since if clock.kind is kind else None
        right = clock.started_at == start
        waited = clock.started_at <= fact.said_at and (clock.ended_at is None or clock.ended_at > fact.said_at)
        if fact.reply and counted and waited and not right:
            return verdicts.judged_earlier(clock, fact.said_at, calendars)
        if fact.reply and not counted and clock.ended_at == fact.said_at and _still(state, clock, kind):
            return replace(clock, outcome=Outcome.RUNNING, ended_at=None, stretches=_longer(state, clock))
        if clock.promised or right or not clock.running:
            return clock
        return replace(verdicts.ended(clock, at), outcome=Outcome.CANCELLED)

    return _settle(_run(replace(state, clocks=tuple(map(anew, state.clocks))), at), at, calendars)


def _still(state: State, clock: Clock, kind: ClockKind) -> bool:
    """Whether what that clock waited for was not given after all."""
    if clock.promised:
        return state.running(ClockKind.PROMISE) is None
    return clock.kind is kind and clock.started_at == state.unanswered_since


def _longer(state: State, clock: Clock) -> tuple[Stretch, ...]:
    """Its stretches as if it had never ended; a promise counts on the wall."""
    ended = clock.ended_at or clock.started_at
    if clock.promised:
        return (*clock.stretches, Stretch(ended, clock.terms.calendar))
    return (*clock.stretches, *stretches_since(state, clock.terms, clock.kind, ended))


def _promised(state: State, due: datetime, at: datetime) -> State:
    """Rule 10a: a promise of one's own is a clock; promised again in time it moves, once late it stays missed."""
    state = _each(state, lambda c: verdicts.dropped(c, at) if c.promised else c)
    last = state.latest(ClockKind.PROMISE)
    length = int((due - at).total_seconds())
    cycle = last.cycle + 1 if last else 1
    clock = Clock(ClockKind.PROMISE, cycle, at, WORD, length, (Stretch(at, WORD.calendar),), promised=due)
    return replace(state, clocks=(*state.clocks, clock))


def _move(state: State, to: Status, at: datetime, calendars: Calendars, label: str = "") -> State:
    """Rule 9: a pause begins and ends at the status event. What a change overtook meanwhile breaches on resuming."""
    last = state.phases[-1]
    if (to, label) == (last.status, last.label):
        return state
    now = Phase(at, to, last.calendar, label)
    state = replace(state, phases=(*state.phases, now))
    return _each(state, lambda c: verdicts.overtaken(timed(c, now, at), at, calendars, c.changed_by))


def _end_all(state: State, to: Status, at: datetime, calendars: Calendars) -> State:
    """Rule 7: resolving judges every running clock at that instant; a reply that never came is reported as such."""

    def end(clock: Clock) -> Clock:
        judged = verdicts.judged(clock, at, calendars)
        return replace(judged, outcome=Outcome.CLOSED_WITHOUT_REPLY) if clock.kind in REPLY_CLOCKS else judged

    state = replace(_each(state, end), owes_first_response=False, unanswered_since=None, updated_at=None)
    return _move(state, to, at, calendars)


# --- which clocks run -----------------------------------------------------------------------------


def _run(state: State, at: datetime) -> State:
    """Start what should run and does not: at its own start, however late the terms that ask for it (rules 6 and 13)."""
    if state.opened_at is None or not state.status.is_open:
        return state
    if not state.adopted:
        state = _start(state, ClockKind.RESOLUTION, state.opened_at)
    if state.unanswered_since:
        kind = ClockKind.FIRST_RESPONSE if state.owes_first_response else ClockKind.NEXT_REPLY
        state = _start(state, kind, state.unanswered_since)
    if any(state.running(kind) for kind in REPLY_CLOCKS):
        # Rule 10: no update is due while a reply is; the next public reply starts a new one.
        return _each(state, lambda c: verdicts.dropped(c, at) if c.kind is ClockKind.PERIODIC_UPDATE else c)
    return _start(state, ClockKind.PERIODIC_UPDATE, state.updated_at) if state.updated_at else state


def _start(state: State, kind: ClockKind, since: datetime) -> State:
    """A new cycle, or the same one again where it was dropped, or resolved and reopened (rules 13 and 15)."""
    terms = state.terms
    target = terms.targets.get(kind) if terms else None
    if terms is None or target is None or state.running(kind):
        return state
    last = state.latest(kind)
    dropped = last is not None and last.outcome in (Outcome.CANCELLED, Outcome.MISSED)
    if last and last.ended_at and last.started_at == since and (dropped or kind is ClockKind.RESOLUTION):
        stretches = (*last.stretches, *stretches_since(state, terms, kind, last.ended_at))
        again = replace(last, terms=terms, target=target, stretches=stretches, outcome=Outcome.RUNNING, ended_at=None)
        return replace(state, clocks=tuple(again if c is last else c for c in state.clocks))
    cycle = last.cycle + 1 if last else 1
    stretches = stretches_since(state, terms, kind, since) or (Stretch(since, terms.calendar, since),)
    return replace(state, clocks=(*state.clocks, Clock(kind, cycle, since, terms, target, stretches)))


def _each(state: State, change: Change) -> State:
    clocks, same = list[Clock](), True
    for clock in state.clocks:
        new = change(clock) if clock.outcome is Outcome.RUNNING else clock
        same = same and new is clock  # most entries change no clock
        clocks.append(new)
    return state if same else replace(state, clocks=tuple(clocks))


def _one(state: State, kind: ClockKind, cycle: int, change: Change) -> State:
    clocks = (change(c) if c.kind is kind and c.cycle == cycle else c for c in state.clocks)
    return replace(state, clocks=tuple(clocks))
