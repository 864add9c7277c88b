"""People named in a message: @Sam Ito, @Sam where there is one Sam, @sam by id."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from bot.domain.people import Person


def handles(people: Collection[Person]) -> dict[str, Person]:
    """What each may be called after the @, in lower case: the whole name, the id, and a first name that only one
    has."""
    firsts = Counter(_first(person) for person in people)
    found: dict[str, Person] = {}
    for person in people:
        if firsts[_first(person)] == 1:
            found[_first(person)] = person
        found[person.id.casefold()] = person
    for person in people:
        found[_whole(person)] = person
    found.pop("", None)
    return found


def pattern(people: Collection[Person]) -> re.Pattern[str] | None:
    """Finds each @name of these people, the longest first; None where there is nobody."""
    known = sorted(handles(people), key=len, reverse=True)
    if not known:
        return None
    names = "|".join(r"\s".join(map(re.escape, name.split())) for name in known)
    return re.compile(rf"(?<![\w@/.])@({names})(?![\w-])", re.IGNORECASE)


def named(text: str, people: Collection[Person]) -> list[str]:
    """The ids of those whom a text names, each once."""
    known, finder = handles(people), pattern(people)
    if finder is None or "@" not in text:
        return []
    ids = (known[" ".join(found[1].split()).casefold()].id for found in finder.finditer(text))
    return list(dict.fromkeys(ids))


def _first(person: Person) -> str:
    return person.name.split()[0].casefold() if person.name.split() else ""


def _whole(person: Person) -> str:
    return " ".join(person.name.split()).casefold()
