"""Acting on many requests at once: the form, what would happen, what happened, and the team's one summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Directory, Person
from bot.domain.policy import Priority
from bot.domain.request import Request
from bot.domain.text import TEXT_LIMIT
from bot.messages.lists import PAGE, standing
from bot.messages.model import Action, Form, Input, Line, Listing, Option, Said, line

WHY_NOT = 5
"""Refusals that are told in full."""


class BulkAct(StrEnum):
    """What can be done to many at once; each is the verb of that name."""

    ASSIGN = "assign"
    PRIORITY = "priority"
    CLOSE = "close"
    NOTE = "note"


LABEL = {
    BulkAct.ASSIGN: "Assign",
    BulkAct.PRIORITY: "Set the priority",
    BulkAct.CLOSE: "Close",
    BulkAct.NOTE: "Add a note",
}


def deed(act: BulkAct, to: str, level: str) -> str:
    """What is done to them, as in “35 requests closed”."""
    return {
        BulkAct.ASSIGN: f"assigned to {to}",
        BulkAct.PRIORITY: f"set to {level}",
        BulkAct.CLOSE: "closed",
        BulkAct.NOTE: "given a note",
    }[act]


def many(count: int) -> str:
    """“1 request”, “1,204 requests”."""
    return f"{count:,} request{'' if count == 1 else 's'}"


def form(
    total: int, given: Mapping[str, str], staff: Sequence[Person], errors: Mapping[str, str] | None = None
) -> Form:
    """What to do with what a search found."""
    return Form(
        "bulk",
        f"Act on {many(total)}",
        (
            Input(
                "do",
                "What to do",
                "choice",
                required=True,
                value=given.get("do", ""),
                options=tuple(Option(act.value, LABEL[act]) for act in BulkAct),
            ),
            Input(
                "to",
                "Assign to",
                "choice",
                value=given.get("to", ""),
                options=(*(Option(f"@{p.id}", p.name) for p in staff), Option("team", "Back to the team")),
            ),
            Input(
                "level",
                "Priority",
                "choice",
                value=given.get("level", ""),
                options=tuple(Option(p.value, p.value) for p in Priority),
            ),
            Input("reason", "Reason, or the note", "area", value=given.get("reason", ""), limit=TEXT_LIMIT),
        ),
        "Preview",
        {"words": given.get("words", "")},
        intro="Nothing is done before you have seen what would change and who would be told.",
        errors=errors or {},
    )


def preview(
    act: BulkAct,
    doing: str,
    reason: str,
    able: Sequence[Request],
    told: Counter[str],
    refused: Sequence[tuple[str, str]],
    plan: str,
    words: str,
    directory: Directory,
    at: datetime,
) -> Listing:
    """What would change, who would be told, and what cannot be done with why."""
    lines: list[Line] = [line(f"{many(len(able))} would be {doing}" + (f": “{_short(reason)}”." if reason else "."))]
    if told:
        names = [f"{directory.name_of(id)} ({count})" for id, count in told.most_common(4)]
        more = f" and {len(told) - 4} others" if len(told) > 4 else ""
        lines.append(line(f"Told in the requests' own threads: {', '.join(names)}{more}. The team reads one summary."))
    elif able:
        lines.append(line("No client is told. The team reads one summary."))
    lines += _refusals(refused, "cannot be")
    change = Action("bulk", "Change", {"words": words}, staff_only=True)
    if not able:
        return Listing(f"{LABEL[act]}: nothing to do", (), tuple(lines), (change,))
    lines.append(line("Nothing has been done yet. What somebody changes meanwhile is left alone."))
    rows = tuple(standing(r, directory, at, for_staff=True) for r in able[:PAGE])
    if len(able) > PAGE:
        lines.append(line(f"The first {PAGE} of them:"))
    do = Action("bulk", f"Do it for {len(able):,}", {"plan": plan}, "primary", staff_only=True)
    return Listing(f"{LABEL[act]} {many(len(able))}?", rows, tuple(lines), (do, change))


def done(doing: str, count: int, changed: Sequence[str], refused: Sequence[tuple[str, str]]) -> Said:
    """What came of it."""
    lines = [line(f"{many(count)} {doing}." if count else "Nothing was done.")]
    if changed:
        lines.append(line(f"{many(len(changed))} changed meanwhile and left alone: {_names(changed)}. Look again."))
    lines += _refusals(refused, "could not be")
    return Said("bulk", tuple(lines), tone="warn" if changed or refused else "plain")


def progress(doing: str, count: int, total: int) -> Said:
    """How far it is, for whoever set it going; edited in place."""
    return Said("bulk", (line(f"{count:,} of {many(total)} {doing} so far."),))


def summary(by: Person, doing: str, reason: str, refs: Sequence[str]) -> Said:
    """What the team reads, once for all of them."""
    why = f": “{_short(reason)}”" if reason else ""
    return Said("bulk", (line(f"{by.name}: {many(len(refs))} {doing}{why}."), line(_names(refs))))


def nothing(words: str) -> str:
    """The search finds none to act on."""
    return f"Nothing fits “{words[:60]}”, so there is nothing to act on. Look with find first."


def too_many(total: int, limit: int) -> str:
    """More than one act may touch."""
    return f"That is {many(total)}; at most {limit} can be acted on at once. Add a filter, such as older:30d."


def no_act(word: str) -> str:
    """There is no such act."""
    return f"I cannot do “{word[:40]}” to many. It goes do:{', do:'.join(BulkAct)}."


def no_do(search: str, deed: str, command: str) -> str:
    """An act's name among the words of the search."""
    typed = f"{command} bulk {search} do:{deed}"
    return f"Nothing fits all these words. What to do stands behind do:, so try {typed}"


def forgotten() -> str:
    """The plan is not there, or not this person's."""
    return "I do not have this preview of yours any more. Search again and look at a new one."


BUSY = "somebody kept changing it"
NEEDS = {
    BulkAct.ASSIGN: ("to", "Choose who takes them."),
    BulkAct.PRIORITY: ("level", "Choose the priority."),
    BulkAct.CLOSE: ("reason", "Say why; the history keeps it."),
    BulkAct.NOTE: ("reason", "Write the note."),
}
"""What each cannot do without."""


def _refusals(refused: Sequence[tuple[str, str]], cannot: str) -> list[Line]:
    if not refused:
        return []
    lines = [line(f"{many(len(refused))} {cannot}:")]
    lines += [line(f"{ref}: {why}") for ref, why in refused[:WHY_NOT]]
    if len(refused) > WHY_NOT:
        lines.append(line(f"and {len(refused) - WHY_NOT:,} more."))
    return lines


def _names(refs: Sequence[str]) -> str:
    return ", ".join(refs[:PAGE]) + (f" and {len(refs) - PAGE:,} more" if len(refs) > PAGE else "")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 140 else flat[:139] + "…"
