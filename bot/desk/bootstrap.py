"""What a desk must have before anybody can use it: a place for triage and alerts, and one manager who can sign in."""

from __future__ import annotations

from bot.desk.conversations import ALERTS, TRIAGE, client_channel, direct
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit, Place, Store

FIRST, FIRST_NAME = "manager", "Manager"
"""The manager whom the first start makes, for its link; nobody's real name."""


def channel_of(key: str) -> str:
    """The name of a client's own channel, where the desk makes one."""
    return f"client-{key.lower()}"


async def ensure(store: Store, *, platform: str, workspace: str, zone: str = "UTC") -> Person:
    """Make what is missing and answer the first manager. Doing it again changes nothing."""
    missing = [name for name in (TRIAGE, ALERTS) if await store.binding(name) is None]
    bindings = tuple((name, Place(platform, workspace, name)) for name in missing)
    directory = await store.directory()
    # A client that came by an import has no channel yet.
    for key in directory.clients:
        if await store.binding(client_channel(key)) is None:
            bindings += ((client_channel(key), Place(platform, workspace, channel_of(key))),)
    managers = directory.staff(Role.MANAGER)
    if managers and not bindings:
        return managers[0]
    people: tuple[Person, ...] = ()
    if not managers:
        people = (Person(FIRST, FIRST_NAME, Role.MANAGER, zone),)
        bindings += ((direct(FIRST), Place(platform, workspace, direct(FIRST))),)
    identities = tuple((platform, workspace, p.id, p.id) for p in people)
    await store.edit_directory(DirectoryEdit(people=people, identities=identities, bindings=bindings))
    return (people or tuple(managers))[0]
