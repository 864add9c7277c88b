"""Waiting for the client: courteous reminders, then set aside, then closed; never at night, on a holiday or after an
answer.

Days are those on which the client's calendar opens. After a downtime only the latest reminder is sent, and nothing is
set aside or closed without the client having had the time it was told: a wait of which nobody was ever reminded, and
whose time is over, is reminded of first, and its days begin then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.alarms import ClientNudged, SetAside, WaitPostponed
from bot.domain.attention import Wait
from bot.domain.calendar import WEEKDAYS, Calendar, CalendarError, next_day, weekly, zone
from bot.domain.events import Closed, Event, Status
from bot.domain.opendays import closing_of_open_day, same_time_on_open_day
from bot.domain.people import Directory
from bot.domain.request import Decision, NotAllowed, Request

WAIT = "waiting"
"""Its timer: the next step, whichever that is."""

GRACE = timedelta(minutes=5)
"""How long after its time a step may still be taken though the client's hours have ended: a closing time is one."""

LONGEST = timedelta(days=31)
"""How far a client may put off a reminder."""


@dataclass(frozen=True)
class Step:
    """What the desk does next about a wait, and when."""

    at: datetime
    event: Event


def hours_of(request: Request, directory: Directory) -> Calendar:
    """The client's hours; by day, where it was promised none."""
    terms = request.sla.terms
    calendar = directory.calendars.get(terms.calendar) if terms else None
    return calendar or weekly(
        "days", directory.clients[request.client].zone, {d: [("09:00", "17:00")] for d in WEEKDAYS}
    )


def sets_aside_at(request: Request, directory: Directory) -> datetime | None:
    """When it is set aside without an answer; None for never."""
    wait, days = request.attention.wait, _days(request, directory)
    return closing_of_open_day(hours_of(request, directory), wait.base, days) if wait and days else None


def _days(request: Request, directory: Directory) -> int:
    return directory.clients[request.client].settings.set_aside_days


def closes_at(request: Request, directory: Directory, aside: datetime) -> datetime | None:
    """When it closes, once it was set aside then; None for never."""
    settings = directory.clients[request.client].settings
    days = settings.wait_close_days - settings.set_aside_days
    return closing_of_open_day(hours_of(request, directory), aside, days) if settings.wait_close_days else None


def steps(request: Request, directory: Directory) -> tuple[Step, ...]:
    """What the desk does about this wait if nobody says anything, in order."""
    wait = request.attention.wait
    if wait is None:
        return ()
    try:
        if request.status is Status.SET_ASIDE:
            closes = closes_at(request, directory, wait.aside_at or wait.base)
            return (Step(closes, Closed(request.status, "no answer came to our question")),) if closes else ()
        if request.status is Status.WAITING_CLIENT:
            return _reminders(request, directory, wait)
    except CalendarError:  # hours that run out: nobody is reminded at an odd time
        pass
    return ()


def _reminders(request: Request, directory: Directory, wait: Wait) -> tuple[Step, ...]:
    settings, hours = directory.clients[request.client].settings, hours_of(request, directory)
    aside = sets_aside_at(request, directory)
    times = [hours.next_open(wait.base)] if wait.postponed else []
    days = (settings.nudge_days, settings.nudge_again_days)
    times += [same_time_on_open_day(hours, wait.base, n) for n in days[1 if wait.postponed else 0 :] if n]
    told = [
        Step(at, ClientNudged(number, aside))
        for number, at in enumerate(times, 1)
        if number > wait.nudges and (aside is None or at < aside)
    ]
    return (*told, Step(aside, SetAside(closes_at(request, directory, aside)))) if aside else tuple(told)


def due(request: Request, directory: Directory, now: datetime) -> tuple[Event, ...]:
    """What must be done by now: of several reminders the latest; and nothing while the client sleeps."""
    ready = [step for step in steps(request, directory) if step.at <= now]
    if not ready:
        return ()
    last = ready[-1]
    if now - last.at > GRACE and not hours_of(request, directory).is_open(now):
        return ()
    if isinstance(last.event, SetAside):
        first = ready[0].event
        if isinstance(first, ClientNudged) and first.number == 1 and now - last.at > GRACE:
            # Nobody was told that it ends: after a long downtime, or from a release that sent no reminders.
            aside = closing_of_open_day(hours_of(request, directory), now, _days(request, directory))
            return (ClientNudged(1, aside, anew=now),)
        return (SetAside(closes_at(request, directory, now)),)
    return (last.event,)


def wake(request: Request, directory: Directory) -> dict[str, datetime]:
    """The timer of the next step."""
    following = steps(request, directory)
    return {WAIT: following[0].at} if following else {}


def wake_later(request: Request, directory: Directory, now: datetime) -> dict[str, datetime]:
    """When a step that is due, and may not be taken at this hour, is looked at again."""
    if not any(step.at <= now for step in steps(request, directory)):
        return {}
    return {WAIT: hours_of(request, directory).next_open(now)}


def put_off(request: Request, directory: Directory, *, at: datetime, until: datetime) -> Decision:
    """The client wants to be reminded later. Raises NotAllowed where nothing waits for them, or later than may be."""
    if request.status is not Status.WAITING_CLIENT or request.attention.wait is None:
        raise NotAllowed(f"{request.ref} is not waiting for you. Write in its thread if there is something to say.")
    if not at < until <= at + LONGEST:
        raise NotAllowed("Choose a day to come, within the next month.")
    return (WaitPostponed(hours_of(request, directory).next_open(until)),)


def next_week(calendar: Calendar, at: datetime) -> datetime:
    """The first opening of the week after this one, in the calendar's zone."""
    tz = zone(calendar.zone)
    day = at
    while True:
        day = next_day(day, tz)
        if day.astimezone(tz).weekday() == 0:
            return calendar.next_open(day)
