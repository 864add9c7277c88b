"""Starting again, and what a million open clocks weigh: each in a process of its own.

A desk starts again after it stood still, and finds many timers overdue. How long it takes from the start of the
process, imports included, until the first of them is done: the job store hands over none before it has worked through
all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks import desks, jobstore
from benchmarks.bench import Bench
from benchmarks.lives import GIVEN_UP, LONG, Silent, compiled, enough, said, started
from benchmarks.measuring import BYTES, Row, faster, no_slower
from bot.clock import SystemClock


def restart(bench: Bench) -> Iterator[Row]:
    """With many overdue, and with one."""
    sizes = bench.sizes
    for name, overdue, least in (("restart_1M", sizes.kept_jobs, 20.0), ("restart_1M, one overdue", 1, None)):
        ours, theirs, note = _restarts(bench, name, overdue)
        whose = f"{overdue:,} overdue of {sizes.open:,} open, theirs of {sizes.kept_jobs:,}"
        note = f"from process start to the first that fired; {whose}{note}"
        yield faster(name, jobstore.NAME, ours, theirs, least, note)


def _restarts(bench: Bench, name: str, overdue: int) -> tuple[float, float, str]:
    sizes, clock = bench.sizes, SystemClock()
    bench.say(f"{name}: ours, {overdue:,} overdue …")
    due = clock.now() - timedelta(minutes=10)
    path = bench.open_desk()
    compiled()
    desks.make_due(path, [(id, due) for id in desks.due_ids(sizes.open, overdue)])
    begun = clock.now()
    with started("desk", path) as process:
        ours = _since(begun, said(process, LONG))
    longest = enough(ours)
    bench.say(f"{name}: the job store, {overdue:,} overdue of {sizes.kept_jobs:,}, {longest:.0f} s at most …")
    kept = bench.new("kept-jobs.db")
    jobstore.fill(kept, [due] * overdue + [due + timedelta(days=9)] * (sizes.kept_jobs - overdue))
    begun = clock.now()
    with started("jobs", kept) as process:
        try:
            return ours, _since(begun, said(process, longest)), ""
        except Silent:
            return ours, longest, GIVEN_UP


def _since(begun: datetime, line: str) -> float:
    return (datetime.fromisoformat(json.loads(line)["at"]) - begun).total_seconds()


def memory(bench: Bench) -> Iterator[Row]:
    """The same process on the desk with a million open clocks, and on one with none: its largest size."""
    sizes, found = bench.sizes, []
    for path in (bench.open_desk(), bench.empty_desk()):
        bench.say(f"memory_1M: a running desk on {path.name} …")
        with started("keep", path) as process:
            found.append(float(json.loads(said(process, LONG))["bytes"]))
    note = f"the largest resident size of a desk that woke and audited; {sizes.open:,} open clocks, and none"
    yield no_slower("memory_1M", "the same process with none", *found, 1.2, unit=BYTES, note=note)
