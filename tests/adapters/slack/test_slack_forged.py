"""Ids that nobody was offered: in a button's value, in what a form remembers, in its fields. Whoever sends them reads
nothing that is not theirs, and nothing is done; each time they read what to do next."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from fakes.slack import payloads
from fakes.slack.person import Person as User
from fakes.slack.slack_things import Message, View
from slack_house import House
from test_slack_hearing import raised
from test_slack_outsiders import ENTRANCES, TITLE, Entrance, acted, read_of

from adapters.slack.modals import modal
from adapters.slack.shortcuts import SHORTCUT
from bot.commands import REGISTRY
from bot.domain.people import Client, Person, Role
from bot.messages.model import Form, Input
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio

GIVEN: dict[str, Any] = {"request": "1", "text": "Hi", "note": "Hi", "client": "ACME", "person": "sam"}
GIVEN |= {"into": "1", "other": "1", "requests": "1", "sure": "yes", "letter": "1", "again": True, "to": "sam"}


def pressed(verb: str) -> Entrance:
    """A button's value."""

    async def enter(house: House, who: User, message: Any, card: Any) -> object:
        value = json.dumps({"c": verb, "a": GIVEN})
        action = {"type": "button", "action_id": f"desk:{verb}:1", "block_id": "b", "value": value}
        told = payloads.block_actions(house.slack, house.installed, who.user, message, action, {})
        return await house.slack.ask("interactive", told)

    return enter


def view_of(house: House, who: User, form: Form, where: Message, filled: dict[str, Any]) -> View:
    """A form that remembers another place, filled in."""
    given = modal(form, kept={"channel": where.channel.id, "thread": where.ts})
    id = house.slack.world.id("V")
    view = View(id, who.user.team, house.slack.team, who.id, given, "h", house.slack.app.id, "B", id)
    for block in given["blocks"]:
        if block["type"] == "input":
            held = filled[block["block_id"].partition("|")[0]]
            view.state[block["block_id"]] = {block["element"]["action_id"]: held}
    return view


def sent(verb: str, *, inside: bool) -> Entrance:
    """A form that was asked for in the client's thread, or in the team's."""

    async def enter(house: House, who: User, message: Any, card: Any) -> object:
        form = Form(verb, "A form", (Input("text", "Text", "area"),), "Send")
        typed = {"text": {"type": "plain_text_input", "value": "Hi"}}
        view = view_of(house, who, form, card.message if inside else message, typed)
        return await house.slack.ask("interactive", payloads.view_submission(house.slack, who.user, view))

    return enter


def chosen(verb: str) -> Entrance:
    """The menu of a message in the team's thread."""

    async def enter(house: House, who: User, message: Any, card: Any) -> object:
        inside = house.sam.thread(card.message)[-1].message
        told = payloads.message_action(house.slack, house.installed, who.user, inside, f"{SHORTCUT}{verb}")
        return await house.slack.ask("interactive", told)

    return enter


async def furnished(house: House) -> tuple[User, User]:
    """Another client's person, and an engineer."""
    gina, max_ = house.slack.person("Gina Globe"), house.slack.person("Max Out")
    await house.store.edit_directory(
        DirectoryEdit(
            clients=(Client("GLOBEX", "Globex", "UTC"),),
            people=(
                Person("gina", "Gina Globe", Role.CLIENT, "UTC", "GLOBEX"),
                Person("max", "Max Out", Role.ENGINEER, "UTC"),
            ),
            identities=(("slack", house.team, gina.id, "gina"), ("slack", house.team, max_.id, "max")),
        )
    )
    return gina, max_


async def test_nothing_forged_reaches_another_clients_request(house: House, monkeypatch: pytest.MonkeyPatch):
    """Every verb, with the ids of Acme's request and its places, by Globex's person and by an engineer who was put out
    a moment ago: no word of it, not even that it is there, and nothing done."""
    gina, max_ = await furnished(house)
    async with house.desk() as desk:
        message, card = await raised(house, desk, TITLE)
        await desk.settled()
        out = (await house.store.directory()).people["max"]
        await house.store.edit_directory(DirectoryEdit(people=(replace(out, active=False),)))
        before, settings = await house.store.history(1), await house.store.directory()
        for who in (gina, max_):
            for verb in (*REGISTRY.commands, "desk-file"):
                ways = [pressed(verb), chosen(verb), sent(verb, inside=False), sent(verb, inside=True)]
                for number, way in enumerate(ways):
                    monkeypatch.setitem(ENTRANCES, str(number), way)
                told = await acted(house, desk, who, message, card, *map(str, range(len(ways))))
                assert read_of(told) == [], verb
                assert not any("belongs to request" in each or "Something went wrong" in each for each in told), verb
                assert sum(len(each) > 60 for each in told) >= len(ways), (verb, told)
        assert await house.store.history(1) == before
        assert await house.store.directory() == settings


async def test_whom_a_private_request_cannot_be_shared_with(house: House):
    """Slack's own list offers everybody: who is none of the client's people is refused beside what was typed, with
    those who can be chosen, and no name of anybody else's."""
    gina, _ = await furnished(house)
    tom = Person("tom", "Tom Ray", Role.CLIENT, "UTC", "ACME")
    await house.store.edit_directory(DirectoryEdit(people=(tom,)))
    async with house.desk() as desk:
        message, _ = await raised(house, desk, TITLE)
        for other in (house.sam, gina, house.eve):
            form = Form("new", "A form", (Input("title", "Title"), Input("with", "With", "people")), "Send")
            typed = {"type": "plain_text_input", "value": "Mine"}
            people = {"type": "multi_users_select", "selected_users": [other.id]}
            view = view_of(house, house.dana, form, message, {"title": typed, "with": people})
            told = await house.slack.ask("interactive", payloads.view_submission(house.slack, house.dana.user, view))
            (said,) = told["errors"].values()
            assert said.endswith("who can be chosen here. Choose among @dana, @tom.")
        assert await house.store.request(2) is None


async def test_a_file_of_a_form_that_slack_does_not_hand_over(house: House):
    """It is no word about its size: they choose it again."""
    async with house.desk() as desk:
        message, _ = await raised(house, desk, TITLE)
        form = Form("new", "A form", (Input("title", "Title"), Input("files", "Files", "files")), "Send")
        typed = {"type": "plain_text_input", "value": "Mine"}
        for file in ({"id": "F0NONE"}, {"id": "F1", "name": "file", "size": 4, "url_private": "http://192.0.2.1/x"}):
            files = {"type": "file_input", "files": [file]}
            view = view_of(house, house.dana, form, message, {"title": typed, "files": files})
            told = await house.slack.ask("interactive", payloads.view_submission(house.slack, house.dana.user, view))
            assert [*told["errors"].values()] == [
                "“file” could not be fetched just now. Choose it again and send once more."
            ]
        assert await house.store.request(2) is None
