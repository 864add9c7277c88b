"""What an intake watches, which fires and sends nothing itself: that somebody else does."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.clock import Clock
from bot.ports import Store

log = logging.getLogger("steward")

UNFIRED = timedelta(minutes=1)
"""How long a timer may be late until an intake takes it that there is no worker."""
WATCHED = 100
"""How many of the oldest messages an intake watches."""


class Watch:
    """Says in the log what nobody does."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._waiting = set[int]()
        """What waited to leave at the last look."""

    async def look(self) -> None:
        """Look once; what waits to leave is told of where it waited at the last look already."""
        late, since = await self._store.audit.overdue(self._clock.now() - UNFIRED)
        if since is not None:
            log.error("nobody fires %d timers, due since %s: start a worker (steward run --role worker)", late, since)
        waiting = {id for id, _ in await self._store.audit.waiting_to_leave(self._clock.now(), WATCHED)}
        if stood := waiting & self._waiting:
            log.warning(
                "%d messages have been waiting to leave since the last look, a minute ago: see that a worker runs "
                "(steward run --role worker)",
                len(stood),
            )
        self._waiting = waiting
