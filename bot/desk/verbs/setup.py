"""Setting up: a client with its hours and targets, and the people of both sides."""

from __future__ import annotations

import re
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk.bootstrap import channel_of
from bot.desk.context import Context, Refusal
from bot.desk.conversations import client_channel, direct
from bot.desk.roster import free_id
from bot.desk.templates import LEVELS, Level, office_hours, policy_for
from bot.desk.verbs import asks
from bot.desk.zones import zone_named
from bot.domain import text as words
from bot.domain.people import Client, Person, Role
from bot.messages import answers, forms, refusals
from bot.messages.model import Answer
from bot.ports import DirectoryEdit, Place


@command(who=Who.MANAGER, label="Add a client", example="add-client ACME", form=asks.add_client)
async def add_client(
    context: Context,
    key: Annotated[str, Spec("A short key for its request numbers, such as ACME")],
    client_name: Annotated[str, Spec("The client's name", Kind.TEXT)],
    time_zone: Annotated[str, Spec("Its time zone, such as Europe/London, or London")] = "",
    level: Annotated[Level | None, Spec("Its service level")] = None,
) -> Answer:
    """Add a client: its channel, office hours and a service level."""
    key = key.strip().upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,9}", key):
        raise Refusal(refusals.bad_key(key))
    if key in context.directory.clients:
        raise Refusal(refusals.key_taken(key, context.directory.clients[key].name))
    name = " ".join(words.clean(client_name).split())[:80]
    if words.is_blank(name):
        raise Refusal(refusals.needs("The name"))
    taken = next((c for c in context.directory.clients.values() if c.name.casefold() == name.casefold()), None)
    if taken is not None:
        raise Refusal(refusals.name_taken(taken.name, taken.key))
    client = Client(key, name, zone_named(time_zone) if time_zone.strip() else context.actor.zone)
    hours = office_hours(client)
    level = Level(level or Level.SILVER)
    return await context.edit(
        DirectoryEdit(
            clients=(client,),
            calendars=(hours,),
            policies=(policy_for(client, hours, level),),
            bindings=((client_channel(key), _channel(context, channel_of(key))),),
        ),
        Answer(answers.client_added(client, LEVELS[level], context.desk.rules.command)),
    )


@command(who=Who.MANAGER, label="Add a person", example="add-person client Dana Reyes", form=asks.add_person)
async def add_person(
    context: Context,
    role: Annotated[Role, Spec("client, engineer, lead or manager")],
    person_name: Annotated[str, Spec("Their name", Kind.TEXT)],
    client: Annotated[str, Spec("For a client's person: the client's key", Kind.CLIENT)] = "",
    time_zone: Annotated[str, Spec("Their time zone, such as Europe/Paris, or Paris")] = "",
) -> Answer:
    """Add somebody of a client or of the team; they sign in by a link."""
    role, name = Role(role), " ".join(words.clean(person_name).split())[:80]
    if role is Role.DESK:
        raise Refusal(refusals.no_such_role())
    if words.is_blank(name):
        raise Refusal(refusals.needs("The name"))
    key = client.strip().upper() or None
    if role is Role.CLIENT and key is None and len(context.directory.clients) == 1:
        key = next(iter(context.directory.clients))
    if role is Role.CLIENT and key not in context.directory.clients:
        if not context.directory.clients:
            raise Refusal(refusals.which_client([]))
        wrong = {
            "client": refusals.which_client(sorted(context.directory.clients)) if key else refusals.choose_client()
        }
        given = {"person_name": name, "role": role.value, "client": _here(context), "time_zone": time_zone}
        return Answer(form=forms.add_person(given, list(context.directory.clients.values()), wrong))
    home = context.directory.clients[key].zone if role is Role.CLIENT and key else context.actor.zone
    person = Person(
        free_id(name, set(context.directory.people)),
        name,
        role,
        zone_named(time_zone) if time_zone.strip() else home,
        key if role is Role.CLIENT else None,
    )
    place = _channel(context, direct(person.id))
    return await context.edit(
        DirectoryEdit(
            people=(person,),
            identities=((place.platform, place.workspace, person.id, person.id),),
            bindings=((direct(person.id), place),),
        ),
        Answer(answers.person_added(person, context.desk.rules.command)),
    )


def _here(context: Context) -> str:
    """The client in whose channel it is typed; empty elsewhere."""
    key = (context.conversation or "").removeprefix("client:")
    return key if key in context.directory.clients else ""


def _channel(context: Context, name: str) -> Place:
    """A new channel on the platform where the setup is done."""
    if context.place is None:
        raise Refusal(refusals.not_here())
    return Place(context.place.platform, context.place.workspace, name)
