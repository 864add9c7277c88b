"""The rules of what a bot registers: slash commands with groups, options and choices, and entries of menus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
NAME = re.compile(r"[-_'\w]{1,32}")
KNOWN = {"id", "name", "name_localizations", "description", "description_localizations", "options", "type", "nsfw"}
KNOWN |= {"default_member_permissions", "dm_permission", "default_permission", "contexts", "integration_types"}
OPTION = {"type", "name", "name_localizations", "description", "description_localizations", "required", "choices"}
OPTION |= {"options", "channel_types", "min_value", "max_value", "min_length", "max_length", "autocomplete"}
MENUS = 15
"""Entries of each menu."""

Part = dict[str, Any]


def problems_of_commands(commands: Any, most: int) -> dict[str, str]:
    """What Discord would refuse in all of them together."""
    if not isinstance(commands, list):
        return {"": "Only iterables may be used in a ListType"}
    wrong: dict[str, str] = {}
    seen: set[tuple[Any, Any]] = set()
    for n, command in enumerate(commands):
        wrong |= {f"{n}.{at}": say for at, say in problems_of_command(command)}
        key = command.get("type") or SLASH, command.get("name")
        if key in seen:
            wrong[f"{n}.name"] = "Application command names must be unique"
        seen.add(key)
    for kind, many in ((SLASH, most), (USER_MENU, MENUS), (MESSAGE_MENU, MENUS)):
        if sum(key[0] == kind for key in seen) > many:
            wrong[""] = f"Maximum number of application commands reached ({many})."
    return wrong


def problems_of_command(command: Part) -> Iterator[tuple[str, str]]:
    """The same for one."""
    for key in command.keys() - KNOWN:
        yield key, "unknown field"
    kind = command.get("type") or SLASH
    if kind not in (SLASH, USER_MENU, MESSAGE_MENU):
        yield "type", "Value must be one of (1, 2, 3)."
    elif kind == SLASH:
        yield from _named(command, "")
        yield from _options(command.get("options") or [], "", 0)
        if (total := _characters(command)) > 8000:
            yield "", f"{total} characters in all names, descriptions and values; there may be 8000."
    else:
        if not 1 <= len(str(command.get("name") or "")) <= 32:
            yield "name", "Must be between 1 and 32 in length."
        if command.get("description") or command.get("options"):
            yield "description", "Context menu commands cannot have description or options"
    if not set(command.get("contexts") or ()) <= {0, 1, 2}:
        yield "contexts", "Value must be one of (0, 1, 2)."


def _named(part: Part, at: str) -> Iterator[tuple[str, str]]:
    name = str(part.get("name") or "")
    if not NAME.fullmatch(name) or name != name.lower():
        yield f"{at}name", "Command name is invalid: 1 to 32 lower case letters, digits, - and _."
    if not 1 <= len(str(part.get("description") or "")) <= 100:
        yield f"{at}description", "Must be between 1 and 100 in length."


def _options(options: list[Part], at: str, depth: int) -> Iterator[tuple[str, str]]:
    if len(options) > 25:
        yield f"{at}options", "Must be 25 or fewer in length."
    kinds = [option.get("type") for option in options]
    nested = [kind for kind in kinds if kind in (SUBCOMMAND, GROUP)]
    if nested and len(nested) < len(kinds):
        yield f"{at}options", "Sub-command and sub-command group option types are mutually exclusive to all other types"
    if len({option.get("name") for option in options}) < len(options):
        yield f"{at}options", "Option names must be unique"
    needed = [bool(option.get("required")) for option in options if option.get("type") not in (SUBCOMMAND, GROUP)]
    if needed != sorted(needed, reverse=True):
        yield f"{at}options", "Required options must be placed before non-required options"
    for n, option in enumerate(options):
        place = f"{at}options.{n}."
        yield from _named(option, place)
        for key in option.keys() - OPTION:
            yield f"{place}{key}", "unknown field"
        kind = option.get("type")
        if kind not in range(1, 12) or (kind == GROUP and depth) or (kind == SUBCOMMAND and depth > 1):
            yield f"{place}type", "Not here."
        elif kind in (SUBCOMMAND, GROUP):
            inner = option.get("options") or []
            if kind == GROUP and not all(one.get("type") == SUBCOMMAND for one in inner):
                yield f"{place}options", "A group holds sub-commands."
            yield from _options(inner, place, depth + (1 if kind == GROUP else 2))
        else:
            yield from _value(option, place)


def _value(option: Part, at: str) -> Iterator[tuple[str, str]]:
    kind, choices = option.get("type"), option.get("choices") or []
    if choices and option.get("autocomplete"):
        yield f"{at}choices", "Choices and autocomplete exclude each other."
    if (choices or option.get("autocomplete")) and kind not in (STRING, INTEGER, NUMBER):
        yield f"{at}type", "Choices and autocomplete are for texts and numbers."
    for where, say in problems_of_choices(choices, kind):
        yield f"{at}choices.{where}", say
    if kind != STRING and ("min_length" in option or "max_length" in option):
        yield f"{at}min_length", "For texts alone."
    if kind not in (INTEGER, NUMBER) and ("min_value" in option or "max_value" in option):
        yield f"{at}min_value", "For numbers alone."


def problems_of_choices(choices: Any, kind: Any) -> Iterator[tuple[str, str]]:
    """What Discord would refuse in choices, registered ones or suggestions."""
    if not isinstance(choices, list) or len(choices) > 25:
        yield "", "Must be 25 or fewer in length."
        return
    for n, choice in enumerate(choices):
        if unknown := choice.keys() - {"name", "value", "name_localizations"}:
            yield str(n), f"unknown field: {', '.join(sorted(unknown))}"
        if not 1 <= len(str(choice.get("name") or "")) <= 100:
            yield f"{n}.name", "Must be between 1 and 100 in length."
        value = choice.get("value")
        wanted = str if kind == STRING else int if kind == INTEGER else (int, float)
        if not isinstance(value, wanted) or (isinstance(value, str) and not 1 <= len(value) <= 100):
            yield f"{n}.value", "Not of the option's type, or not between 1 and 100 in length."
    if len({choice.get("name") for choice in choices}) < len(choices):
        yield "", "Choice names must be unique"


def _characters(part: Part) -> int:
    own = len(str(part.get("name") or "")) + len(str(part.get("description") or ""))
    choices = sum(len(str(c.get("name"))) + len(str(c.get("value"))) for c in part.get("choices") or ())
    return own + choices + sum(_characters(option) for option in part.get("options") or ())
