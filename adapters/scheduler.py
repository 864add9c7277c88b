"""APScheduler wakes the desk: few fixed jobs in UTC on real seconds, never one for each deadline.

One job fires timers and is moved to when the next one is due, one sends, one audits. Each looks at least once in its
period whatever it was told, since what is due is asked of the store; a wake that came late or twice changes nothing.
None waits for another: a chat that hangs delays no decision, and a thousand decisions delay no message.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

from bot.clock import SystemClock

log = logging.getLogger("steward.scheduler")

Wake = Callable[[], Awaitable[object]]
LOOK, AUDIT = 1.0, 60.0
"""Seconds after which the desk looks again by itself."""
BEHIND = 0.05
"""Seconds until it looks again where something is due that it could not take: somebody else holds it just now."""
SWITCH = 0.001
"""Seconds that a thread may go on while another waits for the interpreter; Python's own are five times as many."""
YOUNG = 20_000
"""New objects after which Python looks for garbage among them."""
PATIENCE = 2.0
"""Seconds for which whoever acted waits for what that set off; it goes on without them."""


class Scheduler:
    """Calls `fire`, `send` and `audit`, each never twice at once, until it is stopped.

    `until_next` answers in how many seconds the next timer is due; None where none is.
    """

    def __init__(
        self, *, fire: Wake, until_next: Callable[[], Awaitable[float | None]], send: Wake, audit: Wake
    ) -> None:
        self._fire_all, self._until_next = fire, until_next
        self._timers = _Chore("timers", self._fire, LOOK)
        self._outbox = _Chore("outbox", send, LOOK)
        self._chores = (self._timers, self._outbox, _Chore("audit", audit, AUDIT))
        self._sooner: float | None = None
        """By when somebody asked to fire, while the next due time was being looked up (the loop's time)."""
        self._wall = SystemClock()
        self._beat: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A wake that was missed is made up for once; two of one job never run at a time.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for chore in self._chores:
            self._scheduler.add_job(chore.woken, "interval", seconds=chore.period, id=chore.name)

    def start(self) -> None:
        """Begin waking; within a running event loop."""
        _stay_quick()
        self._scheduler.start()
        for chore in self._chores:
            chore.start()
        self._watch()
        self._timers.ask()

    def wake(self) -> None:
        """Fire and send now instead of at the next second: somebody says that there is something to do. However many
        say so meanwhile, once more follows what is under way."""
        self._timers.ask()
        self._outbox.ask()

    def send_soon(self) -> None:
        """There is something to send."""
        self._outbox.ask()

    def fire_by(self, seconds: float) -> None:
        """Something is due in so many seconds; what is due later than the desk looks anyway is found then."""
        if seconds <= 0:
            self._timers.ask()
        elif self._timers.running and seconds < LOOK:
            at = asyncio.get_running_loop().time() + seconds
            if self._timers.busy:
                self._sooner = at if self._sooner is None else min(self._sooner, at)
            elif at < self._timers.next_at:
                self._move(self._timers, seconds)

    async def settle(self) -> bool:
        """Fire and send, and wait until both are done, but not for ever; False where it does not run."""
        if not self._timers.running:
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                await self._timers.once_more()
                await self._outbox.once_more()
        except TimeoutError:
            log.info("what was set off takes longer than %s s; it goes on by itself", PATIENCE)
        return True

    async def stop(self) -> None:
        """No more wakes; answers when what is under way has ended, so that the database can be closed after it."""
        if self._scheduler.running:
            # APScheduler would cancel what runs; a send that is cut off half way would have to be looked for.
            self._scheduler.pause()
            if self._beat is not None:
                self._beat.cancel()
            await asyncio.gather(*(chore.stop() for chore in self._chores))
            self._scheduler.shutdown(wait=False)

    async def _fire(self) -> None:
        await self._fire_all()
        self._sooner = None
        seconds = await self._until_next()
        loop = asyncio.get_running_loop()
        if self._sooner is not None:
            seconds = min(self._sooner - loop.time(), LOOK if seconds is None else seconds)
        if seconds is not None and seconds < LOOK:
            self._move(self._timers, seconds if seconds > 0 else BEHIND)

    def _move(self, chore: _Chore, seconds: float) -> None:
        if chore.running:
            chore.next_at = asyncio.get_running_loop().time() + seconds
            self._scheduler.modify_job(chore.name, next_run_time=self._wall.now() + timedelta(seconds=seconds))

    def _watch(self) -> None:
        """APScheduler goes by the wall clock, and would sleep an hour where that is set back by one."""
        loop = asyncio.get_running_loop()
        for chore in self._chores:
            if loop.time() > chore.next_at + LOOK and not chore.busy:
                self._move(chore, 0)
        self._beat = loop.call_later(LOOK, self._watch)


def _stay_quick() -> None:
    """A burst of timers is decided on the database's thread, and must not make the event loop stand still meanwhile."""
    # What was imported is never garbage; to look through all of it again took tenths of a second each time, and would
    # now, while what fell due before the start waits: only what is new is looked through.
    gc.collect(1)
    gc.freeze()
    # Nor is much of what was made since: Python's own 700 had it look sixty times through one set of timers.
    gc.set_threshold(YOUNG)
    sys.setswitchinterval(SWITCH)


class _Chore:
    """One kind of work. Asked for while it is under way, it is done once more; one that fails is logged, and the next
    wake comes all the same."""

    def __init__(self, name: str, work: Wake, period: float) -> None:
        self.name, self.period = name, period
        self.running = False
        self.next_at = 0.0
        """When it is woken at the latest (the loop's time)."""
        self._work = work
        self._asked = False
        self._task: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def busy(self) -> bool:
        """Whether it is under way."""
        return self._task is not None

    def start(self) -> None:
        """From now on it is done where it is asked for."""
        self.running = True
        self.next_at = asyncio.get_running_loop().time() + self.period

    async def woken(self) -> None:
        """Its time has come; APScheduler's job ends here, so that the next wake is never refused."""
        self.next_at = asyncio.get_running_loop().time() + self.period
        self.ask()

    def ask(self) -> None:
        """Have it done now, or once more after what is under way."""
        if not self.running:
            return
        self._asked = True
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def once_more(self) -> None:
        """Have it done, and wait until that is."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self.ask()
        await done

    async def stop(self) -> None:
        """Never again; answers when what is under way has ended."""
        self.running = False
        if self._task is not None:
            await self._task
        self._answer(self._waiting)

    async def _run(self) -> None:
        while self._asked and self.running:
            self._asked = False
            waiting, self._waiting = self._waiting, []
            try:
                await self._work()
            except Exception:
                log.exception("the %s failed; it is tried again at its next wake", self.name)
            finally:
                self._answer(waiting)
        self._task = None

    @staticmethod
    def _answer(waiting: list[asyncio.Future[None]]) -> None:
        for done in waiting:
            if not done.done():
                done.set_result(None)
