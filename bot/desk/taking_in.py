"""Somebody of a chat whom the lists of the settings name, taken in as a person of the desk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from bot.desk.claiming import Newcomer
from bot.desk.context import Desk
from bot.desk.conversations import direct
from bot.desk.homes import moves_to
from bot.desk.linking import real
from bot.desk.roster import free_id, namesake
from bot.domain.people import Person, Role
from bot.ports import BROWSER, Conflict, DirectoryEdit, Place

log = logging.getLogger("steward.people")

STAFF = ""
"""The team's side; a client's is its key."""
TRIES = 20


async def take_in(
    desk: Desk, who: Newcomer, side: str, *, place: Place | None, is_user: Callable[[str], bool]
) -> str | None:
    """The id of the person they are from now on: somebody of that name and side who has no account there yet, or
    somebody new. `place` is where they are spoken with; `is_user` tells an account's id from a name that stands for
    one. None where the settings name a client that the desk does not have."""
    store = desk.store
    for _ in range(TRIES):
        there = await store.identify(who.platform, who.workspace, who.user)
        if there is not None:
            return there
        directory = await store.directory()
        if side != STAFF and side not in directory.clients:
            log.warning("%s belongs to %s by the settings, and the desk has no such client", who.user, side)
            return None
        accounts = await store.identities()
        taken = {whose for platform, _, user, whose in accounts if platform == who.platform and is_user(user)}
        person = namesake(who.name, directory.people.values())
        was = await store.linking.former((who.platform, who.workspace, who.user))
        # Whom somebody was taken back from they do not become again by a name.
        if person is None or person.id in (*taken, *was) or not waits(person, side, accounts):
            role = Role.ENGINEER if side == STAFF else Role.CLIENT
            person = Person(free_id(who.name, directory.people), who.name, role, who.zone, side or None)
        home = await store.binding(direct(person.id))
        edit = DirectoryEdit(
            people=(person,),
            identities=((who.platform, who.workspace, who.user, person.id),),
            bindings=((direct(person.id), place),) if place and moves_to(who.platform, person, home) else (),
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


def waits(person: Person, side: str, accounts: Sequence[tuple[str, str, str, str]]) -> bool:
    """Whether somebody of that side may be known by their name, which people choose for themselves: who is known in no
    chat yet, and may do no more than the lists let everybody do. All others show who they are by a code."""
    if not (person.role is Role.ENGINEER if side == STAFF else person.client == side):
        return False
    return all(platform == BROWSER for platform, *_ in real(accounts, person.id))
