"""reactions.*: emoji on messages."""

from __future__ import annotations

import re
from typing import Any

from fakes.slack.calls import Given, method
from fakes.slack.errors import SlackError
from fakes.slack.slack_things import Message

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


@method("reactions.add", "channel! timestamp! name!", tier=3, scopes=("reactions:write",))
async def add(given: Given) -> dict[str, Any]:
    """The app's emoji on a message."""
    message, name = _message(given), _name(given)
    people = message.reactions.get(name, [])
    if given.installation.user.id in people:
        raise SlackError("already_reacted")
    if len(message.reactions) >= 23 and not people:
        raise SlackError("too_many_emoji")
    given.slack.deeds.react(message, given.installation.user, name)
    return {}


@method("reactions.remove", "channel! timestamp! name!", tier=2, scopes=("reactions:write",))
async def remove(given: Given) -> dict[str, Any]:
    """The app takes it back."""
    message, name = _message(given), _name(given)
    if given.installation.user.id not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    given.slack.deeds.react(message, given.installation.user, name, taken_back=True)
    return {}


@method("reactions.get", "channel! timestamp! full", tier=3, scopes=("reactions:read",), reads=True)
async def get(given: Given) -> dict[str, Any]:
    """Who reacted how."""
    message = _message(given)
    seen = given.world.told(message, given.installation.team)
    return {"type": "message", "channel": message.channel.id, "message": seen}


def _message(given: Given) -> Message:
    channel = given.channel(member=True)
    if channel.archived:
        raise SlackError("is_archived")
    return given.message(channel, "timestamp")


def _name(given: Given) -> str:
    name = given.text("name")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name", "without colons, as in thumbsup [json-pointer:/name]")
    return name
