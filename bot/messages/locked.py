"""What the team reads where somebody locked a thread: who can say nothing now, and what to do next."""

from __future__ import annotations

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages.linking import called
from bot.messages.model import Said, line
from bot.messages.words import ref


def client(request: Request, directory: Directory, platform: str) -> Said:
    """The team reads that the client's thread was locked."""
    who = directory.person(request.requester)
    name = who.name if who else "The client"
    return Said(
        "locked",
        (
            line("The client's thread of ", ref(request), f" in {called(platform)} was locked."),
            line(f"{name} can write nothing there. Next: unlock it in its menu, so that they can answer."),
        ),
        tone="warn",
    )


def team(request: Request) -> Said:
    """The team reads that its own thread was locked."""
    return Said(
        "locked",
        (
            line("This thread of ", ref(request), " was locked: what you write here reaches nobody."),
            line("Next: unlock it in its menu, or use the card's buttons."),
        ),
        tone="warn",
    )
