"""Taking somebody out of the private channels that the desk itself made and asked them into.

Channels that people made are theirs to open and close; who must be taken out there is named. Of a direct conversation
nothing can be taken back: what goes on goes on elsewhere (`bot/desk/parting.py`).
"""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failing import code_of, meaning
from adapters.slack.places import PLATFORM, is_channel, is_user
from adapters.slack.team import Teams
from bot.desk.context import Desk
from bot.desk.departing import Stays, may_read
from bot.ports import Account, Refused

log = logging.getLogger("steward.slack")

PAGES = 100
"""Pages of a channel's members that are looked through at most."""


class Private:
    """Looks through them, in one workspace."""

    def __init__(self, client: AsyncWebClient, desk: Desk, teams: Teams) -> None:
        self._client, self._desk, self._teams = client, desk, teams

    async def take_out(self, account: Account) -> bool | Stays:
        """Of all that they may not read as who they are now; False for who is somebody in another workspace. Answers
        which private channels they stay in. Raises what is tried again later."""
        team, (_, workspace, user) = await self._teams.team(), account
        if workspace != team.workspace or not is_user(user):
            return workspace == team.workspace
        whose = await self._desk.store.identify(*account)
        person = (await self._desk.store.directory()).people.get(whose or "")
        stays = list[str]()
        for conversation, place in (await self._desk.store.bindings()).items():
            here = (place.platform, place.workspace) == (PLATFORM, workspace)
            if not here or conversation.startswith("dm:") or not is_channel(place.channel) or place.thread:
                continue
            if not await may_read(self._desk, person, conversation):
                try:
                    if left := await self._out(place.channel, user, team.user):
                        stays.append(left)
                except SlackApiError as error:
                    if not isinstance(what := meaning(error), Refused):
                        raise what from error
                    if code_of(error) not in ("not_in_channel", "channel_not_found"):
                        log.warning("%s stays in %s: %s", user, place.channel, code_of(error))
        return Stays(person.name if person else "", tuple(sorted(stays))) if stays else True

    async def _out(self, channel: str, user: str, me: str) -> str:
        """The name of the channel, where they stay in it."""
        told = (await self._client.conversations_info(channel=channel))["channel"] or {}
        if not told.get("is_private"):
            return ""  # whoever is in the workspace reads it
        if told.get("creator") == me:
            await self._client.conversations_kick(channel=channel, user=user)
            log.info("%s is taken out of %s", user, channel)
            return ""
        return str(told.get("name") or channel) if await self._is_in(channel, user) else ""

    async def _is_in(self, channel: str, user: str) -> bool:
        cursor = ""
        for _ in range(PAGES):
            told = await self._client.conversations_members(channel=channel, limit=200, cursor=cursor)
            if user in told["members"]:
                return True
            cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return False
