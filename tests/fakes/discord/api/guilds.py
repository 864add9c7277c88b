"""Guilds, their channels, members and roles."""

from __future__ import annotations

from typing import Any

from fakes.discord.discord_things import Guild, Member, Role
from fakes.discord.errors import DiscordError
from fakes.discord.permissions import ALL, P
from fakes.discord.routes import Given, route

ROLE = ("name", "permissions", "color", "colors", "hoist", "icon", "unicode_emoji", "mentionable")


def _guild(given: Given, *needed: P) -> Guild:
    guild = given.world.guild(given.at["guild_id"])
    wanted = P(0)
    for one in needed:
        wanted |= one
    if lacks := wanted & ~given.discord.may_in(guild):
        raise DiscordError(50013, say=f"Missing Permissions ({lacks.name})")
    return guild


def _member(given: Given, guild: Guild) -> Member:
    found = guild.members.get(given.at["user_id"])
    if found is None:
        raise DiscordError(10007 if given.at["user_id"] in given.world.users else 10013)
    return found


@route("GET", "/guilds/{guild_id}")
async def one(given: Given) -> Any:
    """One of them."""
    guild = _guild(given)
    many = len(guild.members)
    counts = {"approximate_member_count": many, "approximate_presence_count": many}
    return guild.seen() | (counts if given.query.get("with_counts") in ("1", "true") else {})


@route("GET", "/guilds/{guild_id}/channels")
async def channels(given: Given) -> Any:
    """All of its channels; threads are elsewhere."""
    return [channel.seen(given.world.app.id) for channel in _guild(given).channels.values()]


@route("GET", "/guilds/{guild_id}/members")
async def members(given: Given) -> Any:
    """A page of them, for who has the intent."""
    guild = _guild(given)
    if "members" not in given.world.app.privileged:
        raise DiscordError(50001)
    after, limit = int(given.query.get("after", 0)), given.number("limit", 1, 1000)
    ids = sorted((id for id in guild.members if int(id) > after), key=int)[:limit]
    return [guild.members[id].seen() for id in ids]


@route("GET", "/guilds/{guild_id}/members/search")
async def search(given: Given) -> Any:
    """Whose names begin so."""
    query, limit = given.query.get("query", "").lower(), given.number("limit", 1, 1000)
    found = [m for m in _guild(given).members.values() if m.shown_name.lower().startswith(query)]
    return [member.seen() for member in found[:limit]]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
async def member(given: Given) -> Any:
    """One of them."""
    return _member(given, _guild(given)).seen()


@route("PATCH", "/guilds/{guild_id}/members/@me")
async def rename_me(given: Given) -> Any:
    """The bot is called otherwise there."""
    guild = _guild(given)
    me = guild.members[given.world.app.id]
    me.nick = given.fields("nick").get("nick")
    given.discord.deeds.member(guild, me, "UPDATE")
    return me.seen()


@route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
async def give_role(given: Given) -> Any:
    """A member has a role."""
    guild = _guild(given, P.MANAGE_ROLES)
    member, role = _member(given, guild), _below(given, guild)
    if role.id not in member.roles:
        given.discord.set_roles(guild, member, [*member.roles, role.id])


@route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
async def take_role(given: Given) -> Any:
    """No longer."""
    guild = _guild(given, P.MANAGE_ROLES)
    member, role = _member(given, guild), _below(given, guild)
    if role.id in member.roles:
        given.discord.set_roles(guild, member, [id for id in member.roles if id != role.id])


@route("GET", "/guilds/{guild_id}/roles")
async def roles(given: Given) -> Any:
    """All of them."""
    return [role.seen() for role in _guild(given).roles.values()]


@route("GET", "/guilds/{guild_id}/roles/{role_id}")
async def one_role(given: Given) -> Any:
    """One of them."""
    return given.world.role(_guild(given), given.at["role_id"]).seen()


@route("POST", "/guilds/{guild_id}/roles")
async def create_role(given: Given) -> Any:
    """One more."""
    guild = _guild(given, P.MANAGE_ROLES)
    body = given.fields(*ROLE)
    bits = P(int(body.get("permissions") or 0) & int(ALL))
    made = Role(given.world.id(), body.get("name") or "new role", bits, 1, bool(body.get("mentionable")))
    guild.roles[made.id] = made
    given.discord.deeds.role(guild, made, "CREATE")
    return made.seen()


@route("PATCH", "/guilds/{guild_id}/roles/{role_id}")
async def change_role(given: Given) -> Any:
    """Different in something."""
    guild = _guild(given, P.MANAGE_ROLES)
    role, body = _below(given, guild), given.fields(*ROLE)
    role.name = body.get("name") or role.name
    role.mentionable = bool(body.get("mentionable", role.mentionable))
    given.discord.permit(role, P(int(body.get("permissions", role.permissions)) & int(ALL)), guild=guild)
    return role.seen()


@route("DELETE", "/guilds/{guild_id}/roles/{role_id}")
async def delete_role(given: Given) -> Any:
    """One less."""
    guild = _guild(given, P.MANAGE_ROLES)
    given.discord.drop_role(guild, _below(given, guild))


@route("GET", "/guilds/{guild_id}/threads/active")
async def active_threads(given: Given) -> Any:
    """Every thread that is not archived and that the bot sees."""
    threads, me = given.discord.ready.active(_guild(given)), given.world.app.id
    mine = [thread.thread_member(me) for thread in threads if me in thread.thread_members]
    return {"threads": [thread.seen(me) for thread in threads], "members": mine}


def _below(given: Given, guild: Guild) -> Role:
    """The role in the path, where it stands below the bot's highest."""
    role = given.world.role(guild, given.at["role_id"])
    highest = max((guild.roles[id].position for id in guild.members[given.world.app.id].roles), default=0)
    if role.id == guild.id or role.managed or role.position >= highest:
        raise DiscordError(50013, say="Missing Permissions (the role is not below the bot's highest)")
    return role
