"""What people wrote in Slack while the desk was away, for `bot/desk/backfill.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.events import PLAIN, Listening
from adapters.slack.incoming import called
from adapters.slack.places import instant, place_of, ref_of, thread_of
from adapters.slack.reading import Reading
from adapters.slack.team import Team, Teams
from bot.desk.backfill import unchanged
from bot.desk.context import Desk, Heard, Refusal
from bot.ports import Place

ROOTS = timedelta(days=14)
"""So far back a channel is looked through for threads that no request has, and in which somebody wrote since: Slack
tells of replies by the message they hang from alone. A request's thread is read however old it is."""


class SlackHistory:
    """`History` over the Web API."""

    def __init__(self, desk: Desk, reading: Reading, listening: Listening, teams: Teams) -> None:
        self._desk, self._reading, self._listening, self._teams = desk, reading, listening, teams

    async def since(self, place: Place, at: datetime) -> Sequence[Heard]:
        """All that people whom the desk knows wrote there at `at` or later, as it reads now."""
        team = await self._teams.team()
        found: list[Heard] = []
        if place.thread is not None:
            async for raw in self._reading.since(place, at, patient=True):
                if thread_of(raw) == place.thread and _of(raw) >= at:
                    found += await self._heard(team, place.channel, raw)
            return found
        async for raw in self._reading.since(place, at - ROOTS, sure=at, patient=True):
            if thread_of(raw) is not None:
                continue  # a reply that is shown in the channel too
            if _of(raw) >= at:
                found += await self._heard(team, place.channel, raw)
            latest = instant(str(raw.get("latest_reply") or ""))
            if latest is not None and latest >= at:
                thread = place_of(place.workspace, place.channel, str(raw["ts"]))
                if await self._desk.store.conversation_at(thread) is None:
                    found += await self.since(thread, at)
        return found

    async def _heard(self, team: Team, channel: str, raw: Any) -> list[Heard]:
        if str(raw.get("subtype") or "") not in PLAIN or raw.get("bot_id") or team.wrote(raw):
            return []
        source = await self._desk.store.source(ref_of(team.workspace, channel, raw))
        if source is None and called(str(raw.get("text") or ""), team.user) is not None:
            return []  # a command that nobody carried out then is not carried out now
        try:
            heard = await self._listening.heard(team, channel, raw)
        except Refusal:
            heard = None
        if heard is not None and heard.author:
            return [heard]
        return [unchanged(source)] if source is not None else []


def _of(raw: Any) -> datetime:
    at = instant(str(raw.get("ts") or ""))
    if at is None:
        raise ValueError("a message without a time")
    return at
