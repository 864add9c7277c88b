"""What people read around a message where a chat has less room than the desk has words, or asks once more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

THREAD = "Its thread with the client"
CSV = "Download CSV"
ON_MESSAGE = {
    "turn": "Turn into a request",
    "reply": "Reply to client",
    "note": "Add note",
    "split": "Split off",
    "another": "Another matter",
}
"""In a message's own menu, by command; Slack takes 24 characters."""
GLOBAL = {"new": "New request", "my": "My requests"}
"""In Slack's own menu, by command."""
DESK, HOME = "Raise a request, or work on one", "What awaits you: requests, work, reviews"
TEAM, RARE = "What the team does with a request", "Saved answers, absences and whatever is rare"
LEADS = "What leads and managers do"
"""Beside commands that have others below them, and beside the page of one's own."""
MORE = "More…"
"""On a menu of buttons that have no room."""
SURE, YES, NO = "Are you sure?", "Yes", "No"
"""Before something is taken away."""

_AGAIN = {
    "command": "Type it anew.",
    "entry": "Look into the message's menu once more.",
    "button": "Ask for what it shows once more.",
    "form": "Ask for it once more.",
}


def sticker(name: str) -> str:
    """A picture by its name, as an emoji has one: it says no more than that."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
    return f":{plain[:60] if len(plain) > 1 else 'sticker'}:"


def poll(question: str, answers: Sequence[str]) -> str:
    """What somebody asks others, with what they may answer."""
    return f"(Poll) {question}: {' / '.join(answers)}" if answers else f"(Poll) {question}"


def outdated(what: Literal["command", "entry", "button", "form"]) -> str:
    """What somebody used was made by a release that had other commands."""
    return f"This {what} is an old one, which I do not know any more; nothing was done. {_AGAIN[what]}"


def at_once(label: str) -> str:
    """What is asked about: a button that asks nothing else."""
    return f"“{label}” happens at once."


def goes_on(number: int, of: int) -> str:
    """Below one of several posts that are one message."""
    return f"It goes on below ({number} of {of})."


def begins(file: str, *, more: bool = True) -> str:
    """Below the beginning of a text that comes along whole, as a file; without `more` it is all of it."""
    return f"{'This is how it begins; the' if more else 'The'} whole is in {file}."


def page(file: str) -> str:
    """Where a page comes along."""
    return f"{file}: a page of its own, to open in a browser or to print."


def more_than_fits() -> str:
    """At the end of a view that has no next page."""
    return "There is more than fits here; the commands show all of it, page by page."


def nothing_awaits() -> str:
    """Where somebody's work would stand."""
    return "Nothing awaits you."


def mention(me: str) -> str:
    """Below commands: Slack takes none in a thread."""
    return f"In a thread Slack takes no commands: mention {me} there, then the same words."


def too_long(label: str) -> str:
    """What a button would have to remember does not fit into it."""
    return f"{label}: that is too long for a button here. Type it, in fewer words."


def no_room(label: str) -> str:
    """More buttons than a message takes."""
    return f"{label}: type it; there is no room for more buttons."


def for_one(name: str, mark: str) -> str:
    """A thread's name that somebody has who takes no direct messages; the mark tells two of one name apart."""
    return f"For {name} alone ({mark})"


def known(values: Sequence[str]) -> str:
    """Beside a field that takes other words, too."""
    return f"Known: {', '.join(values)}."


def one_of(count: int) -> str:
    """Beside a field where more can be chosen than a menu holds."""
    return f"One of {count}: type its name."


def there(count: int) -> str:
    """Files that a form has already."""
    return f"{count} there already."
