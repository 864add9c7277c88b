"""Words that are old enough: each night they go from requests that ended longer ago than the client's settings keep
them. Facts, times and figures stay; open requests are never touched.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time, timedelta

from bot.desk import erasing
from bot.desk.context import Desk
from bot.desk.jobs import Wanted, job
from bot.domain.people import Directory
from bot.ports import Change, Timer

log = logging.getLogger("steward.retention")

SUBJECT = "retention"
AT = time(3)
"""When in the night, UTC: nobody waits for it."""


def plan(directory: Directory, now: datetime) -> Wanted:
    """A timer each night, while any client's words are kept for some days only."""
    wanted = any(client.settings.keep_days for client in directory.clients.values())
    return {SUBJECT: {"nightly": _next(now)} if wanted else {}}


def _next(now: datetime) -> datetime:
    tonight = now.astimezone(UTC).replace(hour=AT.hour, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)


@job(SUBJECT, plan)
async def run(desk: Desk, timer: Timer, now: datetime) -> Change:
    """Erase what is old enough, client by client; a night that is cut short goes on with the next."""
    for client in (await desk.store.directory()).clients.values():
        if client.settings.keep_days:
            done = await erasing.erase_aged(desk, client.key, now - timedelta(days=client.settings.keep_days))
            if done:
                log.info("erased the words of %d ended requests of %s", done, client.key)
    return Change(timers={SUBJECT: {timer.kind: _next(now)}})
