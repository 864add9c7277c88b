"""Whom a message pings: what stands in it, and what `allowed_mentions` lets through."""

from __future__ import annotations

import re
from typing import Any

from fakes.discord.discord_things import Channel, User
from fakes.discord.discord_world import World
from fakes.discord.errors import check
from fakes.discord.permissions import P, may

USER, ROLE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>")
EVERYONE = re.compile(r"@(everyone|here)\b")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
KINDS = ("users", "roles", "everyone")
KNOWN = {"parse", "users", "roles", "replied_user"}


class Pinged:
    """What a text comes to."""

    def __init__(self) -> None:
        self.users: list[User] = []
        self.roles: list[str] = []
        self.everyone = False


def read(world: World, channel: Channel, author: User | None, text: str, allowed: Any, replied: User | None) -> Pinged:
    """Who is pinged by that text of that author (None for a webhook)."""
    found, plain = Pinged(), CODE.sub(" ", text)
    check(problems(allowed))
    rules = allowed if isinstance(allowed, dict) else {"parse": list(KINDS), "replied_user": True}
    parse = rules.get("parse") or []
    everybody = author is None or bool(may(channel, author.id) & P.MENTION_EVERYONE)
    for id in dict.fromkeys(USER.findall(plain)):
        if id in world.users and ("users" in parse or id in map(str, rules.get("users") or [])):
            found.users.append(world.users[id])
    for id in dict.fromkeys(ROLE.findall(plain)):
        role = channel.guild.roles.get(id) if channel.guild else None
        if role and ("roles" in parse or id in map(str, rules.get("roles") or [])) and (role.mentionable or everybody):
            found.roles.append(id)
    found.everyone = "everyone" in parse and everybody and bool(channel.guild) and bool(EVERYONE.search(plain))
    if replied and rules.get("replied_user") and replied not in found.users:
        found.users.append(replied)
    return found


def problems(allowed: Any) -> dict[str, str]:
    """What Discord would refuse in `allowed_mentions`."""
    if allowed is None:
        return {}
    if not isinstance(allowed, dict):
        return {"allowed_mentions": "Only dictionaries may be used in a DictType"}
    wrong = {f"allowed_mentions.{key}": "unknown field" for key in allowed.keys() - KNOWN}
    for key in ("users", "roles"):
        if allowed.get(key) and key in (allowed.get("parse") or []):
            wrong[f"allowed_mentions.{key}"] = f"parse:{key!r} and {key}: [ids...] are mutually exclusive."
        if len(allowed.get(key) or []) > 100:
            wrong[f"allowed_mentions.{key}"] = "Must be 100 or fewer in length."
    if unknown := set(allowed.get("parse") or []) - set(KINDS):
        wrong["allowed_mentions.parse"] = f"Value must be one of {KINDS}: {sorted(unknown)}"
    return wrong


def pings(message: Any, user: User) -> bool:
    """Whether somebody's screen lights up."""
    member = message.channel.guild.members.get(user.id) if message.channel.guild else None
    roles = set(member.roles) if member else set[str]()
    return message.mention_everyone or user in message.mentions or bool(roles & set(message.mention_roles))
