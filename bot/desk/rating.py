"""When the question after closing is asked: once a resolution, of a person who was not asked just lately."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk.changing import step
from bot.desk.context import Desk
from bot.desk.jobs import Wanted, job
from bot.domain.events import Event, RatingAsked, RatingSkipped, Status
from bot.domain.parts import Rating
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Timer

JOB = "rating"


def subject(number: int) -> str:
    """What the question's timer hangs on: not the request itself, since who was asked when is read elsewhere."""
    return f"{JOB}:{number}"


def _nothing(directory: Directory, now: datetime) -> Wanted:
    """Each closing asks for its own."""
    return {}


@job(JOB, _nothing)
async def ask(desk: Desk, timer: Timer, now: datetime) -> Change:
    """Ask the requester, or record why not."""
    request = await desk.store.request(int(timer.subject.removeprefix(f"{JOB}:")))
    if request is None or request.status is not Status.CLOSED or request.rating != Rating():
        return Change()
    directory = await desk.store.directory()
    fact = await _fact(desk, request, directory, now)
    done = step(directory, desk.rules, request, (fact,), at=now)
    return Change((done.change,), done.outbox)


async def _fact(desk: Desk, request: Request, directory: Directory, now: datetime) -> Event:
    settings = directory.clients[request.client].settings
    requester = directory.person(request.requester)
    if not settings.rating:
        return RatingSkipped("this client is not asked")
    if requester is None or not requester.active or requester.client is None:
        return RatingSkipped("its requester is on the team or has left")
    last = await desk.store.last_asked_to_rate(request.requester)
    if last is not None and now - last < timedelta(days=settings.rating_days):
        return RatingSkipped(f"{requester.name} was asked less than {settings.rating_days} days ago")
    return RatingAsked()
