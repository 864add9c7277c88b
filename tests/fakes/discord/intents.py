"""Which events a bot asked for, and what it may read in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakes.discord.discord_messages import Message

GUILDS, MEMBERS, MODERATION, EXPRESSIONS, INTEGRATIONS, WEBHOOKS = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
PRESENCES, MESSAGES, REACTIONS, TYPING = 1 << 8, 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING, CONTENT = 1 << 12, 1 << 13, 1 << 14, 1 << 15
PRIVILEGED = {"members": MEMBERS, "presences": PRESENCES, "message_content": CONTENT}
KNOWN = (1 << 26) - 1

NEEDED: dict[str, tuple[int, int]] = {
    "GUILD_CREATE": (GUILDS, 0),
    "GUILD_DELETE": (GUILDS, 0),
    "GUILD_ROLE": (GUILDS, 0),
    "CHANNEL": (GUILDS, 0),
    "THREAD_MEMBERS_UPDATE": (MEMBERS, 0),
    "THREAD": (GUILDS, 0),
    "GUILD_MEMBER_": (MEMBERS, 0),
    "WEBHOOKS": (WEBHOOKS, 0),
    "MESSAGE_REACTION": (REACTIONS, DIRECT_REACTIONS),
    "MESSAGE": (MESSAGES, DIRECT_MESSAGES),
    "TYPING": (TYPING, DIRECT_TYPING),
}
"""By how an event's name begins: in a guild, and in direct conversations."""


def wanted(name: str, intents: int, *, direct: bool, own: bool = False) -> bool:
    """Whether a session that asked for these is told of it; of what concerns the bot's own membership it is ever."""
    if own:
        return True
    if name == "CHANNEL_PINS_UPDATE" and direct:
        return bool(intents & DIRECT_MESSAGES)
    for begins, (in_guild, in_direct) in NEEDED.items():
        if name.startswith(begins):
            return bool(intents & (in_direct if direct else in_guild))
    return True


def readable(message: Message, me: str, *, content: bool) -> bool:
    """Whether a bot reads what stands in it: with the intent, or where it is its own, written to it, or names it."""
    if content or message.channel.guild is None or me in (message.author.id, message.application_id):
        return True
    return any(user.id == me for user in message.mentions)
