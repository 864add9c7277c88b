"""Threads in which nobody may write any more, since somebody locked them where they stand: the team reads it."""

from __future__ import annotations

import logging

from bot.desk.context import Desk
from bot.desk.conversations import client_side, request_of, team_thread
from bot.domain.events import Status
from bot.messages import locked
from bot.ports import Change, Draft, Op, Place, Urgency

log = logging.getLogger("steward.locking")


async def thread_locked(desk: Desk, place: Place) -> None:
    """A platform tells that only who looks after it may write in that thread. Where a request goes on in it, the team
    reads in its own thread who can say nothing now and what to do next; once a day (UTC) at most, since a platform
    tells the same again with each other change."""
    at = desk.now()
    for conversation in await desk.store.conversations_at(place):
        number = request_of(conversation)
        request = await desk.store.request(number) if number else None
        if request is None or not (request.status.is_open or request.status is Status.RESOLVED):
            continue
        if conversation not in (client_side(request), team_thread(request.number)):
            continue
        log.warning("the thread of %s in %s was locked", conversation, place.platform)
        ours = conversation == team_thread(request.number)
        said = locked.team(request) if ours else locked.client(request, await desk.store.directory(), place.platform)
        key = f"locked:{conversation}:{place.thread or place.channel}:{at:%Y-%m-%d}"
        draft = Draft(key, Op.POST, team_thread(request.number), said, urgency=Urgency.ANSWER)
        await desk.store.commit(Change(outbox=(draft,), suppressed=desk.suppressed, at=at))
