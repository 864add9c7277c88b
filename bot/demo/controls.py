"""The demo's clock strip: skip forward, stopping at everything that falls due on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import SimulatedClock
from bot.desk.context import Desk
from bot.desk.reminders import advance

ZONE = ZoneInfo("Europe/London")


class Skipper:
    """Moves the desk's simulated time."""

    def __init__(self, desk: Desk, clock: SimulatedClock, wake: Callable[[], Awaitable[None]]) -> None:
        self._desk = desk
        self._clock = clock
        self._wake = wake

    async def skip(self, kind: str) -> str:
        """Skip "15m", "1h", to the next "deadline" or to "monday" at 9; answers what happened, as a sentence."""
        now = self._clock.now()
        match kind:
            case "15m":
                until = now + timedelta(minutes=15)
            case "1h":
                until = now + timedelta(hours=1)
            case "monday":
                until = _next_monday(now)
            case _:
                due = await self._desk.store.next_due()
                if due is None:
                    return "Nothing is due: raise a request first, as Dana."
                until = max(due, now)
        fired = await advance(self._desk, until, self._clock.move_to, self._wake)
        await self._wake()
        local = self._clock.now().astimezone(ZONE)
        what = {0: "Nothing fell due on the way.", 1: "One thing fell due."}.get(fired, f"{fired} things fell due.")
        return f"It is {local:%A %H:%M} now. {what}"


def _next_monday(now: datetime) -> datetime:
    local = now.astimezone(ZONE)
    monday = local.date() + timedelta(days=7 - local.weekday())
    return datetime.combine(monday, time(9), ZONE)
