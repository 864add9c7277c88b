"""What people type to the desk in Discord: a command with its options, or, where words alone say it, words to it."""

from __future__ import annotations

from typing import Any

from adapters.discord.tree import DIRECT, INNER, TEAM
from bot.commands import REGISTRY, Command, Kind, UsageError, Who, parse, split_verb
from bot.desk import naming

Line = tuple[str, dict[str, Any]]


def line(text: str, here: int | None) -> Line | None:
    """The command with its options, where the words say each of them clearly; `here` is the request of the thread."""
    verb, rest = split_verb(text)
    command = REGISTRY.find(verb)
    if command is None or command.hidden or verb != command.name or _weighed(command, rest):
        return None
    try:
        args, elsewhere = parse(command, rest, here=here), parse(command, rest)
    except UsageError:
        return None
    if args != elsewhere or set(args) & INNER or not set(args) <= _offered(command):
        return None
    return _line_of(command), {param.lower().rstrip("_"): value for param, value in args.items()}


def _line_of(command: Command) -> str:
    """How it is typed there."""
    if command.name in DIRECT:
        return f"/desk {command.name}"
    if command.who in (Who.LEAD, Who.MANAGER):
        return f"/desk-admin {command.name}"
    return f"/desk {'team' if command.name in TEAM else 'more'} {command.name}"


def _weighed(command: Command, rest: str) -> bool:
    """Whether the words may be read in two ways, and the desk weighs them: an option would say which."""
    either = command.name == "new" and rest.lower().startswith("private")
    return either or command.name == "rate" or naming._dated(command, rest) is not None


def _offered(command: Command) -> set[str]:
    return {param.name for param in command.params if param.kind is not Kind.VALUES}
