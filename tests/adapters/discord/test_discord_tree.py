"""The desk's commands as Discord is told of them, and what was typed as a command again."""

from __future__ import annotations

from typing import Any

import pytest
from discord_checks import of_schema
from discord_house import DiscordHouse
from fakes.discord.command_rules import problems_of_commands
from fakes.discord.schemas import as_described
from test_discord_hearing import opened

from adapters.discord.tree import HOME, MENU, Typed, of_menu, same, tree, used
from bot.commands import REGISTRY
from bot.desk.verbs import DECLARED

assert DECLARED


def test_discord_takes_the_commands() -> None:
    """All of them together, within its limits, and as its description says."""
    told = tree("/desk")
    assert problems_of_commands(told, 100) == {}
    assert [error for each in told for error in of_schema("ApplicationCommandUpdateRequest", as_described(each))] == []
    assert same(told, told)
    assert not same(told, told[1:])


def test_every_verb_is_there_once_and_is_read_again() -> None:
    """With its arguments under their own names; none is required, since a form asks for what is missing."""
    found: list[str] = []
    for command in tree("desk"):
        for way, part in _subcommands(command):
            given = [{"name": o["name"], "type": o["type"], "value": _some(o)} for o in part.get("options", ())]
            inner: list[Any] = [{**part, "options": given}]
            for group in reversed(way):
                inner = [{**group, "options": inner}]
            typed = used({**command, "options": inner})
            assert typed is not None
            found.append(typed.command)
            assert not any(option.get("required") for option in part.get("options", ()))
            if typed.command != HOME:
                verb = REGISTRY.find(typed.command)
                assert verb is not None
                assert typed.args.keys() <= {param.name for param in verb.params}
                assert len(typed.args) == len(given)
    assert sorted(found) == sorted([HOME, *(each.name for each in REGISTRY.commands.values() if not each.hidden)])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"options": []},
        {"options": [{"type": 3, "name": "my"}]},
        {"options": [{"type": 1, "name": "nothing"}]},
        {"options": [{"type": 2, "name": "team", "options": []}]},
    ],
)
def test_what_is_no_command_of_ours_is_nothing(data: dict[str, Any]) -> None:
    """Whatever else was registered once."""
    assert used(data) is None


def test_what_is_no_argument_of_the_command_is_left_out() -> None:
    """And what is being typed is told apart."""
    options = [{"name": "request", "value": "4", "focused": True}, {"name": "colour", "value": "red"}]
    assert used({"options": [{"type": 1, "name": "show", "options": options}]}) == Typed(
        "show", {"request": "4"}, "request"
    )


def test_every_entry_of_a_messages_menu_is_a_verb() -> None:
    """By its label."""
    assert [REGISTRY.find(of_menu(label) or "") for label in MENU.values()] == [REGISTRY.find(name) for name in MENU]
    assert of_menu("Translate") is None


@pytest.mark.asyncio
async def test_each_home_shows_what_awaits_its_person(house: DiscordHouse) -> None:
    """A client: their requests and the next review; an engineer: their work; a manager: what needs a hand, too."""
    async with house.desk() as desk:
        await opened(house)
        for person, channel, told in (
            (house.dana, house.acme, ("Your requests", "review")),
            (house.sam, house.triage, ("Nobody has these yet",)),
            (house.lee, house.triage, ("What needs a hand", "review")),
        ):
            await person.slash(channel, "/desk home")
            await desk.until(
                lambda person=person, channel=channel, told=told: all(
                    any(each.lower() in m.text.lower() for m in person.alone(channel)) for each in told
                )
            )


@pytest.mark.asyncio
async def test_words_that_the_desk_refuses_come_back(house: DiscordHouse) -> None:
    """Discord has closed the form by then."""
    async with house.desk() as desk:
        _, card, _ = await opened(house)
        await house.sam.press("Claim", on=card)
        await desk.until(lambda: "Resolve" in card.buttons)
        await house.sam.press("Resolve", on=card)
        await desk.until(lambda: house.sam.modal)
        await house.lee.slash(house.triage, "/desk team close", request="1")
        await desk.until(lambda: house.lee.modal)
        await house.lee.submit()
        await desk.until(lambda: "closed" in card.text.lower())
        (words,) = house.sam.modal.labels
        await house.sam.submit({words: "It was *the* disk."})
        (answer,) = await desk.until(lambda: [m for m in house.sam.alone(house.triage) if "closed" in m.text])
        assert "You wrote:\n> It was \\*the\\* disk." in answer.text


def _subcommands(part: dict[str, Any], *way: dict[str, Any]) -> list[tuple[list[dict[str, Any]], dict[str, Any]]]:
    found: list[tuple[list[dict[str, Any]], dict[str, Any]]] = []
    for option in part.get("options", ()):
        if option["type"] == 1:
            found.append((list(way), option))
        elif option["type"] == 2:
            found += _subcommands(option, *way, option)
    return found


def _some(option: dict[str, Any]) -> Any:
    if option["type"] == 5:
        return True
    return option["choices"][0]["value"] if option.get("choices") else "4"
