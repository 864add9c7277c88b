"""The desk's commands as Discord has them, and what people type there."""

from __future__ import annotations

from typing import Any

import pytest
from discord_house import DiscordHouse
from fakes.discord.command_rules import problems_of_commands

from adapters.discord.heard import called, plain, users_in
from adapters.discord.spelling import spelled, typed
from adapters.discord.tree import HOME, INNER, MENU, same, tree
from bot.commands import Kind
from bot.desk.front import REGISTRY
from bot.messages.model import Quote, Said, line


def subcommands(options: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Those of a command, and of its groups."""
    found: dict[str, dict[str, Any]] = {}
    for each in options:
        found |= {each["name"]: each} if each["type"] == 1 else subcommands(each["options"])
    return found


def test_every_command_is_there_and_discord_takes_all_of_them():
    """With each argument that somebody can type, whatever the desk's command is called."""
    made = tree("/acme-desk")
    assert problems_of_commands(made, 100) == {}
    found = subcommands([option for each in made for option in each.get("options", [])])
    visible = {each.name: each for each in REGISTRY.commands.values() if not each.hidden}
    assert found.keys() == visible.keys() | {HOME}
    for name, command in visible.items():
        options = {option["name"] for option in found[name].get("options", ())}
        given = (p for p in command.params if p.kind is not Kind.VALUES)
        assert options == {p.name for p in given if p.required or p.name not in INNER}
    assert all(REGISTRY.find(name) for name in MENU)


def paths(made: list[dict[str, Any]]) -> set[str]:
    """All that can be typed."""
    found: set[str] = set()
    for command in (each for each in made if each.get("options")):
        for option in command["options"]:
            inner = option["options"] if option["type"] == 2 else ()
            found |= {f"/{command['name']} {option['name']} {each['name']}" for each in inner}
            found |= {f"/{command['name']} {option['name']}"} if option["type"] == 1 else set()
    return found


def test_what_the_desk_says_to_type_can_be_typed():
    """A command that stands in a group, or among what leads and managers do, is called so; other words stay."""
    there = paths(tree("/help-desk"))
    for name, command in REGISTRY.commands.items():
        said = typed(f"Change it: /help-desk {name}, or ask.", "/help-desk")
        told = said.removeprefix("Change it: ").removesuffix(", or ask.")
        assert (told in there) is not command.hidden, told
    for words in (
        "/help-desk ask is the clients'",
        "Type /help-desk and one of these",
        "https://x/help-desk settings",
        "/desk settings",
        "settings",
    ):
        assert typed(words, "/help-desk") == words
    body = Said("setup", (line("Change it: /desk edit-client ACME"), (Quote("/desk settings"),)))
    first, second = spelled(body, "/desk").lines  # type: ignore[union-attr]
    assert first == line("Change it: /desk-admin edit-client ACME")
    assert second == (Quote("/desk settings"),)


@pytest.mark.asyncio
async def test_commands_are_told_only_where_they_changed(house: DiscordHouse):
    """Discord counts how often it is told."""
    for _ in range(2):
        async with house.desk() as desk:
            await desk.settled()
    told = [call for call in house.discord.record.calls if call.route.startswith("PUT") and "commands" in call.route]
    assert len(told) == 1
    assert not same({"a": 1}, {"a": 2, "b": 3})


def test_what_people_wrote_is_read_as_they_saw_it():
    """Mentions by the desk's names, channels, emoji and times; what is no mark stays."""
    names = {"1": "sam", "2": "Eve Out"}
    text = "<@1> and <@!2> of <@&7> in <#9>: <:party:33> <t:0:R> <@3> a < b <nothing>"
    assert users_in(text) == ["1", "2", "3"]
    read = plain(text, names.get, {"9": "help"}.get)
    assert read == "@sam and @Eve Out of @role in #help: :party: 1970-01-01 00:00 UTC @somebody a < b <nothing>"
    assert called("<@!5> claim 1", 5) == "claim 1"
    assert called("hello <@5>", 5) is None
