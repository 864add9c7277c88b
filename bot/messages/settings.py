"""What each setting of a client and of the team is called, what it does, and how a value of it reads.

One table a dataclass, a row a field: a test fails where a field has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.messages.model import Action, Form, Input, Line, Option, Said, When, line, strong

FROM_NOW = "Counts from now on, for open requests too."


@dataclass(frozen=True)
class Setting:
    """How one setting is shown. `help` says what it does and which values it takes; `then` what a change of it means
    for requests that are open."""

    label: str
    help: str
    group: str
    unit: str = ""
    """What a number counts, in the plural; its last s goes at 1."""
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    """Words for values that are words of ours."""
    then: str = FROM_NOW
    zero: str = ""
    """What 0 means, where it is no number of anything."""


_ENDING = "Ending a request"
_RATING = "How it was"
_NEW = "New requests"
_DIGEST = "The daily digest"
_OVERVIEW = "The overview and the lists of work"
_LADDER = "When something is late"
_QUIET = "When whoever has it is silent"
_ASKED = "When the client does not answer"
_REVIEWS = "Service reviews"
_KEPT = "What is kept"
_NEXT = "Counts from the next digest on."
_LOOK = "Counts from the next look on."
_WORDS = "Waiting and urgency"
_ANEW = "Counts from a late request's next step on."

CLIENT: dict[str, Setting] = {
    "plan": Setting(
        "Plan",
        "What the client has bought, such as premium, where policies are chosen by it; empty for none.",
        _NEW,
        then="Counts for new requests, and for an open one from the next change of its kind, priority or tags on.",
    ),
    "auto_open": Setting(
        "Every message opens a request",
        "Each plain message in the client's channel becomes a request by itself; otherwise a button offers it.",
        _NEW,
        then="Counts for messages from now on.",
    ),
    "auto_close_days": Setting(
        "Closes without an answer after",
        "Days on which the client's calendar opens, after we said it is solved: 1 to 60.",
        _ENDING,
        "open days",
        then="What is resolved already keeps its day; the next resolution counts anew.",
    ),
    "reopen_days": Setting(
        "A message reopens it for",
        "Calendar days after it ended: 0 to 365. Later a message opens a new request.",
        _ENDING,
        "days",
    ),
    "closed": Setting(
        "Takes no new requests",
        "The client's agreement is over: what is open is finished, nothing new is opened.",
        _NEW,
        then="Open requests go on as they are.",
    ),
    "name_party": Setting(
        "Clients read whom we wait for",
        "Where a request waits for a third party, its name is told; otherwise they read “a third party”.",
        _WORDS,
    ),
    "on_call": Setting(
        "On call",
        "Whom It's urgent calls at any hour: lead, or a person's name for commands; empty for nobody.",
        _WORDS,
    ),
    "by_turn": Setting(
        "New requests go round by themselves",
        "Each goes at once to whoever is here and has the most room; where nobody has, it waits for an owner.",
        _NEW,
        then="Counts for requests from now on.",
    ),
    "rating": Setting(
        "Asks how it was",
        "After closing, the person who raised it may rate our help from 1 to 5; a 1 or 2 reaches the managers.",
        _RATING,
        then="Counts for what is closed from now on.",
    ),
    "rating_days": Setting(
        "Asks a person again after",
        "Calendar days in which nobody is asked twice: 0 to 365.",
        _RATING,
        "days",
        then="Counts for what is closed from now on.",
    ),
    "lead_after": Setting(
        "Leads hear after", "Minutes after the breach: 0 tells them at once.", _LADDER, "minutes", then=_ANEW
    ),
    "manager_after": Setting(
        "Managers hear after",
        "Minutes after the breach, no fewer than the leads'. Where there are no leads they hear in their place.",
        _LADDER,
        "minutes",
        then=_ANEW,
    ),
    "ladder_hours": Setting(
        "These minutes count",
        "In the client's service hours, or day and night.",
        _LADDER,
        choices={"business": "in service hours", "wall": "day and night"},
        then=_ANEW,
    ),
    "tell_late_fix": Setting(
        "Clients read that a solution is late",
        "Once, when it takes longer than promised: what was promised, who has it, when they hear next. "
        "That a promised reply is late they always read.",
        _LADDER,
        then="Counts for what becomes late from now on.",
    ),
    "handle_minutes": Setting(
        "“I'll handle it” gives",
        "Minutes of service hours until the alarm goes on, where nobody names a time: 5 to 480.",
        _LADDER,
        "minutes",
    ),
    "silent_after": Setting(
        "Whoever has it is asked for a sign after",
        "Minutes of service hours without a word, and no fewer than half of the reply's target: 0 for never.",
        _QUIET,
        "minutes",
    ),
    "offer_after": Setting(
        "The team is asked after", "Minutes of service hours after that: 5 to 2400.", _QUIET, "minutes"
    ),
    "nudge_days": Setting(
        "The client is reminded after", "Open days after our question: 0 for never.", _ASKED, "open days"
    ),
    "nudge_again_days": Setting("And again after", "Open days after our question: 0 for never.", _ASKED, "open days"),
    "set_aside_days": Setting("Set aside after", "Open days after our question: 0 for never.", _ASKED, "open days"),
    "wait_close_days": Setting(
        "Closed after",
        "Open days after our question, more than until it is set aside: 0 for never. A message reopens it.",
        _ASKED,
        "open days",
    ),
    "flood_alerts": Setting(
        "Alerts on their own",
        "More of them in one place within the minutes below become one message: 1 to 100. P1 and urgent never do.",
        _LADDER,
        "alerts",
    ),
    "flood_minutes": Setting("Counted over", "Minutes: 1 to 120.", _LADDER, "minutes"),
    "quiet_from": Setting(
        "Quiet hours from", "A time of day in each reader's own zone. P1 and urgent requests never wait.", _LADDER
    ),
    "quiet_until": Setting("Quiet hours until", "A time of day; the same as above for no quiet hours.", _LADDER),
    "review_rule": Setting(
        "A review comes",
        "Such as “every month, first Thursday”, “every 2 weeks on Monday” or FREQ=MONTHLY;BYDAY=1TH; empty for never.",
        _REVIEWS,
        then="A review whose time a person chose stays where it is.",
    ),
    "review_at": Setting("At", "A time of day in the client's zone, such as 10:00.", _REVIEWS),
    "review_from": Setting(
        "Counted from",
        "The day from which every second week is counted, such as 2026-06-01; empty: 2024-01-01.",
        _REVIEWS,
    ),
    "review_host": Setting(
        "Hosted by", "Somebody of the team, by name for commands such as lee; empty: the first manager.", _REVIEWS
    ),
    "keep_days": Setting(
        "Words are kept for",
        "Calendar days after a request ended: 0 for ever, else no fewer than it can be reopened. Figures always stay.",
        _KEPT,
        "days",
        then="Each night the words of requests that ended longer ago are erased for good.",
        zero="for good",
    ),
}

TEAM: dict[str, Setting] = {
    "zone": Setting(
        "The team's zone", "Such as Europe/London, or that city alone. Times of day below are local to it.", "The team"
    ),
    "holidays_of": Setting(
        "The team's days off",
        "The name of the calendar whose holidays are the team's too, such as acme-hours; empty for none.",
        "The team",
    ),
    "digest": Setting(
        "A digest each morning", "Tells what is late, at risk, unowned, waiting and stale.", _DIGEST, then=_NEXT
    ),
    "digest_at": Setting("At", "A time of day in the team's zone, such as 09:00.", _DIGEST, then=_NEXT),
    "digest_days": Setting("On", "Days such as mon-fri, or mon, wed, fri.", _DIGEST, then=_NEXT),
    "digest_in": Setting(
        "Posted in",
        "A channel that no client reads.",
        _DIGEST,
        choices={"triage": "the triage channel", "alerts": "the alerts channel"},
        then=_NEXT,
    ),
    "digest_lines": Setting("Names of each group", "The others are counted: 1 to 20.", _DIGEST, "requests", then=_NEXT),
    "digest_quiet": Setting(
        "Says when there is nothing", "One line on a morning with nothing to tell.", _DIGEST, then=_NEXT
    ),
    "digest_people": Setting(
        "Each their own work too", "A direct message to each of the team with their own work.", _DIGEST, then=_NEXT
    ),
    "stale_days": Setting(
        "A request is stale after",
        "Days on which the client's calendar opens, without a word or a note: 1 to 60.",
        _DIGEST,
        "open days",
        then=_NEXT,
    ),
    "risk_hours": Setting("At risk", "Hours before its deadline: 1 to 168.", _OVERVIEW, "hours", then=_LOOK),
    "quiet_days": Setting(
        "Quiet", "Calendar days without a public word: 1 to 60.", _OVERVIEW, "calendar days", then=_LOOK
    ),
    "overview_lines": Setting(
        "Names of each part", "The others are counted: 1 to 20.", _OVERVIEW, "requests", then=_LOOK
    ),
    "free_lines": Setting(
        "Without an owner, below one's own work", "How many: 0 to 20.", _OVERVIEW, "requests", then=_LOOK, zero="none"
    ),
}


WAS = "was."


@dataclass(frozen=True)
class Shown:
    """A setting with its value, as text that a form takes and reads."""

    name: str
    text: str
    default: str
    options: tuple[str, ...] = ()
    before: str = ""
    """What it was when its form was shown first; the form may show what was typed since."""

    @property
    def is_default(self) -> bool:
        """Whether nobody chose it."""
        return self.text == self.default


def value(setting: Setting, text: str) -> str:
    """A value in words: with its unit, or the words of its choice."""
    if text in setting.choices:
        return setting.choices[text]
    if setting.zero and text == "0":
        return setting.zero
    if setting.unit and text.lstrip("-").isdecimal():
        return f"{text} {setting.unit.removesuffix('s') if text == '1' else setting.unit}"
    return text or "none"


def groups(table: Mapping[str, Setting], shown: Sequence[Shown]) -> dict[str, list[Shown]]:
    """The settings by group, groups in the order of their first setting."""
    found: dict[str, list[Shown]] = {}
    for each in shown:
        found.setdefault(table[each.name].group, []).append(each)
    return found


def page(
    subject: str,
    title: str,
    table: Mapping[str, Setting],
    shown: Sequence[Shown],
    *,
    about: Sequence[Line] = (),
    edits: bool,
    more: Sequence[Action] = (),
) -> Said:
    """All settings of one client, or of the team."""
    lines: list[Line] = [line(strong(title)), *about]
    actions: list[Action] = []
    for group, members in groups(table, shown).items():
        lines.append(line(strong(group)))
        for each in members:
            setting = table[each.name]
            told = " (the default)" if each.is_default else f" (default: {value(setting, each.default)})"
            lines.append(line(f"{setting.label}: ", strong(value(setting, each.text)), told))
        actions.append(Action("change-settings", f"Edit: {group}", {"subject": subject, "group": group}))
    if not edits:
        lines.append(line("A manager can change these."))
    history = Action("settings", "Who changed what", {"subject": subject, "history": True})
    return Said("settings", tuple(lines), (*(actions if edits else ()), *more, history))


def overview(clients: Sequence[tuple[str, str]], command: str) -> Said:
    """Whose settings there are."""
    words = line(
        "Whose settings? ", f"Each client has its own, and the team has some. {command} settings ACME does it too."
    )
    none = () if clients else (line(f"There is no client yet: {command} setup adds the first one."),)
    buttons = [Action("settings", name, {"subject": key}) for key, name in clients[:20]]
    return Said("settings", (words, *none), (Action("settings", "The team", {"subject": "team"}, "primary"), *buttons))


def form(
    subject: str,
    title: str,
    group: str,
    table: Mapping[str, Setting],
    shown: Sequence[Shown],
    errors: Mapping[str, str] | None = None,
) -> Form:
    """The settings of one group, to edit."""
    inputs = tuple(_input(table[each.name], each) for each in shown)
    # What each was when the form was shown: a field that was left alone is nobody's wish.
    args = {"subject": subject, "group": group} | {f"{WAS}{each.name}": each.before or each.text for each in shown}
    return Form("change-settings", f"{title}: {group}", inputs, "Save", args, errors=errors or {})


def _input(setting: Setting, shown: Shown) -> Input:
    default = value(setting, shown.default)
    hint = f"{setting.help} Default: {default}."
    options = tuple(Option(each, setting.choices.get(each, each.capitalize())) for each in shown.options)
    kind = "choice" if options else "area" if len(shown.text) > 100 else "line"
    unit = f" ({setting.unit})" if setting.unit else ""
    return Input(shown.name, setting.label + unit, kind, bool(options), shown.text, hint, options)


def changed(title: str, changes: Sequence[tuple[Setting, str, str]]) -> Said:
    """What was changed, and what it means for what is open."""
    if not changes:
        return Said("setup", (line(f"{title}: everything stays as it was."),))
    lines = [
        line(f"{setting.label}: {value(setting, before)} → ", strong(value(setting, after)), f". {setting.then}")
        for setting, before, after in changes
    ]
    return Said("setup", (line(strong(title)), *lines), tone="good")


@dataclass(frozen=True)
class Changed:
    """A change on record: `path` as a file names it."""

    at: datetime
    by: str
    path: str
    before: str
    after: str


def history(title: str, changes: Sequence[Changed]) -> Said:
    """Who changed what, the newest first."""
    if not changes:
        return Said("settings", (line(f"{title}: nobody has changed anything yet."),))
    lines = [
        line(
            When(each.at, "full"),
            f" {each.by}  ",
            strong(each.path),
            f": {each.before or 'new'} → {each.after or 'none'}",
        )
        for each in changes
    ]
    return Said("settings", (line(strong(f"{title}: who changed what")), *lines))


def no_subject(word: str, known: Sequence[str]) -> str:
    """The word names no client."""
    return f"There is no client “{word[:40]}”. Known: {', '.join(['team', *known])}."


def title_of(name: str) -> str:
    """What a client's page is headed by."""
    return f"{name}'s settings"


TEAM_TITLE = "The team's settings"


def deed_made(head: str, name: str) -> str:
    """A client or a person that came into being as a whole, as somebody's deed: `people.bob` was added."""
    return f"set up the client {name}" if head.startswith("clients.") else f"added {name}"


def deed_changed(path: str, before: str, after: str) -> str:
    """One value that was changed, as somebody's deed: `clients.ACME.settings.plan` was another one."""
    *place, name = path.split(".")
    known = CLIENT if place[:1] == ["clients"] else TEAM
    label = f"“{known[name].label}”" if place[-1:] == ["settings"] and name in known else path
    return f"set {label}: {word(before) or 'new'} → {word(after) or 'none'}"


def word(value: Any) -> str:
    """A record's value, cut where it would fill the screen."""
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
