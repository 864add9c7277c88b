"""The desired state as a document of plain values, section by section: what a file holds, what an audit compares.

A section says how its part of the directory is written down, and how it is read back. Whoever adds something to the
catalogue adds a section to `SECTIONS` (in `bot/desk/plan/__init__.py`), and it is exported, applied and audited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, cast

from bot.desk.plan.reading import Table
from bot.domain.calendar import Calendar
from bot.domain.people import Client, Directory, Person
from bot.domain.policy import Policy
from bot.domain.settings import TeamSettings
from bot.ports import DirectoryEdit, Place

Doc = dict[str, Any]
"""Tables of text, numbers, truth values, dates and lists of these."""


@dataclass(frozen=True)
class World:
    """The state that a document describes: the directory, where its conversations are, and who is who elsewhere."""

    directory: Directory
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])
    identities: tuple[tuple[str, str, str, str], ...] = ()
    private: Mapping[str, tuple[str, ...]] | None = None
    """The private requests that are open, by requester. None where nobody asked: then nobody changes client."""


@dataclass
class Draft:
    """What is to be changed, gathered section by section. `home` is where a new channel is made."""

    world: World
    at: datetime
    home: Callable[[str], Place] | None = None
    doc: Doc = field(default_factory=dict[str, Any])
    """The whole document, for what one section says of another."""
    clients: dict[str, Client] = field(default_factory=dict[str, Client])
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    calendars: list[Calendar] = field(default_factory=list[Calendar])
    policies: list[Policy] = field(default_factory=list[Policy])
    team: TeamSettings | None = None
    bindings: dict[str, Place] = field(default_factory=dict[str, Place])
    identities: list[tuple[str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str]])
    more: dict[str, Any] = field(default_factory=dict[str, Any])
    """Other fields of the DirectoryEdit, by name, for sections of a later day."""

    def client(self, key: str) -> Client | None:
        """A client as it will be."""
        return self.clients.get(key) or self.world.directory.clients.get(key)

    def edit(self) -> DirectoryEdit:
        """All of it as one edit."""
        return DirectoryEdit(
            clients=tuple(self.clients.values()),
            people=tuple(self.people.values()),
            calendars=tuple(self.calendars),
            policies=tuple(self.policies),
            team=self.team,
            bindings=tuple(self.bindings.items()),
            identities=tuple(self.identities),
            **self.more,
        )


@dataclass(frozen=True)
class Section:
    """One part of the document: `name` is its table. `help` stands above it in an exported file, `notes` beside its
    fields, by the field's own name."""

    name: str
    help: str
    write: Callable[[World], Doc]
    read: Callable[[Table, Draft], None]
    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    keyed: bool = False
    """Whether each entry is a thing of its own (a client, a person), which is never deleted by leaving it out."""


@dataclass(frozen=True)
class Difference:
    """A value that is another one, by path; None for one that is not there."""

    path: str
    before: Any
    after: Any


def compare(before: Doc, after: Doc, path: str = "") -> list[Difference]:
    """What differs, in the order of the later document; what it lacks comes last."""
    found: list[Difference] = []
    for key in [*after, *(key for key in before if key not in after)]:
        here, old, new = f"{path}.{key}" if path else key, before.get(key), after.get(key)
        names, others = _names(old), _names(new)
        if names or others:
            both = [name for name in names if name in others]
            if both != [name for name in others if name in names]:
                found.append(Difference(f"{here}.order", names, others))
            old, new = _by_name(old), _by_name(new)
        if isinstance(old, dict) or isinstance(new, dict):
            found += compare(cast(Doc, old or {}), cast(Doc, new or {}), here)
        elif old != new:
            found.append(Difference(here, old, new))
    return found


def _names(value: Any) -> list[str]:
    """The names of a list of tables, in order; empty for anything else."""
    return [item["name"] for item in _tables(value)]


def _by_name(value: Any) -> Doc:
    return {item["name"]: {key: each for key, each in item.items() if key != "name"} for item in _tables(value)}


def _tables(value: Any) -> list[Doc]:
    items = cast(list[Any], value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def say(value: Any) -> str:
    """A value in words, for a diff and for the record: empty for none."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(say(item) for item in value) or "none"  # pyright: ignore[reportUnknownVariableType]
        case _:
            return str(value)


def after(world: World, edit: DirectoryEdit) -> World:
    """The world once the edit was made; the newest version of a client's policy is in force."""
    old = world.directory
    versions = {**old.versions, **{policy.ref: policy for policy in edit.policies}}
    # What a later day adds to the catalogue is merged by its key, with nothing to write here.
    gone = {"kinds": "kind", "replies": "reply", "hooks": "hook", "recurring": "recurring"}
    catalogue = {
        item.name: {
            key: thing
            for key, thing in (getattr(old, item.name) | {new.key: new for new in getattr(edit, item.name)}).items()
            if (gone.get(item.name), key) not in edit.gone
        }
        for item in fields(Directory)
        if item.name not in ("clients", "people", "calendars", "versions", "team", "version")
        and hasattr(edit, item.name)
    }
    directory = replace(
        old,
        clients=old.clients | {client.key: client for client in edit.clients},
        people=old.people | {person.id: person for person in edit.people},
        calendars=old.calendars | {calendar.ref: calendar for calendar in edit.calendars},
        versions=versions,
        team=edit.team or old.team,
        **catalogue,
    )
    dropped = {(p, w, u) for p, w, u, _ in edit.identities} | set(edit.parted)
    kept = tuple(row for row in world.identities if row[:3] not in dropped)
    return replace(
        world,
        directory=directory,
        places={name: at for name, at in {**world.places, **dict(edit.bindings)}.items() if name not in edit.unbound},
        identities=tuple(sorted((*kept, *edit.identities))),
    )
