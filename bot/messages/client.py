"""What the client reads in its own channel and threads."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages.model import Action, Line, Quote, Relay, Said, When, line, strong
from bot.messages.words import IMPACT, first_name, person, promise, ref


def root(request: Request, directory: Directory) -> Said:
    """The message in the client's channel whose thread is the request's: its title and the client's own words."""
    lines: list[Line] = [line(person(directory, request.requester), " asked: ", strong(request.title))]
    if request.details:
        lines.append((Quote(request.details),))
    if request.stopped:
        lines.append(line(f"Who is stopped: {IMPACT[request.stopped].lower()}."))
    if request.outcome:
        lines.append(line("Needed: ", request.outcome))
    return Said("root", tuple(lines))


def receipt(request: Request, directory: Directory, at: datetime) -> Said:
    """The acknowledgement: the number, who has it, and when a person replies."""
    return Said(
        "receipt",
        (
            line(
                f"Hi {first_name(directory, request.requester)}, this is ",
                ref(request),
                f", “{request.title}”. ",
                *promise(request, directory, at),
                " Add anything in this thread.",
            ),
        ),
        (
            Action("why", "Why this time?", {"request": request.number}),
            Action("cancel", "Not a request", {"request": request.number}),
        ),
        tone="good",
    )


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
    lines: list[Line] = [line(person(directory, by), " believes ", ref(request), " is solved:")]
    lines += [(Quote(request.summary),)] if request.summary else []
    lines.append(line("Does it work for you? Without an answer it closes ", When(closes_at, "full"), "."))
    return Said(
        "resolved",
        tuple(lines),
        (
            Action("works", "Yes, it works", {"request": request.number}, "primary"),
            Action("not-yet", "Not yet", {"request": request.number}),
        ),
        tone="good",
    )


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


def reply(directory: Directory, by: str, text: str) -> Relay:
    """An engineer's words, under their own name."""
    who = directory.person(by)
    return Relay(by, directory.name_of(by), who.role if who else "", text)


def offer(message: str) -> Said:
    """A plain message was heard: shall it be a request? Only its author sees this."""
    return Said(
        "offer",
        (line("Shall our team look into this? Then it gets a number, an owner and a reply time."),),
        (Action("turn", "Turn into request", {"message": message}, "primary"),),
    )
