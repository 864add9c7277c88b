"""A client's plan decides under which policy its requests fall: where it changes, the open ones are matched again."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from bot.desk import applying
from bot.desk.context import Desk
from bot.desk.jobs import Wanted, job
from bot.domain.people import Directory
from bot.ports import Change, Timer

log = logging.getLogger("steward.plans")

NAME = "plan"
_DONE = datetime(2999, 1, 1, tzinfo=UTC)
"""When the timer of a plan that was seen to is due: never. It says which plan that was."""


def plan(directory: Directory, now: datetime) -> Wanted:
    """A timer for each client with policies that are for a plan, named after the plan it has: another one makes another
    timer, due at once."""
    asked = (key for key in directory.clients if any(p.match.plans for p in directory.promises_to(key)))
    return {f"{NAME}:{key}": {f"plan {directory.clients[key].settings.plan}": now} for key in asked}


@job(NAME, plan)
async def run(desk: Desk, timer: Timer, now: datetime) -> Change:
    """Match the open requests again, each in a transaction of its own (rule 13); cut short, it begins anew."""
    client = timer.subject.partition(":")[2]
    moved = await applying.rematch(desk.store, desk.rules, client, desk.now)
    if moved:
        log.info("matched %d open requests of %s again after a change of its plan", moved, client)
    return Change(timers={timer.subject: {timer.kind: _DONE}})
