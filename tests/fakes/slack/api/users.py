"""users.*, usergroups.*, team.info, bots.info, auth.test: who is who."""

from __future__ import annotations

from typing import Any

from fakes.slack.calls import Given, method
from fakes.slack.errors import SlackError


@method("auth.test", "", tier=0)
async def test(given: Given) -> dict[str, Any]:
    """Whose token this is."""
    at = given.installation
    told = {"url": f"https://{at.team.domain}.slack.com/", "team": at.team.name, "user": at.user.handle}
    told |= {"team_id": at.team.id, "user_id": at.user.id, "bot_id": at.bot_id, "is_enterprise_install": False}
    return told


@method("api.test", "error foo", tier=0, token="none")
async def api_test(given: Given) -> dict[str, Any]:
    """That somebody answers."""
    if error := given.text("error"):
        raise SlackError(error)
    return {"args": given.args}


@method("users.info", "user! include_locale", tier=4, scopes=("users:read",), reads=True)
async def info(given: Given) -> dict[str, Any]:
    """One person."""
    user = given.world.visible(given.installation, given.args["user"])
    return {"user": user.seen_from(given.installation.team, email=_email(given))}


@method("users.list", "cursor limit include_locale team_id", tier=2, scopes=("users:read",), reads=True)
async def listed(given: Given) -> dict[str, Any]:
    """All people of the workspace, and its bots."""
    team = given.installation.team
    page, cursor = given.page([user for user in given.world.users.values() if user.team is team])
    told = [user.seen_from(team, email=_email(given)) for user in page]
    return {"members": told, "cache_ts": 0, "response_metadata": {"next_cursor": cursor}}


@method("users.lookupByEmail", "email!", tier=3, scopes=("users:read.email",), reads=True)
async def by_email(given: Given) -> dict[str, Any]:
    """Who has that address."""
    team, email = given.installation.team, given.text("email").lower()
    found = (u for u in given.world.users.values() if u.team is team and (u.email or "").lower() == email)
    user = next((user for user in found if not user.deleted), None)
    if user is None:
        raise SlackError("users_not_found")
    return {"user": user.seen_from(team, email=True)}


def _email(given: Given) -> bool:
    return "users:read.email" in given.installation.scopes


@method(
    "usergroups.list",
    "include_count include_disabled include_users team_id",
    tier=2,
    scopes=("usergroups:read",),
    reads=True,
)
async def usergroups(given: Given) -> dict[str, Any]:
    """The groups of the workspace."""
    told: list[dict[str, Any]] = []
    for group in given.world.usergroups.values():
        if group.team is not given.installation.team or (group.disabled and not given.flag("include_disabled")):
            continue
        told.append(group.seen(users=given.flag("include_users"), count=given.flag("include_count")))
    return {"usergroups": told}


@method("usergroups.users.list", "usergroup! include_disabled team_id", tier=2, scopes=("usergroups:read",), reads=True)
async def usergroup_users(given: Given) -> dict[str, Any]:
    """Who is in one."""
    group = given.world.usergroups.get(given.text("usergroup"))
    if group is None or group.team is not given.installation.team:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


@method("team.info", "team domain", tier=3, scopes=("team:read",), reads=True)
async def team(given: Given) -> dict[str, Any]:
    """The workspace; another one only where a channel is shared with it."""
    own = given.installation.team
    wanted = given.text("team") or own.id
    known = {t.id: t for channel in given.world.channels.values() if own in channel.teams for t in channel.teams}
    found = (known | {own.id: own}).get(wanted)
    if found is None:
        raise SlackError("team_not_found")
    told = {"id": found.id, "name": found.name, "domain": found.domain, "email_domain": "", "icon": {}}
    return {"team": told | {"url": f"https://{found.domain}.slack.com/"}}


@method("bots.info", "bot team_id", tier=3, scopes=("users:read",), reads=True)
async def bot(given: Given) -> dict[str, Any]:
    """A bot by its other id."""
    wanted = given.text("bot")
    user = next((user for user in given.world.users.values() if user.bot_id == wanted and wanted), None)
    if user is None:
        raise SlackError("bot_not_found")
    told = {"id": wanted, "deleted": user.deleted, "name": user.real_name, "updated": 1700000000}
    return {"bot": told | {"app_id": user.app_id, "user_id": user.id, "icons": {"image_36": user.picture}}}
