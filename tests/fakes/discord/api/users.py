"""Who the bot is, whom it knows, where it connects."""

from __future__ import annotations

from typing import Any

from fakes.discord.errors import DiscordError
from fakes.discord.routes import Given, route


@route("GET", "/users/@me")
async def me(given: Given) -> Any:
    """The bot itself."""
    return given.world.app.user.seen() | {"email": None, "verified": True, "mfa_enabled": True, "locale": "en-US"}


@route("GET", "/users/{user_id}")
async def user(given: Given) -> Any:
    """Anybody."""
    return given.world.user(given.at["user_id"]).seen()


@route("GET", "/users/@me/guilds")
async def my_guilds(given: Given) -> Any:
    """Where the bot is."""
    mine = [g for g in given.world.guilds.values() if given.world.app.id in g.members]
    after, limit = int(given.query.get("after", 0)), given.number("limit", 200, 200)
    found = [guild for guild in mine if int(guild.id) > after][:limit]
    return [{"id": g.id, "name": g.name, "icon": None, "owner": False, "features": []} for g in found]


@route("DELETE", "/users/@me/guilds/{guild_id}")
async def leave_guild(given: Given) -> Any:
    """The bot goes."""
    given.discord.remove(given.world.guild(given.at["guild_id"]))


@route("POST", "/users/@me/channels")
async def open_direct(given: Given) -> Any:
    """Its conversation with somebody: with people alone, and a guild must be shared before anything can be said."""
    user = given.world.user(given.fields("recipient_id").get("recipient_id"))
    if user.bot:
        raise DiscordError(50007)
    return given.world.direct(user).seen(given.world.app.id)


@route("GET", "/oauth2/applications/@me")
async def application(given: Given) -> Any:
    """What the developer portal says of it."""
    app = given.world.app
    return {
        "id": app.id,
        "name": app.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": app.flags,
        "hook": True,
        "owner": app.owner.seen(),
        "team": None,
        "rpc_origins": [],
        "approximate_guild_count": sum(app.id in guild.members for guild in given.world.guilds.values()),
        "integration_types_config": {"0": {}},
    }


@route("GET", "/applications/@me")
async def application_again(given: Given) -> Any:
    """The same."""
    return await application(given)


@route("GET", "/gateway/bot")
async def gateway(given: Given) -> Any:
    """Where it connects, with how many shards, and how often still."""
    limits = given.discord.limits
    left = max(0, given.discord.gateway.identifies_left)
    start = {"total": limits.identifies, "remaining": left, "reset_after": 86400000}
    start["max_concurrency"] = limits.concurrency
    return {"url": given.discord.gateway_url, "shards": limits.shards, "session_start_limit": start}
