"""What Slack tells, to the workspace in which it happened.

Each workspace has a Bolt app of its own with its own token, so that nothing that one of them tells is ever answered
with another's.
"""

from __future__ import annotations

import json
import logging

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.workspace import SlackWorkspace
from adapters.slack.workspaces import Workspaces

log = logging.getLogger("steward.slack")


class Routing:
    """Stands where a single Bolt app would."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Have it heard where it is from. What is not 200 is told again."""
        if req.body.get("type") == "url_verification":
            return BoltResponse(status=200, body=json.dumps({"challenge": str(req.body.get("challenge", ""))}))
        id = str(req.context.team_id or "")
        try:
            workspace = await self._workspaces.find(id)
        except Exception as error:
            log.warning("whose an event is cannot be told yet: %s", error)
            return BoltResponse(status=503)
        if workspace is None:
            log.info("nothing is heard of %s: the desk is not in there", id or "a workspace that is not named")
            return BoltResponse(status=200)
        return await (await self._bound(req, workspace)).app.async_dispatch(req)

    async def _bound(self, req: AsyncBoltRequest, workspace: SlackWorkspace) -> SlackWorkspace:
        """Of a channel that workspaces share Slack tells but one of those in which the app is: it is heard where it is
        bound."""
        event = req.body.get("event")
        if req.body.get("is_ext_shared_channel") is not True or not isinstance(event, dict):
            return workspace
        item = event.get("item")
        channel = event.get("channel") or (item.get("channel") if isinstance(item, dict) else None)
        return await self._workspaces.of_channel(channel, workspace) if isinstance(channel, str) else workspace
