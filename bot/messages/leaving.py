"""What managers read when somebody is on no list any more: what they had in hand, and who must do what next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.people import Directory, Person
from bot.domain.request import Request
from bot.messages.linking import called
from bot.messages.model import Action, Line, Said, Span, Text, When, line, strong
from bot.messages.words import ref

OCCASION = "lists"
NAMED = 8
"""So many requests, or people, are named."""
BUTTONS = 4


def out(
    person: Person,
    platform: str,
    directory: Directory,
    has: Sequence[Request],
    raised: Sequence[Request],
    command: str,
) -> Said:
    """Somebody is out of the desk."""
    whose = _whose(person.client, directory)
    rows = [
        line(
            strong(person.name),
            f" is on no list of {whose} in {called(platform)} any more. They see nothing of the desk from now on, and "
            "nothing is told to them.",
        )
    ]
    if has:
        rows.append(_names("They had ", has, ": nobody has these now, and their deadlines run on. Who takes them?"))
    if raised:
        rows.append(
            _names("They had asked for ", raised, f": ask {whose} who speaks for these now, and have them write there.")
        )
    rows.append(line(_back(person, command)))
    actions = [
        Action("assign", f"Assign {each.ref}", {"request": each.number}, staff_only=True) for each in has[:BUTTONS]
    ]
    if len(has) > BUTTONS:
        words = {"words": f"owner:@{person.id} status:open"}
        actions.append(Action("find", f"All {len(has)} that were theirs", words, staff_only=True))
    return Said(OCCASION, tuple(rows), tuple(actions), tone="warn")


def elsewhere(person: Person, platform: str, directory: Directory) -> Said:
    """An account of somebody's is nobody's any more; a list elsewhere still has them."""
    whose = _whose(person.client, directory)
    return Said(
        OCCASION,
        (
            line(
                strong(person.name),
                f" is on no list of {whose} in {called(platform)} any more: there they are nobody. Elsewhere a list "
                "still has them, and what they have stays theirs.",
            ),
        ),
    )


def the_last(person: Person, platform: str, command: str) -> Said:
    """Without them nobody would manage the desk."""
    return Said(
        OCCASION,
        (
            line(
                strong(person.name),
                f" is on no list of our team in {called(platform)} any more, but nobody else manages this desk, so "
                f"they stay. Make somebody else a manager ({command} edit-person), and they are out within minutes.",
            ),
        ),
        tone="warn",
    )


def back(person: Person, platform: str, directory: Directory, command: str) -> Said:
    """A list has them again."""
    whose = _whose(person.client, directory)
    more = f" They may do what every engineer may; {command} edit-person gives more." if person.is_staff else ""
    return Said(
        OCCASION,
        (line(strong(person.name), f" is on a list of {whose} in {called(platform)} again, and is back.{more}"),),
        tone="good",
    )


def many(people: Sequence[Person], platform: str, directory: Directory, until: datetime, command: str) -> Said:
    """So many at once that it may be a mistake: nobody is put out yet."""
    whose = _whose(people[0].client, directory)
    names = ", ".join(person.name for person in people[:NAMED])
    more = f" and {len(people) - NAMED} more" if len(people) > NAMED else ""
    return Said(
        OCCASION,
        (
            line(
                strong(f"{len(people)} people"),
                f" are on no list of {whose} in {called(platform)} any more: {names}{more}. So many at once may be a "
                "mistake, so they stay for a day.",
            ),
            line(
                "If it is one, mend the user group, the role or the settings by ",
                When(until),
                f", and nothing happens. If it is not, wait, or put somebody out now: {command} edit-person.",
            ),
        ),
        tone="bad",
    )


def doubt(why: str, whom: Sequence[Person], platform: str, command: str) -> Said:
    """A list that cannot be read puts nobody out."""
    names = ", ".join(person.name for person in whom[:NAMED])
    more = f" and {len(whom) - NAMED} more" if len(whom) > NAMED else ""
    return Said(
        OCCASION,
        (
            line(
                f"Whether {names}{more} may still be here cannot be told: in {called(platform)} {why}. Nobody is put "
                "out for that."
            ),
            line(f"Mend the list, or take it out of the settings. Who has left you put out by {command} edit-person."),
        ),
        tone="warn",
    )


def stays(name: str, platform: str, channels: Sequence[str]) -> Said:
    """Somebody who has no part in what is said in channels still reads them; only people can change that. Without a
    name it is an account of nobody's: of whom it was may be forgotten by right."""
    few = ", ".join(f"#{each}" for each in channels[:NAMED])
    more = f" and {len(channels) - NAMED} more" if len(channels) > NAMED else ""
    there = "them" if len(channels) > 1 else "it"
    return Said(
        OCCASION,
        (
            line(
                strong(name or "An account that is nobody's here now"),
                f" has no part in {few}{more} any more, but still reads {there} in {called(platform)}.",
            ),
            line(f"The desk may not change who reads {there}. {_take_out(platform, there)}"),
        ),
        tone="warn",
    )


def _take_out(platform: str, there: str) -> str:
    if platform == "discord":
        return f"Take them out in the channel's settings, under Permissions, or take away the role that shows {there}."
    return "Open the channel's members, and remove them."


def _back(person: Person, command: str) -> str:
    return (
        "Put on the list again they are back within minutes. What is only meant here you say with "
        f"{command} edit-person @{person.id}."
    )


def _names(before: str, requests: Sequence[Request], after: str) -> Line:
    spans: list[Span] = [Text(before)]
    for number, request in enumerate(requests[:NAMED]):
        spans += [Text(", "), ref(request)] if number else [ref(request)]
    if len(requests) > NAMED:
        spans.append(Text(f" and {len(requests) - NAMED} more"))
    return (*spans, Text(after))


def _whose(client: str | None, directory: Directory) -> str:
    found = directory.clients.get(client or "")
    return found.name if found else "our team"
