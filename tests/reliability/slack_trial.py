"""One run with Slack: `steward run` against the stand-in, people who press and write without end, and somebody who
kills it, at random and where it hurts: within a post, and right after something was acknowledged."""

from __future__ import annotations

import asyncio
import random
import re
import socket as sockets
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(each) for each in (TESTS, TESTS / "adapters/slack") if str(each) not in sys.path]

from chat_trial import Deed, integrity, standing, undone, weigh  # noqa: E402
from fakes.slack.errors import CannotDo, NotAnswered  # noqa: E402
from fakes.slack.fake_slack import FakeSlack  # noqa: E402
from fakes.slack.limits import Limits  # noqa: E402
from fakes.slack.slack_things import Message  # noqa: E402
from slack_house import House  # noqa: E402
from trial import GRACE, LONGEST, Mother, Supervisor, alive  # noqa: E402
from verdict import Verdict  # noqa: E402

from storage import open_store  # noqa: E402

SETTLES = 60.0
"""Seconds in which nothing moves until what is left counts as lost."""
RETRIES = (0.3, 0.3, 0.6, 1.0, 2.0, 4.0)
POINTS = ("random", "post taken", "post on its way", "acknowledged", "socket")
"""Where the desk dies; at the last it is only its socket that breaks."""
ACKNOWLEDGED = POINTS.index("acknowledged")
TITLE = re.compile(r"\b(w[0-9]+x[0-9]+) fails")
"""What a request is called here."""
PORTS = range(20_000, 30_000)
"""Below those that a system gives to whoever calls somebody: none of them takes the door's while its desk is dead."""


class Folk:
    """Dana and Sam, who do one thing after the other."""

    def __init__(self, house: House, lots: random.Random, most: int) -> None:
        self._house, self._lots, self._most = house, lots, most
        self.deeds: list[Deed] = []
        self.claimed: set[str] = set()
        """The words of the requests that Sam pressed Claim on, and was acknowledged."""
        self.stop = False
        self.acknowledged = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []
        self._roots: list[Message] = []

    async def run(self) -> None:
        """Until they are told to stop. What goes wrong with one of them ends all."""
        async with asyncio.TaskGroup() as group:
            self.tasks = [group.create_task(each) for each in (*(self._client(n) for n in range(3)), self._staff())]

    async def _client(self, number: int) -> None:
        house = self._house
        while not self.stop:
            word = f"w{number}x{len(self.deeds)}"
            opens = sum(deed.what == "opens" and deed.acknowledged for deed in self.deeds) < self._most
            ways: list[Callable[[str], Awaitable[None]]] = [self._says] * (1 if opens else 4)
            if opens:
                ways += [self._types, self._fills, self._tickets]
            with suppress(CannotDo):
                await self._lots.choice(ways)(word)
            self._roots = [m for m in house.acme.messages.values() if not m.is_reply and m.user != house.dana.id]
            await asyncio.sleep(self._lots.uniform(0.02, 0.3))

    async def _staff(self) -> None:
        """Claims what nobody has."""
        house, pressed = self._house, set[str]()
        while not self.stop:
            await asyncio.sleep(self._lots.uniform(0.1, 0.4))
            for card in house.sam.sees(house.triage):
                found = TITLE.search(card.text)
                if found and found[1] not in pressed and "Claim" in card.buttons:
                    pressed.add(found[1])
                    with suppress(NotAnswered, CannotDo):
                        await house.sam.press("Claim", card)
                        self.claimed.add(found[1])
                        self.acknowledged.set()
                    break

    async def _types(self, word: str) -> None:
        deed = self._did("opens", word)
        with suppress(NotAnswered):
            await self._house.dana.slash(self._house.acme, f"/desk new {word} fails")
            self._taken(deed)

    async def _fills(self, word: str) -> None:
        """By a form: its trigger may have died with the desk, and nothing was asked for then."""
        tom = self._house.lee
        with suppress(NotAnswered, TimeoutError):
            await tom.slash(self._house.triage, "/desk new")
            await self._house.slack.until(lambda: tom.modal, 1.0)
            deed = self._did("opens", word)
            label = next(each for each in tom.modal.labels if each.startswith("What"))
            with suppress(NotAnswered):
                if not await tom.submit({label: f"{word} fails"}):
                    self._taken(deed)
        while tom.modal:
            with suppress(NotAnswered):
                await tom.close(all_of_them=True)

    async def _tickets(self, word: str) -> None:
        """An emoji on what was written: an event, which Slack tells until it is acknowledged."""
        house = self._house
        deed, message = self._did("opens", word), house.dana.say(house.acme, f"{word} fails")
        told = len(house.slack.record.told)
        house.sam.react(message, "ticket")
        await asyncio.sleep(0)
        self._follow(deed, next(t for t in house.slack.record.told[told:] if "reaction" in t.payload["event"]))

    async def _says(self, word: str) -> None:
        """In the thread of a request: heard, or read from history afterwards, so that none is ever lost."""
        if self._roots:
            root = self._lots.choice(self._roots)
            self._house.dana.say(self._house.acme, f"{word} is said", thread=root)
            self._did("says", word).acknowledged = True

    def _did(self, what: str, word: str) -> Deed:
        self.deeds.append(deed := Deed(what, word))
        return deed

    def _taken(self, deed: Deed) -> None:
        deed.acknowledged = True
        self.acknowledged.set()

    def _follow(self, deed: Deed, told: Any) -> None:
        async def follow() -> None:
            while not told.acked and not told.lost:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            if told.acked:
                self._taken(deed)

        self._house.slack.in_background(follow())


@dataclass
class Run:
    """What is under way."""

    house: House
    folk: Folk
    supervisor: Supervisor
    verdict: Verdict
    lots: random.Random
    roles: tuple[str, ...]
    told: list[dict[str, Any]]
    desks: list[int] = field(default_factory=list[int])

    def start(self, which: int) -> int:
        """A process of that role; every other one writes down before it carries out."""
        self.supervisor.told = self.told[which] | {"keeps": self.told[which]["forgets"] or self.lots.random() < 0.5}
        return self.supervisor.start()

    async def disturb(self, index: int) -> None:
        """Something goes wrong; what died is started again at once."""
        slack, point = self.house.slack, POINTS[index % len(POINTS)]
        if point != "random":
            await self.up()
        await asyncio.sleep(self.lots.uniform(0.1, 0.6))
        for which, pid in enumerate(self.desks):
            if not alive(pid):
                self.verdict.ended += 1
                self.verdict.findings.append(f"a desk ended by itself: …{self._log()[-1500:]}")
                self.desks[which] = self.start(which)
        slack.limits.keeps_for_nobody = self.lots.random() < 0.5
        if point == "socket" and slack.app.socket_mode:
            slack.sockets.cut()
            return
        struck = asyncio.Event()
        which = self.lots.randrange(len(self.desks))
        if point.startswith("post"):
            senders = [n for n, role in enumerate(self.roles) if role != "intake"]
            which, taken = self.lots.choice(senders), point == "post taken"

            def strike() -> None:
                self.supervisor.kill(self.desks[which])
                self.verdict.inside += len(senders) == 1  # of several it may be another one's
                struck.set()

            slack.faults.add("chat.postMessage", **{"after" if taken else "before": strike}, drop=not taken)
        elif point == "acknowledged":
            which = 0  # whoever hears
            self.folk.acknowledged.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await self.folk.acknowledged.wait()
        if point.startswith("post"):
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await struck.wait()
            slack.faults.clear()
        if not struck.is_set():
            self.supervisor.kill(self.desks[which])
        self.desks[which] = self.start(which)
        self.verdict.kills += 1

    async def up(self) -> None:
        """Until Slack gets through to somebody."""
        app = self.house.slack.app
        if app.socket_mode:
            await self.house.slack.sockets.connected(within=SETTLES)
            return
        async with asyncio.timeout(SETTLES):
            while True:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", int(self.told[0]["env"]["PORT"]))
                    writer.close()
                    return
                await asyncio.sleep(0.05)

    def _log(self) -> str:
        path = Path(self.supervisor.told["log"])
        return path.read_text() if path.exists() else ""

    async def settle(self, url: str) -> None:
        """Until all that was written is sent, and all that was said is heard."""
        until, before, quiet = time.monotonic() + SETTLES, None, 0
        last = time.monotonic() + LONGEST
        while quiet < 3 and time.monotonic() < min(until, last):
            await asyncio.sleep(0.5)
            left = await asyncio.to_thread(undone, url)
            unheard = sum(not told.acked and not told.lost for told in self.house.slack.record.told)
            there = await asyncio.to_thread(standing, url)
            missing = sum(deed.acknowledged and not there(deed) for deed in self.folk.deeds)
            now = (left, unheard, missing)
            if now != before:
                before, until = now, time.monotonic() + SETTLES
            quiet = quiet + 1 if not (left or unheard or missing) else 0


@asynccontextmanager
async def slack_trial(
    mother: Mother,
    url: str,
    folder: Path,
    *,
    seed: int,
    mode: str,
    socket: bool,
    roles: tuple[str, ...] = ("all",),
    forgets: bool = False,
    most: int = 12,
) -> AsyncIterator[Run]:
    """Desks at work. At the end of the block people stop, the desks do what is left, and the verdict is filled in. One
    that `forgets` acknowledges without writing down."""
    begun, lots = time.monotonic(), random.Random(seed)
    limits = Limits(paced=False, retries=RETRIES)
    async with FakeSlack(limits=limits) as slack:
        slack.app.socket_mode = socket
        store = await open_store(url)
        try:
            house = House(store, slack)
            await house.furnish()
        finally:
            await store.close()
        env = {"SLACK_BOT_TOKEN": house.installed.token, "SLACK_API_URL": slack.api_url, "STEWARD_DATABASE_URL": url}
        env |= {"STEWARD_DATA_DIR": str(folder), "STEWARD_LOG_LEVEL": "warning", "STEWARD_BURST_SECONDS": "0"}
        port = _free_port()
        slack.app.request_url = f"http://127.0.0.1:{port}/slack/events"
        listens = (
            ("SLACK_APP_TOKEN", slack.app.app_token) if socket else ("SLACK_SIGNING_SECRET", slack.app.signing_secret)
        )
        env |= {listens[0]: listens[1], "PORT": "0" if socket else str(port)}
        log = folder / f"{mode}-{seed}.log"
        same = {"env": env, "data": str(folder), "log": str(log), "grace": GRACE, "forgets": forgets}
        told = [same | {"args": ["--role", role]} for role in roles]
        supervisor = Supervisor(mother, told[0])
        folk = Folk(house, lots, most)
        run = Run(house, folk, supervisor, Verdict(mode, url.partition(":")[0], seed), lots, roles, told)
        people = asyncio.create_task(folk.run())
        try:
            run.desks = [run.start(which) for which in range(len(roles))]
            yield run
            folk.stop = True
            await asyncio.wait({people}, timeout=SETTLES)
            for task in folk.tasks:
                if not task.done():
                    task.print_stack()
            assert people.done(), "somebody's act does not end"
            await people
            if not forgets:
                await run.settle(url)
            for pid in run.desks:
                await asyncio.to_thread(supervisor.stop, pid)
            await asyncio.to_thread(judge, run, url)
            run.verdict.integrity = await integrity(url)
            run.verdict.seconds = round(time.monotonic() - begun, 1)
        finally:
            people.cancel()
            supervisor.close()


def _free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, 100):
        with sockets.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def judge(run: Run, url: str) -> None:
    """Fill the verdict in."""
    house = run.house
    cards = Counter(m.text for m in house.sam.sees(house.triage))
    posts = {
        channel.name or channel.id: Counter(
            m.metadata["event_payload"]["key"] for m in channel.messages.values() if m.metadata
        )
        for channel in house.slack.world.channels.values()
    }
    weigh(run.verdict, url, deeds=run.folk.deeds, claimed=run.folk.claimed, cards=cards, posts=posts)


__all__ = ["ACKNOWLEDGED", "POINTS", "Deed", "Run", "judge", "slack_trial"]
