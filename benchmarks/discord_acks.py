"""Commands used in Discord within one second: how soon each is answered, if only by a wait; Discord allows three.

Each opens a request. Told to wait means that it is on the disk; it must be there in the end, once, and whoever asked
must be told so.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.discord_people import Town, desk, town
from benchmarks.lives import LONG
from benchmarks.measuring import SECONDS, Row, percentile
from benchmarks.slack_people import titles

SOON = 1.0


def burst(bench: Bench) -> Iterator[Row]:
    """How long the slowest hundredth waits."""
    count = bench.sizes.at_once
    took: list[float] = []
    for turn in range(1, bench.sizes.turns + 1):
        bench.say(f"discord_burst: {count} commands in a second, turn {turn} of {bench.sizes.turns} …")
        took.append(asyncio.run(_burst(bench, count)))
    note = f"{count} commands in one second: 99 % are answered by then, none after three, and all are carried out once"
    yield Row("discord_burst", "", min(took), None, None, f"≤ {SOON:g} s", min(took) <= SOON, SECONDS, note)


async def _burst(bench: Bench, count: int) -> float:
    path = bench.new("discord.db")

    async def types(there: Town, number: int) -> float:
        await asyncio.sleep(number / count)
        return await there.type(number)

    async with town(path) as there, desk(there, path):
        await there.type(count)
        took = await asyncio.gather(*(types(there, number) for number in range(count)))
        await _there(there, path, count + 1)
    return percentile(took, 0.99)


async def _there(there: Town, path: Path, count: int) -> None:
    """Wait until so many requests are there, and told of. Raises RuntimeError where one is there twice, or never
    comes."""
    until = time.perf_counter() + LONG
    while len(found := titles(path)) < count or there.answered() < count:
        if time.perf_counter() > until:
            raise RuntimeError(f"of {count} commands {len(found)} are carried out, {there.answered()} told of")
        await asyncio.sleep(0.1)
    if len(found) > count or max(Counter(found).values()) > 1:
        raise RuntimeError(f"{len(found)} requests of {count} commands")
