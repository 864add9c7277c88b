"""Channels and their exceptions."""

from __future__ import annotations

from typing import Any

from fakes.discord.discord_things import CATEGORY, DM, FORUM, NEWS, TEXT, Channel, Overwrite
from fakes.discord.errors import DiscordError, check, invalid
from fakes.discord.permissions import ALL, P
from fakes.discord.routes import Given, route

FIELDS = ("name", "type", "topic", "position", "nsfw", "parent_id", "permission_overwrites", "rate_limit_per_user")
FORUMS = ("available_tags", "default_reaction_emoji", "default_sort_order", "default_forum_layout")
LATER = ("default_auto_archive_duration", "default_thread_rate_limit_per_user", "flags")
THREAD = ("name", "archived", "locked", "auto_archive_duration", "invitable", "rate_limit_per_user", "flags")
DURATIONS = (60, 1440, 4320, 10080)
KINDS = (TEXT, CATEGORY, NEWS, FORUM)


@route("GET", "/channels/{channel_id}")
async def one(given: Given) -> Any:
    """One channel or thread."""
    return given.world.channel(given.at["channel_id"]).seen(given.world.app.id)


@route("POST", "/guilds/{guild_id}/channels")
async def create(given: Given) -> Any:
    """A new one."""
    guild, body = given.world.guild(given.at["guild_id"]), given.fields(*FIELDS, *FORUMS, *LATER)
    if lacks := P.MANAGE_CHANNELS & ~given.discord.may_in(guild):
        raise DiscordError(50013, say=f"Missing Permissions ({lacks.name})")
    kind = body.get("type") or TEXT
    check(_problems(body) | ({} if kind in KINDS else {"type": f"The fake makes types {KINDS}."}))
    if not body.get("name"):
        raise invalid("name", "This field is required")
    made = Channel(given.world.id(), kind, "", given.world.now(), guild, position=len(guild.channels))
    _apply(given, made, body)
    given.discord.deeds.add_channel(made)
    return made.seen(given.world.app.id)


@route("PATCH", "/channels/{channel_id}")
async def change(given: Given) -> Any:
    """Different in something."""
    channel = given.world.channel(given.at["channel_id"])
    if channel.type == DM:
        raise DiscordError(50003)
    if channel.is_thread:
        given.discord.threads.change(channel, given.fields(*THREAD, "applied_tags"))
        return channel.seen(given.world.app.id)
    body = given.fields(*FIELDS, *FORUMS, *LATER)
    given.world.need(channel, P.MANAGE_CHANNELS)
    if "permission_overwrites" in body:
        given.world.need(channel, P.MANAGE_ROLES)
    check(_problems(body))
    if any(name in body and body[name] != getattr(channel, name) for name in ("name", "topic")):
        given.discord.pacing.rename(channel.id)
    with given.discord.noticing(channel):
        _apply(given, channel, body)
    given.discord.deeds.channel(channel, "UPDATE")
    return channel.seen(given.world.app.id)


@route("DELETE", "/channels/{channel_id}")
async def delete(given: Given) -> Any:
    """It is gone; a direct conversation is closed, and still there."""
    channel = given.world.channel(given.at["channel_id"])
    told = channel.seen(given.world.app.id)
    if channel.type != DM:
        given.world.need(channel, P.MANAGE_THREADS if channel.is_thread else P.MANAGE_CHANNELS)
        given.discord.deeds.drop_channel(channel)
    return told


@route("PUT", "/channels/{channel_id}/permissions/{target}")
async def allow(given: Given) -> Any:
    """An exception for a role or a member."""
    channel, body = _for_rules(given), given.fields("id", "type", "allow", "deny")
    kind, target = body.get("type"), given.at["target"]
    if kind not in (0, 1) or target not in (channel.home.roles if kind == 0 else channel.home.members):
        raise DiscordError(10009, say="Unknown overwrite", status=404)
    with given.discord.noticing(channel):
        channel.overwrites[target] = Overwrite(target, kind, _bits(body.get("allow")), _bits(body.get("deny")))
    given.discord.deeds.channel(channel, "UPDATE")


@route("DELETE", "/channels/{channel_id}/permissions/{target}")
async def forbid(given: Given) -> Any:
    """No exception any more."""
    channel = _for_rules(given)
    if given.at["target"] not in channel.overwrites:
        raise DiscordError(10009, say="Unknown overwrite", status=404)
    with given.discord.noticing(channel):
        del channel.overwrites[given.at["target"]]
    given.discord.deeds.channel(channel, "UPDATE")


def _for_rules(given: Given) -> Channel:
    channel = given.world.channel(given.at["channel_id"], P.MANAGE_ROLES)
    if channel.guild is None or channel.is_thread:
        raise DiscordError(50024)
    return channel


def _bits(text: Any) -> P:
    return P(int(text or 0) & int(ALL))


def _problems(body: dict[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if "name" in body and not 1 <= len(body["name"] or "") <= 100:
        wrong["name"] = "Must be between 1 and 100 in length."
    if len(body.get("topic") or "") > (4096 if body.get("type") == FORUM else 1024):
        wrong["topic"] = "Must be 1024 or fewer in length."
    tags = body.get("available_tags") or []
    if len(tags) > 20:
        wrong["available_tags"] = "Must be 20 or fewer in length."
    for n, tag in enumerate(tags):
        if not 1 <= len(tag.get("name") or "") <= 20:
            wrong[f"available_tags.{n}.name"] = "Must be between 1 and 20 in length."
        if unknown := tag.keys() - {"id", "name", "moderated", "emoji_id", "emoji_name"}:
            wrong[f"available_tags.{n}"] = f"unknown field: {', '.join(sorted(unknown))}"
    if len({tag.get("name") for tag in tags}) < len(tags):
        wrong["available_tags"] = "Tag names are there once each."
    if body.get("default_auto_archive_duration") not in (None, *DURATIONS):
        wrong["default_auto_archive_duration"] = f"Value must be one of {DURATIONS}."
    return wrong


def _apply(given: Given, channel: Channel, body: dict[str, Any]) -> None:
    if "parent_id" in body:
        parent = given.world.channels.get(str(body["parent_id"])) if body["parent_id"] else None
        if body["parent_id"] and (parent is None or parent.type != CATEGORY or parent.guild is not channel.guild):
            raise invalid("parent_id", "Category does not exist", "CHANNEL_PARENT_INVALID")
        channel.parent = parent
    if "name" in body:
        plain = str(body["name"])
        channel.name = plain if channel.type in (CATEGORY, FORUM) else "-".join(plain.lower().split())
    channel.topic = body.get("topic", channel.topic)
    channel.position = body.get("position", channel.position)
    channel.slowmode = body.get("rate_limit_per_user") or channel.slowmode
    channel.auto_archive = body.get("default_auto_archive_duration") or channel.auto_archive
    if "available_tags" in body:
        channel.tags = [_tag(given, tag) for tag in body["available_tags"]]
    if "permission_overwrites" in body:
        rules = [
            Overwrite(str(one["id"]), int(one["type"]), _bits(one.get("allow")), _bits(one.get("deny")))
            for one in body["permission_overwrites"] or []
        ]
        channel.overwrites = {rule.id: rule for rule in rules}


def _tag(given: Given, tag: dict[str, Any]) -> dict[str, Any]:
    told = {"id": str(tag.get("id") or given.world.id()), "name": tag["name"], "moderated": bool(tag.get("moderated"))}
    return told | {"emoji_id": tag.get("emoji_id"), "emoji_name": tag.get("emoji_name")}
