"""The section of the people: who they are, what they take on, and their accounts on each platform."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.desk.conversations import direct
from bot.desk.plan.document import Doc, Draft, Section, World
from bot.desk.plan.reading import Table
from bot.desk.plan.sections import name_of, zone_of
from bot.desk.roster import TAKEN
from bot.domain.people import Person, Role
from bot.domain.work import CapacityError, Leave, Work
from bot.messages import setup as say

HOME = re.compile(r"[a-z]{1,20}")
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def _write_people(world: World) -> Doc:
    table: Doc = {}
    for id, person in sorted(world.directory.people.items()):
        table[id] = {"name": person.name, "role": person.role.value, "zone": person.zone, "active": person.active}
        if person.client is not None:
            table[id]["client"] = person.client
        if person.role.is_staff or person.work != Work():
            table[id]["limit"] = person.work.limit
            table[id]["leave"] = [f"{leave.first} to {leave.last}" for leave in person.work.leave]
        if person.home:
            table[id]["home"] = person.home
        accounts = [f"{p}/{w}/{u}" for p, w, u, whose in world.identities if whose == id]
        table[id]["accounts"] = accounts
    return table


def _read_people(table: Table, draft: Draft) -> None:
    for id in table.values:
        entry = table.table(id)
        if not ID.fullmatch(id) or id in TAKEN:
            entry.wrong("A person's name for commands has small letters, digits and dashes, such as dana or sam-ito.")
        else:
            _read_person(entry, id, draft)
    _keep_a_manager(table, draft)
    _keep_private(table, draft)


def _keep_a_manager(table: Table, draft: Draft) -> None:
    """Somebody must manage the desk."""
    before = draft.world.directory.people
    if draft.people and not any(map(_manages, {**before, **draft.people}.values())):
        last = [before[id] for id in draft.people if id in before and _manages(before[id])]
        if len(last) == 1:
            after = draft.people[last[0].id]
            path = f"{last[0].id}.{'role' if after.role is not Role.MANAGER else 'active'}"
            return table.wrong(say.last_manager(last[0].name), path)
        table.wrong("Nobody would be left who manages the desk. Keep one active person with the role manager.")
    return None


def _manages(person: Person) -> bool:
    return person.role is Role.MANAGER and person.active


def _keep_private(table: Table, draft: Draft) -> None:
    """A private request talks with its requester in person, wherever they belong: nobody takes one along."""
    for id, person in draft.people.items():
        there = draft.world.directory.people.get(id)
        if there is None or there.client is None or there.client == person.client:
            continue
        if draft.world.private is None:
            raise LookupError("Ask the store for the world: who changes client may have private requests open.")
        if refs := draft.world.private.get(id):
            field = "client" if person.role is Role.CLIENT else "role"
            table.wrong(say.has_private(there.name, refs), f"{id}.{field}")


def _read_person(table: Table, id: str, draft: Draft) -> None:
    there = draft.world.directory.people.get(id)
    said = table.text("role", there.role.value if there else Role.CLIENT.value)
    roles = [role.value for role in Role if role is not Role.DESK]
    if said not in roles:
        table.wrong(f"“{said[:40]}” is no role. Use one of {', '.join(roles)}.", "role")
    role = Role(said) if said in roles else Role.CLIENT
    key = table.text("client", (there.client if there else None) or "").upper() or None
    if role is Role.CLIENT and key is not None and draft.client(key) is None:
        known = ", ".join(sorted({**draft.world.directory.clients, **draft.clients})) or "none yet"
        table.wrong(f"There is no client {key[:20]}. Known: {known}.", "client")
    if said == Role.CLIENT and key is None:
        table.wrong("Whose client are they? Write the client's key.", "client")
    if role is not Role.CLIENT and key is not None and (there is None or there.role is role):
        table.wrong("Staff belong to no client. Leave it out, or make the role client.", "client")
    team = draft.team or draft.world.directory.team
    home = draft.client(key) if role is Role.CLIENT and key else None
    person = replace(
        there or Person(id, id, role),
        name=name_of(table, there.name if there else id.replace("-", " ").title()),
        role=role,
        zone=zone_of(table, "zone", there.zone if there else home.zone if home else team.zone),
        client=key if role is Role.CLIENT else None,
        active=table.flag("active", True if there is None else there.active),
        work=_read_work(table, there.work if there else Work()),
        home=_read_home(table, there.home if there else ""),
    )
    _accounts(table, id, draft)
    table.done()
    if person != there:
        draft.people[id] = person
    place = draft.world.places.get(direct(id))
    if there is not None and person.home and person.home != there.home and place and place.platform != person.home:
        draft.more["unbound"] = (*draft.more.get("unbound", ()), direct(id))  # opened there by what is said next
    if draft.home is not None and direct(id) not in draft.world.places and person.active:
        draft.bindings[direct(id)] = draft.home(direct(id))


def _read_home(table: Table, there: str) -> str:
    said = table.text("home", there).lower()
    if said and not HOME.fullmatch(said):
        table.wrong("Write a platform's name, such as slack or discord; web for the browser.", "home")
    return said


def _read_work(table: Table, there: Work) -> Work:
    leave: list[Leave] = []
    said = [f"{each.first} to {each.last}" for each in there.leave]
    try:
        for words in table.texts("leave", said):
            first, _, last = words.partition(" to ")
            leave.append(Leave(date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())))
    except CapacityError as error:
        table.wrong(str(error), "leave")
    except ValueError:
        table.wrong("Write each leave as 2026-12-24 to 2027-01-02.", "leave")
    try:
        return replace(there, limit=table.number("limit", there.limit), leave=tuple(leave))
    except CapacityError as error:
        table.wrong(str(error), "limit")
        return there


def _accounts(table: Table, id: str, draft: Draft) -> None:
    known = {row[:3]: row[3] for row in draft.world.identities}
    home = draft.home(id) if draft.home else None
    default = (f"{home.platform}/{home.workspace}/{id}",) if home and id not in draft.world.directory.people else ()
    for account in table.texts("accounts", default):
        parts = account.split("/", 2)
        if len(parts) != 3 or not all(parts):
            table.wrong("Write each account as platform/workspace/user, such as slack/T024BE7LH/U012AB3CD.", "accounts")
        elif known.get((parts[0], parts[1], parts[2]), id) != id:
            whose = known[(parts[0], parts[1], parts[2])]
            table.wrong(f"{account} is @{whose}'s account already. An account is one person's.", "accounts")
        elif (parts[0], parts[1], parts[2]) not in known:
            draft.identities.append((parts[0], parts[1], parts[2], id))


PEOPLE = Section(
    "people",
    "Everybody, by their name for commands. Who has left stays, with active = false.",
    _write_people,
    _read_people,
    {
        "role": "client, engineer, lead or manager",
        "limit": "open requests at a time; 0 for none set",
        "leave": "days away, each as 2026-12-24 to 2027-01-02",
        "home": "the platform on which the desk writes to them in person; left out, it stays as it is",
        "accounts": "who they are on each platform",
    },
    keyed=True,
)
