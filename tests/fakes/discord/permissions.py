"""What somebody may do in a channel: reckoned from roles and the channel's own exceptions, as Discord reckons it."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakes.discord.discord_things import Channel, Guild, Member


class P(IntFlag):
    """Discord's bits."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51


NONE = P(0)
ALL = P(sum(P))

ADMINISTRATOR = int(P.ADMINISTRATOR)
SAYING = int(P.EMBED_LINKS | P.ATTACH_FILES | P.MENTION_EVERYONE)
"""What nobody may who may not write."""

EVERYONE = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.ADD_REACTIONS
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.USE_APPLICATION_COMMANDS
    | P.CREATE_PUBLIC_THREADS
    | P.CREATE_PRIVATE_THREADS
    | P.SEND_MESSAGES_IN_THREADS
)
"""What @everyone may do in a guild that nobody has changed."""

BOT = EVERYONE | (
    P.MANAGE_CHANNELS | P.MANAGE_MESSAGES | P.MANAGE_ROLES | P.MANAGE_WEBHOOKS | P.MANAGE_THREADS | P.PIN_MESSAGES
)
"""What an invited bot has where a test does not say: enough for a desk, and not everything."""


def in_guild(guild: Guild, member: Member) -> P:
    """What somebody may do where no channel says otherwise."""
    if member.user.id == guild.owner_id:
        return ALL
    may = int(guild.everyone.permissions)
    for role in member.roles:
        may |= int(guild.roles[role].permissions)
    return ALL if may & ADMINISTRATOR else P(may)


def in_channel(channel: Channel, member: Member) -> P:
    """What somebody may do there. A thread goes by its parent's exceptions. It is reckoned with each event, so in plain
    numbers: flags are slow."""
    guild, place = channel.home, channel.parent if channel.is_thread else channel
    may = int(in_guild(guild, member))
    if may & ADMINISTRATOR or place is None:
        return P(may)
    rules = place.overwrites
    if rule := rules.get(guild.id):
        may = may & ~int(rule.deny) | int(rule.allow)
    deny = allow = 0
    for role in member.roles:
        if rule := rules.get(role):
            deny, allow = deny | int(rule.deny), allow | int(rule.allow)
    may = may & ~deny | allow
    if rule := rules.get(member.user.id):
        may = may & ~int(rule.deny) | int(rule.allow)
    if not may & int(P.VIEW_CHANNEL):
        return NONE
    if not may & int(P.SEND_MESSAGES) and not channel.is_thread:
        may &= ~SAYING
    return P(may)


def sees(channel: Channel, user_id: str) -> bool:
    """Whether somebody can see it: a direct conversation as its part, a private thread as its member or moderator."""
    if channel.guild is None:
        return user_id in channel.recipients
    member = channel.guild.members.get(user_id)
    if member is None:
        return False
    may = in_channel(channel, member)
    if not may & P.VIEW_CHANNEL:
        return False
    return channel.type != PRIVATE_THREAD or user_id in channel.thread_members or bool(may & P.MANAGE_THREADS)


def may(channel: Channel, user_id: str) -> P:
    """The same by an id; everything that there is to do in a direct conversation."""
    if channel.guild is None:
        everywhere = EVERYONE & ~(P.CREATE_PUBLIC_THREADS | P.CREATE_PRIVATE_THREADS) | P.PIN_MESSAGES
        return everywhere if user_id in channel.recipients else P(0)
    member = channel.guild.members.get(user_id)
    return in_channel(channel, member) if member and sees(channel, user_id) else P(0)


def invites(thread: Channel, user_id: str) -> bool:
    """Whether somebody may bring others into it."""
    return thread.invitable or thread.owner_id == user_id or bool(may(thread, user_id) & P.MANAGE_THREADS)


def names(bits: P) -> str:
    """For people who read a refusal."""
    return ", ".join(bit.name or "" for bit in P if bit & bits)


PRIVATE_THREAD = 12
