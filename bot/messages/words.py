"""The words that several messages share: names of clocks and states, spans of time, and when the client hears next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.domain.calendar import Calendar, zone
from bot.domain.events import Status
from bot.domain.files import SIZE_LIMIT, Attachment
from bot.domain.people import Directory, Person, Role
from bot.domain.policy import ClockKind, Impact
from bot.domain.request import Request
from bot.domain.sla import next_deadline, next_news
from bot.messages.model import Line, Ref, Text, When, Who, line
from bot.messages.times import wall_time

CLOCK = {
    ClockKind.FIRST_RESPONSE: "first response",
    ClockKind.NEXT_REPLY: "next reply",
    ClockKind.PERIODIC_UPDATE: "update",
    ClockKind.RESOLUTION: "resolution",
    ClockKind.PROMISE: "promised news",
}

CLOCK_DUE = {
    ClockKind.FIRST_RESPONSE: "Reply due",
    ClockKind.NEXT_REPLY: "Reply due",
    ClockKind.PERIODIC_UPDATE: "Update due",
    ClockKind.RESOLUTION: "Fix due",
    ClockKind.PROMISE: "News due",
}

STATUS = {
    Status.NEW: "New",
    Status.ACTIVE: "In progress",
    Status.WAITING_CLIENT: "Waiting for client",
    Status.WAITING_OTHER: "Waiting for a third party",
    Status.SET_ASIDE: "Set aside",
    Status.RESOLVED: "Resolved",
    Status.CLOSED: "Closed",
    Status.CANCELLED: "Not a request",
}

STATUS_FOR_CLIENT = STATUS | {
    Status.WAITING_CLIENT: "Waiting for you",
    Status.SET_ASIDE: "Set aside until you answer",
    Status.NEW: "Received",
}


def stands(request: Request, *, sees: Collection[int] = ()) -> str:
    """Where a request stands, to the client: a resolve that may still be undone has not happened yet for them, and what
    was merged goes on elsewhere, which is named to those alone who see it: it may be private by now."""
    if request.status is Status.RESOLVED and not request.announced:
        return STATUS_FOR_CLIENT[request.before_resolve or request.working]
    if request.merged_into:
        return f"Goes on in {request.merged_ref if request.merged_into in sees else 'another request'}"
    return STATUS_FOR_CLIENT[request.status]


def status_of(request: Request) -> str:
    """Where a request stands, to the team."""
    return f"Merged into {request.merged_ref}" if request.merged_into else STATUS[request.status]


IMPACT = {
    Impact.EVERYONE: "Everyone",
    Impact.TEAM: "A team",
    Impact.ONE: "One person",
    Impact.NOBODY: "Nobody",
}

ROLE = {
    Role.CLIENT: "client",
    Role.ENGINEER: "engineer",
    Role.LEAD: "lead",
    Role.MANAGER: "manager",
    Role.DESK: "the desk",
}


def span(seconds: float) -> str:
    """A length of time as people say it: "45 min", "2 h 30 min", "3 d 4 h" (days of 24 hours; minutes are floored)."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return f"{int(seconds)} s"
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def hours(seconds: float) -> str:
    """A length of business time: in hours and minutes, since a working day has no fixed length."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return span(seconds)
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest} min" if rest else f"{whole} h"


def size_of(size: int) -> str:
    """How large a file is: 12 kB, 3.4 MB."""
    return f"{max(1, round(size / 1000))} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def file_line(file: Attachment, whose: str, *, team: bool) -> str:
    """A file by its name and size; of one that stays where it was sent, why, who has it and, to the team, its address:
    that may be of a conversation that no client is in."""
    told = f"📎 {file.name} ({size_of(file.size)})" if file.size else f"📎 {file.name}"
    if file.is_kept:
        return told
    why = "is too large to be passed on" if file.size > SIZE_LIMIT else "was not passed on"
    where = f" It is here: {file.at}" if team and file.at else ""
    return f"{told} {why}: {whose or 'whoever sent it'} has it.{where}"


def at_rung(rung: int) -> str:
    """When a warning comes: at a share of its target, or so much service time before it is due."""
    return f"at {rung} % of its target" if rung > 0 else f"{hours(-rung)} before it is due"


def served(seconds: float) -> str:
    """How much service time a target is, which is no time on the wall: "8 h of service time"."""
    return f"{hours(seconds)} of service time"


def there(at: datetime, calendar: Calendar | None, readers: Iterable[Person]) -> str:
    """The same instant where the service is given, its zone named (rule 20): " (Tue 16:00 Europe/London)".

    Empty where all who read it have the same time on their wall.
    """
    if calendar is None:
        return ""
    local = at.astimezone(zone(calendar.zone))
    if all(at.astimezone(zone(reader.zone)).utcoffset() == local.utcoffset() for reader in readers):
        return ""
    return f" ({local:%a} {wall_time(at, zone(calendar.zone))} {calendar.zone})"


def person(directory: Directory, id: str | None) -> Who:
    """A person to mention."""
    return Who(id or "", directory.name_of(id))


def ref(request: Request) -> Ref:
    """The request to point at."""
    return Ref(request.number, request.ref)


def first_name(directory: Directory, id: str) -> str:
    """How one speaks to a person."""
    return directory.name_of(id).split()[0]


def audience(request: Request, directory: Directory) -> Line:
    """Who sees a private request, by name."""
    names = ", ".join(directory.name_of(id) for id in (request.requester, *request.stakeholders))
    return line(f"{names} and our team")


def owner_of(request: Request, directory: Directory) -> Person | None:
    """Who has it: a person who is on the team now; None where nobody has it, or its owner has left."""
    owner = directory.person(request.owner)
    return owner if owner and owner.is_staff else None


def promise(request: Request, directory: Directory, at: datetime) -> Line:
    """Who has it and when the client hears next, as a sentence (the next-news promise)."""
    owner = owner_of(request, directory)
    has: Line = (Who(owner.id, owner.name), Text(" has it")) if owner else (Text("Our team has it"),)
    who: Line = (Who(owner.id, owner.name),) if owner else (Text("a person"),)
    news = next_news(request.sla, directory.calendars)
    terms = request.sla.terms
    calendar = directory.calendars.get(terms.calendar) if terms else None
    if news is None:
        return line(*has, "." if owner else "; a person will reply here.")
    told = any(c.running and c.reported and c.kind is not ClockKind.RESOLUTION for c in request.sla.clocks)
    if news <= at and told:
        return line(*has, "; a reply was due by ", When(news), " and we have told our team.")
    if calendar and not calendar.is_open(at):
        opens = calendar.next_open(at)
        if news <= at:
            return line("We open ", When(opens, "full"), "; ", *who, " will reply first thing.")
        return line("We open ", When(opens, "full"), "; ", *who, " will reply by ", When(news), " your time.")
    if owner:
        return line(*has, " and will reply by ", When(news), " your time.")
    return line(*has, "; a person will reply by ", When(news), " your time.")


def due(request: Request, directory: Directory) -> Line:
    """What is due next on it, as a sentence to the team."""
    deadline = next_deadline(request.sla, directory.calendars)
    if deadline is None:
        return line("Nothing is due on it.")
    at, kind = deadline
    return line(f"{CLOCK_DUE[kind]} ", When(at), ", ", When(at, "relative"), ".")


def short(text: str) -> str:
    """Somebody's words in one line, as far as they fit."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 140 else flat[:139] + "…"


def with_more(deed: str, more: str) -> str:
    """A deed, and what was said with it as a sentence of its own; a name such as iPhone stays as it is written."""
    said = short(more)
    begun = said[:1].upper() + said[1:] if said.split(" ", 1)[0].islower() else said
    return f"{deed}. {begun}" if more.strip() else deed
