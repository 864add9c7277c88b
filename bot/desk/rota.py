"""The rota: whose turn a request is, where a client's requests go round by themselves or somebody asks."""

from __future__ import annotations

from bot.desk.changing import Past
from bot.desk.context import Context
from bot.domain.capacity import NONE, Load, next_in_turn
from bot.domain.events import Assigned
from bot.domain.people import DESK, Person, Role
from bot.domain.request import Request


async def next_person(context: Context, number: int, *, but: str | None = None) -> tuple[Person, Load] | None:
    """Who has the most room now, and what they have: an engineer, or a lead where no engineer has any; None for nobody.
    `but` has it."""
    loads = await context.desk.store.open_loads(context.at)
    engineers, leads = (
        [person for person in context.directory.staff(role) if person.id != but] for role in (Role.ENGINEER, Role.LEAD)
    )
    found = next_in_turn(engineers, leads, loads, at=context.at, number=number)
    return (found, loads.get(found.id, NONE)) if found else None


async def load_of(context: Context, person: Person | None, *, but: Request) -> int:
    """The open requests of somebody once they have that one too."""
    if person is None:
        return 0
    loads = await context.desk.store.open_loads(context.at)
    return loads.get(person.id, NONE).open + (but.owner != person.id)


async def by_turn(context: Context, client: str, number: int) -> tuple[Past, ...]:
    """The request's first owner, where the client's requests go round by themselves; nothing otherwise."""
    if context.desk.suppressed or not context.client(client).settings.by_turn:
        return ()
    found = await next_person(context, number)
    return (Past(Assigned(None, found[0].id), context.at, DESK),) if found else ()
