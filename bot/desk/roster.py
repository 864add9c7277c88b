"""A list of people as somebody pastes it: “Dana Reyes <client>, Sam Ito engineer; Priya, lead”."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection

from bot.domain import text as words
from bot.domain.people import Person, Role
from bot.domain.refusal import Declined
from bot.messages import refusals

NAME_LIMIT = 80
TAKEN = ("desk", "team", "steward")
"""Names that mean the desk itself, or its team, in commands."""

_ROLES = {
    "client": Role.CLIENT,
    "customer": Role.CLIENT,
    "requester": Role.CLIENT,
    "engineer": Role.ENGINEER,
    "agent": Role.ENGINEER,
    "support": Role.ENGINEER,
    "staff": Role.ENGINEER,
    "lead": Role.LEAD,
    "team lead": Role.LEAD,
    "manager": Role.MANAGER,
    "boss": Role.MANAGER,
}
_ROLE = "|".join(sorted(_ROLES, key=len, reverse=True))
_ENTRY = re.compile(rf"^(?P<name>.*?)[\s,:]*[<(\[]?\b(?P<role>{_ROLE})s?[>)\]]?$", re.IGNORECASE)


_ADDRESS = re.compile(r"[<(\[]\s*(?:mailto:)?[^\s<>()\[\]@]+@[^\s<>()\[\]@]+\s*[>)\]]")
"""As mail programs write it behind a name; the name is what is kept."""


class RosterError(Declined, ValueError):
    """A line of the list that cannot be read; the message names it and the mend."""


def read_people(text: str) -> list[tuple[str, Role]]:
    """Names with their roles. Raises RosterError for an entry without a role, and for one without a name."""
    people: list[tuple[str, Role]] = []
    for row in re.split(r"[\n;]", words.clean(text)):
        waiting = ""
        for part in (part.strip(" •*-\t") for part in row.split(",")):
            whole = f"{waiting} {part}".strip()
            entry = _ENTRY.match(whole)
            if entry is None:
                if waiting:
                    raise _no_role(waiting)
                waiting = part
                continue
            waiting = ""
            name = " ".join(_ADDRESS.sub(" ", entry["name"]).split())
            if words.is_blank(name) or len(name) > NAME_LIMIT:
                raise RosterError(f"“{whole[:60]}” names nobody. Write a name and a role, such as Dana Reyes, client.")
            people.append((name, _ROLES[entry["role"].lower()]))
        if waiting:
            raise _no_role(waiting)
    return people


def _no_role(name: str) -> RosterError:
    roles = "client, engineer, lead or manager"
    return RosterError(f"What is {name[:60]}? Write it behind the name: {roles}, as in “{name[:60]}, client”.")


def free_id(name: str, taken: Collection[str]) -> str:
    """A name for commands that nobody has: “Dana Reyes” → dana, or dana-reyes, or dana-reyes-2."""
    # What is left of a letter without its marks: Jürgen Groß is jurgen, not j.
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    base = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:24].strip("-") or "person"
    number = 1
    for candidate in (base.split("-")[0], base):
        if candidate not in taken and candidate not in TAKEN:
            return candidate
    while (candidate := f"{base}-{(number := number + 1)}") in taken:
        pass
    return candidate


def namesake(name: str, people: Collection[Person]) -> Person | None:
    """Somebody active of that very name."""
    return next((p for p in people if p.active and p.name.casefold() == name.casefold()), None)


def key_for(name: str, taken: Collection[str]) -> str:
    """A free key for request numbers: “Acme Ltd” → ACME."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    parts = re.findall(r"[A-Z0-9]+", plain) or ["CLIENT"]
    for base in (parts[0], "".join(parts)):
        base = base if base[0].isalpha() else f"C{base}"
        key = (base if len(base) > 1 else f"{base}X")[:10]
        if key not in taken:
            return key
    return next(key for n in range(2, len(taken) + 3) if (key := f"{parts[0][:6]}{n}") not in taken)


def login_name(word: str, people: Collection[Person]) -> str | None:
    """What to say where nobody active has that name in commands, with the nearest ones; None where somebody has it."""
    here = {p.id: p for p in people if p.active}
    wanted = word.casefold()
    if wanted in here:
        return None
    left = next((p for p in people if p.id == wanted), None)
    if left is not None:
        return refusals.has_left(left.name)
    names = {alias: p.id for p in here.values() for alias in (p.name.casefold(), *p.name.casefold().split(), p.id)}
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    return refusals.nobody_called(word, list(dict.fromkeys(names[each] for each in near)), sorted(here))
