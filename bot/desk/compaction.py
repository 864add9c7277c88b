"""The database's files without what was deleted from them: written anew after the answer to an erasure.

While SQLite does so, nobody else is served, for seconds where much is kept; whoever erases need not wait for it too.
"""

from __future__ import annotations

from datetime import datetime

from bot.desk.context import Desk
from bot.desk.jobs import Wanted, job
from bot.domain.people import Directory
from bot.ports import Change, Timer

SUBJECT = "compaction"


def plan(directory: Directory, now: datetime) -> Wanted:
    """Nothing by rule: an erasure asks for it."""
    return {}


async def soon(desk: Desk) -> None:
    """Have it done at the desk's next wake, or at its next start."""
    now = desk.now()
    await desk.store.commit(Change(timers={SUBJECT: {"after an erasure": now}}, at=now))


@job(SUBJECT, plan)
async def run(desk: Desk, timer: Timer, now: datetime) -> Change:
    """Write the files anew. One that fails, on a full disk say, is tried again."""
    await desk.store.erasing.compact()
    return Change()
