"""The menu that a bare command and `help` show, by role, from the registry; and how one verb goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.people import Person
from bot.messages.model import Action, Said, line, strong

_LOOKING = ("looking", "reporting")
ALL = "all"
"""Said instead of a verb: the long list."""
_MY_REQUESTS = Action("my", "My requests")
_SETTING_UP = ("setup", "wizard", "editing", "hooks", "settings", "doctoring", "unsent")


class Explained(Protocol):
    """What is told of a verb."""

    @property
    def usage(self) -> str:
        """How it is typed."""
        ...

    @property
    def help(self) -> str:
        """Its sentence."""
        ...

    @property
    def example(self) -> str:
        """One way to type it."""
        ...

    @property
    def who(self) -> str:
        """Who may."""
        ...

    @property
    def aliases(self) -> Sequence[str]:
        """Its other names."""
        ...

    @property
    def arguments(self) -> Sequence[tuple[str, str]]:
        """What it takes, each with its sentence."""
        ...


_WHO = {
    "all": "everybody",
    "client": "the client's people",
    "staff": "our team",
    "lead": "leads and managers",
    "manager": "managers",
}


def _group(name: str, *, staff: bool) -> str:
    if name in _LOOKING:
        return "Looking"
    if name in _SETTING_UP:
        return "Setting up"
    return "Working" if staff else "Your requests"


_CLIENTS = (
    ("new", "  ask for something: a title is enough"),
    ("my", "  what you asked for, and when you hear next"),
    ("urgent", "  it cannot wait: say who is stopped"),
    ("find", "  look for something we spoke about"),
    ("show", "  see one request, such as 42"),
)
"""What a client needs, in fewer words than the verbs' own: it is read on a phone by somebody whose day goes badly."""


_JUST_WRITE = "Write what you need in your channel; put 🎫 on it or press “Turn into request”"
"""What works in every chat, also where no button comes with it and where no command is known."""


def first_menu(actor: Person, verbs: Sequence[tuple[str, str, str]], command: str) -> Said:
    """What is read first: a client's few verbs, or the names of the team's by group; each on one screen of a phone."""
    more = Action("help", "More", {"verb": ALL})
    if not actor.is_staff:
        known = {verb for verb, *_ in verbs}
        lines = [
            line(f"Hi {actor.name.split()[0]}. {_JUST_WRITE}. Or type:"),
        ]
        lines += [line(strong(f"{command} {verb}"), said) for verb, said in _CLIENTS if verb in known]
        lines.append(line("To add something to a request, write in its thread."))
        return Said("menu", tuple(lines), (Action("new", "New request", {}, "primary"), _MY_REQUESTS, more))
    lines = [line(f"Hi {actor.name.split()[0]}. In a request's thread you need not name it; 👀 is mine, ✅ is done.")]
    for title, found in _grouped(actor, verbs):
        lines.append(line(strong(title), f"  {', '.join(verb for verb, _ in found)}"))
    lines.append(line(f"Type {command} and one of these; what is missing I ask for. {command} help next explains one."))
    return Said("menu", tuple(lines), (Action("my", "My work", {}, "primary"), more))


def menu(actor: Person, verbs: Sequence[tuple[str, str, str]], command: str) -> Said:
    """All this person can do: each verb they may use with its sentence, in groups; `verbs` end with their file."""
    if actor.is_staff:
        head = "In a request's thread you need not name it. A card's buttons, 👀 (mine) and ✅ (done) do the same."
        actions = (Action("my", "My work", {}, "primary"),)
    else:
        head = f"{_JUST_WRITE}, or use these. Add anything in a request's thread."
        actions = (Action("new", "New request", {}, "primary"), _MY_REQUESTS)
    lines = [line(f"Hi {actor.name.split()[0]}. {head}")]
    lines.append(line(f"Type {command} and one of these; what is missing I ask for. {command} help next explains one."))
    for title, found in _grouped(actor, verbs):
        lines += [line(strong(title)), *(line(strong(verb), f"  {help}") for verb, help in found)]
    return Said("menu", tuple(lines), actions)


def _grouped(actor: Person, verbs: Sequence[tuple[str, str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for verb, help, file in verbs:
        groups.setdefault(_group(file, staff=actor.is_staff), []).append((verb, help))
    return [
        (title, groups[title]) for title in ("Your requests", "Working", "Looking", "Setting up") if title in groups
    ]


def explained(verb: str, told: Explained, command: str) -> Said:
    """One verb: what it does, how it goes, what it takes, and who may."""
    lines = [
        line(strong(verb), f"  {told.help}"),
        line(f"It goes: {command} {told.usage}"),
        line(f"Such as: {command} {told.example}"),
    ]
    lines += [line(strong(name), f"  {help}") for name, help in told.arguments]
    if told.aliases:
        lines.append(line(f"Also called {', '.join(told.aliases)}."))
    lines.append(line(f"For {_WHO.get(told.who, told.who)}."))
    return Said("help", tuple(lines), (Action(verb, "Try it"),))
