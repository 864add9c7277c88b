"""How the invented month is written down: who did what when, to which request or to the desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class How(StrEnum):
    """How a request came in."""

    FORM = "form"
    MESSAGE = "message"
    """Written in the channel and turned into a request by its button; by itself where the client has it so."""
    PHONE = "phone"
    """Told to somebody of the team, who logged it."""
    SCHEDULE = "schedule"
    """Opened by the desk itself, just before."""


Given = tuple[tuple[str, str], ...]
"""What a form or a button gives, by the names of the verb's arguments."""


@dataclass(frozen=True)
class Act:
    """Somebody did something, `day` working days and a London wall time after the month's start."""

    day: int
    at: str
    who: str
    verb: str
    """As it is typed, or "write" for words in the client's thread, "team" for words in the team's."""
    text: str = ""
    """What follows the request's number."""
    given: Given = ()
    """By form or button, instead of what is typed."""


@dataclass(frozen=True)
class Story:
    """One request: how it came in, and what was done about it."""

    day: int
    at: str
    who: str
    title: str
    details: str = ""
    stopped: str = ""
    outcome: str = ""
    kind: str = "problem"
    how: How = How.FORM
    logged_by: str = ""
    """Who took the call."""
    more: Given = ()
    """What else its form gave: a kind's answers, that it is private."""
    acts: tuple[Act, ...] = field(default=())


@dataclass(frozen=True)
class Deed:
    """What somebody did with the desk itself, and with no request."""

    day: int
    at: str
    who: str
    verb: str
    given: Given


def solved(
    day: int, at: tuple[str, str, str, str], who: str, client: str, reply: str, done: str, *between: Act
) -> tuple[Act, ...]:
    """The plain course: claimed, answered, resolved, confirmed."""
    return (
        Act(day, at[0], who, "claim"),
        Act(day, at[1], who, "reply", reply),
        *between,
        Act(day, at[2], who, "resolve", done),
        Act(day, at[3], client, "works"),
    )


def rated(day: int, at: str, who: str, score: int, why: str = "") -> tuple[Act, ...]:
    """The client's word afterwards."""
    score_given = Act(day, at, who, "rate", str(score))
    return (score_given, Act(day, at, who, "rate-why", why)) if why else (score_given,)
