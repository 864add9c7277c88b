"""The team's morning digest: once on each of its days, at its time; late after a downtime, and never for a past day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta

from bot.desk.context import Desk
from bot.desk.conversations import TRIAGE, direct
from bot.desk.jobs import Wanted, job
from bot.domain.calendar import CalendarError, zone
from bot.domain.digest import digest
from bot.domain.events import Status
from bot.domain.opendays import closing_of_open_day
from bot.domain.people import Directory
from bot.domain.recurrence import last_daily, next_daily
from bot.domain.request import Request
from bot.messages.digest import own_digest, team_digest
from bot.messages.model import Line, Message
from bot.ports import Change, Draft, Op, RequestQuery, Timer, Urgency

SUBJECT = "digest"
LATE = timedelta(minutes=15)
"""Beyond that it says that it comes late."""
PAST = timedelta(hours=3)
"""Beyond that a digest of another day is not told any more."""
PAGE = 500

OPEN = tuple(status for status in Status if status.is_open and status is not Status.SET_ASIDE)

Section = Callable[[Desk, Directory, datetime, datetime], Awaitable[tuple[str, Sequence[Line]]]]
SECTIONS: list[Section] = []
"""Other groups of the digest, each as a title and its lines, for the time from now until the next one."""


def days_off(directory: Directory) -> frozenset[date]:
    """The team's holidays: those of the newest version of the calendar that its settings name."""
    named = [c for c in directory.calendars.values() if c.name == directory.team.holidays_of]
    return max(named, key=lambda c: c.version).holidays if named else frozenset()


def _next(directory: Directory, now: datetime) -> dict[str, datetime]:
    team = directory.team
    name = f"{team.digest_at} {team.digest_days} {team.zone}"
    due = next_daily(now, at=team.digest_at, days=team.digest_days, zone_name=team.zone, off=days_off(directory))
    return {name: due} if due and team.digest and directory.clients else {}


def plan(directory: Directory, now: datetime) -> Wanted:
    """One timer, named after when the digest comes; none where it is switched off, or there is no client yet."""
    return {SUBJECT: _next(directory, now)}


@job(SUBJECT, plan)
async def run(desk: Desk, timer: Timer, now: datetime) -> Change:
    """Tell what a morning has to tell. Its day is in the key, so that a changed hour gives no second one."""
    directory = await desk.store.directory()
    team, following = directory.team, _next(directory, now)
    timers = {SUBJECT: following}
    found = last_daily(now, at=team.digest_at, days=team.digest_days, zone_name=team.zone, off=days_off(directory))
    if found is None or not following:
        return Change(timers=timers)
    day, due = found
    next_due = min(following.values())
    if now - due > PAST and now.astimezone(zone(team.zone)).date() != day:
        return Change(timers=timers)
    late = due if now - due > LATE else None
    requests = await open_requests(desk)
    quiet = await _quiet(desk, requests, directory, now)
    whole = digest(requests, directory, now=now, until=next_due, quiet=quiet)
    more = [await section(desk, directory, now, next_due) for section in SECTIONS]
    drafts: list[Draft] = []

    def tell(whose: str, conversation: str, body: Message) -> None:
        drafts.append(Draft(f"digest:{day}:{whose}", Op.POST, conversation, body, urgency=Urgency.DIGEST))

    if team.digest_quiet or whole.groups or any(lines for _, lines in more):
        where = team.digest_in if await desk.store.binding(team.digest_in) else TRIAGE
        tell("team", where, team_digest(whole, directory, day=day, late=late, command=desk.rules.command, more=more))
    if team.digest_people:
        for person in directory.staff():
            own = digest((r for r in requests if r.owner == person.id), directory, now=now, until=next_due, quiet=quiet)
            if own.groups:
                body = own_digest(own, directory, person.id, late=late, command=desk.rules.command)
                tell(person.id, direct(person.id), body)
    return Change(outbox=tuple(drafts), timers=timers)


async def open_requests(desk: Desk) -> list[Request]:
    """Every open request, page by page."""
    found: list[Request] = []
    while True:
        page = await desk.store.requests(RequestQuery(statuses=OPEN, limit=PAGE, offset=len(found)))
        found += page
        if len(page) < PAGE:
            return found


async def _quiet(desk: Desk, requests: Sequence[Request], directory: Directory, now: datetime) -> dict[int, datetime]:
    """Those that nobody said or noted anything about for the team's number of open days, and since when."""
    days = directory.team.stale_days
    words = await desk.store.last_words([r.number for r in requests])
    quiet: dict[int, datetime] = {}
    for request in requests:
        word = words.get(request.number, request.opened_at)
        if now - word < timedelta(days=days):
            continue  # that many open days are at least that many days
        terms = request.sla.terms
        calendar = directory.calendars.get(terms.calendar) if terms else None
        try:
            over = closing_of_open_day(calendar, word, days) if calendar else word + timedelta(days=days)
        except CalendarError:  # hours that have run out: days on the wall
            over = word + timedelta(days=days)
        if over <= now:
            quiet[request.number] = word
    return quiet
