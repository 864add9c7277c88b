"""What a desk must have before anybody can use it: a place for triage and alerts, and one manager who can sign in."""

from __future__ import annotations

from bot.desk.publishing import ALERTS, TRIAGE, direct
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit, Place, Store


async def ensure(store: Store, *, platform: str, workspace: str, zone: str = "UTC") -> Person:
    """Make what is missing and answer the first manager. Doing it again changes nothing."""
    missing = [name for name in (TRIAGE, ALERTS) if await store.binding(name) is None]
    bindings = tuple((name, Place(platform, workspace, name)) for name in missing)
    directory = await store.directory()
    managers = directory.staff(Role.MANAGER)
    if managers and not bindings:
        return managers[0]
    people: tuple[Person, ...] = ()
    if not managers:
        people = (Person("manager", "Manager", Role.MANAGER, zone),)
        bindings += ((direct("manager"), Place(platform, workspace, direct("manager"))),)
    identities = tuple((platform, workspace, p.id, p.id) for p in people)
    await store.edit_directory(DirectoryEdit(people=people, identities=identities, bindings=bindings))
    return (people or tuple(managers))[0]
