"""However one merges, splits, answers and takes back: each request is what its history makes it, and no alarm comes
twice."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from desk_world import World

from bot.desk.changing import timers
from bot.domain.events import Breached, Warned
from bot.domain.merging import unanswered
from bot.ports import RequestQuery

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

CLIENTS, TEAM = ("dana", "tom"), ("sam", "priya")


async def act(world: World, draw: random.Random) -> None:
    """Somebody merges, splits, takes back, writes, answers, resolves or undoes."""
    newest = (await world.store.requests(RequestQuery(limit=1)))[0].number
    number, other = draw.randint(1, newest), draw.randint(1, newest)
    match draw.choice(
        ("merge", "merge", "split", "split", "back", "write", "write", "reply", "resolve", "undo", "next")
    ):
        case "merge":
            await world.do(draw.choice(TEAM), "merge", request=str(number), into=str(other))
        case "split":
            await world.do("sam", "split", request=str(number), entry=str(draw.randint(2, 14)), title="Split")
        case "back":
            merged = [r for r in await world.store.requests(RequestQuery(limit=100)) if r.merged_into]
            for request in merged[:1]:
                await world.do("sam", "split", request=str(request.number))
        case "write":
            place = await world.thread(number, draw.choice(("client", "client", "team")))
            who = draw.choice(CLIENTS if place.channel.startswith("client") else TEAM)
            await world.write(who, draw.choice(("It fails", "thanks", "And the printer?")), place=place)
        case "reply":
            await world.do(draw.choice(TEAM), "reply", request=str(number), text="We look")
        case "next":
            await world.do("sam", "next", request=str(number), when="in 3h", words=draw.choice(("", "On it")))
        case verb:
            await world.do("sam", verb, request=str(number), text="Done")


@pytest.mark.parametrize("seed", range(4))
async def test_merges_and_splits_keep_the_laws(world: World, seed: int):
    """Replay gives the rows, timers follow the state, what waits is what the history says, alarms come once."""
    draw = random.Random(seed)
    for who in (*CLIENTS, "dana"):
        await world.raised(who, title="The export fails", stopped="team")
    await world.write("dana", "And the printer?", place=await world.thread(1, "client"))
    await world.do("sam", "split", request="1", title="Printer")
    await world.do("sam", "merge", request="2", into="3")
    assert ((await world.request(1)).split_into, (await world.request(2)).merged_into) == (("ACME-4",), 3)
    for _ in range(60):
        await act(world, draw)
        if draw.random() < 0.4:
            await world.pass_(seconds=draw.choice((1, 61, 600, 3600)))
    assert await world.store.check() == ()
    directory = await world.store.directory()
    for request in await world.store.requests(RequestQuery(limit=1000)):
        entries = await world.store.history(request.number)
        waiting = {t.kind: t.due_at for t in await world.store.timers(f"request:{request.number}")}
        assert waiting == timers(request, directory, world.desk.rules)
        if request.status.is_open:
            waits = [since for _, since in unanswered(entries)]
            assert request.sla.unanswered_since == min(waits, default=None), request.ref
        alarms = Counter(
            (type(e.event), e.event.clock, e.event.cycle, getattr(e.event, "percent", 0))
            for e in entries
            if isinstance(e.event, Warned | Breached)
        )
        assert set(alarms.values()) <= {1}
