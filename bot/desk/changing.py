"""From facts to one Change: the request's new state, its history, its timers, and what everybody reads of it.

All of it is pure: the same functions serve a person's act, a timer that is due and an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk import alerts, hooks
from bot.desk.context import Rules
from bot.desk.publishing import drafts
from bot.domain import escalation, patience, promising, silence
from bot.domain.calendar import CalendarError
from bot.domain.events import Breached, Entry, Event, Status, Warned
from bot.domain.opendays import closing_of_open_day
from bot.domain.parts import Rating
from bot.domain.people import DESK, Directory, Person, Role
from bot.domain.request import Request, apply, open_request
from bot.domain.sla import next_wakes, tick
from bot.ports import Draft, RequestChange

ANNOUNCE = "announce"
AUTO_CLOSE = "auto_close"
CHASE = "chase"
RATE = "rate"


@dataclass(frozen=True)
class Step:
    """What an act did to one request."""

    change: RequestChange
    outbox: tuple[Draft, ...]

    @property
    def request(self) -> Request:
        """The request afterwards."""
        return self.change.request


@dataclass(frozen=True)
class Past:
    """A fact that is older than the act that records it: a reply given before the request was made of its message."""

    event: Event
    at: datetime
    by: Person


def step(
    directory: Directory,
    rules: Rules,
    request: Request | None,
    events: Iterable[Event | Past],
    *,
    at: datetime,
    by: Person = DESK,
    written_in: str | None = None,
    then: Callable[[Request], Iterable[Event]] | None = None,
) -> Step:
    """Apply the facts at `at`, after what the clocks had to say by then, and before the terms that follow from them.

    A breach that falls on `at` itself is a person's to prevent, and a timer's to record (rule 18). `written_in` is the
    conversation whose own message this is: it is not repeated there. `then` answers what else is to be recorded, by the
    request as the clocks and the facts have left it. History never goes back: where the clock did, the
    entry takes the time of the last one. Raises NotAllowed for an illegal move.
    """
    entries: list[Entry] = []
    state = request
    at = max(at, request.last_at) if request and request.last_at else at

    def add(event: Event, author: Person, when: datetime = at) -> None:
        nonlocal state
        role = author.role if author is not DESK else Role.DESK
        entry = Entry((state.version if state else 0) + 1, when, author.id, role, event, author.via)
        state = apply(state, entry, directory.calendars) if state else open_request(entry, directory.calendars)
        entries.append(entry)

    if state is not None:
        until = at if by is DESK else at - timedelta(microseconds=1)
        for event in tick(state.sla, until, directory.calendars):
            add(_told(event, state, directory, rules, at), DESK)
    for item in events:
        fact = item if isinstance(item, Past) else Past(item, at, by)
        add(fact.event, fact.by, fact.at)
        if state is not None and isinstance(fact.event, promising.MATCHED_BY):
            for follows in _promised(state, directory):
                add(follows, DESK, fact.at)
    if state is None:
        raise ValueError("a step without a request opens one; its first fact must be Opened")
    for event in then(state) if then else ():
        add(event, DESK)
    change = RequestChange(state, tuple(entries), timers(state, directory, rules))
    if not entries:
        return Step(change, ())
    said = drafts(directory, state, entries, at=at, written_in=written_in, before=request)
    told = hooks.drafts(directory, request, state, entries, at=at)
    return Step(change, (*said, *alerts.drafts(directory, state, entries, at=at), *told))


def _told(event: Event, request: Request, directory: Directory, rules: Rules, at: datetime) -> Event:
    """A clock's alarm with whom it is told to, and when it was noticed; to nobody where the past is replayed."""
    match event:
        case Warned() if not rules.silent:
            return replace(event, to=escalation.warned_first(request, directory))
        case Breached():
            to = () if rules.silent or event.silent else escalation.first_told(request, directory)
            return replace(event, noticed_at=at, to=to)
        case _:
            return event


def _promised(request: Request, directory: Directory) -> promising.Decision:
    """The terms that follow, of the policies the request keeps; a new one gets those in force (rules 12 and 13)."""
    policies = promising.kept(directory.promises_to(request.client), request)
    return promising.follow(request, policies, directory.clients[request.client].settings.plan)


def timers(request: Request, directory: Directory, rules: Rules) -> dict[str, datetime]:
    """Every timer the request wants as it stands, by name; instants are desk time."""
    wanted = {**next_wakes(request.sla, directory.calendars), **escalation.wakes(request, directory)}
    wanted |= silence.steps(request, directory) | patience.wake(request, directory)
    if request.status is Status.RESOLVED and request.ended_at and not request.announced:
        wanted[ANNOUNCE] = request.ended_at + rules.undo
    if request.status is Status.WAITING_OTHER and request.chase_at:
        wanted[CHASE] = request.chase_at
    if request.status is Status.RESOLVED and request.announced and request.closes_at:
        wanted[AUTO_CLOSE] = request.closes_at
    if (
        request.rating == Rating()
        and request.ended_at
        and request.last_at
        # What was closed long ago, or in another system, is not asked about because somebody touched it today.
        and request.last_at - request.ended_at < timedelta(days=1)
    ):
        wanted[RATE] = request.ended_at
    return wanted


def closes_at(request: Request, directory: Directory, at: datetime) -> datetime:
    """When silence closes a resolved request: the closing of the client's n-th open day after today."""
    client = directory.clients[request.client]
    terms = request.sla.terms
    if terms is None:
        return at + timedelta(days=client.settings.auto_close_days)
    try:
        return closing_of_open_day(directory.calendars[terms.calendar], at, client.settings.auto_close_days)
    except CalendarError:  # hours that run out: days on the wall, rather than never
        return at + timedelta(days=client.settings.auto_close_days)
