"""The desired state as a document, and the way between it and the directory: for files, for audits, for forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.desk.conversations import ALERTS, TRIAGE
from bot.desk.plan.catalogue import KINDS, RECURRING, REPLIES
from bot.desk.plan.document import Difference, Doc, Draft, Section, World, after, compare, say
from bot.desk.plan.people import PEOPLE
from bot.desk.plan.reading import BadPlan, Problem, Table
from bot.desk.plan.sections import CHANNELS, CLIENTS, TEAM
from bot.domain.fact import Status
from bot.domain.hours import overlapping
from bot.domain.people import Directory
from bot.domain.search import Search
from bot.ports import DirectoryEdit, Place, RequestQuery, SettingChange, Store

SECTIONS: list[Section] = [TEAM, CHANNELS, CLIENTS, PEOPLE, KINDS, REPLIES, RECURRING]
"""In the order of the file, and of reading: people are read after the clients they belong to."""


_MOST = 1_000_000
"""More private requests than are ever open."""


async def world_of(store: Store) -> World:
    """All that a document describes, as it stands."""
    open_ones = RequestQuery(search=Search(private=True), statuses=tuple(s for s in Status if s.is_open), limit=_MOST)
    private: dict[str, tuple[str, ...]] = {}
    for request in await store.requests(open_ones):
        private[request.requester] = (*private.get(request.requester, ()), request.ref)
    # The directory last: whoever writes what was wanted of it is refused where it is no longer the newest.
    return World(await store.directory(), await store.bindings(), await store.identities(), private)


def export(world: World) -> Doc:
    """The whole document."""
    return {section.name: table for section in SECTIONS if (table := section.write(world))}


def wanted(
    world: World, doc: dict[str, Any], at: datetime, home: Callable[[str], Place] | None = None
) -> DirectoryEdit:
    """The edit that makes the world what the document says; what it does not speak of stays as it is.

    Raises BadPlan with everything that is wrong.
    """
    problems: list[Problem] = []
    root, draft = Table(doc, "", problems), Draft(world, at, home, doc)
    for section in SECTIONS:
        section.read(root.table(section.name), draft)
    _apart(root, draft)
    root.done()
    if problems:
        raise BadPlan(list(dict.fromkeys(problems)))
    return draft.edit()


def _apart(root: Table, draft: Draft) -> None:
    """A client's words stay in its channel: no other conversation may be there too. The team's own two may be one."""
    places = {**draft.world.places, **draft.bindings}
    for name, place in draft.bindings.items():
        others = [other for other, there in places.items() if there == place and other != name]
        if others and not {name, *others} <= {TRIAGE, ALERTS}:
            words = f"{place.channel} is in use already ({others[0]}). Name another channel."
            root.wrong(words, _path_of(name))


def _path_of(conversation: str) -> str:
    kind, _, key = conversation.partition(":")
    return {"client": f"clients.{key}.channel", "dm": f"people.{key}"}.get(kind, f"channels.{conversation}")


def unspoken(world: World, doc: dict[str, Any]) -> list[str]:
    """The clients, people and other things that the document leaves out: they stay as they are."""
    left: list[str] = []
    for section in (section for section in SECTIONS if section.keyed):
        said = {key.casefold() for key in doc.get(section.name, {})}
        left += [f"{section.name}.{key}" for key in section.write(world) if key.casefold() not in said]
    return left


def differences(world: World, edit: DirectoryEdit) -> list[Difference]:
    """What the edit changes, value by value, as the document names it."""
    return compare(export(world), export(after(world, edit)))


def overlaps(world: World, edit: DirectoryEdit) -> list[tuple[str, str, str]]:
    """Windows in the hours that the edit brings which overlap, by client, in words: they merge, and it is told."""
    found: list[tuple[str, str, str]] = []
    old = world.directory.calendars.values()
    for policy in edit.policies:
        for calendar in (each for each in edit.calendars if each.ref == policy.calendar):
            dated = {str(day): windows for day, windows in calendar.overrides.items()}
            if not any((one.hours, one.overrides) == (calendar.hours, calendar.overrides) for one in old):
                found += [(policy.client, *pair) for pair in overlapping(calendar.hours, dated)]
    return list(dict.fromkeys(found))


def audited(
    directory: Directory,
    edit: DirectoryEdit,
    by: str,
    at: datetime,
    accounts: Sequence[tuple[str, str, str, str]] = (),
) -> DirectoryEdit:
    """The edit with what is to be remembered of it, beside what it brings itself. `accounts` are all as they
    are, for an edit that takes some from somebody."""
    changes = tuple(
        SettingChange(at, by, each.path, say(each.before), say(each.after))
        for each in differences(World(directory, identities=tuple(accounts)), edit)
    )
    return replace(edit, changes=(*edit.changes, *changes))


__all__ = [
    "SECTIONS",
    "BadPlan",
    "Difference",
    "Doc",
    "Problem",
    "Section",
    "World",
    "after",
    "audited",
    "differences",
    "export",
    "overlaps",
    "say",
    "unspoken",
    "wanted",
    "world_of",
]
