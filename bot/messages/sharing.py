"""What is said about private requests: who sees them from now on, and what others can still read."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.people import Directory, Person
from bot.domain.request import Request
from bot.messages.model import Action, Said, line
from bot.messages.words import audience, person, ref


def made_private(request: Request, directory: Directory) -> Said:
    """To the one who did it: who sees it now, and honestly what remains."""
    who = line("From now on only ", *audience(request, directory), " see ", ref(request), ".")
    rest = line(
        "What I wrote about it in the channel is taken away. What people wrote there themselves remains: whoever wrote "
        "it can delete it."
    )
    share = Action("share", "Share with…", {"request": request.number})
    return Said("private", (who, rest), (share,), tone="good")


def goes_on_here(request: Request, directory: Directory) -> Said:
    """In the new private thread, after it was taken out of the channel."""
    who = line(ref(request), " is private now: only ", *audience(request, directory), " see it. It goes on here.")
    rest = line("What people wrote in the channel themselves remains there until they delete it.")
    return Said("private", (who, rest), (Action("transcript", "What was said", {"request": request.number}),))


def shared_with(to: Person) -> Callable[[Request, Directory], Said]:
    """To the one who shared it."""
    return lambda request, directory: Said(
        "shared",
        (line(person(directory, to.id), " sees ", ref(request), " from now on, and has a copy."),),
        tone="good",
    )


def shared_here(request: Request, directory: Directory, to: str) -> Said:
    """In the private thread: one more reads along."""
    return Said("shared", (line(person(directory, to), " sees ", ref(request), " from now on."),))
