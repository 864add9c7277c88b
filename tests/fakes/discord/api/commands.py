"""What a bot registers: everywhere, or in one guild."""

from __future__ import annotations

from typing import Any

from fakes.discord.command_rules import KNOWN, SLASH, problems_of_command, problems_of_commands
from fakes.discord.errors import DiscordError, check
from fakes.discord.routes import Given, route

EVERYWHERE = "/applications/{application_id}/commands"
IN_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _there(given: Given) -> dict[str, dict[str, Any]]:
    app = given.world.app
    if given.at["application_id"] != app.id:
        raise DiscordError(20012, say="You are not authorized to perform this action on this application", status=403)
    if "guild_id" not in given.at:
        return app.commands
    return app.guild_commands.setdefault(given.world.guild(given.at["guild_id"]).id, {})


def _made(given: Given, command: dict[str, Any], id: str | None = None) -> dict[str, Any]:
    bits = command.get("default_member_permissions")
    made = {
        "id": id or given.world.id(),
        "application_id": given.world.app.id,
        "version": given.world.id(),
        "default_member_permissions": None if bits is None else str(bits),
        "type": command.get("type") or SLASH,
        "name": command["name"],
        "name_localizations": command.get("name_localizations"),
        "description": command.get("description") or "",
        "description_localizations": command.get("description_localizations"),
        "dm_permission": command.get("dm_permission", True),
        "contexts": command.get("contexts"),
        "integration_types": command.get("integration_types") or [0],
        "nsfw": bool(command.get("nsfw")),
    }
    if command.get("options"):
        made["options"] = command["options"]
    if "guild_id" in given.at:
        made["guild_id"] = given.at["guild_id"]
    return made


def _key(command: dict[str, Any]) -> tuple[Any, Any]:
    return command.get("type") or SLASH, command.get("name")


async def listing(given: Given) -> Any:
    """All of them."""
    return list(_there(given).values())


async def replace(given: Given) -> Any:
    """These, and no others any more. What was there by that name keeps its id."""
    there = _there(given)
    check(problems_of_commands(given.body, given.discord.limits.commands))
    before = {_key(command): command["id"] for command in there.values()}
    made = [_made(given, command, before.get(_key(command))) for command in given.body]
    there.clear()
    there.update({command["id"]: command for command in made})
    return made


async def add(given: Given) -> Any:
    """One more, or again."""
    there = _there(given)
    before = {_key(command): command["id"] for command in there.values()}
    rest = [one for one in there.values() if _key(one) != _key(given.body)]
    plain = [{name: one[name] for name in ("type", "name", "description")} for one in rest if one["type"] == SLASH]
    wrong = problems_of_commands([given.body, *plain], given.discord.limits.commands)
    check({at.removeprefix("0."): say for at, say in wrong.items()})
    made = _made(given, given.body, before.get(_key(given.body)))
    there[made["id"]] = made
    return made


async def one(given: Given) -> Any:
    """One of them."""
    found = _there(given).get(given.at["command_id"])
    if found is None:
        raise DiscordError(10063)
    return found


async def change(given: Given) -> Any:
    """Different in something."""
    before = await one(given)
    given.body = {name: value for name, value in before.items() if name in KNOWN} | given.fields(*KNOWN)
    check(dict(problems_of_command(given.body)))
    made = _there(given)[before["id"]] = _made(given, given.body, before["id"])
    return made


async def delete(given: Given) -> Any:
    """One less."""
    await one(given)
    del _there(given)[given.at["command_id"]]


for _path in (EVERYWHERE, IN_GUILD):
    route("GET", _path)(listing)
    route("PUT", _path)(replace)
    route("POST", _path)(add)
    route("GET", _path + "/{command_id}")(one)
    route("PATCH", _path + "/{command_id}")(change)
    route("DELETE", _path + "/{command_id}")(delete)
