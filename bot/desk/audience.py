"""Who reads a conversation: whom words that are said there may call."""

from __future__ import annotations

from bot.desk.context import may_see
from bot.desk.conversations import ALERTS, TRIAGE, request_of
from bot.domain.people import Directory, Person
from bot.ports import Store


async def audience(store: Store, directory: Directory, conversation: str | None) -> list[Person]:
    """Everybody active who may read it; nobody where it is none."""
    kind, _, key = (conversation or "").partition(":")
    people = [person for person in directory.people.values() if person.active]
    if conversation in (TRIAGE, ALERTS) or (conversation or "").endswith(":team"):
        return [person for person in people if person.is_staff]
    if kind == "dm":
        return [person for person in people if person.id == key]
    if kind == "client":
        return [person for person in people if person.is_staff or person.client == key]
    request = await store.request(number) if (number := request_of(conversation)) else None
    return [person for person in people if request and may_see(person, request)]
