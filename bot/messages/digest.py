"""The morning's digest: what is late, at risk, promised, unowned, waiting and stale; short, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.digest import Digest, Group, Item
from bot.domain.events import Status
from bot.domain.people import Directory
from bot.messages.model import Action, Line, Said, When, line, strong
from bot.messages.words import CLOCK_DUE, owner_of, ref

TITLE = {
    Group.LATE: "Late",
    Group.AT_RISK: "At risk",
    Group.PROMISED: "Promised for today",
    Group.UNOWNED: "Nobody has it yet",
    Group.WAITING: "Waiting",
    Group.STALE: "Quiet for a while",
}
COUNT = {
    Group.LATE: "late",
    Group.AT_RISK: "at risk",
    Group.PROMISED: "promised for today",
    Group.UNOWNED: "without an owner",
    Group.WAITING: "waiting",
    Group.STALE: "quiet for a while",
}
FIND = {
    Group.LATE: "find late",
    Group.AT_RISK: "find sort:due",
    Group.PROMISED: "find sort:due",
    Group.UNOWNED: "find unowned",
    Group.WAITING: "find status:waiting",
    Group.STALE: "find quiet:{days}d",
}
"""What shows all of a group."""


def team_digest(
    found: Digest,
    directory: Directory,
    *,
    day: date,
    late: datetime | None,
    command: str,
    more: Sequence[tuple[str, Sequence[Line]]] = (),
) -> Said:
    """For the whole team. `late` is when it should have come, where it comes late; `more` are other groups of lines."""
    counts = [f"{len(items)} {COUNT[group]}" for group, items in found.groups.items()]
    counts += [f"1 {title.lower().removesuffix('s')}" for title, lines in more if len(lines) == 1]
    counts += [f"{len(lines)} {title.lower()}" for title, lines in more if len(lines) > 1]
    head = f"Good morning. {day:%A} {day.day} {day:%B}"
    if not counts:
        quiet = "nothing is open." if not found.open else f"{found.open} open, and none of them needs a push."
        return Said("digest", (line(strong(head), f": {quiet}"), *_late(late)), tone="good")
    lines = [line(strong(head), ": " + ", ".join(counts) + "."), *_late(late)]
    if found.open:
        loads = ", ".join(f"{directory.name_of(who) if who else 'nobody'} {count}" for who, count in found.loads)
        lines.append(line(f"{found.open} open: {loads}."))
    lines += _groups(found, directory, command)
    for title, rows in more:
        if rows:
            lines += [line(strong(f"{title} ({len(rows)})")), *rows]
    actions = (Action("my", "My work", {}, "primary", staff_only=True),)
    return Said("digest", tuple(lines), actions, tone="warn" if Group.LATE in found.groups else "plain")


def own_digest(found: Digest, directory: Directory, person: str, *, late: datetime | None, command: str) -> Said:
    """For one of the team: their own work only."""
    name = directory.name_of(person).split()[0]
    head = line(strong(f"Good morning {name}."), f" {found.open} open with you; these need you first.")
    actions = (Action("my", "My work", {}, "primary", staff_only=True),)
    tone = "warn" if Group.LATE in found.groups else "plain"
    return Said("digest", (head, *_late(late), *_groups(found, directory, command, own=True)), actions, tone=tone)


def _late(due: datetime | None) -> tuple[Line, ...]:
    if due is None:
        return ()
    return (
        line(
            "This comes late: it was due ",
            When(due, "full"),
            ", and I was not running then. It shows how things stand now.",
        ),
    )


def _groups(found: Digest, directory: Directory, command: str, *, own: bool = False) -> list[Line]:
    most = directory.team.digest_lines
    lines: list[Line] = []
    for group, items in found.groups.items():
        take = f": {command} claim {items[0].request.number} takes the first" if group is Group.UNOWNED else ""
        lines.append(line(strong(f"{TITLE[group]} ({len(items)})"), *((take,) if take else ())))
        lines += [_line(item, directory, own=own) for item in items[:most]]
        if len(items) > most:
            mine = " mine" if own else ""
            find = FIND[group].format(days=directory.team.stale_days)
            lines.append(line(f"and {len(items) - most} more: {command} {find}{mine}"))
    return lines


def _line(item: Item, directory: Directory, *, own: bool) -> Line:
    """Which, what about, whose, and what is next when. Names, not mentions: nobody is called each morning."""
    owner = owner_of(item.request, directory)
    whose = "" if own else f" · {owner.name if owner else 'nobody yet'}"
    return line(ref(item.request), f" {item.request.title}{whose} · ", *_next(item, directory))


def _next(item: Item, directory: Directory) -> Line:
    request, at = item.request, item.at
    match item.group:
        case Group.LATE:
            clock = CLOCK_DUE[item.clock].lower() if item.clock else "due"
            return line(f"{clock} since ", When(at, "full"))
        case Group.AT_RISK | Group.PROMISED:
            clock = CLOCK_DUE[item.clock].lower() if item.clock else "due"
            return line(f"{clock} ", When(at, "full"))
        case Group.UNOWNED:
            return line("open since ", When(at, "full"))
        case Group.WAITING:
            for_whom = request.party if request.status is Status.WAITING_OTHER else None
            who = for_whom or directory.name_of(request.requester)
            return line(f"waiting for {who} since ", When(at, "date"))
        case Group.STALE:
            return line("no word since ", When(at, "date"))
