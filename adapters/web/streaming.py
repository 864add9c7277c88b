"""The stream of news to one open page: where something happened, of what its person may know of."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from sse_starlette import ServerSentEvent

from adapters.web.access import Access
from adapters.web.live import Hub, Moved, Seen
from bot.domain.people import Person
from bot.messages.times import iso


async def stream(
    hub: Hub, access: Access, who: Callable[[], Awaitable[Person | None]], now: Callable[[], datetime]
) -> AsyncIterator[ServerSentEvent]:
    """The events one person may know of, with the desk's time. It ends when the person may no longer come in, or
    when the hub closes."""
    with hub.subscribe() as subscription:
        yield _event("hello", now, turn=hub.turn)
        while not hub.closed:
            event = await subscription.get()
            person = await who() if event else None
            if event is None or person is None:
                return
            if isinstance(event, Moved):
                yield _event("moved", now)
            elif isinstance(event, Seen):
                if event.person == person.id:
                    yield _event("seen", now, channel=event.channel, thread=event.thread)
            elif await access.channel(person, event.channel):
                yield _event("changed", now, channel=event.channel, message=event.message, thread=event.thread)


def _event(name: str, now: Callable[[], datetime], **data: object) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=json.dumps({"now": iso(now()), **data}))
