"""App Home: what is somebody's own, made anew each time they open it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from adapters.slack.acting import Acting
from adapters.slack.failing import understood
from adapters.slack.home import asked, home
from bot.desk import front
from bot.messages import refusals
from bot.messages.model import Message

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
        directory = await self._desk.store.directory()
        person = directory.people.get(act.person)
        parts: list[Message | None] = []
        if person is None or not person.active:
            parts.append(refusals.refused(refusals.stranger(directory)).message)
        else:
            parts += [(await front.run(self._desk, person.id, name, args)).message for name, args in asked(person)]
        shown = [part for part in parts if part is not None]
        view = home(shown, await self._acting.drawing.reader(act.person, *shown))
        with understood():
            await self._acting.client.views_publish(user_id=user, view=view)
