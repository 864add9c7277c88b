"""What reminds: the one who has a request, the team who might take it over, and the client who was asked something."""

from __future__ import annotations

from datetime import datetime

from bot.domain.calendar import zone
from bot.domain.patience import hours_of, next_week, sets_aside_at
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages.model import Action, Line, Quote, Said, When, line
from bot.messages.words import first_name, owner_of, person, ref, served


def sign(request: Request, directory: Directory, since: datetime) -> Said:
    """To whoever has it: a word is owed, and the team will be asked if none comes."""
    name = directory.name_of(request.requester)
    asks = served(directory.clients[request.client].settings.offer_after * 60)
    return Said(
        "sign",
        (
            line(
                ref(request),
                f", “{request.title}”: {name} waits, and has had no sign from you since ",
                When(since),
                ".",
            ),
            line("A word is enough: “I'm on it, news at 16:00”. If it does not fit today, hand it over."),
            line(f"Without either I ask the team after {asks} whether somebody takes it over; nobody will blame you."),
        ),
        (
            _button("next", "I'm on it, news at…", request, primary=True),
            _button("reply", "Reply", request),
            _button("assign", "Hand over", request),
        ),
        tone="warn",
    )


def sign_over(request: Request, directory: Directory) -> Said:
    """It needs no word any more."""
    return Said("sign", (line(ref(request), f", “{request.title}”: ", *_now(request, directory)),), (_show(request),))


def hand(request: Request, directory: Directory, owner: str, since: datetime) -> Said:
    """To the team: somebody might take it over."""
    return Said(
        "hand",
        (
            line(
                ref(request),
                f", “{request.title}”, waits for a hand: ",
                person(directory, owner),
                " has been quiet since ",
                When(since),
                ".",
            ),
            line(
                f"{directory.name_of(request.requester)} waits for a word. If you take it over, "
                f"{directory.name_of(owner)} is told so, kindly."
            ),
        ),
        (_button("take-over", "Take over", request, primary=True), _button("reply", "Reply", request), _show(request)),
        tone="warn",
    )


def hand_over(request: Request, directory: Directory) -> Said:
    """It needs no hand any more."""
    return Said("hand", (line(ref(request), f", “{request.title}”: ", *_now(request, directory)),), (_show(request),))


def _now(request: Request, directory: Directory) -> Line:
    if not request.status.is_open:
        return line("it is done.")
    owner = owner_of(request, directory)
    return line(person(directory, owner.id), " is on it.") if owner else line("it is with the team.")


def taken(request: Request, directory: Directory, by: str) -> Said:
    """To the one who had it: no reproach, and how to help."""
    return Said(
        "taken",
        (
            line(
                person(directory, by),
                " has taken over ",
                ref(request),
                f", “{request.title}”, so that ",
                f"{first_name(directory, request.requester)} hears from us.",
            ),
            line("Nothing is asked of you. If you know something that helps, a note in its thread is welcome."),
        ),
        (_button("note", "Note", request), _show(request)),
    )


def answer(request: Request, directory: Directory) -> Said:
    """To the client: what we asked, and what happens without an answer."""
    hours = hours_of(request, directory)
    monday = next_week(hours, request.last_at or request.opened_at)
    local = monday.astimezone(zone(hours.zone))
    aside = sets_aside_at(request, directory)
    lines: list[Line] = [
        line(f"{first_name(directory, request.requester)}, one thing keeps us from finishing ", ref(request), ":"),
    ]
    lines += [(Quote(request.question),)] if request.question else []
    lines.append(line("Answer here, whenever it suits you."))
    if aside is not None:
        lines[-1] = line(
            "Answer here. Otherwise we'll set it aside ", When(aside, "full"), "; a message here brings it back."
        )
    later = Action(
        "remind-me",
        f"Remind me {local:%A}",
        {"request": request.number, "until": local.date().isoformat()},
        client_only=True,
    )
    return Said("waiting", tuple(lines), (later,), tone="warn")


def answer_over(request: Request, directory: Directory) -> Said:
    """It was answered, or the wait ended otherwise."""
    end = (
        "is set aside; a message here brings it back."
        if request.status == "set_aside"
        else "no longer waits for you. Thank you."
    )
    owner = owner_of(request, directory) if request.status.is_open and request.status != "set_aside" else None
    goes_on = line(" ", person(directory, owner.id), " goes on with it.") if owner else ()
    return Said("waiting", (line(ref(request), f" {end}", *goes_on),))


def aside(request: Request, directory: Directory, closes_at: datetime | None) -> Said:
    """To the client: nothing is lost."""
    closes = line(" It closes ", When(closes_at, "full"), ".") if closes_at else ()
    asked = (line("We had asked:"), (Quote(request.question),)) if request.question else ()
    said = line(
        ref(request),
        " is set aside for now, since we have not heard from you. A message here brings it back at once.",
        *closes,
    )
    return Said("set-aside", (said, *asked))


def reminded(request: Request, directory: Directory) -> Said:
    """To the client who put it off."""
    wait = request.attention.wait
    when = wait.base if wait else request.opened_at
    return Said(
        "reminded", (line("Gladly: I remind you of ", ref(request), " ", When(when, "full"), "."),), tone="good"
    )


def _show(request: Request) -> Action:
    return _button("show", "Show", request)


def _button(command: str, label: str, request: Request, *, primary: bool = False) -> Action:
    return Action(command, label, {"request": request.number}, "primary" if primary else "plain", staff_only=True)
