"""Commands typed in Slack: how many a second are acknowledged, beside an app that does nothing; how soon in a burst.

Each opens a request, and is acknowledged when that, or the command itself, is on the disk. What is not carried out by
then is waited for, and must be there once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from benchmarks.bench import Bench
from benchmarks.lives import LONG
from benchmarks.measuring import SECONDS, Row, alone, as_many, percentile
from benchmarks.slack_people import CLIENTS, PEOPLE, Town, bare, desk, titles, town

AT_ONCE = CLIENTS * PEOPLE
"""Each person types the next command once the last one was acknowledged."""
LEAST, SOON = 0.4, 1.0
PEER = "a Bolt app that does nothing"


class App(Protocol):
    """What is at work, in a process of its own, as long as this lasts."""

    def __call__(self, there: Town, path: Path, /) -> AbstractAsyncContextManager[None]: ...


def rate(bench: Bench) -> Iterator[Row]:
    """Over both deliveries; and how many are carried out a second meanwhile."""
    for way, socket in (("", True), (", http", False)):
        ours, theirs, done = [], [], []
        for turn in range(1, bench.sizes.turns + 1):
            told = f"slack_ack{way}: {bench.sizes.commands:,} commands, {{}}, turn {turn} of {bench.sizes.turns} …"
            bench.say(told.format("ours"))
            acked, carried = asyncio.run(_rates(bench, desk, socket=socket))
            ours.append(acked)
            done.append(carried)
            bench.say(told.format("theirs"))
            theirs.append(asyncio.run(_rates(bench, bare, socket=socket))[0])
        note = f"{bench.sizes.commands:,} commands of {AT_ONCE} people in {CLIENTS} channels, one after the other each"
        yield as_many(f"slack_ack{way}", PEER, max(ours), max(theirs), LEAST, note)
        yield alone(f"slack_ack{way}, carried out", max(done), "requests that are there, cards being posted meanwhile")


def burst(bench: Bench) -> Iterator[Row]:
    """How long the slowest hundredth waits."""
    for way, socket in (("", True), (", http", False)):
        name, count = f"slack_burst{way}", bench.sizes.at_once
        took: list[float] = []
        for turn in range(1, bench.sizes.turns + 1):
            bench.say(f"{name}: {count} commands in a second, turn {turn} of {bench.sizes.turns} …")
            took.append(asyncio.run(_burst(bench, count, socket=socket)))
        note = f"{count} commands in one second: 99 % are acknowledged by then, and all are carried out once"
        yield Row(name, "", min(took), None, None, f"≤ {SOON:g} s", min(took) <= SOON, SECONDS, note)


async def _rates(bench: Bench, app: App, *, socket: bool) -> tuple[float, float]:
    """Acknowledged a second, and carried out."""
    path, count = bench.new("slack.db"), bench.sizes.commands
    numbers = iter(range(count))

    async def types(there: Town) -> None:
        for number in numbers:
            await there.type(number)

    async with town(path, socket=socket) as there, app(there, path):
        await there.type(count)  # the first one finds out who is who
        begun = time.perf_counter()
        await asyncio.gather(*(types(there) for _ in range(AT_ONCE)))
        acked = count / (time.perf_counter() - begun)
        if app is not desk:
            return acked, 0.0
        await _there(path, count + 1)
        return acked, count / (time.perf_counter() - begun)


async def _burst(bench: Bench, count: int, *, socket: bool) -> float:
    path = bench.new("slack.db")

    async def types(there: Town, number: int) -> float:
        await asyncio.sleep(number / count)
        return await there.type(number)

    async with town(path, socket=socket) as there, desk(there, path):
        await there.type(count)
        took = await asyncio.gather(*(types(there, number) for number in range(count)))
        await _there(path, count + 1)
    return percentile(took, 0.99)


async def _there(path: Path, count: int) -> None:
    """Wait until so many requests are there. Raises RuntimeError where one is there twice, or never comes."""
    until = time.perf_counter() + LONG
    while len(found := titles(path)) < count:
        if time.perf_counter() > until:
            raise RuntimeError(f"of {count} commands that were acknowledged {len(found)} are carried out")
        await asyncio.sleep(0.1)
    if len(found) > count or max(Counter(found).values()) > 1:
        raise RuntimeError(f"{len(found)} requests of {count} commands")
