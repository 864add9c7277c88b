"""What is on a person's screen: a message, a form or a home, as they read it and not as it is sent."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fakes.slack.forms import INITIAL, fields
from fakes.slack.slack_things import Message, View
from fakes.slack.slack_world import World
from fakes.slack.typing_in import EMOJI

PICTURES = {name: picture for picture, name in EMOJI.items()}
LINK = re.compile(r"<([^<>]+)>")


def plain(text: str, world: World) -> str:
    """Slack's markup as people see it: names for ids, labels for links, the fallback for a date."""

    def shown(found: re.Match[str]) -> str:
        what, _, label = found[1].partition("|")
        kind, id = what[0], what[1:]
        if kind == "@":
            user = world.users.get(id)
            return f"@{user.handle}" if user else found[0]
        if kind == "#":
            channel = world.channels.get(id)
            return f"#{channel.name}" if channel else found[0]
        if what.startswith("!subteam^"):
            group = world.usergroups.get(what.partition("^")[2])
            return f"@{group.handle}" if group else found[0]
        if what.startswith("!date^") or kind != "!":
            return label or what
        return f"@{id}" if id in ("here", "channel", "everyone") else label or found[0]

    return html.unescape(LINK.sub(shown, text))


def words(blocks: list[dict[str, Any]], world: World) -> list[str]:
    """All that can be read in them, a line for each text."""
    return [plain(text, world) for block in blocks for text in _texts(block)]


def _texts(part: Any, inside: str = "") -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one, inside)
        return
    if not isinstance(part, dict):
        return
    kind = part.get("type", "")
    if kind == "rich_text":
        yield "".join(_rich(part))
        return
    if kind in ("plain_text", "mrkdwn") or (kind == "markdown" and isinstance(part.get("text"), str)):
        yield part["text"]
        return
    for name in (
        "title",
        "label",
        "text",
        "description",
        "fields",
        "elements",
        "element",
        "accessory",
        "alt_text",
        "hint",
    ):
        if kind in INITIAL and name != "placeholder":
            continue
        if name in part:
            yield from [part[name]] if isinstance(part[name], str) else _texts(part[name], kind)


def _rich(part: dict[str, Any]) -> Iterator[str]:
    match part.get("type"):
        case "text" | "link":
            yield part.get("text") or part.get("url", "")
        case "user":
            yield f"<@{part['user_id']}>"
        case "channel":
            yield f"<#{part['channel_id']}>"
        case "usergroup":
            yield f"<!subteam^{part['usergroup_id']}>"
        case "emoji":
            yield PICTURES.get(part["name"], f":{part['name']}:")
        case "broadcast":
            yield f"<!{part['range']}>"
    for inner in part.get("elements") or ():
        yield from _rich(inner)


def label_of(part: dict[str, Any]) -> str:
    """By what people find an element: its words, or those that stand in it while it is empty."""
    for name in ("text", "placeholder"):
        if isinstance(part.get(name), dict):
            return part[name]["text"]
    return part.get("action_id", "")


def buttons(blocks: list[dict[str, Any]]) -> list[str]:
    """What can be pressed, by its words."""
    return [label_of(part) for _, part in controls(blocks) if part["type"] == "button"]


def controls(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Everything that can be used, with its block."""
    for block in blocks:
        for part in (block.get("element"), block.get("accessory"), *(block.get("elements") or ())):
            if isinstance(part, dict) and "action_id" in part:
                yield block, part


@dataclass(frozen=True)
class Seen:
    """A message on a screen."""

    message: Message
    world: World

    @property
    def text(self) -> str:
        """All that can be read in it. Where there are blocks, the text beside them is not shown."""
        message = self.message
        own = words(message.blocks, self.world) if message.blocks else [plain(message.text, self.world)]
        for attachment in message.attachments:
            own += words(attachment.get("blocks") or [], self.world) or [plain(attachment.get("text", ""), self.world)]
        own += [f"[{file.title or file.name}]" for file in message.files if not file.deleted]
        return "\n".join(line for line in own if line)

    @property
    def author(self) -> str:
        """Whose name stands above it."""
        message = self.message
        if message.username:
            return message.username
        user = self.world.users.get(message.user or "")
        return user.real_name if user else "Slackbot"

    @property
    def buttons(self) -> list[str]:
        """What can be pressed below it."""
        return buttons(self.message.blocks)

    @property
    def reactions(self) -> dict[str, int]:
        """How many reacted with what."""
        return {name: len(people) for name, people in self.message.reactions.items() if people}

    @property
    def alone(self) -> bool:
        """Whether nobody else sees it."""
        return self.message.only_for is not None


@dataclass(frozen=True)
class Shown:
    """A modal or a home on a screen."""

    view: View
    world: World
    errors: dict[str, str]
    """What stands beside each field, by its label."""

    @property
    def title(self) -> str:
        """What stands above it."""
        return (self.view.given.get("title") or {}).get("text", "")

    @property
    def text(self) -> str:
        """All that can be read in it."""
        return "\n".join(words(self.view.given["blocks"], self.world))

    @property
    def buttons(self) -> list[str]:
        """What can be pressed in it."""
        return buttons(self.view.given["blocks"])

    @property
    def labels(self) -> list[str]:
        """The fields, by their labels."""
        return [_label(block, part) for block, part in fields(self.view.given["blocks"])]

    @property
    def values(self) -> dict[str, Any]:
        """What stands in each field: words, the label of what is chosen, or ids."""
        found: dict[str, Any] = {}
        for block, part in fields(self.view.given["blocks"]):
            value = self.view.state[block["block_id"]][part["action_id"]][INITIAL[part["type"]][0]]
            if isinstance(value, dict) and "text" in value:
                value = value["text"]["text"]
            elif isinstance(value, list):
                value = [one["text"]["text"] if isinstance(one, dict) and "text" in one else one for one in value]
            found[_label(block, part)] = value
        return found

    def options(self, label: str) -> list[str]:
        """What can be chosen in that field."""
        part = next(part for block, part in fields(self.view.given["blocks"]) if _label(block, part) == label)
        groups = part.get("option_groups") or [{"options": part.get("options") or []}]
        return [option["text"]["text"] for group in groups for option in group["options"]]


def _label(block: dict[str, Any], part: dict[str, Any]) -> str:
    return block["label"]["text"] if block["type"] == "input" else label_of(part)


field_label = _label
