"""What the client reads in its own channel and threads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.events import Cancelled, Entry, Reopened, Status
from bot.domain.files import Attachment
from bot.domain.people import DESK, Directory
from bot.domain.policy import ClockKind
from bot.domain.request import Request
from bot.domain.sla import next_news
from bot.messages.model import Action, Line, Quote, Relay, Said, Text, When, Who, line, strong
from bot.messages.words import IMPACT, audience, first_name, owner_of, person, promise, ref, stands


def root(request: Request, directory: Directory) -> Said:
    """The message in the client's channel whose thread is the request's: what was asked, and where it stands."""
    owner = owner_of(request, directory)
    where = stands(request) + (f", with {owner.name}" if owner and request.status.is_open else "")
    lines: list[Line] = [
        line(*_asker(request, directory), strong(request.title)),
        line(ref(request), f": {where}."),
    ]
    if promised := request.sla.running(ClockKind.PROMISE):
        lines.append(line("Next news by ", When(promised.promised or promised.started_at), " your time."))
    if request.details and request.details != request.title:
        lines.append((Quote(request.details),))
    lines += [line(f"{label}: {answer}") for label, answer in request.answers]
    if request.private:
        lines.append(line("Private: only ", *audience(request, directory), " see it."))
    if request.stopped:
        lines.append(line(f"Who is stopped: {IMPACT[request.stopped].lower()}."))
    if request.outcome:
        lines.append(line("Needed: ", request.outcome))
    return Said("root", tuple(lines))


def shared(request: Request, directory: Directory) -> Said:
    """To a colleague whom a private request is shared with: what it is, and where it stands."""
    show = Action("show", "Show", {"request": request.number})
    whole = Action("transcript", "Transcript", {"request": request.number})
    return Said("shared", root(request, directory).lines, (show, whole))


def _asker(request: Request, directory: Directory) -> Line:
    """Whose it is: somebody of the client's, or nobody's but ours."""
    who = directory.person(request.requester)
    return line("Planned by our team: ") if who is DESK else line(person(directory, request.requester), " asked: ")


def _greeting(request: Request, directory: Directory) -> str:
    """How it begins: nobody asked for what came by its schedule."""
    who = directory.person(request.requester)
    hi = f"Hi {first_name(directory, request.requester)}, this" if who and who.client else "This"
    planned = "a check of ours that comes by itself; you need not do anything. It is "
    return f"{hi} is {planned if request.source == 'schedule' else ''}"


def receipt(request: Request, directory: Directory, at: datetime) -> Said:
    """The acknowledgement: the number, who has it, and when a person replies; once it has ended, that it has."""
    ended = not request.status.is_open and (request.announced or request.status is not Status.RESOLVED)
    promised = (*promise(request, directory, at), Text(" ")) if request.status.is_open else ()
    if ended:
        promised = line("Goes on in another request. " if request.merged_into else _ENDED[request.status])
    return Said(
        "receipt",
        (
            line(
                _greeting(request, directory),
                ref(request),
                f", “{request.title}”",
                *_as_told(request, directory),
                ". ",
                *promised,
                *(() if request.status is Status.CANCELLED else ("Add anything in this thread.",)),
            ),
        ),
        () if ended else _ways(request),
        tone="good",
    )


_ENDED = {
    Status.RESOLVED: "We believe it is solved; please tell us below. ",
    Status.CLOSED: "It is closed. ",
    Status.CANCELLED: "It is set aside as no request.",
}


def _ways(request: Request) -> tuple[Action, ...]:
    """What the client can do with it from the beginning."""
    args = {"request": request.number}
    urgent = () if request.urgent else (Action("urgent", "It's urgent", args, client_only=True),)
    why = Action("why", "Why this time?", args)
    return (*urgent, why, Action("cancel", "Not a request", args, client_only=True))


_BY = {"phone": "by phone", "mail": "by mail", "chat": "in a chat", "visit": "in person"}


def _as_told(request: Request, directory: Directory) -> Line:
    """Where it came from that they find here a request which they did not write."""
    if not request.told:
        return ()
    how = _BY.get(request.source, "")
    return line(", as you told ", person(directory, request.told), f" {how} at ", When(request.opened_at))


def has_it(request: Request, directory: Directory, at: datetime) -> Said:
    """Somebody took it, or it changed hands."""
    return Said("owner", (line(ref(request), ": ", *promise(request, directory, at)),))


def waiting(request: Request, directory: Directory, asker: str) -> Said:
    """The client is asked something; the request waits for the answer."""
    return Said(
        "waiting",
        (
            line(
                f"{first_name(directory, request.requester)}, one thing keeps us from finishing ",
                ref(request),
                ":",
            ),
            (Quote(request.question),),
            line("Answer here, and ", person(directory, asker), " goes on with it."),
        ),
        tone="warn",
    )


def resolved(request: Request, directory: Directory, by: str, closes_at: datetime) -> Said:
    """Does it work for you?"""
    end = ":" if request.summary else "."
    lines: list[Line] = [line(person(directory, by), " believes ", ref(request), f" is solved{end}")]
    lines += [(Quote(request.summary),)] if request.summary else []
    lines.append(line("Does it work for you? Without an answer it closes ", When(closes_at, "full"), "."))
    return Said(
        "resolved",
        tuple(lines),
        (
            Action("works", "Yes, it works", {"request": request.number}, "primary", client_only=True),
            Action("not-yet", "Not yet", {"request": request.number}, client_only=True),
        ),
        tone="good",
    )


def resolved_over(request: Request, directory: Directory, end: Entry) -> Said:
    """In place of that question, once it is answered or over; `request` is how it stood."""
    name, at = ref(request), When(end.at, "full")
    mark = ":" if request.summary else "."
    lines = [line(person(directory, request.resolved_by), " believed ", name, f" was solved{mark}")]
    lines += [(Quote(request.summary),)] if request.summary else []
    who = directory.person(end.by)
    match end.event:
        case Reopened():
            became = line("It was opened again ", at, ", and goes on below.")
        case Cancelled():
            became = line("It ended otherwise ", at, "; what became of it stands below.")
        case _ if who is None or who is DESK:
            became = line("It closed without an answer ", at, ".")
        case _ if who.is_staff:
            became = line(person(directory, end.by), " closed it ", at, ".")
        case _:
            became = line(person(directory, end.by), " said that it works, ", at, ".")
    reopened = isinstance(end.event, Reopened)
    return Said("resolved", (*lines, became), tone="plain" if reopened else "good")


def late(request: Request, directory: Directory, due: datetime, told: Sequence[str], what: str = "a reply") -> Said:
    """We said when a person would reply, and none did: better told than left to wonder; by name who was told now."""
    people = [directory.people[id] for id in told if id in directory.people]
    heard: Line = (Who(people[0].id, people[0].name), Text(" has been told")) if people else (Text("We know it"),)
    sorry = line(f"We promised {what} on ", ref(request), " by ", When(due), " and are late; we are sorry. ")
    return Said("late", ((*sorry, *heard, Text(", and a person will reply here.")),), tone="warn")


def late_fix(request: Request, directory: Directory, due: datetime, at: datetime) -> Said:
    """It takes longer than promised until it is solved: said once, with who has it and when they hear next."""
    owner, news = owner_of(request, directory), next_news(request.sla, directory.calendars)
    sorry = line("We promised to have ", ref(request), " solved by ", When(due), " and are late; we are sorry. ")
    who: Line = (Who(owner.id, owner.name),) if owner else (Text("Our team"),)
    if news is not None and news > at:
        return Said("late", ((*sorry, *who, *line(" has it, and you hear from us by ", When(news), ".")),), tone="warn")
    return Said("late", ((*sorry, *who, *line(" has it and will write here how it goes on.")),), tone="warn")


def closed(request: Request, reopens_until: datetime) -> Said:
    """It is done; a message brings it back for a while."""
    return Said(
        "closed",
        (line(ref(request), " is closed. A message here until ", When(reopens_until, "date"), " reopens it."),),
        tone="good",
    )


def reopened(request: Request, directory: Directory, at: datetime) -> Said:
    """It is being worked on again."""
    return Said("reopened", (line(ref(request), " is open again. ", *promise(request, directory, at)),), tone="warn")


def cancelled(request: Request) -> Said:
    """It was no request after all."""
    return Said(
        "cancelled",
        (
            line(
                ref(request),
                " is set aside as no request. If you need us, write a new message in this channel.",
            ),
        ),
    )


def reply(
    directory: Directory, by: str, text: str, files: tuple[Attachment, ...] = (), *, edited: bool = False
) -> Relay:
    """An engineer's words, under their own name."""
    who = directory.person(by)
    return Relay(by, directory.name_of(by), who.role if who else "", text, line("Edited") if edited else (), files)


def offer(message: str) -> Said:
    """A plain message was heard: shall it be a request? Only its author sees this."""
    return Said(
        "offer",
        (line("Shall our team look into this? Then it gets a number, an owner and a reply time."),),
        (Action("turn", "Turn into request", {"message": message}, "primary"),),
    )
