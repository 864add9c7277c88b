"""The return timer: whoever has a request and says nothing is asked for a sign; then the team may take it over.

A sign is anything they do about it: a reply, a note, promised news, a change. While news is promised for a time to
come, or somebody handles it, nobody is silent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.alarms import Offered, OwnerNudged
from bot.domain.attention import owed
from bot.domain.calendar import CalendarError
from bot.domain.events import Assigned, Event, Status
from bot.domain.people import Directory, Person
from bot.domain.request import Decision, NotAllowed, Request

NUDGE, OFFER = "silence:nudge", "silence:offer"
"""Its timers."""


def silent_since(request: Request, directory: Directory) -> datetime | None:
    """Since when somebody waits for a word of its owner; None where nobody does."""
    owner, attention = directory.person(request.owner), request.attention
    clock = owed(request.sla.clocks)
    if clock is None or owner is None or not owner.is_staff or request.status is not Status.ACTIVE or attention.hold:
        return None
    began = clock.promised or max(clock.started_at, clock.stretches[-1].since)
    return max(began, attention.sign_at) if attention.sign_at else None


def steps(request: Request, directory: Directory) -> dict[str, datetime]:
    """When its owner is asked for a sign, and when the team is asked to take over; what was done for this silence is
    left out."""
    settings = directory.clients[request.client].settings
    since = silent_since(request, directory)
    if since is None or not settings.silent_after:
        return {}
    clock, terms = owed(request.sla.clocks), request.sla.terms
    half = clock.target / 2 if clock and not clock.promised else 0
    first = max(settings.silent_after * 60, half)
    calendar = directory.calendars.get(terms.calendar) if terms else None

    def after(seconds: float) -> datetime:
        try:
            return calendar.add(since, seconds) if calendar else since + timedelta(seconds=seconds)
        except CalendarError:  # hours that run out: sooner than never
            return since + timedelta(seconds=seconds)

    wanted: dict[str, datetime] = {}
    if request.attention.nudged_for != since:
        wanted[NUDGE] = after(first)
    if request.attention.offered_for != since:
        wanted[OFFER] = after(first + settings.offer_after * 60)
    return wanted


def due(request: Request, directory: Directory, now: datetime) -> tuple[Event, ...]:
    """What must be recorded by now, each once a silence."""
    since, wanted = silent_since(request, directory), steps(request, directory)
    owner = request.owner
    if since is None or owner is None:
        return ()
    events: list[Event] = [OwnerNudged(owner, since)] if NUDGE in wanted and wanted[NUDGE] <= now else []
    if OFFER in wanted and wanted[OFFER] <= now:
        events.append(Offered(owner, since))
    return tuple(events)


def take_over(request: Request, directory: Directory, *, by: Person) -> Decision:
    """Take it from somebody who is silent. Raises NotAllowed where they are not: then it is handed over, not taken."""
    if request.owner == by.id:
        raise NotAllowed(f"{request.ref} is yours already.")
    since = silent_since(request, directory)
    if since is None or request.attention.offered_for != since:
        raise NotAllowed(f"{request.ref} is not up for taking over. Use claim where nobody has it, else assign.")
    return (Assigned(request.owner, by.id),)
