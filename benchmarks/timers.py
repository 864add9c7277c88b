"""Deadlines on SQLite: setting many, many due at one instant, and a few each second; a million open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

from benchmarks import desks, firing, jobstore
from benchmarks.bench import Bench
from benchmarks.databases import sqlite_url
from benchmarks.lives import LONG
from benchmarks.measuring import Row, faster, no_slower, percentile
from bot.clock import SystemClock
from bot.ports import Change
from storage import open_store

BATCH = 500
"""Deadlines set in one commit, as many as fire in one."""


def _now() -> datetime:
    return SystemClock().now()


def add(bench: Bench) -> Iterator[Row]:
    """Setting deadlines: in commits of 500, and each in a commit of its own, as the job store does."""
    count, alone = bench.sizes.deadlines, min(bench.sizes.deadlines, bench.sizes.jobs)
    bench.say(f"timer_add: {count:,} deadlines …")
    dues = [_now() + timedelta(days=1, seconds=n) for n in range(count)]
    ours, single = asyncio.run(_adding(bench, dues, alone))
    theirs = jobstore.run_adding(bench.new("jobs.db"), dues[:alone]) / alone
    note = f"seconds a deadline; ours {BATCH} a commit, theirs of {alone:,}, one a commit: it has no other way"
    yield faster("timer_add", jobstore.NAME, ours / count, theirs, 10, note)
    yield faster("timer_add, one a commit", jobstore.NAME, single / alone, theirs, note="seconds a deadline")


async def _adding(bench: Bench, dues: list[datetime], alone: int) -> tuple[float, float]:
    store = await open_store(sqlite_url(bench.new("deadlines.db")))
    try:
        begun = time.perf_counter()
        for first in range(0, len(dues), BATCH):
            wanted = {f"job:{n}": {"due": dues[n]} for n in range(first, min(first + BATCH, len(dues)))}
            await store.commit(Change(timers=wanted))
        batched = time.perf_counter() - begun
        begun = time.perf_counter()
        for n in range(alone):
            await store.commit(Change(timers={f"alone:{n}": {"due": dues[n]}}))
        return batched, time.perf_counter() - begun
    finally:
        await store.close()


def burst(bench: Bench) -> Iterator[Row]:
    """All due at one instant. Five turns of each, one after the other; the median counts, since a disk that is a third
    faster now and then would make the best of a few a matter of luck."""
    sizes = bench.sizes
    path, due, margin = bench.open_desk(), desks.due_ids(sizes.open, sizes.due), timedelta(seconds=sizes.margin)
    bare, ours, stalls = [], [], []
    for turn in range(1, sizes.bursts + 1):
        for name in ("bare", "ours"):
            bench.say(f"timer_burst: {sizes.due:,} due at once, {name}, turn {turn} of {sizes.bursts} …")
            at = _now() + margin
            desks.make_due(path, [(id, at) for id in due])
            if name == "bare":
                bare.append(percentile(firing.bare(path, sizes.due).lateness, 0.99))
            else:
                fired = asyncio.run(firing.ours(path, sizes.due, LONG))
                ours.append(percentile(fired.lateness, 0.99))
                stalls.append(fired.stall)
    note = f"p99 of {sizes.due:,} due at once among {sizes.open:,} open, from due to committed"
    yield no_slower("timer_burst", "a bare sqlite3 loop", median(ours), median(bare), 1.5, note=note)
    bench.say(f"timer_burst: {sizes.jobs:,} due at once in the job store …")
    jobs, at = bench.new("burst-jobs.db"), _now() + margin
    jobstore.fill(jobs, [at] * sizes.jobs)
    theirs = asyncio.run(jobstore.firing(jobs, at, sizes.jobs, LONG))
    note = f"the longest time the event loop did nothing else; ours with {sizes.due:,} due, theirs with {sizes.jobs:,}"
    yield no_slower("timer_burst, stall", jobstore.NAME, min(stalls), theirs.stall, 1 / 50, note=note)


def sparse(bench: Bench) -> Iterator[Row]:
    """Fifty a second. Two turns of each; the better counts."""
    sizes = bench.sizes
    count, margin = int(sizes.seconds * 50), timedelta(seconds=sizes.margin)
    path, due = bench.open_desk(), desks.due_ids(sizes.open, count)
    bare, ours = [], []
    for turn in range(1, sizes.turns + 1):
        for name in ("bare", "ours"):
            bench.say(f"timer_sparse: 50/s for {sizes.seconds:g} s, {name}, turn {turn} of {sizes.turns} …")
            first = _now() + margin
            desks.make_due(path, [(id, first + timedelta(seconds=n / 50)) for n, id in enumerate(due)])
            fired = firing.bare(path, count) if name == "bare" else asyncio.run(firing.ours(path, count, LONG))
            (bare if name == "bare" else ours).append(percentile(fired.lateness, 0.99))
    note = f"p99 of {count:,}, 50 a second among {sizes.open:,} open, from due to committed"
    yield no_slower("timer_sparse", "a bare table-and-sleep loop", min(ours), min(bare), 2, note=note)
