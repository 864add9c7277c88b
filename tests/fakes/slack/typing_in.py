"""What Slack's own client makes of what somebody types: escapes, mentions, links, and the rich text beside it."""

from __future__ import annotations

import re
from typing import Any

from fakes.slack.slack_things import Channel, User
from fakes.slack.slack_world import World

EMOJI = {
    "🎫": "ticket",
    "👀": "eyes",
    "✅": "white_check_mark",
    "👍": "+1",
    "🙂": "slightly_smiling_face",
    "🎉": "tada",
}
"""Slack sends a picture's name. Those that tests are likely to type; the others stay as they are."""

PIECES = re.compile(rf"(https?://[^\s<>|]+[^\s<>|.,;:!?)])|(?<![\w.])([@#])([\w-]+)|({'|'.join(EMOJI)})")

Pieces = list[tuple[str, dict[str, Any]]]


def escaped(text: str) -> str:
    """The three characters that Slack escapes, and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message_text(text: str, world: World, user: User, channel: Channel) -> tuple[str, list[dict[str, Any]]]:
    """The text of a message, and its one block of rich text."""
    pieces = _pieces(text, world, user, channel)
    section = {"type": "rich_text_section", "elements": [element for _, element in pieces]}
    blocks = [{"type": "rich_text", "block_id": world.id("b").lower(), "elements": [section]}] if pieces else []
    return "".join(written for written, _ in pieces), blocks


def command_text(text: str, world: World, user: User, channel: Channel, *, escape: bool) -> str:
    """The text of a command: names become ids only where the app asked for that, and carry the name then."""
    if not escape:
        return escaped(text)
    written = ""
    for piece, element in _pieces(text, world, user, channel):
        if element["type"] == "user":
            piece = f"<@{element['user_id']}|{world.users[element['user_id']].handle}>"
        written += piece
    return written


def _pieces(text: str, world: World, user: User, channel: Channel) -> Pieces:
    found: Pieces = []
    end = 0
    for match in PIECES.finditer(text):
        if match[4]:
            piece = f":{EMOJI[match[4]]}:", {"type": "emoji", "name": EMOJI[match[4]]}
        else:
            piece = _link(match[1]) if match[1] else _name(match[2], match[3], world, user, channel)
        if piece:
            _add_text(found, text[end : match.start()])
            found.append(piece)
            end = match.end()
    _add_text(found, text[end:])
    return found


def _add_text(found: Pieces, text: str) -> None:
    if text:
        found.append((escaped(text), {"type": "text", "text": text}))


def _link(url: str) -> tuple[str, dict[str, Any]]:
    return f"<{escaped(url)}>", {"type": "link", "url": url}


def _name(sign: str, name: str, world: World, user: User, channel: Channel) -> tuple[str, dict[str, Any]] | None:
    if sign == "#":
        there = (c for c in world.channels.values() if c.name == name and user.team in c.teams)
        meant = next(there, None)
        return (f"<#{meant.id}|{name}>", {"type": "channel", "channel_id": meant.id}) if meant else None
    if name in ("here", "channel", "everyone"):
        return f"<!{name}>", {"type": "broadcast", "range": name}
    people = sorted(world.users.values(), key=lambda one: one.id not in channel.members)
    person = next((one for one in people if one.handle == name and one.team in (user.team, *channel.teams)), None)
    if person:
        return f"<@{person.id}>", {"type": "user", "user_id": person.id}
    group = next((g for g in world.usergroups.values() if g.handle == name and g.team is user.team), None)
    if group:
        return f"<!subteam^{group.id}>", {"type": "usergroup", "usergroup_id": group.id}
    return None
