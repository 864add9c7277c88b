"""Lists of requests: one's own, what was found, what needs a hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import (
    Status,
)
from bot.domain.people import Directory, Person
from bot.domain.request import Request
from bot.domain.search import Search
from bot.domain.sla import next_deadline, next_news
from bot.messages import team
from bot.messages.model import Action, Arg, Line, Listing, Row, Span, When, line
from bot.messages.words import CLOCK_DUE, short, stands, status_of, with_more

PAGE = 20
"""Requests on a page."""

Args = Mapping[str, Arg]


def row(request: Request, directory: Directory, note: Line, *, for_staff: bool, group: str = "") -> Row:
    """One request in a list."""
    return Row(
        request.number,
        request.ref,
        request.title,
        request.priority if for_staff else "",
        status_of(request) if for_staff else stands(request),
        directory.name_of(request.owner) if request.owner else ("nobody yet" if for_staff else "our team"),
        note,
        team.tone(request) if for_staff else "plain",
        group,
    )


def standing(request: Request, directory: Directory, at: datetime, *, for_staff: bool, group: str = "") -> Row:
    """One request with what matters next."""
    note = (_next_for_staff if for_staff else _next_for_client)(request, directory, at)
    return row(request, directory, note, for_staff=for_staff, group=group)


def _next_for_staff(request: Request, directory: Directory, at: datetime) -> Line:
    """The next deadline and how far it is, and whom it waits for."""
    parts: list[Span | str] = []
    if request.status is Status.WAITING_CLIENT:
        parts.append(f"Waits for {directory.name_of(request.requester)}")
    elif request.status is Status.SET_ASIDE:
        parts.append("Set aside: no answer came")
    elif request.status is Status.WAITING_OTHER:
        parts.append(f"Waits for {short(request.party) or 'a third party'}")
    deadline = next_deadline(request.sla, directory.calendars)
    if deadline:
        due, kind = deadline
        late = "Late: " if due <= at else ""
        parts += ["; " if parts else "", f"{late}{CLOCK_DUE[kind]} ", When(due), ", ", When(due, "relative")]
    return line(*parts)


def _next_for_client(request: Request, directory: Directory, at: datetime) -> Line:
    """What is theirs to do, else when they hear next."""
    if request.status in (Status.WAITING_CLIENT, Status.SET_ASIDE):
        return line(with_more("Waits for your answer", request.question).replace(". ", ": ", 1))
    if request.status is Status.RESOLVED and request.announced:
        return line("Does it work for you?")
    news = next_news(request.sla, directory.calendars) if request.status.is_open else None
    if news is None:
        return ()
    return line("You hear by " if news > at else "You were to hear by ", When(news))


def _rows(
    requests: Sequence[Request], directory: Directory, at: datetime, *, for_staff: bool, group: str = ""
) -> tuple[Row, ...]:
    return tuple(standing(r, directory, at, for_staff=for_staff, group=group) for r in requests)


def extent(page: int, shown: int, total: int) -> str:
    """Which of how many: “21–40 of 1,204”."""
    first = (page - 1) * PAGE + 1
    return f"{first:,}–{first + shown - 1:,} of {total:,}" if shown > 1 else f"{first:,} of {total:,}"


def _turn(command: str, args: Args, page: int, total: int) -> tuple[Action, ...]:
    """The buttons to the pages before and after."""
    actions: list[Action] = []
    if page > 1:
        actions.append(Action(command, "Previous page", {**args, "page": page - 1}))
    if page * PAGE < total:
        actions.append(Action(command, "Next page", {**args, "page": page + 1}))
    return tuple(actions)


def my_requests(
    requests: Sequence[Request], page: int, total: int, args: Args, directory: Directory, at: datetime, command: str
) -> Listing:
    """A client's own requests, what waits for their answer first."""
    new = Action("new", "New request", {}, "primary")
    if not requests:
        none = line(f"You have none open. Raise one with {command} new.")
        ended = line(f"What is done is found by {command} find mine status:all.")
        return Listing("Your requests", lines=(none, ended), actions=(new,))
    head = (line(extent(page, len(requests), total), "."),) if total > PAGE else ()
    rows = _rows(requests, directory, at, for_staff=False)
    return Listing("Your requests", rows, head, _turn("my", args, page, total))


def my_work(
    mine: Sequence[Request],
    page: int,
    total: int,
    args: Args,
    free: Sequence[Request],
    unowned: int,
    directory: Directory,
    at: datetime,
) -> Listing:
    """An engineer's work, the next deadline first, and on the first page what nobody has yet."""
    rows = _rows(mine, directory, at, for_staff=True, group="Yours")
    rows += _rows(free, directory, at, for_staff=True, group="Nobody has these yet")
    if not rows:
        return Listing("Your work", lines=(line("Nothing is yours, and nothing waits for an owner. Enjoy the quiet."),))
    head = f"{total:,} yours, the next deadline first" if total else "Nothing is yours"
    head += f"; {unowned:,} waiting for an owner." if unowned else "; nothing waits for an owner."
    if total > PAGE:
        head += f" {extent(page, len(mine), total)}."
    actions = _turn("my", args, page, total)
    if unowned > len(free) and page == 1:
        actions += (
            Action("find", f"All {unowned:,} without an owner", {"words": "unowned sort:due"}, staff_only=True),
        )
    return Listing("Your work", rows, (line(head),), actions)


def found(
    requests: Sequence[Request],
    page: int,
    total: int,
    args: Args,
    search: Search,
    directory: Directory,
    at: datetime,
    *,
    actor: Person,
    bulk: bool,
) -> Listing:
    """A page of what a search gave. `bulk` offers to act on all of it."""
    words = str(args.get("words", ""))
    named = f"“{words[:60]}{'…' if len(words) > 60 else ''}”"
    scope = "Only open ones are listed; add status:all for the others." if search.open_only else ""
    if not requests:
        nothing = f"Nothing fits {named}." if words else "Nothing is open."
        tip = scope or "Try one word of the title, a number such as 42, or fewer filters."
        return Listing("Nothing found", lines=(line(f"{nothing} {tip}"),))
    title = f"Found for {named}" if words else "Open requests"
    head = f"{extent(page, len(requests), total)}."
    if not words:
        head += " Narrow it: find status:waiting older:3d, find late, find export."
    actions = _turn("find", args, page, total)
    if bulk:
        label = "Act on this one" if total == 1 else f"Act on all {total:,}"
        actions += (Action("bulk", label, {"words": words}, staff_only=True),)
    lines = (line(" ".join(filter(None, (head, scope)))),)
    return Listing(title, _rows(requests, directory, at, for_staff=actor.is_staff), lines, actions)


@dataclass(frozen=True)
class Section:
    """A part of the overview: its name, how it is searched for, its first requests, and how many there are."""

    name: str
    words: str
    requests: tuple[Request, ...]
    total: int


def overview(sections: Sequence[Section], directory: Directory, at: datetime) -> Listing:
    """What needs a hand across the desk; a request stands in the first part that names it."""
    there = [section for section in sections if section.total]
    title = "What needs a hand"
    if not there:
        return Listing(
            title, lines=(line("Nothing is late, at risk, without an owner, quiet or waiting. All is well."),)
        )
    rows: dict[int, Row] = {}
    for section in there:
        for request in section.requests:
            shown = standing(request, directory, at, for_staff=True, group=f"{section.name} ({section.total:,})")
            rows.setdefault(request.number, shown)
    head = "; ".join(f"{section.total:,} {section.name[0].lower()}{section.name[1:]}" for section in there) + "."
    actions = tuple(
        Action("find", f"All: {s.name}", {"words": s.words}, staff_only=True)
        for s in there
        if s.total > len(s.requests)
    )
    return Listing(title, tuple(rows.values()), (line(head),), actions)
