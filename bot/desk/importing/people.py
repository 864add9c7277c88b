"""Whom a log names: the client it is imported for, its callers, and the people who worked on it.

They are put in the directory as having left: they are named in histories, cannot sign in, and are in nobody's lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

from bot.desk.importing.log import Log
from bot.desk.importing.rows import CannotImport
from bot.desk.roster import key_for
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain import text as words
from bot.domain.people import Client, Directory, Person, Role
from bot.messages import imported as say
from bot.ports import DirectoryEdit

NAME_LIMIT = 80


def checked_name(name: str) -> str:
    """The client's name as it is kept. Raises CannotImport for none, and for a whole text."""
    name = " ".join(words.clean(name).split())
    if words.is_blank(name):
        raise CannotImport(say.no_client_name())
    if len(name) > NAME_LIMIT:
        raise CannotImport(say.long_client_name(NAME_LIMIT))
    return name


def client_of(name: str, zone: str, directory: Directory) -> tuple[Client, DirectoryEdit]:
    """The client of that key or name; where there is none, a new one with office hours and the Silver level."""
    there = directory.clients.get(name.upper()) or next(
        (c for c in directory.clients.values() if c.name.casefold() == name.casefold()), None
    )
    if there is not None:
        return there, DirectoryEdit()
    client = Client(key_for(name, set(directory.clients)), name, zone)
    hours = office_hours(client)
    return client, DirectoryEdit(
        clients=(client,), calendars=(hours,), policies=(policy_for(client, hours, Level.SILVER),)
    )


@dataclass(frozen=True)
class Cast:
    """The people of one import. They act as those they were then, though they have left."""

    client: Client
    zone: str

    def caller(self, name: str) -> Person:
        """Somebody of the client's; two clients may each have a “Caller 1”."""
        id = f"snow-{self.client.key.lower()}-{_slug(name) or 'caller'}"
        return Person(id, name[:NAME_LIMIT] or say.UNKNOWN_CALLER, Role.CLIENT, self.zone, self.client.key)

    def staff(self, name: str) -> Person:
        """Somebody of the team that worked in ServiceNow."""
        id = f"snow-{_slug(name) or 'staff'}"
        return Person(id, name[:NAME_LIMIT] or say.UNKNOWN_STAFF, Role.ENGINEER, self.zone)

    def missing(self, log: Log, directory: Directory) -> tuple[Person, ...]:
        """Everybody of the log whom the directory lacks, as they are stored; who is there already stays as they are."""
        people: dict[str, Person] = {}
        for incident in log.incidents:
            named: Iterable[Person] = (
                self.caller(incident.caller),
                *(self.staff(row.by) for row in incident.rows),
                *(self.staff(row.to) for row in incident.rows if row.to),
            )
            people |= {person.id: replace(person, active=False) for person in named}
        return tuple(person for id, person in people.items() if id not in directory.people)


def _slug(name: str) -> str:
    """A stable id of a name: “Updated by 642” → updated-by-642; what an id cannot show is told apart by a digest."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:32]
    if not name or (slug and slug == re.sub(r" +", "-", name.casefold())):
        return slug
    return f"{slug}-{blake2b(name.encode(), digest_size=3).hexdigest()}".strip("-")
