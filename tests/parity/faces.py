"""The three faces as a person has them: what each shows of a message, what can be pressed in it, what each form asks,
and how each command is given there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import discord_checks
import slack_checks
from core_things import DANA, DIRECTORY, LEE
from made_by_type import NOW

import adapters.discord
import adapters.slack
import adapters.web
from adapters.discord import modals as discord_modals
from adapters.discord import pressing as discord_pressing
from adapters.discord import render as discord_render
from adapters.discord import tree as discord_tree
from adapters.discord.chat import DiscordChat
from adapters.discord.drafts import Drafts
from adapters.discord.emoji import Emoji as DiscordEmoji
from adapters.slack import emoji as slack_emoji
from adapters.slack import fields as slack_fields
from adapters.slack import modals as slack_modals
from adapters.slack import pressing as slack_pressing
from adapters.slack import render as slack_render
from adapters.slack.chat import SlackChat
from adapters.slack.manifest import manifest
from adapters.slack.shortcuts import MESSAGE_SHORTCUTS, ON_OWN_NOTE
from adapters.web.chat import WebChat
from adapters.web.render import EMOJI, Render
from adapters.web.render import Reader as WebReader
from bot.commands import Command, Param
from bot.desk.context import Rules
from bot.desk.reader import Reader
from bot.domain.people import Person
from bot.messages.model import Form, Message
from bot.ports import Channel, ChannelKind, Posted

READERS = (LEE, DANA)
"""One of each side; each may all that their side may."""
Press = tuple[str, str]
"""A command, and its arguments in one order."""


class Face(Protocol):
    """One way to the desk."""

    name: str
    chat: type
    """What sends there."""

    def words(self, body: Message) -> set[str]:
        """All that can be read of it, by whoever reads it there."""
        ...

    def presses(self, body: Message) -> set[Press]:
        """All that can be pressed in it."""
        ...

    def instants(self, body: Message) -> set[int]:
        """The seconds of each moment in it that every reader has in their own zone."""
        ...

    def fields(self, form: Form) -> list[tuple[str, bool]]:
        """What is asked, in order: the names, and whether they must be filled in."""
        ...

    def form_words(self, form: Form) -> set[str]:
        """All that can be read of a form, with what is wrong in it."""
        ...

    def calls(self) -> frozenset[str]:
        """The doors of the core that it uses."""
        ...

    def gives(self, command: Command) -> list[str]:
        """How the command is given: typed, by a message's menu, by an emoji."""
        ...

    def takes(self, command: Command, param: Param) -> bool:
        """Whether that word of a command can be given where it is typed."""
        ...

    def names(self, command: Command) -> set[str]:
        """What it may be called there."""
        ...


def press(command: str, args: Mapping[str, Any]) -> Press:
    """A button's meaning, the same on each face."""
    return command, json.dumps({name: str(value) for name, value in args.items()}, sort_keys=True)


MENU = "a message's menu, "
"""What a way to give a command begins with where it is an entry there."""


@cache
def _doors(package: Any, *, without: str = "") -> frozenset[str]:
    """The functions of `bot/desk/front.py` that its code calls."""
    paths = Path(package.__path__[0]).rglob("*.py")
    texts = (path.read_text("utf-8") for path in paths if not without or without not in path.parts)
    return frozenset(name for text in texts for name in re.findall(r"\bfront\.(\w+)\(", text))


def split(text: str) -> list[str]:
    """The words of a text."""
    return slack_checks.split(text)


class Browser:
    """The workspace."""

    name = "Browser"
    chat = WebChat
    _channel = Channel("triage", "triage", ChannelKind.TEAM)
    _render = Render(None)

    def __init__(self) -> None:
        self._drawn: tuple[Any, list[_Page]] = (None, [])

    def words(self, body: Message) -> set[str]:
        return {word for page in self._pages(body) for word in split(page.text)}

    def presses(self, body: Message) -> set[Press]:
        return {each for page in self._pages(body) for each in page.presses}

    def instants(self, body: Message) -> set[int]:
        return {each for page in self._pages(body) for each in page.instants}

    def fields(self, form: Form) -> list[tuple[str, bool]]:
        return _Page(self._render.form(self._me(LEE), form)).fields

    def form_words(self, form: Form) -> set[str]:
        return set(split(_Page(self._render.form(self._me(LEE), form)).text))

    def calls(self) -> frozenset[str]:
        return _doors(adapters.web, without="api")

    def gives(self, command: Command) -> list[str]:
        found = [] if command.hidden else [f"`/desk {command.name}`"]
        found += [f"{MENU}{command.on_message}"] if command.on_message else []
        return found + [each for each in command.emoji if each in EMOJI]

    def takes(self, command: Command, param: Param) -> bool:
        return True

    def names(self, command: Command) -> set[str]:
        return {command.name, *command.aliases}

    def _me(self, person: Person) -> WebReader:
        return WebReader(person, DIRECTORY, NOW, Rules())

    def _pages(self, body: Message) -> list[_Page]:
        if self._drawn[0] is not body:
            self._drawn = body, [self._page(body, person) for person in READERS]
        return self._drawn[1]

    def _page(self, body: Message, person: Person) -> _Page:
        me = self._me(person)
        posted = Posted(7, self._channel.id, None, None, "", body, NOW)
        return _Page(self._render.messages(me, self._channel, me.show([posted]), thread=False))


class _Page(HTMLParser):
    """What somebody reads and can press on a page, or in a form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.presses: set[Press] = set()
        self.instants: set[int] = set()
        self.fields: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "button" and "data-command" in given:
            self.presses.add(press(given["data-command"], json.loads(given["data-args"])))
        if (address := urlsplit(given.get("href", ""))).path == "/report.csv":
            self.presses.add(press("", dict(parse_qsl(address.query, keep_blank_values=True))))
        if tag == "time":
            self.instants.add(int(datetime.fromisoformat(given["datetime"]).timestamp()))
        if tag in ("input", "textarea", "select"):
            self.fields.append((given["name"], "required" in given))
        self.text += " ".join(["", *(given.get(name, "") for name in ("aria-label", "title", "value", "alt")), ""])

    def handle_data(self, data: str) -> None:
        self.text += data


CHANNELS = (Reader(NOW, "Europe/London"), Reader(NOW, "Europe/London", client=True))
"""One of the team's, and one of a client's."""


class Slack:
    """Over Block Kit."""

    name = "Slack"
    chat = SlackChat

    def __init__(self) -> None:
        self._drawn: tuple[Any, list[slack_render.Post]] = (None, [])

    def words(self, body: Message) -> set[str]:
        found: set[str] = set()
        for post in self._posts(body):
            found |= slack_checks.words(list(post.blocks)) | set(split(post.username))
            found |= {word for file in post.files for word in split(file.text)}
            found |= {word for file in post.attachments for word in split(file.name)}
        return found

    def presses(self, body: Message) -> set[Press]:
        found: set[Press] = set()
        for post in self._posts(body):
            for part in slack_checks.parts(list(post.blocks)):
                if "action_id" in part:
                    for one in part.get("options") or [part]:
                        asked = slack_pressing.pressed({"action_id": part["action_id"], "value": one["value"]})
                        assert asked is not None
                        found.add(press(asked.command.replace(slack_pressing.FILE, ""), asked.args))
        return found

    def instants(self, body: Message) -> set[int]:
        return {int(each) for post in self._posts(body) for each in re.findall(r"<!date\^(-?\d+)\^", str(post.blocks))}

    def fields(self, form: Form) -> list[tuple[str, bool]]:
        view = slack_modals.modal(form)
        first = slack_fields.first_blocks(view)
        blocks = {block.get("block_id"): block for block in view["blocks"]}
        return [(name, not blocks[id]["optional"]) for name, id in first.items()]

    def form_words(self, form: Form) -> set[str]:
        return slack_checks.words(slack_modals.modal(form))

    def calls(self) -> frozenset[str]:
        return _doors(adapters.slack)

    def gives(self, command: Command) -> list[str]:
        told = manifest(name="Steward", command="/desk")["features"]
        found = [] if command.hidden else [f"`{told['slash_commands'][0]['command']} {command.name}`"]
        entries = {ON_OWN_NOTE.get(verb, verb): label for verb, label in MESSAGE_SHORTCUTS.items()}
        entries |= MESSAGE_SHORTCUTS
        found += [f"{MENU}{entries[command.name]}"] if command.on_message and command.name in entries else []
        return found + [emoji for emoji in command.emoji if emoji in _SLACK_EMOJI.values()]

    def takes(self, command: Command, param: Param) -> bool:
        return True

    def names(self, command: Command) -> set[str]:
        return {command.name, *command.aliases}

    def _posts(self, body: Message) -> list[slack_render.Post]:
        if self._drawn[0] is not body:
            self._drawn = body, [post for reader in CHANNELS for post in slack_render.message(body, reader)]
        return self._drawn[1]


class Discord:
    """Over components, commands and modals."""

    name = "Discord"
    chat = DiscordChat

    def __init__(self) -> None:
        self._tree = dict(self._typed(discord_tree.tree("desk")))
        self._drawn: tuple[Any, list[discord_render.Post]] = (None, [])

    def words(self, body: Message) -> set[str]:
        posts = list(self._posts(body))
        found = discord_checks.words(posts)
        found |= {word for post in posts for file in post.files for word in split(file.text)}
        return found | {word for post in posts for file in post.attachments for word in split(file.name)}

    def presses(self, body: Message) -> set[Press]:
        found: set[Press] = set()
        for part in discord_checks.every(list(self._posts(body))):
            for id in (part.get("custom_id", ""), *(option["value"] for option in part.get("options", ()))):
                asked = discord_pressing.read(id) if id and not discord_pressing.MENU.match(id) else None
                if asked is not None:
                    found.add(press(asked.command.replace(discord_pressing.FILE, ""), asked.args))
        return found

    def instants(self, body: Message) -> set[int]:
        return {int(each) for post in self._posts(body) for each in re.findall(r"<t:(-?\d+):", str(post.components))}

    def fields(self, form: Form) -> list[tuple[str, bool]]:
        found: dict[str, bool] = {}
        for step in discord_modals.steps_of(form):
            for part in step:
                if (field := part.get("component")) is not None:
                    found.setdefault(field["custom_id"].partition("|")[0], field["required"])
        return list(found.items())

    def form_words(self, form: Form) -> set[str]:
        reader, drafts = Reader(NOW, "Europe/London"), Drafts()
        offered = discord_render.message(discord_modals.offer(form, drafts), reader)
        found = discord_checks.words(list(offered))
        for step in range(len(discord_modals.steps_of(form))):
            opened = discord_modals.modal(form, drafts, step, "x")
            assert opened is not None
            discord_checks.valid_modal(opened)
            found |= discord_checks.words([dict(opened.given)])
        return found

    def calls(self) -> frozenset[str]:
        return _doors(adapters.discord)

    def gives(self, command: Command) -> list[str]:
        found = [f"`/{self._tree[command.name][0]}`"] if command.name in self._tree else []
        entries = {discord_tree.ON_OWN_NOTE.get(verb, verb): label for verb, label in discord_tree.MENU.items()}
        entries |= discord_tree.MENU
        found += [f"{MENU}{entries[command.name]}"] if command.on_message and command.name in entries else []
        return found + [emoji for emoji in command.emoji if DiscordEmoji().named(emoji) == emoji]

    def takes(self, command: Command, param: Param) -> bool:
        return command.name not in self._tree or param.name in self._tree[command.name][1]

    def names(self, command: Command) -> set[str]:
        return {command.name} & {*self._tree, *([command.name] if command.hidden else [])}

    def _typed(self, told: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[str, set[str]]]]:
        """Each command that can be typed: how, and which words it takes, as what is told Discord is read again."""
        for root in told:
            for option in root.get("options", ()):
                inner = option.get("options", ()) if option["type"] == discord_tree.GROUP else (option,)
                for each in inner:
                    group = [option["name"]] if option["type"] == discord_tree.GROUP else []
                    given = [{"name": one["name"], "value": "x"} for one in each.get("options", ())]
                    used = discord_tree.used({"options": [{**each, "options": given}]})
                    assert used is not None
                    yield used.command, (" ".join([root["name"], *group, each["name"]]), set(used.args))

    def _posts(self, body: Message) -> list[discord_render.Post]:
        if self._drawn[0] is not body:
            self._drawn = body, [post for reader in CHANNELS for post in discord_render.message(body, reader)]
        return self._drawn[1]


_SLACK_EMOJI = {name: slack_emoji.Emoji().named(name) for name in slack_emoji._NAMES}
FACES: tuple[Face, ...] = (Browser(), Slack(), Discord())
