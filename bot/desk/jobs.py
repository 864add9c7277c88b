"""What the desk does by itself at set times that is no one request's matter: digests, review nudges, scheduled checks.

A job's next time is a timer row, named after its rule: a change of the rule makes another timer, and one that is
overdue stays due. Whoever commits the change that fires it is the only one who did, however many workers there are.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk.context import Desk
from bot.domain.people import Directory
from bot.ports import Change, Conflict, Timer

log = logging.getLogger("steward.jobs")

BATCH = 100
AGAIN = timedelta(minutes=5)
"""When a job that could not be done is tried again: desk time."""

Wanted = Mapping[str, Mapping[str, datetime]]
"""Timers by subject and name; due in desk time."""
JobRun = Callable[[Desk, Timer, datetime], Awaitable[Change]]


@dataclass(frozen=True)
class Job:
    """A kind of job. Its subjects are its name, or begin with it and a colon (`review:ACME`)."""

    name: str
    plan: Callable[[Directory, datetime], Wanted]
    """What should be waiting after that instant, for each subject of the directory as it stands: pure."""
    run: JobRun
    """Do it, as of that instant; the change's `timers` hold what follows. `fires` is set by the caller."""


JOBS: dict[str, Job] = {}


def job(name: str, plan: Callable[[Directory, datetime], Wanted]) -> Callable[[JobRun], JobRun]:
    """Declare a job by what runs it."""

    def declare(run: JobRun) -> JobRun:
        JOBS[name] = Job(name, plan, run)
        return run

    return declare


def job_of(subject: str) -> Job | None:
    """The job a timer's subject belongs to."""
    return JOBS.get(subject.split(":", 1)[0])


async def follow(desk: Desk) -> None:
    """See that every job the directory asks for has its timer. A rule that did not change keeps the one it has."""
    directory = await desk.store.directory()
    if desk.suppressed or desk.followed == directory.version:
        return
    now = desk.now()
    changed: dict[str, Mapping[str, datetime]] = {}
    for each in JOBS.values():
        for subject, wanted in each.plan(directory, now).items():
            there = {timer.kind: timer.due_at for timer in await desk.store.timers(subject)}
            if there.keys() != wanted.keys():
                changed[subject] = {kind: there.get(kind, due) for kind, due in wanted.items()}
    if changed:
        await desk.store.commit(Change(timers=changed, at=now))
    desk.followed = directory.version


async def run_due(desk: Desk) -> int:
    """Do the jobs that are due, each once; answers how many were decided."""
    done, now = 0, desk.now()
    for timer in await desk.store.due_jobs(now, BATCH):
        try:
            change = await _decide(desk, timer, now)
            await desk.store.commit(replace(change, fires=timer, at=now, suppressed=desk.suppressed))
            done += 1
        except Conflict:
            continue  # somebody else did it, or what it was judged by changed; it comes again if it must
    return done


async def _decide(desk: Desk, timer: Timer, now: datetime) -> Change:
    found = job_of(timer.subject)
    if found is None:
        log.error("the timer %s of %s is nobody's any more; it lapses", timer.kind, timer.subject)
        return Change()
    try:
        return await found.run(desk, timer, now)
    except Conflict:
        raise
    except Exception:  # one job that fails must not hold up the others, nor be lost
        log.exception("the job %s of %s failed; it is tried again in %s", timer.kind, timer.subject, AGAIN)
        return Change(timers={timer.subject: {timer.kind: now + AGAIN}})
