"""What somebody of the team reads whose words stand where they were not meant for: only they see it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.request import Request
from bot.messages.model import Action, Arg, Line, Quote, Said, line, strong
from bot.messages.words import ref

_SHOWN = 200
"""Characters of somebody's words that are quoted back at them."""


def typed_plainly(request: Request, typed: str, command: str, label: str, args: Mapping[str, Arg]) -> Said:
    """To somebody of the team who typed a verb among colleagues without calling the desk."""
    lines = (
        line("I have done nothing: plain words here are for your colleagues, who can read them. To do it, type"),
        (Quote(_short(typed)),),
        line("or press the button."),
    )
    do = Action(command, f"{label}: {request.ref}", args, "primary", staff_only=True)
    return Said("hint", lines, (do,), tone="warn")


def aside(client: str, message: str, request: Request | None) -> Said:
    """To the one who typed words for the team where the client reads them."""
    words = (
        f"That looked like a note for the team, but it is in {client}'s channel and they can see it. "
        "I have not acted on it."
    )
    keep = Action("inside", "Keep it among the team", {"message": message}, "primary")
    then = f" Keep it among the team moves it to the team's thread of {request.ref}." if request else ""
    return Said("slip", (line(words + then),), ((keep,) if request else ()) + _either(message), tone="warn")


def command(client: str, message: str, typed: str, run: Action | None, instead: str) -> Said:
    """To the one who typed a command as if it were a message. `run` does it, where they may; `instead` says why not."""
    said: Line = line("That looked like a command, ", strong(_short(typed)), ", and not like words for ")
    rest = f"{client}: but it is in their channel and they can see it. I have not run it."
    lines = (line(*said, rest), *((line(instead),) if instead else ()))
    return Said("slip", lines, ((run,) if run else ()) + _either(message), tone="warn")


def _either(message: str) -> tuple[Action, ...]:
    return (
        Action("unsay", "Delete it", {"message": message}, "danger"),
        Action("meant", "It was meant for them", {"message": message}),
    )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def meant() -> Said:
    """It counts as the reply it is."""
    return Said("meant", (line("Good: it counts as your reply, from when you wrote it."),), tone="good")


def unsaid() -> Said:
    """It is being taken away."""
    words = "It is being taken away. If you still see it in a moment, delete it there yourself."
    return Said("unsaid", (line(words),), tone="good")


def inside(request: Request) -> Said:
    """It is a note among the team now, and is being taken away where the client reads."""
    words = (
        " keeps it as a note for the team. It is being taken away here; if you still see it in a moment, "
        "delete it there yourself."
    )
    return Said("unsaid", (line(ref(request), words),), tone="good")
