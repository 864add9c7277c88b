"""The desk's commands as Discord has them, made from the registry, and what was typed as a command again.

Discord takes twenty-five subcommands in a command: what clients and the team use every day stands in `/desk` itself,
more of it in its groups, and what leads and managers do in a command of their own, which servers hide from others. Who
may is the desk's to decide, here as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.commands import REGISTRY, Command, Kind, Param, Who
from bot.messages import around
from bot.messages.model import Arg

DIRECT = (
    *("new", "my", "show", "find", "help", "urgent", "reply", "claim", "note", "next", "ask-client", "resolve"),
    *("works", "not-yet", "history", "why", "report", "review", "private", "share", "not-a-request"),
    "setup",
)
"""What stands in the command itself, after what awaits whoever asks."""
HOME = "home"
"""Stands for a command: what awaits somebody, from several of the desk's own (`bot.desk.at_home`). Discord knows no
command without a subcommand beside others."""
TEAM = (
    *("log", "assign", "priority", "wait-on", "resume", "handle", "take-over", "not-urgent", "merge", "split"),
    *("tag", "untag", "change-kind", "undo", "reopen", "close", "checklist", "tick", "use"),
)
"""What stands in its group of that name; the rest of what is no lead's stands in `more`."""
ADMIN, GROUPS = "-admin", ("team", "more")
MENU = around.ON_MESSAGE
"""In a message's menu, by command."""
ON_OWN_NOTE = {"reply": "send"}
"""What an entry means on one's own words in the team's thread: they themselves are the reply, with their files."""
INNER = frozenset(("sure", "back", "page", "up_to", "step"))
"""Arguments that only buttons and forms give, where a command does not need them."""
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
LONGEST, SHORTEST = 100, 20
"""Characters of a description, and to how few they are shortened where a command with all that is in it is too long."""
WHOLE = 8000
"""Characters of a command's names, descriptions and choices, those within it too."""
MANAGE_SERVER = str(1 << 5)
GUILD, APP_DM = 0, 1
MOST = 6000


@dataclass(frozen=True)
class Typed:
    """A command that somebody used, and its arguments."""

    command: str
    args: Mapping[str, Arg] = field(default_factory=dict[str, Arg])
    focused: str = ""
    """The argument that they are typing, where they are."""


@cache
def tree(name: str) -> list[dict[str, Any]]:
    """All that Discord is told; `name` is what the desk's command is called."""
    name = name.lstrip("/")
    listed = [each for each in REGISTRY.commands.values() if not each.hidden]
    direct, high, team, more = ([each for each in listed if _part(each) == part] for part in ("", ADMIN, *GROUPS))
    direct.sort(key=lambda each: DIRECT.index(each.name))
    groups = [
        _group(GROUPS[0], around.TEAM, team),
        _group(GROUPS[1], around.RARE, more),
    ]
    home = {"type": SUBCOMMAND, "name": HOME, "description": around.HOME}
    menus = [{"type": 3, "name": label, "contexts": [GUILD]} for label in MENU.values()]
    return [
        _command(name, around.DESK, [home, *map(_subcommand, direct), *groups]),
        {
            **_command(f"{name}{ADMIN}", around.LEADS, [*map(_subcommand, high)]),
            "default_member_permissions": MANAGE_SERVER,
        },
        *menus,
    ]


def path_of(name: str, verb: str) -> str | None:
    """How a command is typed in Discord, where the desk's own is called `name`; None for what cannot be typed."""
    command = REGISTRY.find(verb)
    if command is None or command.hidden or verb != command.name:
        return None  # what is spoken of by another name is that name
    part = _part(command)
    before = f"{name}{part}" if part == ADMIN else f"{name} {part}" if part else name
    return f"{before} {verb}"


def _part(command: Command) -> str:
    """Where it stands: in the command itself, in that of leads and managers, or in one of the groups."""
    if command.name in DIRECT:
        return ""
    if command.who in (Who.LEAD, Who.MANAGER):
        return ADMIN
    return GROUPS[0] if command.name in TEAM else GROUPS[1]


def used(data: Mapping[str, Any]) -> Typed | None:
    """What the `data` of a command's interaction says; None for what is none of ours."""
    options: Sequence[Mapping[str, Any]] = data.get("options") or ()
    while options and options[0].get("type") == GROUP:
        options = options[0].get("options") or ()
    if not options or options[0].get("type") != SUBCOMMAND:
        return None
    if options[0].get("name") == HOME:
        return Typed(HOME)
    command = REGISTRY.find(str(options[0].get("name", "")))
    if command is None:
        return None
    names = {_name(param.name): param.name for param in command.params}
    args: dict[str, Arg] = {}
    focused = ""
    for option in options[0].get("options") or ():
        name, value = names.get(str(option.get("name", ""))), option.get("value")
        if name is None or not isinstance(value, str | int | bool):
            continue
        args[name] = value
        focused = name if option.get("focused") else focused
    return Typed(command.name, args, focused)


def of_menu(label: str) -> str | None:
    """The command of an entry of a message's menu."""
    return next((name for name, said in MENU.items() if said == label), None)


def same(ours: Any, theirs: Any) -> bool:
    """Whether what Discord has is what it was told: it adds much of its own."""
    if isinstance(ours, Mapping):
        there: Mapping[str, Any] = theirs if isinstance(theirs, Mapping) else {}
        return all(same(value, there.get(name)) for name, value in ours.items())
    if isinstance(ours, list):
        # Nothing is the same as an empty list to it.
        return len(ours) == len(theirs or ()) and all(map(same, ours, theirs or ()))
    return ours == theirs or (not ours and not theirs)


def _command(name: str, description: str, options: list[dict[str, Any]]) -> dict[str, Any]:
    made = {"type": 1, "name": name, "description": description, "options": options, "contexts": [GUILD, APP_DM]}
    most = LONGEST
    while _characters(made) > WHOLE and most > SHORTEST:
        most -= 5
        made = _shortened(made, most)
    return made


def _characters(part: Mapping[str, Any]) -> int:
    choices = sum(len(each["name"]) + len(each["value"]) for each in part.get("choices", ()))
    own = len(part["name"]) + len(part["description"]) + choices
    return own + sum(map(_characters, part.get("options", ())))


def _shortened(part: Mapping[str, Any], most: int) -> dict[str, Any]:
    made = {**part, "description": _short(part["description"], most)}
    return {**made, "options": [_shortened(each, most) for each in part["options"]]} if "options" in part else made


def _group(name: str, description: str, commands: Sequence[Command]) -> dict[str, Any]:
    return {"type": GROUP, "name": name, "description": description, "options": [*map(_subcommand, commands)]}


def _subcommand(command: Command) -> dict[str, Any]:
    made: dict[str, Any] = {"type": SUBCOMMAND, "name": command.name, "description": _short(command.help)}
    if options := list(_options(command)):
        made["options"] = options
    return made


def _options(command: Command) -> Iterator[dict[str, Any]]:
    """All of them may be left out: a form asks for what is missing, and in its thread a request is implied."""
    for param in command.params:
        if param.kind is Kind.VALUES or (param.name in INNER and not param.required):
            continue
        made: dict[str, Any] = {"type": STRING, "name": _name(param.name), "description": _short(param.help)}
        if param.kind is Kind.FLAG:
            made["type"] = BOOLEAN
        elif param.kind is Kind.CHOICE:
            made["choices"] = [{"name": choice, "value": choice} for choice in param.choices]
        else:
            made["max_length"] = MOST
            if suggests(param):
                made["autocomplete"] = True
        yield made


def suggests(param: Param) -> bool:
    """Whether there is something to offer while it is typed."""
    return param.kind in (Kind.REQUEST, Kind.PERSON, Kind.CLIENT) or param.suggest in ("search", "request", "verbs")


def _name(name: str) -> str:
    return name.lower().rstrip("_")


def _short(text: str, most: int = LONGEST) -> str:
    text = " ".join(text.split()) or "…"
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
