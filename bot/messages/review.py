"""Service reviews, in words: reminders to the host, the agenda with its numbers, and what the client is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Client, Directory, Person
from bot.domain.report import Report, Volume
from bot.domain.review import Deed, Nudge, Review
from bot.messages.model import Action, Form, Input, Line, Option, Quote, Said, Span, When, line, strong
from bot.messages.words import ref

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Agenda:
    """What there is to talk about: the figures since the last review, and what it left."""

    figures: Report
    last: Review | None = None

    @property
    def misses(self) -> int:
        """Promises missed."""
        return sum(target.missed for target in self.figures.total.targets.values())

    @property
    def actions(self) -> tuple[str, ...]:
        """What was agreed last time."""
        return self.last.actions if self.last else ()


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _with(people: Sequence[Person]) -> str:
    names = [p.name.split()[0] for p in people]
    if not names:
        return ""
    return f" with {names[0]}" if len(names) == 1 else f" with {', '.join(names[:2])}{' and others' * (len(names) > 2)}"


def _button(what: str, label: str, client: str, *, primary: bool = False) -> Action:
    args = {"what": what, "client": client} if what else {"client": client}
    return Action("review", label, args, "primary" if primary else "plain", staff_only=bool(what))


def reminder(review: Review, nudge: Nudge, client: Client, directory: Directory, agenda: Agenda) -> Said:
    """To its host: when it is, and what is ready; after it, whether they met."""
    whom = _with(directory.people_of(client.key))
    if nudge is Nudge.AFTER:
        asked = line(
            strong(f"{client.name}'s review"), " was ", When(review.planned_at, "full"), f"{whom}. Did you meet?"
        )
        buttons = (
            _button("done", "Yes, record it", client.key, primary=True),
            _button("moved", "Moved to …", client.key),
            _button("skip", "No: why", client.key),
        )
        return Said("review", (asked, line("I ask each open day until it is recorded.")), buttons, tone="warn")
    lead = {Nudge.DAY: " tomorrow,", Nudge.TODAY: " today,"}.get(nudge, "")
    head = line(strong(f"{client.name}'s review"), f" is{lead} ", When(review.planned_at, "full"), f"{whom}.")
    misses, actions = _count(agenda.misses, "miss", "misses"), _count(len(agenda.actions), "action")
    ready = f"Agenda ready: {misses}, {actions} from last time."
    buttons = (_button("", "Open", client.key, primary=True), _button("moved", "Move", client.key))
    return Said("review", (head, line(ready)), buttons)


def agenda_page(
    review: Review | None,
    client: Client,
    agenda: Agenda,
    *,
    host: Person | None,
    rule: str,
    may_act: bool,
    command: str,
) -> Said:
    """When it is, who hosts it, and what there is to talk about."""
    lines: list[Line] = []
    if review is None:
        none = "No review is planned" if rule else f"No reviews are set for {client.name}"
        lines.append(line(strong(f"{client.name}: "), f"{none}."))
        if may_act:
            lines.append(line(f"Say when: {command} review moved {client.key} Thursday 10:00."))
            if not rule:
                lines.append(line(f"Or say how often in {client.name}'s settings: {command} settings {client.key}."))
    else:
        by = f", hosted by {host.name}" if host else ""
        lines.append(
            line(strong(f"{client.name}: review {review.number}"), ", ", When(review.planned_at, "full"), f"{by}.")
        )
    if rule:
        lines.append(line(f"They come {rule}, {client.zone}."))
    lines += _numbers(agenda)
    if agenda.last and agenda.last.decided:
        lines.append(line("Decided last time, ", When(agenda.last.planned_at, "date"), ":"))
        lines.append((Quote(agenda.last.decided),))
    if agenda.actions:
        lines.append(line(strong(f"Actions of last time ({len(agenda.actions)})")))
        lines += [line(f"• {action}") for action in agenda.actions]
    buttons: tuple[Action, ...] = ()
    if may_act and review is not None:
        buttons = (
            _button("done", "Record it", client.key, primary=True),
            _button("moved", "Move", client.key),
            _button("skip", "Skip", client.key),
        )
    return Said("review-agenda", tuple(lines), buttons)


def _numbers(agenda: Agenda) -> list[Line]:
    volume = agenda.figures.total.volume
    since = When(agenda.figures.window.since, "date")
    counts = (
        f": {volume.get(Volume.OPENED, 0)} opened, {volume.get(Volume.RESOLVED, 0)} resolved, "
        f"{volume.get(Volume.REOPENED, 0)} reopened, {volume.get(Volume.BACKLOG, 0)} open now; "
        f"{_count(agenda.misses, 'promise')} missed."
    )
    lines = [line("Since ", since, counts)]
    if agenda.figures.oldest:
        oldest = agenda.figures.oldest[0]
        lines.append(
            line("Oldest open: ", ref(oldest), f", “{oldest.title}”, since ", When(oldest.opened_at, "date"), ".")
        )
    return lines


def overview(rows: Sequence[tuple[Client, Review | None, str]], now: datetime) -> Said:
    """Every client's next review."""
    lines: list[Line] = [line(strong("Service reviews"))]
    buttons: list[Action] = []
    for client, review, rule in rows:
        if review is None:
            lines.append(line(f"{client.name}: none planned", f", {rule}." if rule else "; no rule is set."))
            continue
        open_since: tuple[Span | str, ...] = (", not recorded yet",) if review.planned_at <= now else ()
        lines.append(line(f"{client.name}: ", When(review.planned_at, "full"), *open_since, "."))
        if len(buttons) < 5:
            buttons.append(_button("", f"Open {client.name}", client.key))
    return Said("reviews", tuple(lines), tuple(buttons))


def digest_line(review: Review, client: Client, host: Person | None, now: datetime) -> Line:
    """In the morning's digest."""
    who = host.name if host else "nobody"
    if review.planned_at <= now:
        return line(f"{client.name} · {who} · was ", When(review.planned_at, "full"), ", not recorded yet")
    return line(f"{client.name} · {who} · ", When(review.planned_at, "full"))


# --- what the client is told --------------------------------------------------------------------------------------


def date_told(review: Review, client: Client, host: Person | None, *, moved: bool) -> Said:
    """In the client's channel: when we meet."""
    by = f" with {host.name}" if host else ""
    verb = "is now" if moved else "is"
    head = line(f"Our service review{by} {verb} ", When(review.planned_at, "full"), ".")
    ask = line("What should we talk about? Say it here, and it is on the table.")
    return Said("review-date", (head, ask), (_button("", "Open", client.key, primary=True),))


def decisions_told(review: Review, next_at: datetime | None) -> Said:
    """In the client's channel: what was decided, who does what, and when we meet again."""
    lines: list[Line] = [line(strong("From our review"), ":"), (Quote(review.decided),)]
    lines += [line(f"• {action}") for action in review.actions]
    if next_at:
        lines.append(line("We meet again ", When(next_at, "full"), "."))
    return Said("review-decided", tuple(lines), tone="good")


def called_off(review: Review, next_at: datetime | None) -> Said:
    """In the client's channel, where they knew the date: it does not take place."""
    again = line("The next one is ", When(next_at, "full"), ".") if next_at else line("We will suggest another time.")
    return Said(
        "review-date", (line("Our service review of ", When(review.planned_at, "full"), " is called off."), again)
    )


# --- answers and forms --------------------------------------------------------------------------------------------


def acted(review: Review, client: Client, next_at: datetime | None) -> Said:
    """To the one who recorded, moved or skipped it."""
    after = line("The next one is ", When(next_at, "full"), ".") if next_at else line("No next one is planned.")
    match review.history[-1].deed:
        case Deed.HELD:
            head = line(f"Recorded. Thank you for meeting {client.name}.")
        case Deed.SKIPPED:
            head = line(f"{client.name}'s review is skipped, with your reason kept.")
        case _:
            host = line("I remind whoever hosts it before and after.")
            return Said(
                "review", (line(f"{client.name}'s review is ", When(review.planned_at, "full"), "."), host), tone="good"
            )
    return Said("review", (head, after), tone="good")


def done_form(client: Client, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Form:
    """What was decided, who does what, and when the next one is."""
    return Form(
        "review",
        f"{client.name}'s review: what was decided?",
        (
            Input("decided", "What was decided?", "area", required=True, value=values.get("decided", ""), limit=4000),
            Input(
                "actions",
                "Actions",
                "area",
                value=values.get("actions", ""),
                hint="One a line: what, @owner, by when. Such as “Warn before exports stop @sam by 19 June”.",
                limit=4000,
            ),
            Input(
                "next",
                "The next review",
                value=values.get("next", ""),
                hint=f"A day and time in {client.zone}, such as 2026-07-02 10:00; empty for none.",
                limit=40,
            ),
            Input(
                "tell",
                f"Tell {client.name} in their channel",
                "choice",
                value=values.get("tell", YES),
                options=(Option(YES, "Yes, what was decided and the actions"), Option(NO, "No")),
            ),
        ),
        "Record it",
        {"client": client.key, "what": "done"},
        errors=errors or {},
    )


def moved_form(client: Client, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Form:
    """Another time."""
    when = Input(
        "when",
        "When?",
        required=True,
        value=values.get("when", ""),
        hint=f"A day and time in {client.zone}, such as Thursday 10:00.",
        limit=40,
    )
    intro = f"{client.name}'s people are told in their channel, where they knew a time already."
    return Form(
        "review",
        f"{client.name}'s review: when?",
        (when,),
        "Set the time",
        {"client": client.key, "what": "moved"},
        intro,
        errors or {},
    )


def skip_form(client: Client, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> Form:
    """Why it is not held."""
    why = Input("why", "Why?", required=True, value=values.get("why", ""), hint="The next review asks.", limit=500)
    return Form(
        "review",
        f"{client.name}'s review: skip it",
        (why,),
        "Skip it",
        {"client": client.key, "what": "skip"},
        "The next one comes as its rule says.",
        errors or {},
    )
