"""Who has room, who is away, and whose plate is full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.people import Person
from bot.domain.work import Leave, Work
from bot.messages.model import Action, Form, Input, Line, Option, Said, Sheet, Table, TableRow, line, strong


@dataclass(frozen=True)
class Load:
    """What one person of the team has: open requests, how many of them are late or due within a day."""

    person: Person
    open: int
    late: int
    today: int
    leave: Leave | None
    """The leave they are on now, else the next one."""
    away: bool
    full: bool


def overview(loads: Sequence[Load], unowned: int, command: str, *, leads: bool) -> Sheet:
    """The team at a glance; whoever has more than their limit is named above the table."""
    over = [load.person.name for load in loads if load.full]
    gone = [load.person.name for load in loads if load.away and load.open]
    lines: list[Line] = []
    if over:
        lines.append(line(strong("No more room: "), ", ".join(over), f". {command} assign 42 next finds who has some."))
    if gone:
        lines.append(line(strong("Away with open requests: "), ", ".join(gone), ". Hand them over with Assign."))
    if unowned:
        have = "request has" if unowned == 1 else "requests have"
        lines.append(line(f"{unowned} open {have} no owner yet."))
    if not lines:
        lines.append(line("Everybody has room, and every open request has an owner."))
    rows = tuple(
        TableRow(
            load.person.name,
            (
                str(load.open),
                str(load.person.work.limit) if load.person.work.limit else "none",
                str(load.late),
                str(load.today),
                _when(load),
            ),
            min(1000, 1000 * load.open // load.person.work.limit) if load.person.work.limit else None,
        )
        for load in loads
    )
    table = Table("The team", ("Person", "Open", "Limit", "Late", "Due in 24 h", "Away"), rows)
    actions = (
        (Action("away", "Add a leave"), Action("limit", "Set a limit")) if leads else (Action("away", "I'm away"),)
    )
    return Sheet("Who has room", tuple(lines), (table,), actions=actions)


def _when(load: Load) -> str:
    if load.leave is None:
        return ""
    return f"until {_day(load.leave.last)}" if load.away else f"from {_day(load.leave.first)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _named(day: date) -> str:
    """With its weekday, so that a Friday meant otherwise is seen at once."""
    return f"{day:%a} {_day(day)}"


def _spans(leave: Sequence[Leave]) -> str:
    """“Mon 4 May”, “Thu 24 Dec to Sat 2 Jan and Mon 4 May”."""
    spans = [_named(e.first) if e.first == e.last else f"{_named(e.first)} to {_named(e.last)}" for e in leave]
    return " and ".join(spans)


def leave(person: Person, days: Leave, open_requests: int, command: str) -> Said:
    """It is noted; what they hold meanwhile."""
    said = [line(strong(person.name), f" is away {_spans((days,))}. New requests go to the others.")]
    if open_requests:
        are = "request is" if open_requests == 1 else "requests are"
        said.append(line(f"{open_requests} open {are} theirs: {command} find owner:@{person.id} lists them."))
    return Said("capacity", tuple(said), tone="good")


def here(person: Person, work: Work) -> Said:
    """Back again; what is still planned."""
    said = [line("Welcome back, ", strong(person.name), ".")]
    if work.leave:
        said.append(line(f"Still planned: {_spans(work.leave)}."))
    return Said("capacity", tuple(said), tone="good")


def stays(person: Person, taken_back: Sequence[Leave]) -> Said:
    """What was planned is off."""
    is_off = f"leave of {_spans(taken_back)} is taken back. New requests go to them then, too."
    return Said("capacity", (line(strong(person.name), f"'s {is_off}"),), tone="good")


def not_away(person: Person, command: str) -> Said:
    """There is nothing to end."""
    return Said(
        "capacity",
        (
            line(strong(person.name), " is here, and no leave is planned, so nothing changes."),
            line(f"Plan one with {command} away @{person.id} 24 Dec to 2 Jan."),
        ),
    )


def limited(person: Person) -> Said:
    """How much they take on from now on."""
    limit = f"takes on {person.work.limit} open requests" if person.work.limit else "has no limit"
    return Said("capacity", (line(strong(person.name), f" {limit} from now on."),), tone="good")


def away_form(team: Sequence[Person], me: Person, whom: str = "", *, errors: Mapping[str, str] | None = None) -> Form:
    """Who, from when, until when."""
    return Form(
        "away",
        "Away",
        (
            _who(team, whom or me.id),
            Input("first", "First day", required=True, hint="Such as today, fri, next week or 24 Dec.", limit=40),
            Input("last", "Last day", hint="Such as fri or 2 Jan. Empty: as the first says.", limit=40),
        ),
        "Save",
        intro="New requests do not go to somebody who is away.",
        errors=errors or {},
    )


def limit_form(team: Sequence[Person], me: Person, whom: str = "") -> Form:
    """How much somebody takes on."""
    count = Input("count", "Open requests at once", required=True, hint="0 for no limit.", limit=3)
    return Form(
        "limit", "A limit", (_who(team, whom or me.id), count), "Save", intro="Beyond it nothing goes to them by turn."
    )


def _who(team: Sequence[Person], chosen: str) -> Input:
    options = tuple(Option(p.id, p.name) for p in team)
    return Input("person", "Who", "choice", required=True, value=chosen, options=options)
