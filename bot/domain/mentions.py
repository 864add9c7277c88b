"""People named in what somebody wrote: @Sam Ito, @Sam where there is one Sam, @sam by id; and how to name them so that
nobody else is meant, whichever platform reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

from bot.domain.people import Person

T = TypeVar("T")


def handles(people: Collection[Person]) -> dict[str, Person]:
    """What each may be called after the @, in lower case: the id, and the whole name or the first one where only one
    has it. An id goes before a name that reads the same."""
    found: dict[str, Person] = {}
    for name_of in (_first, _whole):
        names = Counter(name_of(person) for person in people)
        found |= {name_of(person): person for person in people if names[name_of(person)] == 1}
    found |= {person.id.casefold(): person for person in people}
    found.pop("", None)
    return found


def pattern(names: Collection[str]) -> re.Pattern[str] | None:
    """Finds each @name of these, the longest first; None where there is none."""
    known = sorted(names, key=len, reverse=True)
    if not known:
        return None
    either = "|".join(r"\s".join(map(re.escape, name.split())) for name in known)
    return re.compile(rf"(?<![\w@/.])@({either})(?![\w-])", re.IGNORECASE)


def meant(text: str, people: Collection[Person]) -> Iterator[tuple[int, int, Person]]:
    """Where a text names somebody of these, and whom."""
    known = handles(people) if "@" in text else {}
    finder = pattern(known)
    for found in finder.finditer(text) if finder else ():
        yield found.start(), found.end(), person_of(known, found)


def named(text: str, people: Collection[Person]) -> list[str]:
    """The ids of those whom a text names, each once."""
    return list(dict.fromkeys(person.id for _, _, person in meant(text, people)))


def person_of(known: Mapping[str, T], found: re.Match[str]) -> T:
    """Whom a match of their `pattern` means."""
    return known[" ".join(found[1].split()).casefold()]


def called(person: Person, people: Collection[Person]) -> str:
    """What to call somebody after the @ so that nobody else is meant: by the first name, the whole one, or the id."""
    known = handles(people)
    names = (person.name.split()[:1] or [""])[0], " ".join(person.name.split())
    return next((name for name in names if known.get(name.casefold()) == person), person.id)


def _first(person: Person) -> str:
    return person.name.split()[0].casefold() if person.name.split() else ""


def _whole(person: Person) -> str:
    return " ".join(person.name.split()).casefold()
