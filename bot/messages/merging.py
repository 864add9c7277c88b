"""What is said where requests are merged, split, and a merge is taken back."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages.model import Action, Line, Quote, Ref, Said, line
from bot.messages.words import person, promise, ref


def merged_away(request: Request) -> Said:
    """In the client's thread of the one that ends: where it goes on."""
    there = Ref(request.merged_into, request.merged_ref)
    said = line(ref(request), " and ", there, " are about the same, so we go on in ", there, ".")
    more = line("What you write here is passed on to it; nothing is lost.")
    return Said("merged", (said, more), (Action("show", "Show", {"request": request.merged_into}),))


def absorbed(request: Request, number: int, name: str, title: str) -> Said:
    """In the client's thread of the one that goes on."""
    return Said("merged", (line(Ref(number, name), f", “{title}”, is about the same and goes on here."),))


def came_apart(number: int, name: str) -> Said:
    """In the client's thread of the one that goes on, in place of that, once the merge was taken back."""
    said = line(
        Ref(number, name), " was taken for the same matter. It is not, and goes on by itself, in its own thread."
    )
    return Said("merged", (said,))


def absorbed_for_team(number: int, name: str, title: str, by: str, directory: Directory) -> Said:
    """In the team's thread of the one that goes on: what came in, and the way back."""
    args = {"request": number}
    actions = (
        Action("transcript", "What was said there", args, staff_only=True),
        Action("split", "Take the merge back", {**args, "back": True}, staff_only=True),
    )
    said = line(person(directory, by), " merged ", Ref(number, name), f", “{title}”, into this. Its threads follow.")
    return Said("merged", (said,), actions)


def goes_on_alone(request: Request, directory: Directory, at: datetime) -> Said:
    """In the client's thread of a request whose merge was taken back."""
    return Said("unmerged", (line(ref(request), " goes on by itself again. ", *promise(request, directory, at)),))


def split_off(number: int, name: str, words: str) -> Said:
    """In the thread where the words were written: they are a request of their own now."""
    quote: tuple[Line, ...] = ((Quote(words),),) if words else ()
    return Said("split", (line("This is a request of its own now, ", Ref(number, name), ":"), *quote))


def taken_out(number: int, name: str) -> Said:
    """In the team's thread that a merge or some words were taken out of."""
    return Said("split", (line(Ref(number, name), " goes on by itself; what waits there is not counted here."),))


def merged(source: Request, target: Request) -> Said:
    """To the one who merged."""
    back = Action("split", "Take it back", {"request": source.number, "back": True})
    said = line(ref(source), " goes on in ", ref(target), "; the client was told in its thread.")
    return Said(
        "merged", (said, line("It leaves no verdict, and the oldest unanswered message counts.")), (back,), "good"
    )


def unmerged(source: Request, target: Request) -> Said:
    """To the one who took a merge back."""
    return Said("unmerged", (line(ref(source), " is by itself again, as it was before. ", ref(target), " goes on."),))


def split(new: Request, old: Request) -> Said:
    """To the one who split."""
    show = Action("show", "Show", {"request": new.number})
    return Said(
        "split", (line("That is ", ref(new), " now, split from ", ref(old), "; the client was told."),), (show,)
    )
