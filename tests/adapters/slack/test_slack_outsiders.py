"""Every entrance, for every kind of person who has no business there: a polite refusal, never data, nothing done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fakes.slack import payloads
from fakes.slack.person import Person as User
from fakes.slack.slack_things import View
from slack_house import House, Running
from test_slack_hearing import raised

from adapters.slack.modals import modal
from adapters.slack.shortcuts import SHORTCUT
from bot.domain.people import Client, Person, Role
from bot.messages.model import Form, Input
from bot.ports import DirectoryEdit, RequestQuery

TITLE = "Payroll of the board leaks"
SECRETS = (TITLE, "ACME-1", "acme-1", "Sam Ito", "Dana Reyes", "P1", "P2", "P3", "P4")
"""What nobody outside may read, whatever they try."""
KNOWN = "I do not know you yet"

Entrance = Callable[[House, User, Any, Any], Awaitable[object]]


def command(line: str) -> Entrance:
    async def enter(house: House, who: User, message: Any, card: Any) -> object:
        told = payloads.command(house.slack, house.installed, who.user, message.channel, "/desk", line)
        return await house.slack.ask("slash_commands", told)

    return enter


def button(verb: str) -> Entrance:
    """A press on the card's or the receipt's button, or one that was forged."""

    async def enter(house: House, who: User, message: Any, card: Any) -> object:
        value = json.dumps({"c": verb, "a": {"request": "1", "text": "Hi", "note": "Hi", "title": "Mine"}})
        action = {"type": "button", "action_id": f"desk:{verb}:1", "block_id": "b", "value": value}
        told = payloads.block_actions(house.slack, house.installed, who.user, message, action, {})
        return await house.slack.ask("interactive", told)

    return enter


def menu(verb: str) -> Entrance:
    async def enter(house: House, who: User, message: Any, card: Any) -> object:
        told = payloads.message_action(house.slack, house.installed, who.user, message, f"{SHORTCUT}{verb}")
        return await house.slack.ask("interactive", told)

    return enter


async def anywhere(house: House, who: User, message: Any, card: Any) -> object:
    return await house.slack.ask("interactive", payloads.shortcut(house.slack, who.user, f"{SHORTCUT}my"))


def form(verb: str, *, back: bool = False) -> Entrance:
    async def enter(house: House, who: User, message: Any, card: Any) -> object:
        asked = Form(verb, "A form", (Input("text", "Text", "area", value="Hi"),), "Send", {"request": "1"})
        given = modal(asked, kept={"channel": message.channel.id, "thread": message.ts})
        view = View("V1", who.user.team, house.slack.team, who.id, given, "h", house.slack.app.id, "B", "V1")
        view.state = {given["blocks"][-1]["block_id"]: {"x": {"type": "plain_text_input", "value": "Hi"}}}
        if back:
            value = json.dumps({"c": verb, "a": {"request": "1"}})
            action = {"type": "button", "action_id": f"desk:{verb}:1", "block_id": "b", "value": value}
            told = payloads.block_actions(house.slack, house.installed, who.user, view, action, {})
        else:
            told = payloads.view_submission(house.slack, who.user, view)
        return await house.slack.ask("interactive", told)

    return enter


async def mention(house: House, who: User, message: Any, card: Any) -> object:
    who.say(message.channel, "@steward show 1", thread=message)
    return None


async def in_person(house: House, who: User, message: Any, card: Any) -> object:
    direct = house.slack.world.direct(house.installed.user, who.user, team=house.slack.team)
    who.say(direct, "show 1")
    return None


async def words(house: House, who: User, message: Any, card: Any) -> object:
    who.say(message.channel, "And me?", thread=message)
    return None


async def emoji(house: House, who: User, message: Any, card: Any) -> object:
    for name in ("ticket", "eyes", "white_check_mark"):
        who.react(message, name)
    return None


async def home(house: House, who: User, message: Any, card: Any) -> object:
    direct = house.slack.world.direct(house.installed.user, who.user, team=house.slack.team)
    told = {"type": "app_home_opened", "user": who.id, "tab": "home", "channel": direct.id}
    house.slack.deeds.of_team(told, house.slack.team)
    return None


SILENT = {"an emoji", "words in the thread"}
"""Where nothing, or nothing more than once a day, is said."""
ENTRANCES: dict[str, Entrance] = {
    "a command": command("show 1"),
    "a number": command("1"),
    "a search": command("find payroll"),
    "a list": command("my"),
    "a bare command": command(""),
    "a report": command("report"),
    "the doctor": command("doctor"),
    "a button": button("show"),
    "a button for the team": button("claim"),
    "a button that writes": button("reply"),
    "figures": button("desk-file"),
    "a menu": menu("turn"),
    "a menu for the team": menu("reply"),
    "a shortcut": anywhere,
    "a form": form("new"),
    "a form for the team": form("reply"),
    "a button in a form": form("show", back=True),
    "figures in a form": form("desk-file", back=True),
    "a mention": mention,
    "in person": in_person,
    "words in the thread": words,
    "an emoji": emoji,
    "App Home": home,
}


async def acted(house: House, desk: Running, who: User, message: Any, card: Any, *entrances: str) -> list[str]:
    """What came of these, at once, when all is done: each call of the Web API, and each answer to what was pressed."""
    since = len(house.slack.record.calls)
    house.slack.record.told.clear()
    answers = await asyncio.gather(*(ENTRANCES[each](house, who, message, card) for each in entrances))
    await house.slack.heard()
    face = desk.face
    async with asyncio.timeout(10):
        # In a burst a command is acknowledged before it is carried out.
        while face.own.acting._going or face.keeping._line or face.keeping._working:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.005)
    calls = [{call.method: call.given} for call in house.slack.record.calls[since:]]
    return [json.dumps(each) for each in [*calls, *answers]]


def read_of(told: list[str]) -> list[str]:
    """What is in it that is not for them."""
    return [each for each in told if any(secret in each for secret in SECRETS)]


async def furnished(house: House) -> dict[str, User]:
    """Dana's request is there; the outsiders are in its channel."""
    slack = house.slack
    globex, other = slack.workspace("Globex"), slack.workspace("Other")
    house.acme.teams += [globex, other]
    gone = slack.person("Gil Gone")
    outsiders = {
        "a member of the workspace on no list": house.eve,
        "a guest of one channel": slack.person("Gus Guest", guest="single"),
        "a guest of several": slack.person("Mia Guest", guest="multi"),
        "somebody of a connected workspace": slack.person("Olaf Other", team=other),
        "somebody who left the desk": gone,
        "a namesake of the manager": slack.person("Lee Park", handle="lee2", team=other),
        "another client's": slack.person("Gina Globe", team=globex),
        "another client's, who is in the team's workspace": slack.person("Greg Both"),
    }
    house.acme.members += [who.id for who in outsiders.values() if who.id not in house.acme.members]
    await house.store.edit_directory(
        DirectoryEdit(
            clients=(Client("GLOBEX", "Globex", "UTC"),),
            people=(Person("gil", "Gil Gone", Role.ENGINEER, "UTC", active=False),),
            identities=(("slack", house.team, gone.id, "gil"),),
        )
    )
    return outsiders


@pytest.mark.asyncio
async def test_whoever_has_no_business_there_is_refused_at_every_entrance(house: House):
    """A stranger, a guest, somebody of a connected workspace, who left, a namesake: each reads whom to ask, at every
    entrance, and no word of what is the client's; and so does another client's, who reads it of no request of theirs.
    Nothing is done by any of them."""
    outsiders = await furnished(house)
    group = house.slack.usergroup("globex-people", outsiders["another client's, who is in the team's workspace"])
    globex = outsiders["another client's"].user.team
    lists = {"staff": [house.team + "X"], "clients": {"GLOBEX": [globex.id, group.id]}}
    async with house.desk(**lists) as desk:
        message, card = await raised(house, desk, TITLE)
        await desk.settled()
        before = await house.store.history(1)
        asks = [entrance for entrance in ENTRANCES if entrance not in SILENT]
        for kind, who in outsiders.items():
            told = await acted(house, desk, who, message, card, *asks)
            assert read_of(told) == [], kind
            if "client's" not in kind:
                assert sum(KNOWN in each for each in told) == len(asks), (kind, told)
            assert read_of(await acted(house, desk, who, message, card, *SILENT)) == [], kind
        assert await house.store.history(1) == before
        assert [r.number for r in await house.store.requests(RequestQuery()) if r.client == "ACME"] == [1]


@pytest.mark.asyncio
async def test_another_apps_bot_is_nobody_and_is_not_answered(house: House):
    """Two bots that answer each other would never end: what a bot writes, mentions or reacts with is passed over, in
    the client's channel, in its thread, and whatever list names it."""
    bot = house.slack.person("Deploy Bot", bot=True)
    house.acme.members.append(bot.id)
    async with house.desk(staff=[house.team, bot.id]) as desk:
        message, card = await raised(house, desk, TITLE)
        await desk.settled()
        before = await house.store.history(1)
        said = await acted(house, desk, bot, message, card, "words in the thread", "a mention", "an emoji")
        assert not [each for each in said if "chat.post" in each]
        assert await house.store.history(1) == before
        assert bot.id not in {user for _, _, user, _ in await house.store.identities()}


@pytest.mark.asyncio
async def test_whoever_is_on_both_lists_sees_as_little_as_the_client(house: House):
    """Somebody on both lists is the client's, at every entrance: the team's commands are refused to them, and of
    another client's requests they read nothing."""
    both = house.slack.person("Bo Both")
    house.acme.members.append(both.id)
    await house.store.edit_directory(DirectoryEdit(clients=(Client("GLOBEX", "Globex", "UTC"),)))
    async with house.desk(staff=[both.id, house.team], clients={"GLOBEX": [both.id]}) as desk:
        message, card = await raised(house, desk, TITLE)
        await desk.settled()
        before = await house.store.history(1)
        assert read_of(await acted(house, desk, both, message, card, *ENTRANCES)) == []
        assert (await house.store.directory()).people["bo"].client == "GLOBEX"
        assert await house.store.history(1) == before
