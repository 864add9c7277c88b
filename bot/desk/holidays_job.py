"""Each December the public holidays of another year come into the calendars that have a region."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime

from bot.desk.context import Desk
from bot.desk.jobs import Wanted, job
from bot.domain.calendar import Calendar, CalendarError
from bot.domain.people import DESK, Directory
from bot.domain.policy import Policy
from bot.ports import Change, DirectoryEdit, Timer

log = logging.getLogger("steward.holidays")

NAME = "holidays"
KIND = "december"


def plan(directory: Directory, after: datetime) -> Wanted:
    """The next first of December, where any calendar in force has a region."""
    # Loaded once jobs are planned, which is after the first timers have fired.
    from bot.desk.plan.service import service_of

    regions = [service.region for key in directory.clients if (service := service_of(directory, key))]
    return {NAME: {KIND: _next(after)} if any(regions) else {}}


def _next(after: datetime) -> datetime:
    year = after.year if after < datetime(after.year, 12, 1, 6, tzinfo=UTC) else after.year + 1
    return datetime(year, 12, 1, 6, tzinfo=UTC)


@job(NAME, plan)
async def extend(desk: Desk, timer: Timer, now: datetime) -> Change:
    """New versions of the calendars that lack a year; open requests keep theirs, which reach two years ahead."""
    from bot.desk.plan import audited
    from bot.desk.plan.service import promised, service_of

    directory = await desk.store.directory()
    calendars, policies = list[Calendar](), list[Policy]()
    for client in directory.clients.values():
        service = service_of(directory, client.key)
        if service is None or not service.region:
            continue
        try:
            more = promised(directory, client, service, now)
        except (CalendarError, NotImplementedError):  # a region that the package knows no more holds nobody else up
            log.exception("the holidays of %s (%s) could not be extended", client.key, service.region)
            continue
        calendars += more[0]
        policies += more[1]
    if policies:
        edit = audited(directory, DirectoryEdit(calendars=tuple(calendars), policies=tuple(policies)), DESK.id, now)
        await desk.store.edit_directory(replace(edit, expected=directory.version))
    return Change(timers={NAME: {KIND: _next(now)}})
