"""What somebody reads who pressed a button, or typed a verb, for which a request is not fit any more: what is the case
now, who has it, and what they can do instead. It is one answer for all verbs."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.events import Status
from bot.domain.people import Directory, Person
from bot.domain.request import Request, may_reopen
from bot.messages.model import Action, Line, Said, When, line
from bot.messages.words import owner_of, person, promise, ref

_NOW = {
    Status.NEW: "is new",
    Status.ACTIVE: "is in progress",
    Status.WAITING_CLIENT: "waits for the client",
    Status.WAITING_OTHER: "waits for a third party",
    Status.SET_ASIDE: "is set aside until the client answers",
}
_ENDED = {
    Status.RESOLVED: "is solved since ",
    Status.CLOSED: "is closed since ",
    Status.CANCELLED: "is no request since ",
}


def refused(
    request: Request, directory: Directory, actor: Person, at: datetime, reason: str, into: Request | None
) -> Said:
    """Nothing was done. `reason` is what the verb itself says, where it says more than that this is over; `into` is the
    request that goes on in place of a merged one, where the actor may see it."""
    told = request.announced or request.status is not Status.RESOLVED
    ended = not request.status.is_open and (actor.is_staff or told)
    lines = (line(reason),) if reason else ()
    shown = into or request
    head = "" if reason else "That is over: " if ended else "There is nothing to do: "
    lines += (line(head, *_stands(request, directory, actor, at, into, ended=ended)),)
    if ended and not reason and (step := _next(request, directory, actor, at)):
        lines += (step,)
    return Said("refusal", lines, (Action("show", "Show", {"request": shown.number}),), tone="warn")


def _stands(
    request: Request, directory: Directory, actor: Person, at: datetime, into: Request | None, *, ended: bool
) -> Line:
    """How it stands and who has it, as far as the reader knows."""
    if request.merged_into:
        there: Line = (ref(into),) if into else line("another request")
        return line(ref(request), " goes on in ", *there, ".")
    has = _has(request, directory)
    if ended and request.ended_at:
        return line(ref(request), f" {_ENDED[request.status]}", When(request.ended_at), *has, ".")
    if actor.is_staff:
        return line(ref(request), f" {_NOW.get(request.status, 'is in progress')}", *has, ".")
    if request.status is Status.WAITING_CLIENT:
        return line(ref(request), " waits for your answer", *has, ".")
    return line(ref(request), ": ", *promise(request, directory, at))


def _has(request: Request, directory: Directory) -> Line:
    owner = owner_of(request, directory)
    if owner is not None:
        return line("; ", person(directory, owner.id), " has it")
    return line("; nobody has it yet") if request.status.is_open else ()


def _next(request: Request, directory: Directory, actor: Person, at: datetime) -> Line:
    """What brings it back, for those who would."""
    if request.merged_into:
        return line("Go on there, or take the merge back.") if actor.is_staff else line("Please go on there.")
    if request.status is Status.CANCELLED:
        return line("Open a new request instead." if actor.is_staff else "If you need us, write a new message.")
    if actor.is_staff:
        return line("Reopen it first, if there is more to do.")
    days = directory.clients[request.client].settings.reopen_days
    if not may_reopen(request, at=at, days=days):
        return line("If something is wrong, please open a new request.")
    until = (request.ended_at or at) + timedelta(days=days)
    return line("If something is wrong, write in its thread until ", When(until, "date"), "; that reopens it.")
