"""Who chases a third party, and when they are reminded again: each open day at the same time on their wall."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.domain.calendar import CalendarError, zone
from bot.domain.people import Directory, Person
from bot.domain.request import Request

_LOOK = 31
"""How many days ahead an open one is looked for; a calendar closed for longer reminds on the next day anyway."""


def chaser_of(request: Request, directory: Directory) -> Person | None:
    """Who asks the third party again: the one named, or the owner; None where neither is on the team now."""
    for id in (request.chaser, request.owner):
        person = directory.person(id)
        if person is not None and person.is_staff:
            return person
    return None


def chase_again(request: Request, directory: Directory, now: datetime) -> datetime:
    """The next reminder after `now`: at the same time on the chaser's wall, on the next day with service hours."""
    chaser = chaser_of(request, directory)
    tz = zone(chaser.zone if chaser else directory.clients[request.client].zone)
    told = (request.chase_at or now).astimezone(tz)
    day = max(told.date(), now.astimezone(tz).date())
    first = datetime.combine(day + timedelta(days=1), told.time(), tz).astimezone(UTC)
    terms = request.sla.terms
    if terms is None:
        return first
    calendar = directory.calendars[terms.calendar]
    try:
        for ahead in range(1, _LOOK):
            date = day + timedelta(days=ahead)
            ends = datetime.combine(date + timedelta(days=1), time(), tz)
            if calendar.between(datetime.combine(date, time(), tz), ends):
                return datetime.combine(date, told.time(), tz).astimezone(UTC)
    except CalendarError:  # hours that run out
        return first
    return first
