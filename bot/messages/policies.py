"""Policies in words: what a client is promised and for which requests, the forms that change it, and what a change does
to open requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.people import Client
from bot.domain.policy import Match
from bot.domain.previewing import ClockChange, Effect
from bot.messages.model import Action, Arg, Form, Input, Line, Option, Said, line, strong
from bot.messages.setup import HOURS_HINT, KEPT
from bot.messages.words import CLOCK

STEPS = ("for", "targets", "hours", "apply")
TITLES = ("for which requests", "targets", "hours and warnings", "apply it")
NEW, OPEN = "new", "open"
_MOST = 8
"""Requests that a preview names in chat; the command line names all."""
_BUTTONS = 24


class Found(Protocol):
    """A preview, as it is told."""

    looked_at: int
    same: int
    changed: list[Effect]

    @property
    def newly_late(self) -> list[Effect]: ...
    @property
    def eased(self) -> list[Effect]: ...


def match(wanted: Match, *, first: bool) -> str:
    """For which requests a policy is."""
    parts = [
        f"kind {_or(wanted.kinds)}" if wanted.kinds else "",
        f"priority {_or(wanted.priorities)}" if wanted.priorities else "",
        f"the tag {_or(wanted.tags)}" if wanted.tags else "",
        f"plan {_or(wanted.plans)}" if wanted.plans else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"requests with {said}" if said else "every request" if first else "every other request"


def _or(words: Sequence[str]) -> str:
    return " or ".join(words)


def page(client: Client, rows: Sequence[tuple[str, str, Sequence[str]]], plan: str, others: int) -> Said:
    """A client's policies in order: each one's name, what it is for, and what it promises."""
    lines: list[Line] = [line("What ", strong(client.name), " is promised; the first that takes a request counts:")]
    if rows:
        lines.append(line("Each line is the time to a first reply / the next reply / a solution, in service time."))
    if plan:
        lines.append(line(f"{client.name} has the plan ", strong(plan), "."))
    actions: list[Action] = []
    for place, (name, wanted, promises) in enumerate(rows, 1):
        lines.append(line(f"{place}. ", strong(name), f", for {wanted}."))
        lines += [line(f"    {said}") for said in promises]
        about = {"client": client.key, "policy": name}
        actions.append(Action("sla", f"Edit {name}", {**about, "do": "edit"}))
        if place > 1:
            actions.append(Action("sla", f"Move {name} up", {**about, "do": "up"}))
        if len(rows) > 1:
            actions.append(Action("sla", f"Remove {name}", {**about, "do": "remove"}, "danger"))
    add = Action("sla", "Add a policy", {"client": client.key, "do": "add"}, "primary")
    if others:
        lines.append(line(f"{_requests(others)} still open {'was' if others == 1 else 'were'} promised otherwise."))
        apply = Action("sla", "Apply to open requests", {"client": client.key, "do": "open"})
        return Said("settings", tuple(lines), (add, apply, *actions[: _BUTTONS - 2]))
    return Said("settings", tuple(lines), (add, *actions[: _BUTTONS - 1]))


def step(
    title: str, number: int, inputs: tuple[Input, ...], args: Mapping[str, Arg], intro: str, errors: Mapping[str, str]
) -> Form:
    """One step of the editor; what was answered in the others rides along."""
    last = number == len(STEPS)
    return Form(
        "sla",
        f"{title}: {TITLES[number - 1]}",
        inputs,
        "Apply" if last else "Next",
        {**args, "step": STEPS[number - 1]},
        intro=intro,
        errors=errors,
        back="" if number == 1 or "policy_step" in args else "Back",
    )


def for_inputs(values: Mapping[str, str], kinds: Sequence[str]) -> tuple[Input, ...]:
    """For which requests it is."""
    either = "Several with commas; one of them is enough. Empty: any."
    return (
        Input("name", "Name", required=True, value=values["name"], hint="Gold, VIP, Night …", limit=80),
        Input("kinds", "Kinds", value=values["kinds"], hint=f"{', '.join(kinds)}. {either}", limit=300),
        Input("priorities", "Priorities", value=values["priorities"], hint=f"Such as P1, P2. {either}", limit=40),
        Input("tags", "Tags", value=values["tags"], hint=f"Such as vip. {either}", limit=300),
        Input("plans", "Plans", value=values["plans"], hint=f"Of the client, in its settings. {either}", limit=300),
    )


def hours_inputs(values: Mapping[str, str]) -> tuple[Input, ...]:
    """When its time counts, and when it warns."""
    yes_no = (Option("yes", "Yes"), Option("no", "No"))
    return (
        Input("hours", "Hours of its own", value=values["hours"], hint=f"Empty: the client's hours. {HOURS_HINT}"),
        Input(
            "holidays",
            "Closed on the client's days off",
            "choice",
            value=values["holidays"],
            hint="Counts where it has hours of its own.",
            options=yes_no,
        ),
        Input(
            "warn_percents",
            "Warn when so much is used up",
            value=values["warn_percents"],
            hint="In percent, such as 50, 75; empty for no warning.",
            limit=60,
        ),
        Input(
            "pause_statuses",
            "The solution's time stops while",
            value=values["pause_statuses"],
            hint="waiting_client, waiting_other; empty for never.",
            limit=200,
        ),
        Input(
            "pause_reply_clocks",
            "Reply times stop then, too",
            "choice",
            value=values["pause_reply_clocks"],
            options=yes_no,
        ),
    )


def scope_input() -> tuple[Input, ...]:
    """Whether open requests get it."""
    return (
        Input(
            "scope",
            "Which requests",
            "choice",
            True,
            NEW,
            options=(
                Option(NEW, "New requests only; open ones keep what they were promised"),
                Option(OPEN, "Open ones too, as listed above"),
            ),
        ),
    )


def preview(found: Found, zone: str, now: datetime) -> str:
    """What applying it to open requests would change."""
    if not found.looked_at:
        return "There are no open requests."
    rows = [summary(found)]
    late_first = sorted(found.changed, key=lambda effect: not effect.newly_late)
    rows += [effect_line(effect, zone, now) for effect in late_first[:_MOST]]
    if len(late_first) > _MOST:
        rows.append(f"… and {len(late_first) - _MOST} more; steward sla preview names all.")
    if found.newly_late:
        rows.append("What becomes late is alerted as a breach. What was judged already stays as it was judged.")
    return "\n".join(rows)


def summary(found: Found) -> str:
    """The counts."""
    if not found.changed:
        return f"Applied to open ones too, nothing changes for the {_requests(found.looked_at)} open."
    said = f"Applied to open ones too, {len(found.changed)} of {_requests(found.looked_at)} get other times"
    late, eased = len(found.newly_late), len(found.eased)
    return f"{said}; {late or 'none'} newly late, {eased or 'none'} no longer past its time."


def effect_line(effect: Effect, zone: str, now: datetime) -> str:
    """What changes for one request."""
    had, has = effect.request.sla.terms, effect.terms
    was, policy = ((terms.policy if terms else "") or "no policy" for terms in (had, has))
    which = policy if was == policy else f"{was} → {policy}"
    clocks = "; ".join(clock_words(clock, zone, now) for clock in effect.clocks)
    return f"{effect.request.ref} ({which}): {clocks}"


def clock_words(clock: ClockChange, zone: str, now: datetime) -> str:
    """One clock's due time, before and after."""
    note = ", newly late" if clock.newly_late else ", no longer past its time" if clock.eased(now) else ""
    return f"{CLOCK[clock.kind]} {_at(clock.before, zone)} → {_at(clock.after, zone)}{note}"


def _at(instant: datetime | None, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M}" if instant else "none"


def _requests(count: int) -> str:
    return f"{count} request" if count == 1 else f"{count:,} requests"


def changed(
    client: Client, changes: Sequence[tuple[str, str, str]], moved: int | None, notices: Sequence[str] = ()
) -> Said:
    """What was changed; `moved` is how many open requests got it, None where they were left alone. `notices` is what to
    look at once more."""
    lines = [
        line(f"{path}: {before or '(nothing)'} → ", strong(after or "(nothing)"))
        for path, before, after in changes[:20]
    ]
    if len(changes) > len(lines):
        lines.append(line(f"… and {len(changes) - len(lines)} more values."))
    told = KEPT if moved is None else f"New requests are promised this, and {_requests(moved)} that are open."
    if not changes:
        told = "Everything stays as it was." if moved is None else f"{_requests(moved)} that are open got it."
    lines += [line(notice) for notice in (told, *notices)]
    return Said("setup", (line(strong(client.name)), *lines), tone="good")


def which_policy(word: str, names: Sequence[str]) -> str:
    """There is no such policy."""
    known = ", ".join(names)
    return f"There is no policy “{word[:40]}”. Known: {known}." if word else f"Which policy? One of: {known}."


def last_one(name: str) -> str:
    """Somebody is promised something."""
    return f"“{name}” is the only policy; edit it instead, or add another one first."


def first_already(name: str) -> str:
    """It cannot go further up."""
    return f"“{name}” is tried first already."


def nothing_promised(client: Client, command: str) -> str:
    """There is no service yet."""
    return (
        f"{client.name} was promised nothing yet; set its hours and targets first: {command} edit-client {client.key}."
    )


AGAIN = "Somebody changed the desk meanwhile; this is what it would change now. "
