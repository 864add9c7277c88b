"""The fake's time: two clocks that tests may hurry.

What is stamped (a message's ts) is desk time, of whatever clock the test gives. What expires (an acknowledgement,
a trigger, a pause after a 429) is machine time, which goes on steadily and can be skipped: sleepers wake up then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

from bot.clock import Clock, SystemClock

T = TypeVar("T")


class Times:
    """Both times in seconds since 1970; `skip` moves both."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._skipped = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        """Desk time: what messages are stamped with."""
        return self._clock.now().timestamp() + self._skipped

    def machine(self) -> float:
        """Machine time: what deadlines are reckoned in."""
        return self._clock.machine().timestamp() + self._skipped

    def wall(self) -> float:
        """Machine time without what was skipped: what a program beside us reads on its own clock."""
        return self._clock.machine().timestamp()

    def skip(self, seconds: float) -> None:
        """That long goes by at once."""
        self._skipped += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Until so much machine time has gone by, or was skipped."""
        due = self.machine() + seconds
        while (left := due - self.machine()) > 0:
            # Not `wait_for`: before Python 3.12 it forgets that it was cancelled where time is skipped just then.
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._moved.wait()

    async def within(self, work: Awaitable[T], seconds: float) -> T:
        """What it comes to, or TimeoutError after so much machine time."""
        doing = asyncio.ensure_future(work)
        alarm = asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({doing, alarm}, return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                return doing.result()
            raise TimeoutError
        finally:
            alarm.cancel()
            doing.cancel()
