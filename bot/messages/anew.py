"""What is said where a thread was deleted and goes on in another one."""

from __future__ import annotations

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages.model import Action, Said, line
from bot.messages.words import person, ref


def team(request: Request) -> Said:
    """The first words in the team's new thread."""
    whole = Action("transcript", "What was said", {"request": request.number, "notes": True}, staff_only=True)
    said = line("The thread of ", ref(request), " was deleted; we go on here. Nothing that was said is lost.")
    return Said("anew", (said,), (whole,))


def client(request: Request, directory: Directory) -> Said:
    """The first words in the client's new thread, which call whoever asked into it."""
    whole = Action("transcript", "What was said", {"request": request.number})
    who = directory.person(request.requester)
    called = line(person(directory, who.id), ": the") if who and who.client else line("The")
    said = line(*called, " thread of ", ref(request), " was deleted; we go on here. Nothing that you wrote is lost.")
    return Said("anew", (said,), (whole,))


def client_root(request: Request) -> Said:
    """What the client's new thread hangs from, where the first one hung from words of theirs.

    It names none of these, which might be erased one day.
    """
    return Said("anew", (line(ref(request), ": its thread was deleted, and goes on in this one."),))
