"""Recurring requests, in words: the list, the form, and what a request says of its occurrence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.cadence import say_rule
from bot.domain.people import Client, Directory, Person
from bot.domain.policy import Priority
from bot.domain.recurring import TEXT_LIMIT, TITLE_LIMIT, Recurring
from bot.domain.request import Request
from bot.messages.model import Action, Form, Input, Line, Option, Said, When, line, strong
from bot.messages.words import owner_of, ref


def due_again(local: datetime) -> str:
    """On the open request, for the team."""
    return f"Due again {local:%a %d %b %H:%M}. This one is not done yet, so I opened no second one."


def came_late(local: datetime) -> str:
    """On a request that was opened late, for the team."""
    return f"This was due {local:%a %d %b %H:%M}; I was not running then, so it comes late."


def digest_line(entry: Recurring, request: Request, directory: Directory) -> Line:
    """In the morning's digest."""
    owner = owner_of(request, directory)
    name = owner.name if owner else "nobody yet"
    return line(ref(request), f" {entry.title} · {name} · due again, and still open")


def listing(entries: Sequence[tuple[Recurring, datetime | None]], directory: Directory, command: str) -> Said:
    """All of them: what, for whom, how often, when next."""
    add = (Action("recurring", "Add one", {"what": "add"}, "primary", staff_only=True),)
    lines: list[Line] = [line(strong("Recurring requests"))]
    if not entries:
        lines.append(line("There are none yet. Scheduled checks, renewals and monthly tasks open by themselves here."))
    for entry, due in entries:
        often = f"  {entry.title} · {say_rule(entry.rule)} {entry.at}"
        lines.append(line(strong(entry.key), often, *_state(entry, due, directory)))
    if entries:
        lines.append(line(f"{command} recurring pause KEY, resume KEY or remove KEY changes one."))
    return Said("recurring", tuple(lines), add)


def _state(entry: Recurring, due: datetime | None, directory: Directory) -> Line:
    owner = f" · {directory.name_of(entry.owner)}" if entry.owner else ""
    if not entry.active:
        return line(f"{owner} · paused")
    return line(f"{owner} · next ", When(due, "full")) if due else line(f"{owner} · has ended")


def kept(entry: Recurring, due: datetime | None, directory: Directory) -> Said:
    """It was added, paused or goes on."""
    said = line(strong(entry.key), f"  {entry.title}", *_state(entry, due, directory))
    return Said("recurring", (said,), tone="good")


def removed(entry: Recurring) -> Said:
    """It comes no more."""
    said = line(strong(entry.key), " comes no more; requests it opened stay as they are.")
    return Said("recurring", (said,), tone="good")


def form(
    clients: Sequence[Client],
    people: Sequence[Person],
    team: Sequence[Person],
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> Form:
    """A new one."""
    known = {c.key: c.name for c in clients}
    contacts = tuple(Option(p.id, f"{p.name}, {known[p.client]}") for p in people if p.client in known)
    inputs = (
        Input("client", "Client", "choice", required=True, options=tuple(Option(c.key, c.name) for c in clients)),
        Input("title", "What is to be done?", required=True, hint="Such as “Check the backups”.", limit=TITLE_LIMIT),
        Input("details", "Details", "area", limit=TEXT_LIMIT),
        Input(
            "rule",
            "How often?",
            required=True,
            hint="Such as “every week on Monday”, “every month, last day”.",
            limit=200,
        ),
        Input("at", "At", hint="A time of day in the client's zone; 09:00 where it is empty.", limit=5),
        Input("owner", "Who gets it?", "choice", options=tuple(Option(p.id, p.name) for p in team)),
        Input("contact", "Whose request is it?", "choice", hint="Empty: the team's own.", options=contacts),
        Input("kind", "Kind", hint="The key of a kind, for its checklist.", limit=30),
        Input("priority", "Priority", "choice", value="P3", options=tuple(Option(p.value, p.value) for p in Priority)),
        Input("private", "Seen by few", "choice", options=(Option("yes", "Yes, by its person and the team only"),)),
    )
    filled = tuple(_with(i, values) for i in inputs)
    # What fits no input of its own stands at the one everybody looks at.
    shown = {name if name in values else "rule": words for name, words in (errors or {}).items()}
    return Form("recurring", "A recurring request", filled, "Keep it", {"what": "add"}, errors=shown)


def _with(field: Input, values: Mapping[str, str]) -> Input:
    return replace(field, value=values.get(field.name) or field.value)
