"""The lives of a desk: each time it is brought back from a backup another one begins, an era.

Between the backup and the loss the desk went on sending. So what waits to leave is looked for first, and so is what the
timers of that time decide once more: such messages are relived. They keep the names they had or would have had; all
others bear the era, so that nobody takes a message of the lost time for one of now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Decide, Timer
from storage.instants import micros


@dataclass(frozen=True)
class Eras:
    """What a restored desk knows of its lives: the seconds at which each began, 0 for the first one."""

    now: int
    before: int
    """The one the backup was made in: what is relived has the names of that one."""
    others: tuple[int, ...]
    """All further ones that may have said something."""
    until: int
    """Timers due by then (microseconds of desk time) may have been decided by a desk that was lost."""

    def lived(self, due_at: datetime) -> bool:
        """Whether a timer that was due then may have been decided before."""
        return micros(due_at) <= self.until

    def of(self, change: Change, due_at: datetime, now: datetime) -> Change:
        """What a timer decided that was due then. What was to wait until after now no lost desk has sent."""
        if not self.lived(due_at):
            return change
        told = (replace(d, relived=d.not_before is None or d.not_before <= now) for d in change.outbox)
        return replace(change, outbox=tuple(told))

    def deciding(self, decide: Decide, now: datetime) -> Decide:
        """The same decisions, each of them `of` the time its timer was due in."""

        def decided(timer: Timer, request: Request | None, directory: Directory) -> Change:
            return self.of(decide(timer, request, directory), timer.due_at, now)

        return decided

    def name(self, base: str) -> str:
        """What a chat calls a message of now."""
        return _in(self.now, base)

    def names(self, base: str) -> tuple[str, ...]:
        """What a chat may call a message that is relived, the one to be given first."""
        return tuple(_in(era, base) for era in (self.before, *self.others))


def _in(era: int, base: str) -> str:
    return f"{base}~{era:x}" if era else base
