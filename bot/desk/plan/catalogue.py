"""The catalogue's sections: kinds of request, saved replies, and what comes again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum

from bot.desk.plan.document import Doc, Draft, Section, World
from bot.desk.plan.reading import Table
from bot.desk.plan.sections import zone_of
from bot.domain.calendar import CalendarError
from bot.domain.people import Person
from bot.domain.playbooks import PlaybookError, RequestKind, SavedReply, read_fields, write_fields
from bot.domain.policy import Priority
from bot.domain.recurrence import RuleError
from bot.domain.recurring import MOST, Recurring
from bot.messages import refusals


def _write_kinds(world: World) -> Doc:
    return {key: _write_kind(kind) for key, kind in sorted(world.directory.kinds.items())}


def _write_kind(kind: RequestKind) -> Doc:
    table: Doc = {"label": kind.label, "client": kind.client, "active": kind.active}
    if kind.priority is not None:
        table["priority"] = kind.priority.value
    return table | {"questions": write_fields(kind.fields).splitlines(), "checklist": list(kind.checklist)}


def _read_kinds(table: Table, draft: Draft) -> None:
    kinds: list[RequestKind] = []
    for key in table.values:
        entry, there = table.table(key), draft.world.directory.kinds.get(key)
        priority = entry.text("priority", there.priority.value if there and there.priority else "") or None
        if priority is not None and priority not in list(Priority):
            entry.wrong(f"“{priority[:20]}” is no priority. Use {', '.join(Priority)}.", "priority")
            priority = None
        client = _client(entry, there.client if there else "", draft)
        asked = write_fields(there.fields).splitlines() if there else []
        try:
            kind = RequestKind(
                key,
                entry.text("label", there.label if there else key),
                client,
                read_fields("\n".join(entry.texts("questions", asked))),
                entry.texts("checklist", there.checklist if there else ()),
                Priority(priority) if priority else None,
                entry.flag("active", there.active if there else True),
            )
        except PlaybookError as error:
            entry.wrong(str(error))
        else:
            kinds += [kind] if kind != there else []
        entry.done()
    if kinds:
        draft.more["kinds"] = tuple(kinds)


def _write_replies(world: World) -> Doc:
    return {key: {"client": reply.client, "text": reply.text} for key, reply in sorted(world.directory.replies.items())}


def _read_replies(table: Table, draft: Draft) -> None:
    replies: list[SavedReply] = []
    for key in table.values:
        entry, there = table.table(key), draft.world.directory.replies.get(key)
        client = _client(entry, there.client if there else "", draft)
        try:
            reply = SavedReply(key, entry.text("text", there.text if there else ""), client)
        except PlaybookError as error:
            entry.wrong(str(error))
        else:
            replies += [reply] if reply != there else []
        entry.done()
    if replies:
        draft.more["replies"] = tuple(replies)


def _write_recurring(world: World) -> Doc:
    return {
        key: {each.name: _plain(getattr(entry, each.name)) for each in fields(entry) if each.name != "key"}
        for key, entry in sorted(world.directory.recurring.items())
    }


def _plain(value: object) -> object:
    """A field as a file holds it: an enum's member is its word."""
    return value.value if isinstance(value, Enum) else value


def _read_recurring(table: Table, draft: Draft) -> None:
    entries: list[Recurring] = []
    for key in table.values:
        entry, there = table.table(key), draft.world.directory.recurring.get(key)
        client = draft.client(entry.text("client", there.client if there else "").upper())
        if client is None:
            entry.wrong("Whose is it? Write the key of a client.", "client")
        start = entry.any("start", there.start if there else draft.at.date())
        if not isinstance(start, date) or isinstance(start, datetime):
            entry.wrong("Write a date such as 2026-12-24.", "start")
            start = draft.at.date()
        said = entry.text("priority", (there.priority if there else Priority.P3).value)
        if said not in list(Priority):
            entry.wrong(f"“{said[:20]}” is no priority. Use {', '.join(Priority)}.", "priority")
        people = {**draft.world.directory.people, **draft.people}
        for role in ("contact", "owner"):
            id = entry.text(role, getattr(there, role) if there else "")
            if id and id not in people:
                entry.wrong(f"I know nobody called {id[:40]}. Use their name for commands.", role)
        try:
            recurring = Recurring(
                key=key,
                client=client.key if client else "",
                title=entry.text("title", there.title if there else ""),
                rule=entry.text("rule", there.rule if there else ""),
                start=start,
                zone=zone_of(entry, "zone", there.zone if there else client.zone if client else "UTC"),
                at=entry.text("at", there.at if there else "09:00"),
                details=entry.text("details", there.details if there else ""),
                kind=entry.text("kind", there.kind if there else ""),
                contact=entry.text("contact", there.contact if there else ""),
                owner=entry.text("owner", there.owner if there else ""),
                priority=Priority(said) if said in list(Priority) else Priority.P3,
                private=entry.flag("private", there.private if there else False),
                active=entry.flag("active", there.active if there else True),
            )
        except (RuleError, CalendarError) as error:
            entry.wrong(str(error))
        else:
            if recurring != there:
                _check_recurring(entry, recurring, people)
                entries.append(recurring)
        entry.done()
    if len({*draft.world.directory.recurring, *(each.key for each in entries)}) > MOST:
        table.wrong(refusals.too_many("recurring requests", MOST))
    if entries:
        draft.more["recurring"] = tuple(entries)


def _check_recurring(table: Table, entry: Recurring, people: Mapping[str, Person]) -> None:
    """Whose request it is must be the client's, and who gets it of the team."""
    contact, owner = people.get(entry.contact), people.get(entry.owner)
    if contact is not None and contact.client != entry.client:
        table.wrong(f"{contact.name} is not of {entry.client}. Name one of its people, or nobody.", "contact")
    if owner is not None and not owner.is_staff:
        table.wrong(f"{owner.name} is not on the team. Name one of the team, or nobody.", "owner")


def _client(table: Table, default: str, draft: Draft) -> str:
    key = table.text("client", default).upper()
    if key and draft.client(key) is None:
        table.wrong(f"There is no client {key[:20]}. Leave it empty for every client.", "client")
    return key


KINDS = Section(
    "kinds",
    "Kinds of request that clients choose from: their questions and their checklists.",
    _write_kinds,
    _read_kinds,
    {
        "questions": "a * makes one required, (long) an area, and : one / two a choice",
        "client": "empty for every client",
        "checklist": "what is done each time, a step each",
    },
    keyed=True,
)
REPLIES = Section(
    "replies",
    "Saved replies, by the word that calls them.",
    _write_replies,
    _read_replies,
    {"text": "may hold {requester}, {ref}, {title}, {client}, {owner} and {me}"},
    keyed=True,
)
RECURRING = Section(
    "recurring",
    "Requests that the desk opens by itself, again and again.",
    _write_recurring,
    _read_recurring,
    {
        "rule": "an RRULE such as FREQ=MONTHLY;BYDAY=1MO",
        "start": "it is counted from this day, and comes no sooner",
        "contact": "whose request it is, by their name for commands; empty for the team's own",
    },
    keyed=True,
)
