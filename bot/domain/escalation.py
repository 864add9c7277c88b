"""The ladder of a breach: whom it reaches next and when, who may let it wait, and when it goes on.

All of it is pure: a timer that is due asks `due` again with the request as it then stands. The rule numbers are those
of docs/sla.md, the reasons those of docs/escalation.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from bot.domain.alarms import Escalated, Handled, LadderResumed, Snoozed
from bot.domain.attention import BREACH, TEAM
from bot.domain.calendar import WEEKDAYS, Calendar, CalendarError, weekly
from bot.domain.clocks import Clock, Stretch
from bot.domain.events import (
    Event,
)
from bot.domain.people import Directory, Person, Role
from bot.domain.policy import Priority
from bot.domain.recurrence import time_of_day
from bot.domain.request import Decision, NotAllowed, Request
from bot.domain.settings import ClientSettings, Hours

WALL = weekly("wall", "UTC", {day: [("00:00", "24:00")] for day in WEEKDAYS})
"""Day and night."""

LEADS, MANAGERS = 1, 2
"""The rungs after the breach."""

HOLD = "hold"
"""The timer that ends what somebody asked for."""

LONGEST = timedelta(days=7)
"""How long a ladder may be made to wait."""


@dataclass(frozen=True)
class Rung:
    """Whom a breach reaches next; `at` None while nothing counts, since the request waits for somebody else."""

    number: int
    at: datetime | None
    to: tuple[str, ...]


# --- who ------------------------------------------------------------------------------------------


def pressing(request: Request) -> bool:
    """Whether it goes before quiet hours and is never told among others."""
    return request.priority is Priority.P1 or request.urgent is not None


def first_told(request: Request, directory: Directory) -> tuple[str, ...]:
    """Who hears of a breach at once beside the alerts channel: who has it; else the team, and its leads."""
    if owner := _owner(request, directory):
        return (owner.id,)
    return (TEAM, *(_leads(directory) or _ids(directory, Role.MANAGER)))


def warned_first(request: Request, directory: Directory) -> str:
    """Who hears of a warning."""
    owner = _owner(request, directory)
    return owner.id if owner else TEAM


def _owner(request: Request, directory: Directory) -> Person | None:
    owner = directory.person(request.owner)
    return owner if owner and owner.is_staff else None


def _leads(directory: Directory, *, but: str | None = None) -> tuple[str, ...]:
    return tuple(id for id in _ids(directory, Role.LEAD) if id != but)


def _ids(directory: Directory, role: Role) -> tuple[str, ...]:
    return tuple(person.id for person in directory.staff(role))


def _on(number: int, request: Request, directory: Directory) -> tuple[str, ...]:
    """Who stands on a rung. Where there are no leads the managers take their place: nobody falls through."""
    managers = _ids(directory, Role.MANAGER)
    if number == MANAGERS:
        return managers
    return _leads(directory, but=request.owner) or managers or (TEAM,)


# --- when -----------------------------------------------------------------------------------------


def alarms(request: Request) -> list[Clock]:
    """The clocks that are late, were told, and still run."""
    return [c for c in request.sla.clocks if c.running and c.reported and request.attention.of(c.kind, c.cycle)]


def climb(request: Request, clock: Clock, directory: Directory) -> Iterator[Rung]:
    """The rungs that are still to come for a breach, in order; none that would tell nobody new.

    A rung's minutes count from when the people below it could be reached: the ladder does not climb over somebody who
    sleeps. Nor does it count while it was made to wait, nor while the clock is paused.
    """
    settings = directory.clients[request.client].settings
    told = {t.rung: t for t in request.attention.of(clock.kind, clock.cycle)}
    if BREACH not in told:
        return  # not late, or nobody was told
    known = {id for t in told.values() for id in t.to}
    base, counted = _reached(told[BREACH].to, told[BREACH].due_at, request, directory), 0
    for number, after in ((LEADS, settings.lead_after), (MANAGERS, settings.manager_after)):
        if number in told:
            base, counted = _reached(told[number].to, told[number].due_at, request, directory), after
            continue
        people = tuple(id for id in _on(number, request, directory) if id not in known)
        if not people or number < max(told):
            continue
        at = _after(clock, base, (after - counted) * 60, request, settings, directory)
        yield Rung(number, at, people)
        if at is None:
            return
        known.update(people)
        base, counted = _reached(people, at, request, directory), after


def next_rung(request: Request, clock: Clock, directory: Directory) -> Rung | None:
    """Who hears next, and when."""
    return next(climb(request, clock, directory), None)


def _after(
    clock: Clock, base: datetime, seconds: float, request: Request, settings: ClientSettings, directory: Directory
) -> datetime | None:
    """When that much of the ladder's time has passed since `base`; None while the clock is paused."""
    pieces = [replace(s, since=max(s.since, base)) for s in clock.stretches if s.until is None or s.until > base]
    for hold in request.attention.holds:
        pieces = [part for piece in pieces for part in _without(piece, hold.since, hold.until)]
    hours = {**directory.calendars, WALL.ref: WALL}
    terms = request.sla.terms
    # What somebody promised of their own accord has no calendar of its own: the client's hours, as for the others.
    own = WALL.ref if settings.ladder_hours is Hours.WALL or terms is None else terms.calendar
    for piece in pieces:
        wall = settings.ladder_hours is Hours.WALL or piece.calendar not in hours
        calendar = hours[own if wall else piece.calendar]
        counted = calendar.between(piece.since, piece.until) if piece.until else None
        if counted is None or seconds < counted:
            try:
                return calendar.add(piece.since, seconds)
            except CalendarError:  # hours that run out: sooner than never
                return piece.since + timedelta(seconds=seconds)
        seconds -= counted
    return None


def _without(piece: Stretch, since: datetime, until: datetime) -> Iterator[Stretch]:
    """What is left of a stretch of time where another is taken out of it."""
    if until <= piece.since or (piece.until is not None and piece.until <= since):
        yield piece
        return
    if piece.since < since:
        yield replace(piece, until=since)
    if piece.until is None or until < piece.until:
        yield replace(piece, since=until)


# --- quiet hours ----------------------------------------------------------------------------------


def reachable_at(person: Person, at: datetime, settings: ClientSettings) -> datetime:
    """The first instant from `at` on at which a direct message may ring for them: after their own quiet hours."""
    awake = _awake(person.zone, time_of_day(settings.quiet_until), time_of_day(settings.quiet_from))
    return awake.next_open(at) if awake else at


@cache
def _awake(zone: str, opens: int, closes: int) -> Calendar | None:
    """The hours of a day in which somebody may be rung, in their zone; None for all of them."""
    return None if opens == closes else Calendar("awake", zone, (((opens, closes),),) * 7)


def _reached(people: Sequence[str], at: datetime, request: Request, directory: Directory) -> datetime:
    """When the first of them could be reached; a channel always can."""
    if pressing(request):
        return at
    settings = directory.clients[request.client].settings
    known = [person for id in people if (person := directory.person(id))]
    return min((reachable_at(person, at, settings) for person in known), default=at)


# --- what is due ----------------------------------------------------------------------------------


def due(request: Request, directory: Directory, now: datetime) -> tuple[Event, ...]:
    """What must be recorded by now: the end of a hold, and each rung once; of several all, so that all hear at once."""
    late = alarms(request)
    if not late or not request.status.is_open:
        return ()
    hold = request.attention.hold
    events: list[Event] = [LadderResumed(hold.by, hold.until)] if hold and hold.until <= now else []
    for clock in late:
        for rung in climb(request, clock, directory):
            if rung.at is None or rung.at > now:
                break
            events.append(Escalated(clock.kind, clock.cycle, rung.number, rung.at, now, rung.to))
    return tuple(events)


def wakes(request: Request, directory: Directory) -> dict[str, datetime]:
    """The timers that the ladders want, by name (`first_response:1:rung:2`)."""
    late = alarms(request)
    if not late or not request.status.is_open:
        return {}
    hold = request.attention.hold
    wanted = {HOLD: hold.until} if hold else {}
    for clock in late:
        for rung in climb(request, clock, directory):
            if rung.at is not None:
                wanted[f"{clock.kind}:{clock.cycle}:rung:{rung.number}"] = rung.at
    return wanted


# --- decisions ------------------------------------------------------------------------------------


def handle(request: Request, *, by: Person, at: datetime, until: datetime) -> Decision:
    """Say that one acts. Raises NotAllowed where nothing is late, and for an engineer who does not have it."""
    _may_wait(request, at, until)
    if by.role is Role.ENGINEER and by.id != request.owner:
        raise NotAllowed(f"{request.ref} is not yours. Claim it, or tell a lead who should act on it.")
    return (Handled(until),)


def snooze(request: Request, *, at: datetime, until: datetime) -> Decision:
    """Let the ladder wait. Raises NotAllowed where nothing is late."""
    _may_wait(request, at, until)
    return (Snoozed(until),)


def _may_wait(request: Request, at: datetime, until: datetime) -> None:
    if not alarms(request):
        raise NotAllowed(f"Nothing on {request.ref} is late, so nobody is being alarmed. Reply or claim it instead.")
    if not at < until <= at + LONGEST:
        raise NotAllowed("Choose a time to come, within the next 7 days.")


def acting_until(request: Request, directory: Directory, at: datetime) -> datetime:
    """By when somebody acts who says nothing else: some minutes of the client's service hours from now."""
    minutes = directory.clients[request.client].settings.handle_minutes
    terms = request.sla.terms
    try:
        hours = directory.calendars[terms.calendar] if terms else WALL
        return min(hours.add(at, minutes * 60), at + LONGEST)
    except CalendarError:  # hours that run out: time on the wall, rather than a refusal
        return at + timedelta(minutes=minutes)
