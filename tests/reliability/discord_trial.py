"""One run with Discord: `steward run` against the stand-in, people who type, press, fill in and write without end, and
somebody who kills it, at random and where it hurts: within a post of any kind, and right after something was answered.

Discord tells nothing twice. What nobody answered is shown to its person as failed; what was answered must be there.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(each) for each in (TESTS, TESTS / "adapters/discord") if str(each) not in sys.path]

from chat_trial import Deed, integrity, standing, undone, weigh  # noqa: E402
from databases import rows  # noqa: E402
from discord_house import DiscordHouse  # noqa: E402
from fakes.discord.discord_things import Channel  # noqa: E402
from fakes.discord.errors import CannotDo, NotAnswered  # noqa: E402
from fakes.discord.fake_discord import FakeDiscord  # noqa: E402
from fakes.discord.limits import Limits  # noqa: E402
from trial import GRACE, LONGEST, Mother, Supervisor, alive  # noqa: E402
from verdict import Verdict  # noqa: E402

from adapters.discord.marks import read  # noqa: E402
from adapters.discord.places import PLATFORM  # noqa: E402
from bot.domain.people import Person, Role  # noqa: E402
from bot.ports import DirectoryEdit  # noqa: E402
from storage import open_store  # noqa: E402

SETTLES = 60.0
"""Seconds in which nothing moves until what is left counts as lost."""
NONCES = Limits().nonce_lives
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
ROUTES = {
    "post": "POST /channels/{channel_id}/messages",
    "hook": "POST /webhooks/{webhook_id}/{webhook_token}",
    "thread": "POST /channels/{channel_id}/messages/{message_id}/threads",
}
"""How the desk says something, and what the point of a kill begins with."""
OPENS_FORM = 9
"""The kind of answer that is none yet: a form."""
POINTS = (
    "post taken",
    "answered",
    "hook taken",
    "gateway",
    "random",
    "post on its way",
    "thread taken",
    "hook on its way",
)
"""Where the desk dies; at one it is only its connection that breaks."""


class Folk:
    """Dana, Tom and Sam, who do one thing after the other."""

    def __init__(self, house: DiscordHouse, lots: random.Random, most: int) -> None:
        self._house, self._lots, self._most = house, lots, most
        self.deeds: list[Deed] = []
        self.claimed: set[str] = set()
        """The words of the requests that Sam pressed Claim on, and was answered."""
        self.stop = False
        self._filling = asyncio.Lock()
        self.tom = house.discord.person("Tom Ray", roles=[house.client])

    async def run(self) -> None:
        """Until they are told to stop."""
        await asyncio.gather(*(self._client(n) for n in range(3)), self._staff())

    async def _client(self, number: int) -> None:
        while not self.stop:
            word = f"w{number}x{len(self.deeds)}"
            opens = sum(deed.what == "opens" and deed.acknowledged for deed in self.deeds) < self._most
            ways: list[Callable[[str], Awaitable[None]]] = [self._says] * (2 if opens else 4)
            if opens:
                ways += [self._types, self._fills, self._turns]
            with suppress(CannotDo):
                await self._lots.choice(ways)(word)
            await asyncio.sleep(self._lots.uniform(0.02, 0.3))

    async def _staff(self) -> None:
        """Claims what nobody has."""
        house, pressed = self._house, set[str]()
        while not self.stop:
            await asyncio.sleep(self._lots.uniform(0.1, 0.4))
            for card in house.sam.sees(house.triage):
                word = next((deed.word for deed in self.deeds if f"{deed.word} fails" in card.text), "")
                if word and word not in pressed and "Claim" in card.buttons:
                    with suppress(NotAnswered, CannotDo):
                        pressed.add(word)
                        await house.sam.press("Claim", card)
                        self.claimed.add(word)
                    break

    async def _types(self, word: str) -> None:
        await self._answered(
            "opens", word, self._house.dana.slash(self._house.acme, "/desk new", title=f"{word} fails")
        )

    async def _turns(self, word: str) -> None:
        """From the menu of what was written."""
        said = self._house.dana.say(self._house.acme, f"{word} fails")
        await self._answered("opens", word, self._house.dana.message_menu("Turn into a request", said))

    async def _fills(self, word: str) -> None:
        """By a form of two steps, which may have the desk's death between them: what was written stays. Until the last
        one nothing is asked for."""
        tom, acme = self.tom, self._house.acme
        if self._filling.locked():
            return
        async with self._filling:
            with suppress(NotAnswered, TimeoutError):
                await tom.slash(acme, "/desk new")
                if not tom.modal:
                    return  # it took the desk too long, and is offered by a button
                label = next(each for each in tom.modal.labels if each.startswith("What"))
                await tom.submit({label: f"{word} fails"})
                between = await self._house.discord.until(
                    lambda: next((m for m in reversed(tom.alone(acme)) if "Fill in step 2" in m.buttons), None), 2.0
                )
                sends = next(each for each in between.buttons if each not in ("Fill in step 2", "Change what I wrote"))
                await asyncio.sleep(self._lots.uniform(0, 0.5))
                await self._answered("opens", word, tom.press(sends, between))
            if tom.modal:
                tom.close()
            tom.reload()

    async def _says(self, word: str) -> None:
        """In the thread of a request: heard, or read from history afterwards, so that none is ever lost."""
        if threads := self._house.dana.threads(self._house.acme):
            self._house.dana.say(self._lots.choice(threads), f"{word} is said")
            self._did("says", word).acknowledged = True

    async def _answered(self, what: str, word: str, using: Awaitable[Any]) -> None:
        deed = self._did(what, word)
        with suppress(NotAnswered):
            await using
            deed.acknowledged = True

    def _did(self, what: str, word: str) -> Deed:
        self.deeds.append(deed := Deed(what, word))
        return deed


@dataclass
class Run:
    """What is under way."""

    house: DiscordHouse
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

    async def disturb(self, point: str) -> None:
        """Something goes wrong; what died is started again at once."""
        discord = self.house.discord
        if point != "random":
            await self.up()
        await asyncio.sleep(self.lots.uniform(0.1, 0.6))
        for which, pid in enumerate(self.desks):
            if not alive(pid):
                self.verdict.ended += 1
                self.verdict.findings.append(f"a desk ended by itself: …{self._log()[-1500:]}")
                self.desks[which] = self.start(which)
        # Discord forgets nonces after minutes: whoever looks for a message must find it without.
        discord.limits.nonce_lives = self.lots.choice((0.0, NONCES))
        if point == "gateway":
            discord.gateway.cut()
            return
        listens = [n for n, role in enumerate(self.roles) if role != "worker"]
        sends = [n for n, role in enumerate(self.roles) if role != "intake"]
        what, _, when = point.partition(" ")
        which = self.lots.choice(
            sends if what in ROUTES else listens if point == "answered" else range(len(self.roles))
        )
        if point == "random" or not await self._within(what, when, which):
            self.supervisor.kill(self.desks[which])
        self.desks[which] = self.start(which)
        self.verdict.kills += 1

    async def _within(self, what: str, when: str, which: int) -> bool:
        """Kill it as it says the next thing of that kind; False where it said nothing for a while."""
        struck, discord = asyncio.Event(), self.house.discord

        def strike() -> None:
            self.supervisor.kill(self.desks[which])
            struck.set()

        if what == "answered":
            fault = discord.faults.add(CALLBACK, after=strike, when=lambda given: given["type"] != OPENS_FORM)
        else:
            fault = discord.faults.add(
                ROUTES[what], drop=when != "taken", **{"after" if when == "taken" else "before": strike}
            )
        with suppress(TimeoutError):
            await asyncio.wait_for(struck.wait(), 5)
        if fault in discord.faults.waiting:
            discord.faults.waiting.remove(fault)
        self.verdict.inside += struck.is_set() and what in ROUTES and sum(role != "intake" for role in self.roles) == 1
        return struck.is_set()

    async def up(self) -> None:
        """Until Discord gets through to somebody."""
        await self.house.discord.gateway.connected(within=SETTLES)

    async def begun(self, url: str) -> None:
        """The first start of all is over: from now on what was missed is read."""
        await self.up()
        until = time.monotonic() + SETTLES
        while not await asyncio.to_thread(rows, url, "SELECT name FROM counter WHERE name LIKE 'heard:discord/%'"):
            assert time.monotonic() < until, f"the desk did not begin: …{self._log()[-1500:]}"
            await asyncio.sleep(0.05)

    def _log(self) -> str:
        path = Path(self.supervisor.told["log"])
        return path.read_text() if path.exists() else ""

    async def settle(self, url: str, *, whole: bool) -> None:
        """Until all that was written is sent, all that was said is heard, and all that was answered is there, where it
        is to be `whole`."""
        until, before, quiet = time.monotonic() + SETTLES, None, 0
        last = time.monotonic() + LONGEST
        while quiet < 3 and time.monotonic() < min(until, last):
            await asyncio.sleep(0.5)
            left = await asyncio.to_thread(undone, url)
            there = await asyncio.to_thread(standing, url)
            awaited = [deed for deed in self.folk.deeds if deed.acknowledged and (whole or deed.what == "says")]
            now = (left, sum(not there(deed) for deed in awaited))
            if now != before:
                before, until = now, time.monotonic() + SETTLES
            quiet = quiet + 1 if not any(now) else 0


@asynccontextmanager
async def discord_trial(
    mother: Mother,
    url: str,
    folder: Path,
    *,
    seed: int,
    mode: str,
    roles: tuple[str, ...] = ("all",),
    forgets: bool = False,
    most: int = 12,
) -> AsyncIterator[Run]:
    """Desks at work. At the end of the block people stop, the desks do what is left, and the verdict is filled in. One
    that `forgets` answers without writing down."""
    begun, lots = time.monotonic(), random.Random(seed)
    async with FakeDiscord(limits=Limits(paced=False)) as discord:
        store = await open_store(url)
        try:
            house = DiscordHouse(store, discord)
            await house.furnish()
            tom = Person("tom", "Tom Ray", Role.CLIENT, "Europe/London", "ACME")
            folk = Folk(house, lots, most)
            known = ((PLATFORM, house.server, folk.tom.id, tom.id),)
            await store.edit_directory(DirectoryEdit(people=(tom,), identities=known))
        finally:
            await store.close()
        env = {"DISCORD_TOKEN": discord.app.token, "DISCORD_API_BASE": discord.api_base}
        env |= {"DISCORD_GATEWAY_URL": discord.gateway_url, "STEWARD_DATABASE_URL": url, "PORT": "0"}
        env |= {"STEWARD_DATA_DIR": str(folder), "STEWARD_LOG_LEVEL": "warning", "STEWARD_BURST_SECONDS": "0"}
        log = folder / f"{mode}-{seed}.log"
        same = {"env": env, "data": str(folder), "log": str(log), "grace": GRACE, "forgets": forgets}
        told = [same | {"args": ["--role", role]} for role in roles]
        supervisor = Supervisor(mother, told[0])
        run = Run(house, folk, supervisor, Verdict(mode, url.partition(":")[0], seed), lots, roles, told)
        try:
            run.desks = [run.start(which) for which in range(len(roles))]
            await run.begun(url)
            people = asyncio.create_task(folk.run())
            yield run
            folk.stop = True
            await asyncio.wait({people}, timeout=SETTLES)
            if not people.done():
                run.verdict.findings.append("somebody's act did not end, and was broken off")
                people.print_stack()
                people.cancel()
            elif (problem := people.exception()) is not None:
                raise problem
            await run.settle(url, whole=not forgets)
            for pid in run.desks:
                await asyncio.to_thread(supervisor.stop, pid)
            await asyncio.to_thread(judge, run, url)
            run.verdict.integrity = await integrity(url)
            run.verdict.seconds = round(time.monotonic() - begun, 1)
        finally:
            supervisor.close()


def judge(run: Run, url: str) -> None:
    """Fill the verdict in."""
    house = run.house
    cards = Counter(m.text for m in house.sam.sees(house.triage))
    posts = {f"{each.name} ({each.id})": _marks(run, each) for each in house.discord.world.channels.values()}
    weigh(run.verdict, url, deeds=run.folk.deeds, claimed=run.folk.claimed, cards=cards, posts=posts)


def _marks(run: Run, channel: Channel) -> Counter[str]:
    """By what the desk's own posts there are known, its webhooks' too."""
    app = run.house.discord.app.id
    own = [m for m in channel.messages.values() if app in (m.author.id, m.application_id) and m.components]
    found = Counter(str(read(m.components[0].get("id"))[0]) for m in own)
    del found["0"]  # what somebody was answered in person
    return found


__all__ = ["POINTS", "Deed", "Run", "discord_trial", "judge"]
