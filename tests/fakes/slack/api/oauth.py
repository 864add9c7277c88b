"""oauth.*: a code becomes a token."""

from __future__ import annotations

from typing import Any

from fakes.slack.calls import Given, method
from fakes.slack.errors import SlackError


@method("apps.uninstall", "client_id! client_secret!", tier=1)
async def uninstall(given: Given) -> dict[str, Any]:
    """The app takes itself out of the workspace."""
    if (given.args["client_id"], given.args["client_secret"]) != (
        given.slack.app.client_id,
        given.slack.app.client_secret,
    ):
        raise SlackError("client_id_token_mismatch")
    given.slack.uninstall(given.installation.team)
    return {}


@method(
    "oauth.v2.access",
    "code! client_id! client_secret! redirect_uri grant_type refresh_token",
    tier=4,
    token="none",
)
async def access(given: Given) -> dict[str, Any]:
    """Once for each code, within ten minutes, by whoever knows the app's secret."""
    slack, app = given.slack, given.slack.app
    if given.args["client_id"] != app.client_id:
        raise SlackError("invalid_client_id")
    if given.args["client_secret"] != app.client_secret:
        raise SlackError("bad_client_secret")
    at = slack.codes.exchange(given.text("code"), given.args.get("redirect_uri"))
    installed = slack.install(at.team, scopes=at.scopes, by=at.person)
    whole: dict[str, Any] = {}
    if app.org_wide:
        whole = {"team": None, "enterprise": {"id": "E0ORG", "name": "Org"}, "is_enterprise_install": True}
    return {
        "access_token": installed.token,
        "token_type": "bot",
        "scope": ",".join(sorted(installed.scopes)),
        "bot_user_id": installed.user.id,
        "app_id": app.id,
        "team": {"name": at.team.name, "id": at.team.id},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": at.person.id},
        **whole,
    }
