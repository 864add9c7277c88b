"""Somebody of a chat whom the lists of the settings name, taken in as a person of the desk."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.desk.context import Desk
from bot.desk.conversations import direct
from bot.desk.homes import moves_to
from bot.desk.linking import real
from bot.desk.newcomer import Newcomer
from bot.desk.roster import free_id, namesake
from bot.domain.people import Person, Role
from bot.domain.search import Search
from bot.ports import BROWSER, Conflict, DirectoryEdit, Place, RequestQuery

log = logging.getLogger("steward.people")

STAFF = ""
"""The team's side; a client's is its key."""
TRIES = 20


async def take_in(desk: Desk, who: Newcomer, side: str, *, place: Place | None) -> str | None:
    """The id of the person they are from now on: somebody whom a manager added by that very name and whom nobody has
    been yet, or somebody new. `place` is where they are spoken with. None where the settings name a client that the
    desk does not have."""
    store = desk.store
    for _ in range(TRIES):
        there = await store.identify(*who.account)
        if there is not None:
            return there
        directory = await store.directory()
        if side != STAFF and side not in directory.clients:
            log.warning("%s belongs to %s by the settings, and the desk has no such client", who.user, side)
            return None
        person = namesake(who.name, directory.people.values())
        was = await store.linking.former(who.account)
        # Whom somebody was taken back from they do not become again by a name.
        if person is None or person.id in was or not await waits(desk, person, side):
            role = Role.ENGINEER if side == STAFF else Role.CLIENT
            person = Person(free_id(who.name, directory.people), who.name, role, who.zone, side or None)
        edit = DirectoryEdit(
            people=(person,),
            identities=((*who.account, person.id),),
            let_in=((*who.account, side),),
            bindings=await spoken_with(desk, person, place),
            expected=directory.version,
        )
        from bot.desk.plan import audited

        try:
            await store.edit_directory(audited(directory, edit, person.id, desk.now()))
        except Conflict:
            continue
        log.info("%s of %s is taken in as %s (%s)", who.user, who.platform, person.id, side or "the team")
        return person.id
    return None


async def spoken_with(desk: Desk, person: Person, place: Place | None) -> tuple[tuple[str, Place], ...]:
    """Where the desk speaks with somebody from now on who has an account there, unless they are elsewhere."""
    there = await desk.store.binding(direct(person.id))
    return ((direct(person.id), place),) if place and moves_to(place.platform, person, there) else ()


async def waits(desk: Desk, person: Person, side: str) -> bool:
    """Whether somebody whom a list lets in may be known by their name, which people choose for themselves: where that
    gives them nothing that the list does not. That is nobody with an account in a chat, with a further role, or with
    anything of their own; all others show who they are by a code."""
    if not (person.role is Role.ENGINEER if side == STAFF else person.client == side):
        return False
    if any(platform != BROWSER for platform, *_ in real(await desk.store.identities(), person.id)):
        return False
    own = [RequestQuery(requester=person.id), RequestQuery(owner=person.id)]
    if side != STAFF:
        own.append(RequestQuery(viewer=person, search=Search(private=True)))
    return not any([(await desk.store.page(replace(each, limit=1))).total for each in own])
