"""Whom the desk calls at once when a client says that it is urgent, and whether anybody is there."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people import Directory, Person, Role
from bot.domain.request import Request


def is_open(request: Request, directory: Directory, at: datetime) -> bool:
    """Whether it is within the request's service hours; without any promised, somebody may always be there."""
    terms = request.sla.terms
    return terms is None or directory.calendars[terms.calendar].is_open(at)


def called(request: Request, directory: Directory, at: datetime) -> tuple[Person, ...]:
    """Who is called now: the client's on-call at any hour, the leads within service hours; nobody otherwise."""
    on_call = directory.clients[request.client].settings.on_call.strip().lstrip("@")
    named = directory.person(on_call)
    if named is not None and named.is_staff:
        return (named,)
    if on_call or is_open(request, directory, at):
        return tuple(directory.staff(Role.LEAD) or directory.staff(Role.MANAGER))
    return ()
