"""The auditor: each minute, whatever the timers do, it looks for what stands still or does not add up.

It is no job of the desk's, since those hang on timers too. Every worker looks for itself; of one matter the alerts
channel hears once an hour, whoever found it, since the hour is in the key.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.desk.context import Desk
from bot.desk.conversations import ALERTS
from bot.desk.unsent import told_owners
from bot.messages import auditing as say
from bot.messages import unsent
from bot.messages.model import Said
from bot.ports import Change, Draft, Letter, Op, Urgency

log = logging.getLogger("steward.auditor")

OVERDUE = timedelta(seconds=5)
"""A timer that waits longer than this past its time is late: the desk looks at least once a second. Desk time."""
STUCK = timedelta(minutes=5)
"""A message that may go and has not gone for so long is stuck, whatever the reason: its reader waits. Machine time."""
MOST = 1000
"""How many of the oldest messages are watched."""
SLICE = 5
"""Requests replayed in one transaction: few, since on SQLite nobody else is served meanwhile."""
SLICES = 4
"""Transactions a look."""


class Auditor:
    """One worker's. Its memory is what it saw before: a matter counts once it has lasted."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: dict[int, datetime] = {}
        """When each waiting message was first seen (machine time)."""
        self._late: datetime | None = None
        """When timers were first seen late (desk time)."""
        self._next = 0
        """The last request that was replayed."""
        self._differing: dict[str, str] = {}
        """What was found in this round through all open requests, and in the one before."""
        self._alarmed: set[str] = set()
        self._owners: tuple[Draft, ...] = ()
        """What the owners of requests hear of what could not be sent."""
        self._died: datetime | None = None
        """When the newest message was tried last that could not be sent (machine time)."""

    async def look(self) -> tuple[str, ...]:
        """Look once, and have told what is wrong; answers the matters that stand: timers, outbox, state."""
        if self._desk.suppressed:
            return ()
        now = self._desk.now()
        wrong: dict[str, Said] = {}
        for kind, found in (
            ("timers", await self._timers(now)),
            ("outbox", await self._outbox(now)),
            ("state", await self._state()),
            ("unsent", await self._unsent()),
        ):
            if found is not None:
                wrong[kind] = found
        died = self._died
        drafts = [_alarm(kind, said, died or now if kind == "unsent" else now) for kind, said in wrong.items()]
        drafts += self._owners
        drafts += [_over(kind, now) for kind in sorted(self._alarmed - wrong.keys())]
        if drafts:
            await self._desk.store.commit(Change(outbox=tuple(drafts), at=now))
        self._alarmed = set(wrong)
        return tuple(wrong)

    async def _timers(self, now: datetime) -> Said | None:
        count, since = await self._desk.store.audit.overdue(now - OVERDUE)
        if since is None:
            self._late = None
            return None
        log.warning("%d timers are more than %s late, the oldest since %s", count, OVERDUE, since)
        # A first sight may be the catching up after a downtime, or a burst; who is still behind a look later stands.
        first, self._late = self._late, self._late or now
        return say.late_timers(count, since, self._desk.rules.command) if first is not None else None

    async def _outbox(self, now: datetime) -> Said | None:
        machine = self._desk.clock.machine()
        waiting = await self._desk.store.audit.waiting_to_leave(now, MOST)
        self._seen = {id: self._seen.get(id, machine) for id, _ in waiting}
        stuck = [where for id, where in waiting if machine - self._seen[id] >= STUCK]
        if not stuck:
            return None
        lasted = machine - min(self._seen.values())
        log.error("%d messages have been waiting to leave for %s or less", len(stuck), lasted)
        return say.waiting(len(stuck), _named(stuck), now - lasted, self._desk.rules.command)

    async def _unsent(self) -> Said | None:
        """What could not be sent; it is told of once in each hour in which something was tried last. What was to tell
        of trouble is not counted, or an alerts channel that is gone would tell itself of it for ever."""
        letters = await self._desk.store.unsent.all(MOST)
        told = [letter for letter in letters if not _of_trouble(letter)]
        self._died = max((letter.tried_at for letter in told if letter.tried_at), default=None)
        self._owners = ()
        if not told:
            return None
        log.error("%d messages could not be sent; the newest: %s", len(told), told[0].reason)
        self._owners = await told_owners(self._desk, told)
        return unsent.alarm(len(told), self._desk.rules.command)

    async def _state(self) -> Said | None:
        """Replay the next few open requests; what is wrong stays told until a round has found it no more."""
        for _ in range(SLICES):
            after, found = await self._desk.store.audit.recheck(self._next, SLICE)
            for line in found:
                log.error("%s", line)
            self._differing = {
                name: line
                for name, line in self._differing.items()
                if not self._next < _number(name) <= (after or _number(name))
            } | {line.split(maxsplit=1)[0]: line for line in found}
            self._next = after or 0
            if after is None:
                break
        return say.differing(tuple(self._differing.values())) if self._differing else None


def _of_trouble(letter: Letter) -> bool:
    """Whether it was to tell of what could not be sent, or of other alarms."""
    alarm = (letter.slot or "").startswith("audit:")
    return alarm or (isinstance(letter.body, Said) and letter.body.purpose == unsent.UNDELIVERED)


def _number(name: str) -> int:
    """The request's number in its name; 0 for a finding that names none, which the next look replaces."""
    digits = name.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def _named(conversations: Iterable[str]) -> tuple[str, ...]:
    """Where they wait, the most first; no request is named, since it may be private."""
    kinds = {"client": "clients' channels", "request": "requests' threads", "dm": "people directly"}
    counted = Counter(kinds.get(where.split(":", 1)[0], where.split(":", 1)[0]) for where in conversations)
    return tuple(name for name, _ in counted.most_common(3))


def _alarm(kind: str, said: Said, now: datetime) -> Draft:
    return Draft(
        f"audit:{kind}:{now:%Y-%m-%dT%H}",
        Op.PUT,
        ALERTS,
        said,
        slot=f"audit:{kind}",
        urgency=Urgency.ALERT,
        again=True,
    )


def _over(kind: str, now: datetime) -> Draft:
    """It tells only where the alarm stands; said in place, since nobody needs to be called for it."""
    key = f"audit:{kind}:{now:%Y-%m-%dT%H:%M}:over"
    return Draft(key, Op.PUT, ALERTS, say.over(kind, now), slot=f"audit:{kind}", urgency=Urgency.CARD, amends=True)
