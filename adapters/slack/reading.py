"""Reading what stands in Slack: a channel's history, a thread, one message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.failing import GONE, code_of, meaning, understood
from adapters.slack.pacing import Pace
from adapters.slack.places import instant, timestamp
from adapters.slack.team import Team
from bot.clock import Clock
from bot.ports import CannotTell, Place, RateLimited

log = logging.getLogger("steward.slack")

KEY = "key"
"""What a post's key is called in its metadata."""
MORE = "more"
"""How many posts and files follow a post that is not whole yet."""
PAGE = 200
PAGES = 25
"""So many pages are read at most for one look."""
WAITS = 20
"""How often it waits for its turn at most."""
BACK = timedelta(days=8)
"""A post is tried for a day, and a desk that was restored has lost a few: what is older is not looked through."""

Raw = Mapping[str, Any]


class Reading:
    """Asks in turn; a channel's history comes newest first, a thread oldest first, as Slack tells it."""

    def __init__(self, client: AsyncWebClient, pace: Pace, clock: Clock) -> None:
        self._client, self._pace, self._clock = client, pace, clock

    async def posted(self, place: Place, key: str, team: Team) -> Raw | None:
        """The desk's own message with that key, and no other app's, which may say of its own what it likes. Raises
        CannotTell where too much was said since."""
        async for message in self.since(place, self._clock.machine() - BACK):
            carried = (message.get("metadata") or {}).get("event_payload") or {}
            others = not team.wrote(dict(message)) and (message.get("user") or message.get("bot_id"))
            if carried.get(KEY) == key and not others:
                return message
        return None

    async def since(
        self, place: Place, at: datetime, *, sure: datetime | None = None, patient: bool = False
    ) -> AsyncIterator[Raw]:
        """What stands there, written from then on; a thread's with its root, whenever that was written.

        Raises CannotTell where there is more than it reads; of a channel only where that is not older than `sure`.
        Raises RateLimited unless it is to be `patient`.
        """
        cursor, reached = "", False
        for _ in range(PAGES):
            answer = await self._turn(place, oldest=timestamp(at), cursor=cursor, patient=patient)
            for message in answer.get("messages") or ():
                yield message
                written = instant(str(message.get("ts") or "")) if sure else None
                reached = reached or (written is not None and sure is not None and written < sure)
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
        if reached and place.thread is None:
            log.info("%s has more than %d messages since %s; the older ones are left", place, PAGE * PAGES, at)
            return
        raise CannotTell(f"more than {PAGE * PAGES} messages were written there since {at:%Y-%m-%d %H:%M}")

    async def message(self, place: Place, ts: str) -> Raw | None:
        """One message, wherever in the channel it stands; None where it is gone."""
        # Of a reply the first answers that reply, of a root the root and what follows; the second knows roots alone.
        one: dict[str, Any] = {"channel": place.channel, "latest": ts, "inclusive": True, "limit": 1}
        one["include_all_metadata"] = True
        replies, history = self._client.conversations_replies, self._client.conversations_history
        found = await self._one("conversations.replies", ts, lambda: replies(ts=ts, **one))
        return found or await self._one("conversations.history", ts, lambda: history(oldest=ts, **one))

    async def _one(self, method: str, ts: str, ask: Callable[[], Awaitable[AsyncSlackResponse]]) -> Raw | None:
        await self._pace.turn(method)
        try:
            answer = await ask()
        except SlackApiError as error:
            if code_of(error) in GONE:
                return None
            raise meaning(error) from error
        return next((found for found in answer.get("messages") or () if found.get("ts") == ts), None)

    async def _turn(self, place: Place, *, patient: bool, **asked: Any) -> Raw:
        """A page, when it is its turn."""
        for _ in range(WAITS if patient else 0):
            try:
                return await self._page(place, **asked)
            except RateLimited as wait:
                if wait.everywhere:
                    raise
                await asyncio.sleep(wait.seconds)
        return await self._page(place, **asked)

    async def _page(self, place: Place, **asked: Any) -> Raw:
        given = {name: value for name, value in asked.items() if value}
        given |= {"channel": place.channel, "limit": PAGE, "inclusive": True, "include_all_metadata": True}
        method = "conversations.replies" if place.thread else "conversations.history"
        await self._pace.turn(method, place.channel)
        with understood():
            if place.thread is None:
                return (await self._client.conversations_history(**given)).data  # type: ignore[return-value]
            try:
                return (await self._client.conversations_replies(ts=place.thread, **given)).data  # type: ignore[return-value]
            except SlackApiError as error:
                if code_of(error) in GONE:
                    return {}
                raise
