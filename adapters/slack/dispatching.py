"""A payload is handed to Bolt. Whatever is in it there is an answer: 200 taken, 400 unreadable, 503 not heard yet."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal, Protocol

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.ports import Refused

log = logging.getLogger("steward.slack")

UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a payload raises that is not as Slack's are."""


class App(Protocol):
    """What carries out what Slack tells: a Bolt app, or what stands for several (routing.py)."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Have it done, and answer for it."""
        ...


class Hears(Protocol):
    """Who sees to it that what is taken is carried out (keeping.py)."""

    async def hear(self, request: AsyncBoltRequest) -> BoltResponse:
        """What Slack is answered."""
        ...


async def dispatched(
    hears: Hears, body: str | dict[str, Any], headers: Mapping[str, Any], *, mode: Literal["http", "socket_mode"]
) -> BoltResponse:
    """What Slack is answered to what came in by either door."""
    try:
        # Bolt looks for who and where before it answers for itself.
        return await hears.hear(AsyncBoltRequest(body=body, headers=dict(headers), mode=mode))
    except Exception as error:
        return answered(error)


async def carried_out(app: App, request: AsyncBoltRequest) -> BoltResponse:
    """What Bolt and the desk answer."""
    try:
        answer = await app.async_dispatch(request)
    except Exception as error:  # Bolt looks by itself which listener it is for
        return answered(error)
    if answer.status == 404:
        log.info("Slack told of something that nobody here takes: %s", request.body.get("type"))
        return BoltResponse(status=400, body={"error": "This app has asked for nothing of that kind."})
    return BoltResponse(status=503) if answer.status == 500 else answer


def answered(error: Exception) -> BoltResponse:
    """Whatever is not 200 is told again; what cannot be read will not be by then, either."""
    if isinstance(error, Refused):
        # It was heard, and Slack wants nothing of what follows: it would not the next time, either.
        log.warning("what Slack told was heard, and what follows cannot be done: %s", error)
        return BoltResponse(status=200)
    log.error("something that Slack told could not be heard", exc_info=error)
    if isinstance(error, UNREADABLE):
        return BoltResponse(status=400, body={"error": "It cannot be read."})
    return BoltResponse(status=503)
