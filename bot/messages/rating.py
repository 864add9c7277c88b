"""How was it: the question after closing, the thanks, and what managers read of a low answer."""

from __future__ import annotations

from bot.domain.parts import LOW, Rating
from bot.domain.people import Directory, Role
from bot.domain.request import Request
from bot.domain.text import TEXT_LIMIT
from bot.messages.model import Action, Form, Input, Line, Quote, Said, line
from bot.messages.words import person, ref


def question(request: Request, directory: Directory) -> Said:
    """How was it? Once it is answered the same message says thank you."""
    rating = request.rating or Rating()
    if rating.score:
        thanks = line(f"You rated our help with {request.ref} {rating.score} of 5. Thank you.")
        why = () if rating.text else (Action("rate-why", "Say why", {"request": request.number}, client_only=True),)
        lines: tuple[Line, ...] = (thanks, (Quote(rating.text),)) if rating.text else (thanks,)
        return Said("rating", lines, why)
    if rating.skipped:
        return Said(
            "rating", (line("No rating for ", ref(request), "; that is fine. Write here if anything is left."),)
        )
    managers = directory.staff(Role.MANAGER)
    reader = managers[0].name if managers else "The team"
    marks = {1: "1 poor", 2: "2", 3: "3", 4: "4", 5: "5 great"}
    args = {"request": request.number}
    return Said(
        "rating",
        (
            line("How was our help with ", ref(request), f", “{request.title}”?"),
            line(f"A word why is welcome. {reader} reads every answer and gets in touch about a 1 or 2."),
        ),
        (
            *(Action("rate", label, {**args, "score": str(mark)}, client_only=True) for mark, label in marks.items()),
            Action("rate", "Skip", {**args, "score": "skip"}, client_only=True),
        ),
    )


def thanks(request: Request, directory: Directory) -> Said:
    """To the one who rated: heard, and what follows."""
    rating = request.rating or Rating()
    if rating.skipped:
        return Said("rating", (line("That is fine. Write in its thread if anything is left."),))
    managers = directory.staff(Role.MANAGER)
    who: Line = (person(directory, managers[0].id),) if managers else line("Our team")
    if rating.score <= LOW:
        said = line(
            "Thank you for being frank; we are sorry. ", *who, " will get in touch with you about ", ref(request)
        )
        said = (*said, *line("."))
    else:
        said = line("Thank you; ", *who, " reads it.")
    why = () if rating.text else (Action("rate-why", "Say why", {"request": request.number}),)
    rated = line("You rated ", ref(request), f", “{request.title}”, {rating.score} of 5.")
    return Said("rating", (rated, said), why, tone="good")


def why(ref: str) -> Form:
    """A word why."""
    words = Input("text", "What was good, what was not?", "area", required=True, limit=TEXT_LIMIT)
    return Form("rate-why", f"Your rating of {ref}", (words,), "Send", {"request": ref})


def told(request: Request, directory: Directory) -> Said:
    """To the team's thread: each rating, with its word why."""
    rating = request.rating or Rating()
    said = line(person(directory, request.requester), f" rated it {rating.score} of 5.")
    tone = "warn" if rating.score <= LOW else "good"
    return Said("rated", (said, (Quote(rating.text),)) if rating.text else (said,), tone=tone)


def low(request: Request, directory: Directory) -> Said:
    """To the managers and the alerts channel: somebody is unhappy; who gets in touch? It settles in place."""
    rating = request.rating or Rating()
    lines: list[Line] = [
        line(
            person(directory, request.requester), " rated ", ref(request), f", “{request.title}”, {rating.score} of 5."
        )
    ]
    lines += [(Quote(rating.text),)] if rating.text else []
    args = {"request": request.number}
    show = Action("show", "Show", args, staff_only=True)
    if rating.followed_up_by:
        lines.append(line(person(directory, rating.followed_up_by), " got in touch."))
        return Said("low-rating", tuple(lines), (show,))
    lines.append(line("They were told that you get in touch. Call or write, then say what came of it."))
    follow = Action("follow-up", "I got in touch", args, "primary", staff_only=True)
    reply = Action("reply", "Write to them", args, staff_only=True)
    return Said("low-rating", tuple(lines), (follow, reply, show), tone="bad")


def follow_up(ref: str) -> Form:
    """What came of it."""
    hint = "It stays with the team, and is at hand in the next service review."
    words = Input("text", "What did they say, and what follows?", "area", True, hint=hint, limit=TEXT_LIMIT)
    return Form("follow-up", f"Follow-up on {ref}", (words,), "Record it", {"request": ref})
