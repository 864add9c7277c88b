"""Saved replies, kinds and checklists, as the team reads them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import Directory, Person
from bot.domain.playbooks import (
    ANSWER_LIMIT,
    PLACEHOLDERS,
    RequestKind,
    SavedReply,
    filled,
    write_fields,
)
from bot.domain.policy import Priority
from bot.domain.request import Request
from bot.domain.text import TEXT_LIMIT
from bot.messages.model import Action, Form, Input, Line, Option, Quote, Said, line, strong
from bot.messages.words import first_name, owner_of, ref


def words(reply: SavedReply, request: Request, directory: Directory, me: Person) -> str:
    """The saved reply as it reads for this request, by this person."""
    owner, client = owner_of(request, directory), directory.clients.get(request.client)
    return filled(
        reply,
        {
            "requester": first_name(directory, request.requester),
            "ref": request.ref,
            "title": request.title,
            "client": client.name if client else request.client,
            "owner": owner.name if owner else "our team",
            "me": me.name,
        },
    )


def replies(found: Sequence[SavedReply], command: str, *, may_edit: bool) -> Said:
    """All saved replies, each with what it says."""
    new = (Action("save-reply", "Save a reply", {}, "primary"),) if may_edit else ()
    if not found:
        teach = line(
            f"No reply is saved yet. {command} save-reply keeps words you often write, with placeholders such as "
            "{requester}."
        )
        return Said("saved-replies", (teach,), new)
    lines: list[Line] = [line("Choose one in a request's Reply form, or type ", strong(f"{command} use 42 NAME"), ".")]
    for reply in found:
        lines.append(line(strong(reply.key), f" for {reply.client}" if reply.client else ""))
        lines.append((Quote(reply.text),))
    return Said("saved-replies", tuple(lines), new)


def save_reply(known: SavedReply | None, key: str, clients: Sequence[str]) -> Form:
    """Write a saved reply, or change one."""
    names = ", ".join(f"{{{name}}}: {what}" for name, what in PLACEHOLDERS.items())
    return Form(
        "save-reply",
        "Save a reply",
        (
            Input("key", "Name", required=True, value=known.key if known else key, hint="Such as ask-logs.", limit=30),
            Input("text", "What it says", "area", True, known.text if known else "", names, limit=TEXT_LIMIT),
            _client(known.client if known else "", clients),
        ),
        "Save",
        {"known": known.key} if known else {},
    )


def kinds(found: Sequence[RequestKind], *, may_edit: bool) -> Said:
    """The kinds of request and what each asks for."""
    lines: list[Line] = [line("A client chooses one of these in New request; it then asks what the kind asks for.")]
    for kind in found:
        parts = [f"“{kind.label}”"]
        parts += [f"for {kind.client}"] if kind.client else []
        parts += [f"asks {', '.join(field.label for field in kind.fields)}"] if kind.fields else []
        parts += [f"{len(kind.checklist)} steps"] if kind.checklist else []
        parts += [str(kind.priority)] if kind.priority else []
        lines.append(line(strong(kind.key), "  ", ", ".join(parts)))
    actions = tuple(Action("kind", f"Edit {kind.key}", {"key": kind.key}) for kind in found[:10])
    new = (Action("kind", "New kind", {}, "primary"),)
    return Said("kinds", tuple(lines), (*new, *actions) if may_edit else ())


def kind(known: RequestKind | None, key: str, clients: Sequence[str]) -> Form:
    """Write a kind of request, or change one."""
    questions = write_fields(known.fields) if known else ""
    steps = "\n".join(known.checklist) if known else ""
    levels = tuple(Option(p.value, p.value) for p in Priority)
    priority = str(known.priority) if known and known.priority else ""
    return Form(
        "kind",
        f"Kind “{known.label}”" if known else "A kind of request",
        (
            Input("key", "Key", required=True, value=known.key if known else key, hint="Such as new-laptop.", limit=30),
            Input("label", "What clients choose", required=True, value=known.label if known else "", limit=80),
            Input(
                "questions",
                "What it asks, one a line",
                "area",
                value=questions,
                hint="“Asset tag *” is needed, “Why (long)” takes several lines, “Site : Rome / Oslo” is a choice.",
                limit=ANSWER_LIMIT,
            ),
            Input("steps", "Checklist, one step a line", "area", value=steps, limit=ANSWER_LIMIT * 2),
            Input(
                "priority",
                "Priority",
                "choice",
                value=priority,
                options=levels,
                hint="Where nobody says who is stopped.",
            ),
            _client(known.client if known else "", clients),
        ),
        "Save",
        {"known": known.key} if known else {},
    )


def _client(value: str, clients: Sequence[str]) -> Input:
    options = tuple(Option(key, key) for key in clients)
    return Input(
        "client", "Only for one client", "choice", value=value, options=options, hint="Empty: for every client."
    )


def kept(what: str, key: str) -> Said:
    """It is saved, changed or gone."""
    return Said("setup", (line(strong(key), f": {what}"),), tone="good")


def checklist(request: Request, directory: Directory) -> Said:
    """The steps of a request, each with its button."""
    args = {"request": request.number}
    edit = Action("checklist", "Change the steps", {**args, "edit": True})
    if not request.checklist:
        return Said("checklist", (line(ref(request), " has no checklist yet."),), (edit,))
    done = sum(bool(step.done_by) for step in request.checklist)
    lines: list[Line] = [line(ref(request), f": {done} of {len(request.checklist)} steps done.")]
    actions: list[Action] = []
    for number, step in enumerate(request.checklist, 1):
        by = f"  {directory.name_of(step.done_by)}" if step.done_by else ""
        lines.append(line("☑ " if step.done_by else "☐ ", f"{number}. {step.text}{by}"))
        if not step.done_by:
            actions.append(Action("tick", f"{number} done", {**args, "step": number}, staff_only=True))
    return Said("checklist", tuple(lines), (*actions[:8], edit), tone="good" if done == len(lines) - 1 else "plain")


def unfinished(request: Request, summary: str) -> Said:
    """To the one who resolves it: what is open on its checklist, and both ways on; nothing is done yet."""
    args = {"request": request.number}
    left = [(number, step) for number, step in enumerate(request.checklist, 1) if not step.done_by]
    count = f"{len(left)} of {len(request.checklist)} steps {'is' if len(left) == 1 else 'are'} open"
    lines = [line(ref(request), f" is not resolved yet: {count}.")]
    lines += [line("☐ ", f"{number}. {step.text}") for number, step in left]
    anyway = {**args, "sure": True, **({"text": summary} if summary else {})}
    actions = (
        Action("resolve" if summary else "done", "Resolve anyway", anyway, "primary"),
        Action("checklist", "Back to the checklist", args),
    )
    return Said("unfinished", tuple(lines), actions, tone="warn")


def steps(request: Request) -> Form:
    """The steps of a request, to change them."""
    text = "\n".join(step.text for step in request.checklist)
    words = Input("steps", "Steps, one a line", "area", True, text, "What is done stays done.", limit=ANSWER_LIMIT * 2)
    return Form("checklist", f"Checklist of {request.ref}", (words,), "Save", {"request": request.ref, "edit": True})
