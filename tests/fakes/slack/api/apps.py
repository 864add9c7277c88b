"""apps.*, oauth.*, auth.revoke: the app itself, its sockets and its installations."""

from __future__ import annotations

from typing import Any

from fakes.slack.calls import Given, method
from fakes.slack.errors import SlackError


@method("apps.connections.open", "", tier=1, scopes=("connections:write",), token="app")
async def open_connection(given: Given) -> dict[str, Any]:
    """The address of one socket, good once and for a while."""
    slack = given.slack
    if not slack.app.socket_mode:
        raise SlackError("access_denied", "Socket Mode is turned off for this app")
    address = slack.url.replace("http:", "ws:")
    return {"url": f"{address}/link/?ticket={slack.sockets.ticket(slack.app.id)}&app_id={slack.app.id}"}


@method("auth.revoke", "test", tier=3)
async def revoke(given: Given) -> dict[str, Any]:
    """The token is good no longer."""
    if given.flag("test"):
        return {"revoked": False}
    given.slack.revoke(given.installation)
    return {"revoked": True}
