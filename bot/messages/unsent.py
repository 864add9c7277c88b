"""What could not be sent, as a manager reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messages.model import Action, Line, Ref, Said, Span, When, line, strong

SHOWN = 5
"""How many have their buttons at a time."""
UNDELIVERED = "undelivered"
"""The purpose of what an owner hears."""
NOTHING = "Everything that was said has been sent, or left."


@dataclass(frozen=True)
class Shown:
    """A message that could not be sent: where it was to go, what it is, why not, how often it was tried, since when."""

    id: int
    where: str
    what: str
    why: str
    tries: int
    since: datetime | None


def listed(found: Sequence[Shown], hidden: int, older: int = 0) -> Said:
    """The newest first, then how many of them others may see, and how many are older."""
    if not found and not hidden:
        return Said("unsent", (line(NOTHING),), tone="good")
    lines: list[Line] = []
    for each in found:
        when: list[Span | str] = [", since ", When(each.since, "full")] if each.since else []
        times = f"tried {each.tries} times" if each.tries != 1 else "tried once"
        why = f"{each.why[:1].upper()}{each.why[1:]}"
        lines.append(line(strong(f"{each.id}: {each.where}"), f": {each.what} {why} ({times}", *when, ")."))
    if hidden:
        lines.append(line(f"{hidden} more are of requests that you cannot see."))
    if older:
        lines.append(line(and_older(older)))
    if len(found) > SHOWN:
        lines.append(line(f"Buttons are for the first {SHOWN}; the others follow once these are done."))
    actions: list[Action] = []
    for each in found[:SHOWN]:
        actions.append(Action("unsent", f"Send {each.id} again", {"letter": str(each.id), "again": True}, "primary"))
        actions.append(Action("unsent", f"Leave {each.id}", {"letter": str(each.id), "leave": True}))
    if len(found) > 1:
        actions.append(Action("unsent", f"Send all {len(found)} again", {"again": True}))
    return Said("unsent", tuple(lines), tuple(actions), tone="bad")


def and_older(count: int) -> str:
    """Not all are listed at a time."""
    return f"{f'{count} older ones follow' if count > 1 else 'An older one follows'} once these are done."


def in_a_terminal(each: Shown) -> str:
    """One of them, for whoever runs the desk."""
    times = f"tried {each.tries} times" if each.tries != 1 else "tried once"
    since = f", since {each.since:%Y-%m-%d %H:%M} UTC" if each.since else ""
    return f"{each.id}  {each.where}: {each.what}\n    {each.why} ({times}{since})"


def terminal_again(id: int) -> str:
    """On its way, as soon as the desk runs."""
    return f"{id} goes again when the desk runs; it is looked for first, so that it does not stand there twice."


def terminal_left(id: int) -> str:
    """Not sent."""
    return f"{id} is not sent. It is kept, with the reason."


def again(id: int, others: bool) -> Said:
    """On its way."""
    return _done(f"Message {id} goes again now. It is looked for first, so that it does not stand there twice.", others)


def all_again(count: int) -> Said:
    """All that were listed."""
    if not count:
        return Said("unsent", (line(NOTHING),), tone="good")
    some = "1 message goes" if count == 1 else f"{count} messages go"
    words = line(f"{some} again now. Each is looked for first, so that none stands there twice.")
    return Said("unsent", (words,), tone="good")


def to_owner(refs: Sequence[tuple[Ref, str, str]], more: int, command: str) -> Said:
    """To whoever has the requests: which message did not arrive, where, and why. Of each the request, the place and the
    reason."""
    lines = [line(strong("This could not be sent:" if len(refs) == 1 else "These could not be sent:"))]
    lines += [line("· ", ref, f", {where}: {why}") for ref, where, why in refs]
    if more:
        lines.append(line(f"… and {more} more."))
    lines.append(line(f"Call whoever waits for it. A manager can send it again: {command} unsent."))
    return Said(UNDELIVERED, tuple(lines), tone="bad")


def left(id: int, others: bool) -> Said:
    """Not sent."""
    return _done(f"Message {id} is not sent. It is kept, with your name.", others)


def _done(words: str, others: bool) -> Said:
    """No button for the next one stands here: whoever clicks twice would decide about that one, too."""
    more = (Action("unsent", "Show the others", {}, "primary"),) if others else ()
    return Said("unsent", (line(words),), more, tone="good")


def left_by(name: str) -> str:
    """Why it was not sent."""
    return f"left by {name}"


def none_such(letter: str, command: str) -> str:
    """It was sent or left meanwhile, or never was."""
    return f"Message {letter[:20]} waits for nobody any more: it was sent or left. {command} unsent lists what does."


def alarm(count: int, command: str) -> Said:
    """For the alerts channel: how many, and none of their words, since whose they are decides who may read them."""
    some = "A message could" if count == 1 else f"{count} messages could"
    return Said(
        "unsent",
        (
            line(strong(f"{some} not be sent.")),
            line(f"A manager can see why, and send again or leave: {command} unsent."),
        ),
        (Action("unsent", "Show them", {}, "primary", staff_only=True),),
        tone="bad",
    )
