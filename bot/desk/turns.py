"""Whose turn a request is, where a client's requests go round by themselves or somebody asks."""

from __future__ import annotations

from bot.desk.changing import Past
from bot.desk.context import Context
from bot.domain.capacity import in_turn
from bot.domain.events import Assigned
from bot.domain.people import DESK, Person, Role
from bot.domain.request import Request


async def next_person(context: Context, number: int, *, but: str | None = None) -> Person | None:
    """Who has the most room now: an engineer, or a lead where none is here; None where nobody has any. `but` has it."""
    loads = await context.desk.store.open_loads()
    for role in (Role.ENGINEER, Role.LEAD):
        others = [person for person in context.directory.staff(role) if person.id != but]
        if found := in_turn(others, loads, at=context.at, number=number):
            return found
    return None


async def load_of(context: Context, person: Person | None, *, but: Request) -> int:
    """The open requests of somebody once they have that one too."""
    if person is None:
        return 0
    loads = await context.desk.store.open_loads()
    return loads.get(person.id, 0) + (but.owner != person.id)


async def by_turn(context: Context, client: str, number: int) -> tuple[Past, ...]:
    """The request's first owner, where the client's requests go round by themselves; nothing otherwise."""
    if context.desk.suppressed or not context.client(client).settings.by_turn:
        return ()
    person = await next_person(context, number)
    return (Past(Assigned(None, person.id), context.at, DESK),) if person else ()
