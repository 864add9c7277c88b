"""App Home: what is somebody's own, made anew each time they open it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from adapters.slack.acting import Acting
from adapters.slack.failing import understood
from adapters.slack.home import home
from bot.desk import at_home

log = logging.getLogger("steward.slack")


class Homes:
    """Publishes each person's own."""

    def __init__(self, acting: Acting) -> None:
        self._acting, self._desk = acting, acting.desk

    async def opened(self, body: Mapping[str, Any]) -> None:
        """Somebody looks at it."""
        event: Mapping[str, Any] = body["event"]
        if event.get("tab", "home") == "home":
            await self.show(str(event.get("user", "")))

    async def show(self, user: str) -> None:
        """Make it anew; a stranger reads whom to ask."""
        act = await self._acting.act(user)
        shown = await at_home.parts(self._desk, act.person)
        view = home(shown, await self._acting.drawing.reader(act.person, *shown))
        with understood():
            await self._acting.client.views_publish(user_id=user, view=view)
