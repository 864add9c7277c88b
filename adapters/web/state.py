"""What every endpoint needs, and the few moves they share: kind errors, reading a body, waking the desk."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from adapters.web.access import Access
from adapters.web.accounts import Accounts
from adapters.web.auth import Sessions
from adapters.web.demo import Demo
from adapters.web.live import Hub
from adapters.web.render import Reader, Render
from bot.desk.context import Desk
from bot.domain.people import Person
from bot.ports import Workspace

log = logging.getLogger("steward.web")


@dataclass(frozen=True)
class Web:
    """The application's parts, made once in wiring.py."""

    desk: Desk
    workspace: Workspace
    hub: Hub
    sessions: Sessions
    accounts: Accounts
    wake: Callable[[], Awaitable[None]]
    access: Access
    render: Render
    demo: Demo | None

    async def reader(self, person: Person) -> Reader:
        """The person as the one who looks, now."""
        return Reader(person, await self.desk.store.directory(), self.desk.now(), self.desk.rules)

    async def acted(self) -> None:
        """Somebody did something: what it set off is sent at once. If that fails it goes out with the next tick."""
        try:
            await self.wake()
        except Exception:
            log.exception("waking the desk failed; the timers will")


def kind(status: int, sentence: str) -> HTTPException:
    """An error whose words are for a person."""
    return HTTPException(status, sentence)


def missing() -> HTTPException:
    """For what is not there and for what is not theirs: the same words."""
    return kind(404, "There is nothing here that you can see. It may have moved; begin from your conversations.")


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise kind(415, "This page sent something the desk cannot read. Reload and try again.")
    try:
        data = json.loads(await request.body())
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise kind(400, "This page sent something the desk cannot read. Reload and try again.")
    return data


def number(value: object) -> int | None:
    """A message's id as a page gives it; None for nothing. Anything else is no id."""
    if value is None or value == "":
        return None
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise missing()
    return int(text)
