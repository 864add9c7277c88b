"""Whatever people do in whatever order: the desk's laws hold, on seeds that anybody can run again."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from desk_world import World, words

from bot.commands import Command, Kind
from bot.desk import front
from bot.desk.changing import timers
from bot.desk.context import Heard
from bot.desk.front import REGISTRY
from bot.domain.events import Breached, Warned
from bot.messages.model import Said
from bot.ports import RequestQuery

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

PEOPLE = ("dana", "tom", "mia", "sam", "priya", "lee")
HOME = {"dana": "client-acme", "tom": "client-acme", "mia": "client-globex"}
TEXTS = ("The export fails", "thanks", "yes", "yes but slow", "still broken?", "👍", "**x** `y` <b>", "no", "It works")
SPECIAL = {
    "into": [str(number) for number in range(1, 9)],
    "entry": [str(seq) for seq in range(2, 14)],
    "when": ["in 5 min", "in 3h", "tomorrow 10:00", "fri", "9:00", "soon"],
    "until": ["in 2h", "tomorrow", "mon 9:30", "never"],
    "with": ["@tom", "@dana, @tom", "@mia"],
}
"""What an argument of that name takes, so that merges, splits and promises happen, and some are refused."""
SECRET = "SECRETNOTE"
SKIPS = (1, 30, 61, 119, 600, 3600, 5 * 3600, 86_400, 3 * 86_400, 16 * 86_400)
VERBS = [c for c in REGISTRY.commands.values() if c.name not in ("add-client", "add-person", "turn")]

OFTEN = [c for c in VERBS if c.name in ("new", "merge", "split", "private", "next", "reply", "resolve", "not-yet")]
"""What changes most is tried most, among so many verbs."""


class Chance:
    """One seed's choices."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.draw = world, random.Random(seed)
        self.written: list[Heard] = []

    async def act(self) -> None:
        """Somebody does something that may or may not be allowed."""
        who = self.draw.choice(PEOPLE)
        acts: list[Callable[[str], Awaitable[None]]] = [
            self.command,
            self.command,
            self.write,
            self.reply_in_thread,
            self.change,
            self.correct,
        ]
        await self.draw.choice(acts)(who)

    async def command(self, who: str) -> None:
        verb = self.draw.choice(OFTEN if self.draw.random() < 0.5 else VERBS)
        args = {p.name: self.argument(verb, p.name) for p in verb.params if p.required or self.draw.random() < 0.5}
        place = self.world.place(HOME.get(who, "triage"))
        await front.run(self.world.desk, who, verb.name, args, place=place)

    def argument(self, verb: Command, name: str) -> str:
        param = next(p for p in verb.params if p.name == name)
        if param.kind is Kind.REQUEST:
            return str(self.draw.randint(1, 8))
        if name in SPECIAL:
            return self.draw.choice(SPECIAL[name])
        if param.kind is Kind.PERSON:
            return self.draw.choice((*PEOPLE, "team"))
        if param.choices:
            return self.draw.choice(param.choices)
        return SECRET if verb.name == "note" else self.draw.choice(TEXTS)

    async def write(self, who: str) -> None:
        heard, _ = await self.world.write(who, self.draw.choice(TEXTS), place=self.world.place(HOME.get(who, "triage")))
        self.written.append(heard)
        if self.draw.random() < 0.4:
            await self.world.react(self.draw.choice(PEOPLE), self.draw.choice("🎫👀✅🎉"), heard)

    async def reply_in_thread(self, who: str) -> None:
        number, side = self.draw.randint(1, 8), "client" if who in HOME else self.draw.choice(("client", "team"))
        request = await self.world.store.request(number)
        if request is None or (who in HOME and HOME[who] != f"client-{request.client.lower()}"):
            return
        if request.private and side == "client":
            if who != request.requester:
                return  # in somebody else's direct conversation nobody writes
            side = "private"
        text = SECRET if side == "team" else self.draw.choice(TEXTS)
        heard, _ = await self.world.write(who, text, place=await self.world.thread(number, side))
        self.written.append(heard)

    async def change(self, who: str) -> None:
        """Somebody, mostly its author, edits or deletes a message, or sends it to the client."""
        if not self.written:
            return
        heard = self.draw.choice(self.written)
        who = heard.author if self.draw.random() < 0.8 else who
        deed = self.draw.random()
        if deed < 0.2:
            await front.deleted(self.world.desk, who, heard.ref)
            return
        if deed < 0.3 and heard.text != SECRET:
            args = {"message": heard.ref.message, "text": heard.text}
            await front.run(self.world.desk, who, "send", args, place=heard.ref.place)
            return
        # A note is edited into another note: what is secret stays so.
        text = SECRET + self.draw.choice("123") if heard.text.startswith(SECRET) else self.draw.choice(TEXTS)
        await front.edited(self.world.desk, who, replace(heard, text=text))

    async def correct(self, who: str) -> None:
        """Somebody says what a message of some request counts as."""
        args = {"request": str(self.draw.randint(1, 8)), "entry": str(self.draw.randint(1, 12))}
        await front.run(self.world.desk, who, "recount", {**args, "to": self.draw.choice(("substance", "courtesy"))})


@pytest.mark.parametrize("seed", range(6))
async def test_the_laws_hold_whatever_people_do(world: World, seed: int):
    """Replay gives the rows, timers follow the state, alarms come once, nothing waits to be sent, nothing leaks."""
    await _live(world, seed)


@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(1))
async def test_the_laws_hold_on_postgres_too(postgres_world: World, seed: int):
    """There three people really act at once: transactions overlap, and the laws are the same."""
    await _live(postgres_world, seed, acts=25)


async def _live(world: World, seed: int, acts: int = 70) -> None:
    chance = Chance(world, seed)
    for who in ("dana", "tom", "dana", "mia"):
        await world.do(who, "new", place=world.place(HOME[who]), title="The export fails", private=who == "tom")
    for _ in range(acts):
        together = 3 if chance.draw.random() < 0.2 else 1
        await asyncio.gather(*(chance.act() for _ in range(together)))
        await world.wake()
        if chance.draw.random() < 0.35:
            await world.pass_(seconds=chance.draw.choice(SKIPS))
    await world.wake()

    assert await world.store.check() == ()
    assert set(await world.store.outbox_states()) <= {"held", "sent", "suppressed"}
    directory = await world.store.directory()
    requests = await world.store.requests(RequestQuery(limit=1000))
    assert requests
    for request in requests:
        waiting = {t.kind: t.due_at for t in await world.store.timers(f"request:{request.number}")}
        assert waiting == timers(request, directory, world.desk.rules)
        entries = await world.store.history(request.number)
        alarms = [
            (type(e.event), e.event.clock, e.event.cycle, getattr(e.event, "percent", 0))
            for e in entries
            if isinstance(e.event, Warned | Breached)
        ]
        assert not [alarm for alarm, times in Counter(alarms).items() if times > 1]
        assert [e.at for e in entries] == sorted(e.at for e in entries)
    await _nothing_leaks(world)
    await _ends_are_settled(world, {r.number for r in requests if not r.status.is_open})


ALARMS = ("warning", "breach", "page", "sign", "hand", "chase", "handed", "reopened", "client-wrote")


async def _ends_are_settled(world: World, done: set[int]) -> None:
    """What has ended asks nobody to act; and nobody has two messages of one matter that do."""
    for channel in ("alerts", "triage", "dm:sam", "dm:priya", "dm:lee"):
        live: Counter[tuple[object, ...]] = Counter()
        for message in await world.messages(channel):
            body = message.body
            if not isinstance(body, Said) or body.purpose not in ALARMS:
                continue
            acts = {a.args.get("request") for a in body.actions if a.staff_only and a.command not in ("show", "why")}
            assert not acts & done, (channel, words(body))
            about = words(body).split("\n")[0] if body.purpose in ("warning", "breach") else ""
            live[(body.purpose, about, *acts)] += bool(acts)
        assert max(live.values(), default=0) <= 1, (channel, live)


async def _nothing_leaks(world: World) -> None:
    for channel in await world.store.channels():
        if channel.kind == "team" or channel.id in ("dm:sam", "dm:priya", "dm:lee"):
            continue
        other = "GLOBEX-" if "acme" in channel.id or channel.person in ("dana", "tom") else "ACME-"
        for root in await world.messages(channel.id):
            for message in (root, *await world.messages(channel.id, root.id)):
                shown = words(message.body) if message.body else message.text
                assert SECRET not in shown
                assert other not in shown
    for who in ("dana", "mia"):
        for number in range(1, 9):
            for verb in ("history", "why", "show"):
                answer = await front.run(world.desk, who, verb, {"request": str(number)})
                assert SECRET not in words(answer.message)
