"""A request: its state, the one transition table, and the decisions people make about it.

A decision checks and answers facts; `apply` is the only change of state. Replaying a history gives the stored row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain import alarms
from bot.domain.attention import attend
from bot.domain.clocks import State
from bot.domain.copying import replace
from bot.domain.events import (
    Absorbed,
    Adopted,
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    ChaserNudged,
    ChecklistSet,
    ClientWrote,
    Closed,
    Entry,
    Event,
    FollowedUp,
    KindChanged,
    MadePrivate,
    MarkedUrgent,
    MessageClass,
    MessageClassCorrected,
    MessageDeleted,
    MessageEdited,
    NewsPromised,
    NoteAdded,
    Opened,
    PolicyApplied,
    PriorityChanged,
    Rated,
    RatingAsked,
    RatingExplained,
    RatingSkipped,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Resumed,
    Reworded,
    Shared,
    SplitOff,
    Status,
    StepDone,
    Tagged,
    Unmerged,
    Untagged,
    UrgencyLifted,
    WaitedOn,
    Warned,
    WordsErased,
)
from bot.domain.parts import Rating, Step
from bot.domain.people import Person
from bot.domain.policy import Priority
from bot.domain.refusal import Declined
from bot.domain.sla import Calendars, advance
from bot.domain.standing import Request


class NotAllowed(Declined):
    """An illegal move: nothing changed, and the message says why and what to do instead."""


class Over(NotAllowed):
    """What somebody would do has no place any more, or not now, as the request stands."""


_OPEN = frozenset(status for status in Status if status.is_open)
_WAITING = frozenset({Status.WAITING_CLIENT, Status.WAITING_OTHER, Status.SET_ASIDE})
_ALIVE = frozenset(Status) - {Status.CANCELLED}
_DONE = frozenset({Status.RESOLVED, Status.CLOSED})

SPOKEN = ("phone", "mail", "chat", "visit")
"""How a request reaches the team that somebody of it writes down."""

TRANSITIONS: dict[type[Event], frozenset[Status]] = {
    PolicyApplied: _OPEN,
    Assigned: _OPEN,
    PriorityChanged: _OPEN,
    KindChanged: _OPEN,
    Tagged: _OPEN,
    Untagged: _OPEN,
    ClientWrote: _ALIVE,
    Replied: _ALIVE,
    NoteAdded: frozenset(Status),
    MessageEdited: frozenset(Status),
    MessageDeleted: frozenset(Status),
    Reworded: frozenset(Status),
    MessageClassCorrected: frozenset(Status),
    AskedClient: _OPEN,
    WaitedOn: _OPEN,
    ChaserNudged: frozenset({Status.WAITING_OTHER}),
    NewsPromised: _OPEN,
    MarkedUrgent: _OPEN,
    UrgencyLifted: _OPEN,
    Resumed: _WAITING,
    Resolved: _OPEN,
    ResolveUndone: frozenset({Status.RESOLVED}),
    ResolutionAnnounced: frozenset({Status.RESOLVED}),
    Reopened: _DONE,
    Closed: _OPEN | {Status.RESOLVED},
    Cancelled: _OPEN | {Status.RESOLVED},
    ChecklistSet: _OPEN,
    StepDone: _OPEN | {Status.RESOLVED},
    RatingAsked: frozenset({Status.CLOSED}),
    RatingSkipped: frozenset({Status.CLOSED}),
    Rated: frozenset({Status.CLOSED}),
    RatingExplained: frozenset({Status.CLOSED}),
    FollowedUp: frozenset(Status),
    Absorbed: _OPEN,
    Unmerged: frozenset({Status.CANCELLED}),
    SplitOff: _ALIVE,
    MadePrivate: _ALIVE,
    Shared: _ALIVE,
    Adopted: _OPEN | {Status.RESOLVED},
    WordsErased: frozenset(Status),
    Warned: frozenset(Status),
    Breached: frozenset(Status),
    **dict.fromkeys(alarms.WHILE_OPEN, _OPEN),
    **dict.fromkeys(alarms.WHILE_WAITING, frozenset({Status.WAITING_CLIENT})),
}
"""From which status each fact may happen. What is not here does not happen."""


def open_request(entry: Entry, calendars: Calendars) -> Request:
    """The request after its first entry, which must be its opening."""
    event = entry.event
    if not isinstance(event, Opened):
        raise NotAllowed("A history begins with the opening.")
    return Request(
        number=event.number,
        client=event.client,
        title=event.title,
        requester=event.requester,
        opened_at=event.since,
        source=event.source,
        details=event.details,
        kind=event.kind,
        stopped=event.stopped,
        outcome=event.outcome,
        priority=event.priority,
        sla=advance(State(), entry, calendars),
        told=entry.by if event.source in SPOKEN else "",
        follows=event.follows,
        split_from=event.split_from,
        private=event.private,
        stakeholders=event.stakeholders,
        answers=event.answers,
        tags=event.tags,
        version=entry.seq,
        last_at=entry.at,
    )


def apply(request: Request, entry: Entry, calendars: Calendars) -> Request:
    """The request after one more entry. Raises NotAllowed for an illegal move or an entry out of order."""
    event = entry.event
    if entry.seq != request.version + 1:
        raise NotAllowed(f"{request.ref} is at entry {request.version}; {entry.seq} does not follow it.")
    told = isinstance(event, ResolveUndone) and request.announced  # the client knows: from then on it is reopened
    if told:
        raise Over(why_not(request, type(event)))
    check(request, type(event))
    changed = replace(_moved(request, entry), version=entry.seq, last_at=entry.at)
    sla = advance(request.sla, entry, calendars)
    attention = attend(request.attention, entry, status=changed.status, owner=changed.owner, clocks=sla.clocks)
    return replace(changed, sla=sla, attention=attention)


def _moved(request: Request, entry: Entry) -> Request:
    at = entry.at
    match entry.event:
        case Assigned(to=to):
            status = request.status if request.status in _WAITING else (Status.ACTIVE if to else Status.NEW)
            return replace(request, owner=to, status=status)
        case PriorityChanged(to=to):
            return replace(request, priority=to)
        case KindChanged(to=to):
            return replace(request, kind=to)
        case Tagged(tag=tag):
            return replace(request, tags=(*request.tags, tag))
        case Untagged(tag=tag):
            return replace(request, tags=tuple(other for other in request.tags if other != tag))
        case Reworded(title=title, details=details):
            return replace(request, title=title, details=details)
        case AskedClient(question=question):
            return replace(_waits_no_more(request), status=Status.WAITING_CLIENT, question=question)
        case WaitedOn(party=party, until=until, chaser=chaser):
            wait = request.wait or entry.seq
            waiting = replace(_waits_no_more(request), status=Status.WAITING_OTHER, party=party, wait=wait)
            return replace(waiting, chaser=chaser, chase_at=until)
        case ChaserNudged(again=again):
            return replace(request, chase_at=again)
        case MarkedUrgent(impact=impact, needed=needed):
            return replace(request, urgent=impact, urgent_at=at, needed=needed, before_urgent=request.priority)
        case UrgencyLifted():
            return replace(request, urgent=None, urgent_at=None, needed="", before_urgent=None)
        case alarms.SetAside():
            return replace(request, status=Status.SET_ASIDE)
        case Resumed(to=to):
            return replace(_waits_no_more(request), status=to)
        case Resolved(summary=summary, from_=before):
            return replace(
                request,
                status=Status.RESOLVED,
                summary=summary,
                resolved_by=entry.by,
                before_resolve=before,
                announced=False,
                ended_at=at,
            )
        case ResolveUndone(to=to):
            return replace(request, status=to, summary="", resolved_by=None, before_resolve=None, ended_at=None)
        case ResolutionAnnounced(closes_at=closes_at):
            return replace(request, announced=True, closes_at=closes_at)
        case Reopened(to=to):
            again = replace(_waits_no_more(request), status=to, announced=False)
            return replace(again, before_resolve=None, closes_at=None, ended_at=None, rating=None)
        case Closed(from_=before):
            # What was given up because nobody answered was not solved: there is nothing to rate.
            rating = None if before in (Status.WAITING_CLIENT, Status.SET_ASIDE) else Rating()
            return replace(request, status=Status.CLOSED, closes_at=None, ended_at=at, rating=rating)
        case Cancelled(into=into, into_ref=ref):
            ended = replace(request, status=Status.CANCELLED, closes_at=None, ended_at=at)
            return replace(ended, merged_into=into, merged_ref=ref)
        case Absorbed(ref=ref):
            return replace(request, absorbed=(*request.absorbed, ref))
        case Unmerged(to=to):
            return replace(request, status=to, ended_at=None, merged_into=0, merged_ref="")
        case SplitOff(ref=ref) if ref in request.absorbed:
            return replace(request, absorbed=tuple(other for other in request.absorbed if other != ref))
        case SplitOff(ref=ref):
            return replace(request, split_into=(*request.split_into, ref))
        case ChecklistSet(steps=steps):
            there = {step.text: step for step in request.checklist}
            return replace(request, checklist=tuple(there.get(text, Step(text)) for text in steps))
        case StepDone(step=index, done=done):
            by = entry.by if done else None
            steps = (
                replace(step, done_by=by) if number == index else step for number, step in enumerate(request.checklist)
            )
            return replace(request, checklist=tuple(steps))
        case RatingAsked():
            return replace(request, rating=Rating(asked=entry.seq))
        case RatingSkipped():
            return replace(request, rating=replace(request.rating or Rating(), skipped=True))
        case Rated(score=score):
            return replace(request, rating=replace(request.rating or Rating(), score=score, skipped=False))
        case RatingExplained(text=text):
            return replace(request, rating=replace(request.rating or Rating(), text=text))
        case FollowedUp():
            return replace(request, rating=replace(request.rating or Rating(), followed_up_by=entry.by))
        case MadePrivate():
            return replace(request, private=True, withdrawn=True)
        case Shared(person=person):
            return replace(request, stakeholders=(*request.stakeholders, person))
        case Adopted():
            # What was resolved elsewhere was announced elsewhere: nobody is asked about it years later.
            return replace(request, announced=request.status is Status.RESOLVED, closes_at=None)
        case _:
            return request


def _waits_no_more(request: Request) -> Request:
    return replace(request, question="", party="", chaser=None, chase_at=None, wait=0)


def replay(entries: Iterable[Entry], calendars: Calendars) -> Request:
    """The request that a whole history gives (rule 19). Raises NotAllowed for an empty or illegal one."""
    request: Request | None = None
    for entry in entries:
        request = apply(request, entry, calendars) if request else open_request(entry, calendars)
    if request is None:
        raise NotAllowed("An empty history gives no request.")
    return request


def check(request: Request, fact: type[Event]) -> None:
    """Raises Over where a fact of that kind cannot happen to the request as it stands."""
    if request.status not in TRANSITIONS.get(fact, frozenset()):
        raise Over(why_not(request, fact))


def why_not(request: Request, fact: type[Event]) -> str:
    """Why a fact cannot happen now, and what can, as one sentence for the person who tried."""
    name = {
        Status.NEW: "new",
        Status.ACTIVE: "being worked on",
        Status.WAITING_CLIENT: "waiting for the client",
        Status.WAITING_OTHER: "waiting for a third party",
        Status.SET_ASIDE: "set aside",
        Status.RESOLVED: "resolved",
        Status.CLOSED: "closed",
        Status.CANCELLED: "cancelled",
    }[request.status]
    if request.merged_into:
        return f"{request.ref} was merged into another request; go on there, or split it off again."
    if request.status is Status.CANCELLED:
        return f"{request.ref} is cancelled; open a new request instead."
    if request.status in _DONE and fact is not Reopened:
        return f"{request.ref} is {name} already; reopen it first."
    return f"{request.ref} is {name}, so there is nothing to do."


# --- decisions ------------------------------------------------------------------------------------

Decision = tuple[Event, ...]


def claim(request: Request, *, by: Person) -> Decision:
    """Take it. Raises NotAllowed when it is one's own already, or somebody else's (that is handed over, not taken)."""
    if request.owner == by.id:
        raise NotAllowed(f"{request.ref} is yours already.")
    if request.owner is not None:
        raise NotAllowed(f"{request.ref} has an owner; use assign to hand it over.")
    return (Assigned(None, by.id),)


def take_on(request: Request, *, by: Person, owner: Person | None) -> Decision:
    """Whoever of the team speaks to the client, or promises something, takes what nobody has.

    `owner` is the person who has it; somebody who has left has nothing.
    """
    has = owner is not None and owner.is_staff
    if has or not request.status.is_open or not by.is_staff or by.id == request.requester:
        return ()
    return (Assigned(request.owner, by.id),)


def assign(request: Request, *, to: Person | None) -> Decision:
    """Hand it to somebody of the team, or back to the team (`to` None)."""
    if to is not None and not to.is_staff:
        raise NotAllowed(f"{to.name} is not on the team; choose one of the team's people.")
    if request.owner == (to.id if to else None):
        raise NotAllowed(f"{request.ref} is with {to.name if to else 'the team'} already.")
    return (Assigned(request.owner, to.id if to else None),)


def prioritise(request: Request, *, to: Priority, reason: str) -> Decision:
    """Change the priority. The new terms follow in the same change."""
    if request.priority is to:
        raise NotAllowed(f"{request.ref} is {to} already.")
    return (PriorityChanged(request.priority, to, reason),)


def reply(request: Request, *, text: str, cls: MessageClass = MessageClass.SUBSTANCE) -> Decision:
    """Answer the client. Waiting and resolved stay as they are: a status change is its own act."""
    return (Replied(text, cls),)


def client_writes(request: Request, *, text: str, cls: MessageClass) -> Decision:
    """The client's words; they end a wait for the client, and reopen what was done unless they are a courtesy.

    On a closed request the caller decides first whether the reopening window has passed (`may_reopen`).
    """
    said = ClientWrote(text, cls)
    if cls is MessageClass.COURTESY:
        return (said,)
    # Rule 9: whatever paused it, their word resumes.
    if request.status in (Status.WAITING_CLIENT, Status.SET_ASIDE) or request.sla.paused:
        return (Resumed(request.status, request.working, "the client answered"), said)
    if request.status in _DONE:
        return (_reopened(request, "the client wrote"), said)
    return (said,)


def client_confirms(request: Request, *, text: str) -> Decision:
    """A yes to "does it work for you?", in their own words: it closes as the button does."""
    return (ClientWrote(text, MessageClass.COURTESY), *works(request))


def _reopened(request: Request, reason: str) -> Reopened:
    knew = request.status is Status.CLOSED or request.announced
    return Reopened(request.status, request.working, reason, knew)


def ask_client(request: Request, *, question: str) -> Decision:
    """Ask the client and wait. The question is a public reply as well (it answers them, rule 5)."""
    return (Replied(question), AskedClient(request.status, question))


def wait_on(request: Request, *, party: str, until: datetime | None = None, chaser: str | None = None) -> Decision:
    """Wait for a third party; from `until` on somebody is reminded to chase them."""
    return (WaitedOn(request.status, party, until, chaser),)


def resume(request: Request, *, reason: str) -> Decision:
    """Work goes on."""
    return (Resumed(request.status, request.working, reason),)


def resolve(request: Request, *, summary: str) -> Decision:
    """Staff believe it is solved."""
    return (Resolved(request.status, summary),)


def undo_resolve(request: Request) -> Decision:
    """Take a resolution back. Raises NotAllowed once the client has been asked: then it is a reopening."""
    if request.announced:
        raise NotAllowed(f"The client has been told that {request.ref} is solved; use reopen instead.")
    return (ResolveUndone(request.before_resolve or request.working),)


def works(request: Request) -> Decision:
    """The client confirms. Raises NotAllowed where it was not resolved."""
    if request.status is not Status.RESOLVED:
        raise NotAllowed(f"{request.ref} is not waiting for your answer; write in its thread if something is wrong.")
    return (Closed(request.status, "the client confirmed that it works"),)


def reopen(request: Request, *, reason: str, text: str = "") -> Decision:
    """Not solved after all; the client's words, where there are any, start the wait for an answer (rule 15)."""
    events: Decision = (_reopened(request, reason),)
    return (*events, ClientWrote(text)) if text else events


def close(request: Request, *, reason: str) -> Decision:
    """Close without asking further."""
    return (Closed(request.status, reason),)


def cancel(request: Request, *, reason: str) -> Decision:
    """It was no request; clocks end without a verdict."""
    return (Cancelled(request.status, reason),)


def may_reopen(request: Request, *, at: datetime, days: int) -> bool:
    """Whether a message still reopens it, or a new request is due (rule 15); `days` are calendar days of 24 hours."""
    return request.ended_at is None or (at - request.ended_at).total_seconds() <= days * 86_400
