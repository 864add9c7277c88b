"""Figures as people read them: what came and went, how promises were kept, how long it took, what is oldest.

A share is floored, so that 100 % means that none was missed; where nothing was judged it is no number at all; a small
sample says how small it is. docs/reports.md defines every figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.people import Client, Directory
from bot.domain.period import HOW, Period
from bot.domain.policy import ClockKind
from bot.domain.report import MEASURED, Figures, Length, Report, Target, Volume
from bot.domain.request import Request
from bot.messages.lists import row
from bot.messages.model import Action, Form, Input, Line, Option, Row, Sheet, Table, TableRow, When, line
from bot.messages.words import CLOCK, hours

FEW = 10
"""Under this many judged, a share says of how many it is."""

NO_DATA = "no data"
NOBODY = "nobody yet"


def clock_name(kind: ClockKind) -> str:
    """First response, Next reply, …"""
    return CLOCK.get(kind, kind.replace("_", " ")).capitalize()


def percent(permille: int) -> str:
    """97 %, 97.2 %."""
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth} %" if tenth else f"{whole} %"


def share(target: Target) -> str:
    """How many of the judged were met."""
    if target.permille is None:
        return NO_DATA
    few = f" of {target.judged}" if target.judged < FEW else ""
    return percent(target.permille) + few


def length(seconds: float | None) -> str:
    """Business time, floored to minutes."""
    return "–" if seconds is None else hours(seconds) if seconds >= 60 else "0 min"


def volume(figures: Figures) -> list[str]:
    """What came and went, as sentences."""
    v = figures.volume
    lines = [
        f"{v[Volume.OPENED]} opened, {v[Volume.RESOLVED]} resolved, {v[Volume.CLOSED]} closed, "
        f"{v[Volume.REOPENED]} reopened.",
        f"{v[Volume.BACKLOG]} open at the end, {v[Volume.STILL_OPEN]} of them opened in this time.",
    ]
    if unanswered := v[Volume.UNANSWERED]:
        lines.append(f"{unanswered} closed without a reply.")
    if aside := v[Volume.SET_ASIDE]:
        lines.append(f"{aside} set aside as no request; the other figures leave {'it' if aside == 1 else 'them'} out.")
    if taken := sum(target.taken_over for target in figures.targets.values()):
        lines.append(f"{taken} overdue already when taken over; counted here only.")
    return lines


def kinds_told(figures: Figures) -> list[ClockKind]:
    """The promises worth a line: those asked of every desk, and any other with something to tell."""
    always = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY, ClockKind.RESOLUTION)
    return [kind for kind, target in figures.targets.items() if kind in always or target != Target()]


def promises(figures: Figures) -> Table:
    """How each kind of promise was kept."""
    rows = tuple(
        TableRow(clock_name(kind), (share(t), str(t.met), str(t.missed)), t.permille)
        for kind in kinds_told(figures)
        for t in (figures.targets[kind],)
    )
    return Table("Promises", ("Promise", "Kept", "Met", "Missed"), rows)


def lengths(figures: Figures) -> Table:
    """How long it took, in service time."""

    def cells(found: Length) -> tuple[str, ...]:
        return length(found.median), length(found.ninetieth), str(found.count)

    rows = tuple(TableRow(clock_name(kind), cells(figures.lengths[kind])) for kind in MEASURED)
    return Table("Service time taken", ("Until", "Median", "90th percentile", "Count"), rows)


def by(title: str, head: str, groups: Sequence[tuple[str, Figures]], kinds: Sequence[ClockKind]) -> Table:
    """How each of them kept each kind of promise."""
    rows = tuple(TableRow(name, tuple(share(figures.targets[kind]) for kind in kinds)) for name, figures in groups)
    return Table(title, (head, *(clock_name(kind) for kind in kinds)), rows)


def judged(groups: Mapping[str, Figures]) -> list[tuple[str, Figures]]:
    """Those of which anything was judged at all."""
    return [(name, f) for name, f in groups.items() if any(t.judged for t in f.targets.values())]


def sheet(
    report: Report, period: Period, client: Client | None, directory: Directory, *, for_staff: bool, again: str
) -> Sheet:
    """The report of one client, or of all (`client` None). People and priorities are the team's to see."""
    title = f"{client.name if client else 'All clients'}, {period.name}"
    if not report.requests:
        return Sheet(title, empty(period, again), actions=actions(client))
    total, kinds = report.total, kinds_told(report.total)
    tables = [promises(total), lengths(total)]
    if for_staff:
        names = directory.clients
        whose = {
            "client": {} if client else {names[key].name: f for key, f in report.clients.items() if key in names},
            "priority": {str(priority): f for priority, f in report.priorities.items()},
            "person": {directory.name_of(id) if id else NOBODY: f for id, f in report.people.items()},
        }
        for what, groups in whose.items():
            if some := judged(groups):
                tables.append(by(f"By {what}", what.capitalize(), some, kinds))
    oldest = tuple(_open_then(request, directory, for_staff=for_staff) for request in report.oldest)
    return Sheet(
        title,
        (line(f"From {period.first} to {period.last}, {period.zone}."), *(line(words) for words in volume(total))),
        tuple(tables),
        "Oldest open at the end" if oldest else "",
        oldest,
        (line("A promise counts when it was met, or when its time ran out. Times are in service hours."),),
        actions(client),
        {"period": f"{period.first}..{period.last}", "client": client.key if client else ""},
    )


def _open_then(request: Request, directory: Directory, *, for_staff: bool) -> Row:
    """One that was open at the end of the time; how it stands now, where that is no longer so."""
    now = row(request, directory, line("since ", When(request.opened_at, "date")), for_staff=for_staff)
    status = now.status if request.status.is_open else f"now {now.status.lower()}"
    return replace(now, status=status)


def empty(period: Period, again: str) -> tuple[Line, ...]:
    """Nothing to count: how figures come to be."""
    return (
        line(f"Nothing happened in {period.name} ({period.zone}), so there is nothing to count."),
        line("Figures come with the first request."),
        line(f"Another time: {again}"),
    )


def actions(client: Client | None) -> tuple[Action, ...]:
    """Another time of the same client."""
    of = {"client": client.key} if client else {}
    return (
        Action("report", "This month", {**of, "period": "this month"}),
        Action("report", "Last month", {**of, "period": "last month"}),
        Action("report", "Other time", {**of, "choose": True}),
    )


def form(clients: Sequence[Client], *, client: str, period: str, error: str = "") -> Form:
    """Which time, and for the team: whose."""
    time = Input("period", "Which time?", required=True, value=period, hint=f"Such as {HOW}.", limit=40)
    options = tuple(Option(c.key, c.name) for c in clients)
    whose = Input("client", "Whose? All clients where you choose none.", "choice", value=client, options=options)
    errors = {"period": error} if error else {}
    return Form("report", "Report", (time, whose) if clients else (time,), "Show", errors=errors)


def only_yours(client: Client) -> str:
    """A client's person asked for somebody else's figures; said alike whether those are there or not."""
    return f"You see the figures of {client.name}. Leave the other name out, and I show them."


def no_client(word: str, known: Sequence[str]) -> str:
    """No client of that key or name."""
    return f"I know no client “{word[:40]}”. Use one of: {', '.join(known) or 'none is set up yet'}."
