"""Service reviews by themselves: planned by each client's cadence, and their host reminded until they are recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.desk import digest
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, client_channel, direct
from bot.desk.jobs import Wanted, job
from bot.desk.reporting import report
from bot.domain import review as domain
from bot.domain.cadence import START, Cadence, read_rule
from bot.domain.calendar import zone
from bot.domain.people import DESK, Client, Directory, Person, Role
from bot.domain.recurrence import at_time, day_of
from bot.domain.report import Window
from bot.domain.request import Request
from bot.domain.review import Nudge, Review, ReviewState
from bot.messages import review as say
from bot.messages.model import Line, Message
from bot.ports import Change, Draft, Op, ReviewChange, Store, Timer, Urgency

SUBJECT = "review"
BY_HAND = "by hand"
"""The name of the timer where no rule is set."""
FIRST = timedelta(days=92)
"""How far back the first agenda looks."""
_LOOK = 60
"""Days a search for an open one looks ahead."""


def subject(client: str) -> str:
    """What the timers of a client's reviews hang on."""
    return f"{SUBJECT}:{client}"


def cadence_of(client: Client) -> Cadence | None:
    """How often the client's service is reviewed; None where no rule is set, or the agreement is over."""
    settings = client.settings
    if not settings.review_rule or settings.closed:
        return None
    start = day_of(settings.review_from) or START
    return Cadence(read_rule(settings.review_rule), settings.review_at, client.zone, start)


def host_of(client: Client, directory: Directory) -> Person | None:
    """Who hosts it: the person set for the client, the first manager otherwise."""
    host = directory.person(client.settings.review_host)
    if host and host.is_staff:
        return host
    return next(iter(directory.staff(Role.MANAGER)), None)


async def planned_for(store: Store, client: str) -> Review | None:
    """The client's planned review."""
    return next((r for r in await store.reviews(client, 1) if r.open), None)


async def following(store: Store, client: Client, at: datetime | None, *, now: datetime, by: str) -> Review | None:
    """The review after the last one, at a time somebody chose, or at the cadence's next."""
    made = cadence_of(client)
    due = at or (made.after(now) if made else None)
    if due is None:
        return None
    latest = next(iter(await store.reviews(client.key, 1)), None)
    rule = made.name if made and (at is None or at == made.after(now)) else ""
    return domain.plan(client.key, latest.number + 1 if latest else 1, due, at=now, by=by, rule=rule)


def timers(client: Client, review: Review | None, directory: Directory, now: datetime) -> Wanted:
    """What the desk waits for, for this client: the next reminder."""
    made = cadence_of(client)
    name = made.name if made else BY_HAND
    if review is None:
        return {subject(client.key): {}}
    due, _ = domain.next_nudge(review, now, open_day(client, directory), zone(client.zone))
    return {subject(client.key): {name: due}}


def open_day(client: Client, directory: Directory) -> Callable[[datetime], datetime]:
    """When one asks again: at the time of day of its reviews, on the client's next open day after an instant."""
    calendar = directory.calendar_of(client.key)
    tz = zone(client.zone)

    def find(after: datetime) -> datetime:
        day = after.astimezone(tz).date()
        for _ in range(_LOOK):
            day += timedelta(days=1)
            midnight = datetime.combine(day, time(), tz)
            opens = calendar.between(midnight, midnight + timedelta(days=1)) > 0 if calendar else day.weekday() < 5
            if opens:
                break
        return at_time(day, client.settings.review_at, client.zone)

    return find


def plan(directory: Directory, now: datetime) -> Wanted:
    """A timer named after the cadence for each client that has one: a changed rule is looked at right away."""
    return {
        subject(client.key): {made.name: now} for client in directory.clients.values() if (made := cadence_of(client))
    }


@job(SUBJECT, plan)
async def run(desk: Desk, timer: Timer, now: datetime) -> Change:
    """Plan what is to be planned, follow a changed rule, remind the host; each reminder once, the latest of several."""
    directory = await desk.store.directory()
    client = directory.clients.get(timer.subject.partition(":")[2])
    if client is None:
        return Change()
    before = await planned_for(desk.store, client.key)
    review = _follow(before, client, now)
    if review is None:
        review = await following(desk.store, client, None, now=now, by=DESK.id)
    if review is None:
        return Change()  # the rule has ended, or was taken away
    drafts: list[Draft] = []
    nudge = domain.due_nudge(review, now, open_day(client, directory), zone(client.zone))
    if nudge is not None:
        review = domain.nudged(review, now)
        found = await agenda(desk, client, now)
        host = host_of(client, directory)
        where = direct(host.id) if host else ALERTS
        body = say.reminder(review, nudge, client, directory, found)
        drafts.append(draft(review, nudge, where, body))
        if nudge is not Nudge.AFTER and review.told_at != review.planned_at:
            told = say.date_told(review, client, host, moved=review.told_at is not None)
            drafts.append(draft(review, "date", client_channel(client.key), told))
            review = replace(review, told_at=review.planned_at)
    changes = () if review is before else (ReviewChange(review, before.version if before else 0),)
    return Change(outbox=tuple(drafts), reviews=changes, timers=timers(client, review, directory, now))


def _follow(review: Review | None, client: Client, now: datetime) -> Review | None:
    """A review that a rule planned follows the rule; one whose time a person chose, or that is over, stays."""
    made = cadence_of(client)
    if review is None or made is None or review.rule in ("", made.name) or review.planned_at <= now:
        return review
    due = made.after(now)
    if due is None or due == review.planned_at:
        return replace(review, rule=made.name, version=review.version + 1)
    return replace(domain.move(review, due, at=now, by=DESK.id, rule=made.name), nudged_at=None)


def draft(review: Review, what: str, where: str, body: Message) -> Draft:
    """A message about a review, once."""
    key = f"review:{review.client}:{review.number}:{review.version}:{what}"
    return Draft(key, Op.POST, where, body, urgency=Urgency.ANSWER)


async def agenda(
    desk: Desk, client: Client, now: datetime, sees: Callable[[Request], bool] = lambda request: True
) -> say.Agenda:
    """The figures since the last review that was held, of those requests that the reader sees, and what it left."""
    last = next((r for r in await desk.store.reviews(client.key) if r.state is ReviewState.HELD), None)
    since = last.planned_at if last else now - FIRST
    window = Window(min(since, now), now + timedelta(microseconds=1))
    directory = await desk.store.directory()
    return say.Agenda(await report(desk.store, directory, window, client=client.key, sees=sees), last)


async def due_lines(desk: Desk, directory: Directory, now: datetime, until: datetime) -> tuple[str, Sequence[Line]]:
    """In the digest: reviews until the next one, and those that are over and not recorded."""
    lines = [
        say.digest_line(review, client, host_of(client, directory), now)
        for review in await desk.store.planned_reviews()
        if review.planned_at < until and (client := directory.clients.get(review.client))
    ]
    return "Reviews", lines


digest.SECTIONS.append(due_lines)
