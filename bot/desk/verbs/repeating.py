"""Recurring requests: listed, added by form, paused, taken up again and removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from bot.commands import Kind, Spec, Who, command
from bot.desk import plan
from bot.desk.context import Context, Refusal
from bot.domain import text as words
from bot.domain.cadence import cadence
from bot.domain.calendar import zone
from bot.domain.policy import Priority
from bot.domain.recurrence import RuleError
from bot.domain.recurring import key_for
from bot.messages import recurring as say
from bot.messages import refusals
from bot.messages.model import Answer
from bot.ports import DirectoryEdit

DEEDS = ("pause", "resume", "remove")


@command(who=Who.LEAD, label="Recurring requests", example="recurring")
async def recurring(
    context: Context,
    text: Annotated[str, Spec("add, or pause, resume or remove and a key", Kind.TEXT)] = "",
    what: Annotated[str, Spec("add")] = "",
    client: Annotated[str, Spec("Whose service", Kind.CLIENT)] = "",
    title: Annotated[str, Spec("What is to be done")] = "",
    details: Annotated[str, Spec("More about it")] = "",
    rule: Annotated[str, Spec("How often")] = "",
    at: Annotated[str, Spec("At which time of day")] = "",
    owner: Annotated[str, Spec("Who gets it")] = "",
    contact: Annotated[str, Spec("Whose request it is")] = "",
    kind: Annotated[str, Spec("What kind of request")] = "",
    priority: Annotated[Priority | None, Spec("How pressing it is")] = None,
    private: Annotated[str, Spec("Whether few see it")] = "",
) -> Answer:
    """What the desk opens by itself: scheduled checks, renewals, monthly tasks."""
    directory = context.directory
    first, _, key = text.strip().lower().partition(" ")
    if first in DEEDS:
        return await _change(context, first, key.strip())
    if what != "add" and first != "add":
        entries = sorted(directory.recurring.values(), key=lambda e: (e.client, e.key))
        rows = [(entry, entry.cadence.after(context.at)) for entry in entries]
        return Answer(say.listing(rows, directory, context.desk.rules.command))
    values = {
        "client": client,
        "title": title,
        "details": details,
        "rule": rule,
        "at": at,
        "owner": owner,
        "contact": contact,
        "kind": kind,
        "priority": priority or "",
        "private": private,
    }
    if not (client and title and rule):
        return Answer(form=_form(context, values))
    try:
        edit = _edit(context, values)
    except RuleError as error:
        return Answer(form=_form(context, values, {"rule": str(error)}))
    except plan.BadPlan as bad:
        return Answer(form=_form(context, values, {p.path.rpartition(".")[2]: p.words for p in bad.problems}))
    (entry,) = edit.recurring
    return await context.edit(edit, Answer(say.kept(entry, entry.cadence.after(context.at), directory)))


def _form(context: Context, values: dict[str, str], errors: Mapping[str, str] | None = None) -> say.Form:
    directory = context.directory
    clients = sorted(directory.clients.values(), key=lambda c: c.name)
    people = [p for c in clients for p in directory.people_of(c.key)]
    return say.form(clients, people, directory.staff(), values, errors)


def _edit(context: Context, values: dict[str, str]) -> DirectoryEdit:
    """The entry as it was filled in, held against the same rules as a file's. Raises RuleError, BadPlan and
    Refusal for what does not fit."""
    directory = context.directory
    client = directory.clients.get(values["client"].strip().upper())
    if client is None:
        raise Refusal(refusals.no_such_client(values["client"]))
    title = " ".join(words.clean(values["title"]).split())
    start = context.at.astimezone(zone(client.zone)).date()
    at = values["at"].strip() or "09:00"
    made = cadence(values["rule"], at, client.zone, now=context.at, start=start)
    entry: plan.Doc = {
        "client": client.key,
        "title": title,
        "rule": made.rule,
        "start": start,
        "zone": client.zone,
        "at": at,
        "details": words.clean(values["details"]),
        "kind": values["kind"].strip().lower(),
        "contact": values["contact"],
        "owner": values["owner"],
        "priority": str(values["priority"] or Priority.P3),
        "private": values["private"] == "yes",
    }
    key = key_for(client.key, title, frozenset(directory.recurring))
    return plan.wanted(plan.World(directory), {"recurring": {key: entry}}, context.at)


async def _change(context: Context, deed: str, key: str) -> Answer:
    entry = context.directory.recurring.get(key)
    if entry is None:
        raise Refusal(refusals.no_recurring(key, sorted(context.directory.recurring)))
    if deed == "remove":
        gone = DirectoryEdit(gone=(("recurring", key),))
        return await context.edit(gone, Answer(say.removed(entry)))
    after = replace(entry, active=deed == "resume")
    edit = DirectoryEdit(recurring=(after,))
    return await context.edit(edit, Answer(say.kept(after, after.cadence.after(context.at), context.directory)))
