"""Who has room: the team's load, leave and limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.context import Context, Refusal
from bot.desk.digest import open_requests
from bot.desk.verbs import asks
from bot.desk.verbs.common import somebody
from bot.domain.calendar import zone
from bot.domain.capacity import NONE, away, full
from bot.domain.days import DayError, read_span
from bot.domain.people import Person, Role
from bot.domain.sla import next_deadline
from bot.domain.work import CapacityError, Leave, Work, back, with_leave
from bot.messages import capacity as say
from bot.messages import refusals
from bot.messages.model import Answer
from bot.ports import DirectoryEdit

AwayPerson = Annotated[str, Spec("Who; yourself where it stays empty", Kind.PERSON, suggest="staff")]


@command(who=Who.STAFF, label="Who has room", example="capacity")
async def capacity(context: Context) -> Answer:
    """Who has how much, who is away, and whose plate is full."""
    found = await open_requests(context.desk)
    day = context.at + timedelta(days=1)
    team = context.directory.staff(Role.ENGINEER, Role.LEAD)
    owners = {request.owner for request in found}
    team += [p for p in context.directory.staff(Role.MANAGER) if p.id in owners]
    loads: list[say.Load] = []
    for person in team:
        own = [request for request in found if request.owner == person.id]
        dues = [due[0] for r in own if (due := next_deadline(r.sla, context.directory.calendars))]
        leave = away(person, context.at)
        today = context.at.astimezone(zone(person.zone)).date()
        loads.append(
            say.Load(
                person,
                len(own),
                sum(due <= context.at for due in dues),
                sum(context.at < due <= day for due in dues),
                leave or next((each for each in person.work.leave if each.first > today), None),
                away=leave is not None,
                full=full(person, len(own)),
            )
        )
    unowned = sum(request.owner is None for request in found)
    loads.sort(key=lambda load: (-load.open, load.person.name))
    leads = Who.LEAD.allows(context.actor)
    return Answer(say.overview(loads, unowned, context.desk.rules.command, leads=leads))


@command(name="away", who=Who.STAFF, label="Away", example="away @sam 24 Dec to 2 Jan", form=asks.away)
async def leave(
    context: Context,
    person: AwayPerson = "",
    first: Annotated[str, Spec("When: today, until fri, next week, 3 days, 24 Dec to 2 Jan", Kind.TEXT)] = "",
    last: Annotated[str, Spec("The last day; the same where it stays empty")] = "",
) -> Answer:
    """Say when somebody is away; new requests go to the others meanwhile."""
    if person and not last and _are_days(said := f"{person} {first}".strip(), _today(context, context.actor)):
        # Their own: `away until fri` names nobody.
        person, first = "", said
    whom = _whom(context, person)
    if not first:
        return Answer(form=await asks.away(context, {"person": whom.id}))
    today = _today(context, whom)
    days = Leave(*read_span(f"{first} to {last}" if last else first, today))
    if any(abs(day.year - today.year) > 2 for day in (days.first, days.last)):
        raise CapacityError(f"{days.last} is far from now. Check the year.")
    if days.last < today:
        raise CapacityError(f"{days.last} is over. Name a leave that is still to come, or lasts.")
    work = with_leave(whom.work, days, today)
    loads = await context.desk.store.open_loads(context.at)
    said = say.leave(whom, days, loads.get(whom.id, NONE).open, context.desk.rules.command)
    return await context.edit(DirectoryEdit(people=(replace(whom, work=work),)), Answer(said))


@command(name="back", who=Who.STAFF, label="Back again", example="back @sam")
async def here(context: Context, person: AwayPerson = "") -> Answer:
    """Say that somebody is here again, or does not go."""
    whom = _whom(context, person)
    today = _today(context, whom)
    work, ended = back(whom.work, today)
    if not ended:
        return Answer(say.not_away(whom, context.desk.rules.command))
    said = say.here(whom, work) if ended[0].first <= today else say.stays(whom, ended)
    return await context.edit(DirectoryEdit(people=(replace(whom, work=work),)), Answer(said))


@command(who=Who.LEAD, label="Set a limit", example="limit @sam 10", form=asks.limit)
async def limit(
    context: Context,
    person: AwayPerson,
    count: Annotated[str, Spec("Open requests at once; 0 for no limit")],
) -> Answer:
    """Set how many open requests somebody takes on at once."""
    whom = _whom(context, person)
    if not (count.isascii() and count.isdecimal() and len(count) < 6):
        raise CapacityError(f"“{count[:20]}” is no number. Write how many open requests, such as 10; 0 for no limit.")
    work = Work(int(count), whom.work.leave)
    after = replace(whom, work=work)
    return await context.edit(DirectoryEdit(people=(after,)), Answer(say.limited(after)))


def _whom(context: Context, name: str) -> Person:
    """Oneself, or for leads anybody of the team."""
    whom = somebody(name, context.directory.staff()) if name.strip() else context.actor
    if whom.id != context.actor.id and not Who.LEAD.allows(context.actor):
        raise Refusal(refusals.only_for_oneself(whom.name, context.directory))
    return whom


def _today(context: Context, person: Person) -> date:
    return context.at.astimezone(zone(person.zone)).date()


def _are_days(text: str, today: date) -> bool:
    try:
        read_span(text, today)
    except DayError:
        return False
    return True
