"""Emoji on messages."""

from __future__ import annotations

from typing import Any

from fakes.discord.api.messages import text_channel
from fakes.discord.discord_messages import Message
from fakes.discord.errors import DiscordError
from fakes.discord.permissions import P
from fakes.discord.routes import Given, route

AT = "/channels/{channel_id}/messages/{message_id}/reactions"
MOST = 20
"""Different ones on one message."""


def _message(given: Given, *needed: P, change: bool = True) -> Message:
    channel = text_channel(given, *needed)
    message = given.world.message(channel, given.at["message_id"])
    if change:
        given.discord.open_thread(channel, to_write=False)
    return message


def emoji_of(text: str) -> str:
    """An emoji as it is given in a path; a name in letters is none."""
    name, _, id = text.partition(":")
    if not name or (id and not id.isdigit()) or (not id and name.replace("_", "").isascii() and not name[0].isdigit()):
        raise DiscordError(10014)
    return text


@route("PUT", AT + "/{emoji}/@me", bucket="react")
async def add(given: Given) -> Any:
    """The bot's. A kind that is not there yet needs a permission of its own."""
    message, emoji = _message(given, P.READ_MESSAGE_HISTORY), emoji_of(given.at["emoji"])
    if emoji not in message.reactions:
        given.world.need(message.channel, P.ADD_REACTIONS)
        if len(message.reactions) >= MOST:
            raise DiscordError(30010, say=f"Maximum number of reactions reached ({MOST})")
    if given.world.app.id not in message.reactions.get(emoji, []):
        given.discord.deeds.react(message, given.world.app.user, emoji)


@route("DELETE", AT + "/{emoji}/@me", bucket="react")
async def remove_own(given: Given) -> Any:
    """The bot's, no longer."""
    _remove(given, _message(given), given.world.app.id)


@route("DELETE", AT + "/{emoji}/{user_id}", bucket="react")
async def remove(given: Given) -> Any:
    """Somebody's."""
    _remove(given, _message(given, P.MANAGE_MESSAGES), given.at["user_id"])


def _remove(given: Given, message: Message, user_id: str) -> None:
    emoji = emoji_of(given.at["emoji"])
    if user_id not in message.reactions.get(emoji, []):
        raise DiscordError(10014)
    given.discord.deeds.react(message, given.world.user(user_id), emoji, taken_back=True)


@route("DELETE", AT)
async def clear(given: Given) -> Any:
    """All of them."""
    given.discord.deeds.clear_reactions(_message(given, P.MANAGE_MESSAGES))


@route("DELETE", AT + "/{emoji}")
async def clear_one(given: Given) -> Any:
    """All of one kind."""
    given.discord.deeds.clear_reactions(_message(given, P.MANAGE_MESSAGES), emoji_of(given.at["emoji"]))


@route("GET", AT + "/{emoji}")
async def people(given: Given) -> Any:
    """Who reacted so."""
    message = _message(given, P.READ_MESSAGE_HISTORY, change=False)
    after, limit = int(given.query.get("after", 0)), given.number("limit", 25, 100)
    found = sorted((id for id in message.reactions.get(emoji_of(given.at["emoji"]), []) if int(id) > after), key=int)
    return [given.world.users[id].seen() for id in found[:limit]]
