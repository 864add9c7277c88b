"""The workspace that the token is for, and who the desk is in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failing import part, understood
from bot.ports import MessageRef, Refused


@dataclass(frozen=True)
class Team:
    """As Slack answers who the token is."""

    workspace: str
    user: str
    """The bot as somebody who can be mentioned."""
    bot: str
    """The bot as the author of messages."""
    url: str

    def permalink(self, ref: MessageRef) -> str:
        """The address of a message, which leads into its thread."""
        place = ref.place
        address = f"{self.url.rstrip('/')}/archives/{place.channel}/p{ref.message.replace('.', '')}"
        return f"{address}?thread_ts={place.thread}&cid={place.channel}" if place.thread else address

    def wrote(self, message: dict[str, object]) -> bool:
        """Whether a message is the desk's own."""
        return message.get("user") == self.user or (bool(self.bot) and message.get("bot_id") == self.bot)


class Teams:
    """Asks once; whoever needs it while Slack is away is told by the error."""

    def __init__(self, client: AsyncWebClient, only: str = "") -> None:
        """`only` is the workspace that the token must be of."""
        self._client, self._only = client, only
        self._team: Team | None = None
        self._asking = asyncio.Lock()

    @property
    def token(self) -> str:
        """By which it is spoken there."""
        return self._client.token or ""

    async def team(self) -> Team:
        """The workspace. Raises what the desk's port to a chat may raise."""
        if self._team is None:
            async with self._asking:
                if self._team is None:
                    with understood():
                        told = await self._client.auth_test()
                        workspace, user = str(part(told, "team_id")), str(part(told, "user_id"))
                    if self._only and workspace != self._only:
                        raise Refused(
                            f"the token kept for {self._only} is another workspace's; nothing is said with it"
                        )
                    self._team = Team(
                        workspace,
                        user,
                        str(told.get("bot_id") or ""),
                        str(told.get("url") or "https://slack.com/"),
                    )
        return self._team
