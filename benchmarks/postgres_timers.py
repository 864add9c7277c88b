"""Due timers on PostgreSQL beside the jobs of two queues: 10,000 drained by two workers, and one due at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from types import ModuleType

from benchmarks import desks, queue_ours
from benchmarks.bench import Bench
from benchmarks.databases import NoPostgres, database, postgres
from benchmarks.lives import GIVEN_UP, LONG, Silent, enough, go, said, started
from benchmarks.measuring import Row, faster, missed, percentile
from bot.clock import SystemClock

PEERS = {"procrastinate": "benchmarks.queue_procrastinate", "pgqueuer": "benchmarks.queue_pgqueuer"}
WORKERS = 2
_DRAIN = {"procrastinate": 10.0, "pgqueuer": 1.0}
_LATENCY = 5.0
_GAP = timedelta(milliseconds=730)
"""Between two probes: no multiple of anybody's interval."""


def drain(bench: Bench) -> Iterator[Row]:
    """How long two workers take for all that is due; what a timer or a job does is nothing."""
    names = {peer: f"≥ {least:,.0f}" for peer, least in _DRAIN.items()}
    with _servers(bench) as server:
        if isinstance(server, str):
            yield from (missed("pg_drain", peer, target, server) for peer, target in names.items())
            return
        with database(server[0], "steward_bench_ours") as url:
            bench.say(f"pg_drain: making a desk with {bench.sizes.due * desks.CLOCKS:,} open clocks …")
            asyncio.run(queue_ours.prepare(url, bench.sizes.due * desks.CLOCKS))
            ours = min(_drained(bench, url, queue_ours) for _ in range(bench.sizes.turns))
        for peer, least in _DRAIN.items():
            module = _module(peer)
            if isinstance(module, str):
                yield missed("pg_drain", peer, names[peer], module)
                continue
            with database(server[0], "steward_bench_peer") as url:
                asyncio.run(module.prepare(url, 0))
                theirs, given_up = _drained_in_time(bench, url, module, enough(ours))
            note = f"{bench.sizes.due:,} due, {WORKERS} workers in processes of their own{given_up}"
            yield faster("pg_drain", peer, ours, theirs, least, note)


def latency(bench: Bench) -> Iterator[Row]:
    """How late one is that becomes due alone, among a million that wait; everybody with default settings."""
    target = f"≥ {_LATENCY:,.0f}"
    with _servers(bench) as server:
        if isinstance(server, str):
            yield from (missed("pg_due_latency", peer, target, server) for peer in PEERS)
            return
        with database(server[0], "steward_bench_ours") as url:
            ours = _late(bench, url, queue_ours)
        for peer in PEERS:
            module = _module(peer)
            if isinstance(module, str):
                yield missed("pg_due_latency", peer, target, module)
                continue
            with database(server[0], "steward_bench_peer") as url:
                theirs = _late(bench, url, module)
            note = f"p50 of {bench.sizes.probes}, one due at a time among {bench.sizes.open:,} open"
            yield faster("pg_due_latency", peer, ours, theirs, _LATENCY, note)


@contextmanager
def _servers(bench: Bench) -> Iterator[list[str] | str]:
    """The server's URL, or why there is none."""
    with ExitStack() as stack:
        try:
            bench.say("starting a PostgreSQL …")
            server: list[str] | str = [stack.enter_context(postgres())]
        except NoPostgres as none:
            server = str(none)
        yield server


def _module(peer: str) -> ModuleType | str:
    try:
        return import_module(PEERS[peer])
    except ImportError as error:
        return f"{peer} is not installed ({error}); make bench brings it"


def _put(bench: Bench, url: str, module: ModuleType, dues: Sequence[datetime], waiting: int) -> None:
    if module is queue_ours:
        asyncio.run(queue_ours.put(url, dues, waiting))
    else:
        asyncio.run(module.put(url, dues))


def _drained_in_time(bench: Bench, url: str, module: ModuleType, longest: float) -> tuple[float, str]:
    """The better of several turns, or how long it was waited for."""
    try:
        return min(_drained(bench, url, module, longest) for _ in range(bench.sizes.turns)), ""
    except Silent:
        return longest, GIVEN_UP


def _drained(bench: Bench, url: str, module: ModuleType, longest: float = LONG) -> float:
    """Seconds from the word until both workers have ended. Raises Silent where that takes longer."""
    count, clock = bench.sizes.due, SystemClock()
    bench.say(f"pg_drain: {count:,} due, {WORKERS} workers of {module.LIFE} …")
    _put(bench, url, module, [clock.now() - timedelta(seconds=1)] * count, count * desks.CLOCKS)
    with ExitStack() as stack:
        workers = [stack.enter_context(started(f"{module.LIFE}-drain", url)) for _ in range(WORKERS)]
        for worker in workers:
            said(worker, LONG)
        begun = clock.machine()
        for worker in workers:
            go(worker)
        found = [json.loads(said(worker, longest)) for worker in workers]
    if (done := sum(each["done"] for each in found)) != count:
        raise RuntimeError(f"{module.LIFE} did {done:,} of {count:,}")
    return max((datetime.fromisoformat(each["at"]) - begun).total_seconds() for each in found)


def _late(bench: Bench, url: str, module: ModuleType) -> float:
    """The median of how late each is, in seconds."""
    sizes, clock = bench.sizes, SystemClock()
    bench.say(f"pg_due_latency: {sizes.open:,} open, of {module.LIFE} …")
    asyncio.run(module.prepare(url, sizes.open))
    with started(f"{module.LIFE}-watch", url, sizes.probes) as worker:
        said(worker, LONG)
        first = clock.now() + timedelta(seconds=sizes.margin)
        bench.say(f"pg_due_latency: {sizes.probes} due one at a time, of {module.LIFE} …")
        _put(bench, url, module, [first + _GAP * n for n in range(sizes.probes)], sizes.open)
        go(worker)
        return percentile(json.loads(said(worker, LONG))["late"], 0.5)
