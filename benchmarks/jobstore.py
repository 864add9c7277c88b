"""APScheduler with its SQLAlchemyJobStore on a SQLite file, one job a deadline, all as it comes.

Only the time a job may be late is lifted: by default one that is more than a second late is dropped, and nothing would
be compared with nothing.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from benchmarks.lives import LONG, tell_now
from benchmarks.watching import Fired, ticking, until
from bot.clock import SystemClock

NAME = "APScheduler's SQLAlchemyJobStore"
_fired: list[datetime] = []


async def noted(due: datetime) -> None:
    """The job: it does nothing but say when it ran."""
    _fired.append(SystemClock().machine())


@contextmanager
def scheduler(path: Path) -> Iterator[AsyncIOScheduler]:
    """One on that file, running; within an event loop."""
    made = AsyncIOScheduler(
        jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{path}")},
        timezone=UTC,
        job_defaults={"misfire_grace_time": None},
    )
    made.start()
    try:
        yield made
    finally:
        made.shutdown(wait=False)


def fill(path: Path, dues: Sequence[datetime]) -> None:
    """Put a job for each into its table, all in one transaction, rows as `add_job` writes them."""
    store = SQLAlchemyJobStore(f"sqlite:///{path}")
    made = AsyncIOScheduler(timezone=UTC)
    store.start(made, "default")
    rows: list[dict[str, object]] = []
    for number, due in enumerate(dues):
        job = Job(
            made,
            id=f"job-{number}",
            func=noted,
            args=(due,),
            kwargs={},
            trigger=DateTrigger(due, UTC),
            executor="default",
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            name="noted",
            next_run_time=due,
        )
        state = pickle.dumps(job.__getstate__(), store.pickle_protocol)
        rows.append({"id": job.id, "next_run_time": due.timestamp(), "job_state": state})
    with store.engine.begin() as connection:
        connection.execute(store.jobs_t.insert(), rows)
    store.shutdown()


async def adding(path: Path, dues: Iterable[datetime]) -> float:
    """Seconds that setting these deadlines takes, on a running scheduler."""
    with scheduler(path) as made:
        begun = time.perf_counter()
        for due in dues:
            made.add_job(noted, "date", run_date=due, args=(due,))
        return time.perf_counter() - begun


async def firing(
    path: Path, due: datetime, count: int, longest: float, then: Callable[[], None] = lambda: None
) -> Fired:
    """Run what `fill` has put there, all due at that instant; how late each was, and how long the loop stood still.

    `then` is called once so many have run.
    """
    _fired.clear()
    fired = Fired()
    async with ticking(fired):
        with scheduler(path):
            await until(lambda: len(_fired) >= count, longest)
            then()
    fired.lateness = [(at - due).total_seconds() for at in _fired]
    return fired


def run_adding(path: Path, dues: Iterable[datetime]) -> float:
    """`adding`, for who has no event loop."""
    return asyncio.run(adding(path, dues))


def restarted(path: str) -> None:
    """In a process of its own: run what is there, and say when the first of it ran."""
    asyncio.run(firing(Path(path), SystemClock().now(), 1, LONG, tell_now))
