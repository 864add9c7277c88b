"""What people do at the desk while it is killed: seeded, each on what was acknowledged before, each with words of its
own by which it is found again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from faulty_server import FaultyServer, Happening
from world import CLIENTS, TEAM, THEIRS

STORIES: Sequence[tuple[str, ...]] = (
    (),
    (),
    ("claim", "reply"),
    ("reply", "resolve", "works"),
    ("assign", "note", "reply"),
    ("claim", "ask-client", "answer", "reply", "resolve"),
    ("reply", "answer", "note", "reply"),
    ("claim", "resolve", "not-yet", "reply"),
)
"""What becomes of a request; of some nothing, until its promises are broken."""


@dataclass
class Act:
    """One thing that somebody did, and what the desk acknowledged."""

    event: str
    what: str
    words: str
    """In no other act."""
    number: int | None = None
    """The request; of an opening only once it was acknowledged."""
    answer: dict[str, Any] | None = None

    @property
    def taken(self) -> bool:
        """Whether the desk acknowledged it, and did not refuse."""
        return self.answer is not None and self.answer["purpose"] != "refusal" and not self.answer["form"]


@dataclass
class Workload:
    """Requests and what is done about them, as many each second, until told to stop."""

    server: FaultyServer
    seed: int
    rate: float = 0.8
    """Requests each second."""
    most: int = 10_000
    acts: dict[str, Act] = field(default_factory=dict[str, Act])
    stop: bool = False
    _heard: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])

    async def run(self) -> None:
        """In the server's loop."""
        self.server.heard = self._acknowledged
        lots, stories = random.Random(self.seed), set[asyncio.Task[None]]()
        count = 0
        while not self.stop and count < self.most:
            count += 1
            stories.add(asyncio.create_task(self._story(count, random.Random(f"{self.seed}:{count}"))))
            await asyncio.sleep(lots.expovariate(self.rate))
        # What was begun is told to its end: its last acts come after the last kill.
        await asyncio.gather(*stories)

    def unheard(self) -> int:
        """How many acts nobody acknowledged yet."""
        return sum(act.answer is None for act in self.acts.values())

    async def nudge(self) -> None:
        """One more word to somebody who asked for something, so that there is a message to send."""
        opened = [act for act in self.acts.values() if act.what == "open" and act.number is not None]
        if opened:
            first, count = opened[len(self.acts) % len(opened)], len(self.acts)
            args = {"request": str(first.number), "text": f"nudge-{self.seed}-{count}"}
            call = {"actor": TEAM[0], "channel": "triage", "name": "reply", "args": args}
            await self._do(args["text"], "reply", args["text"], number=first.number, **call)

    async def _story(self, count: int, lots: random.Random) -> None:
        client = lots.choice(CLIENTS)
        who = lots.choice(THEIRS[client.key])
        channel = f"client-{client.key.lower()}"
        words = f"request-{self.seed}-{count}"
        if client.settings.auto_open and lots.random() < 0.5:
            opened = await self._do(words, "open", words, actor=who, channel=channel, kind="hear", text=words)
        else:
            # Most stop everybody: what is pressing is told on its own, however much there is of it.
            args = {"title": words, "stopped": lots.choice(("everyone", "everyone", "everyone", "team"))}
            opened = await self._do(words, "open", words, actor=who, channel=channel, name="new", args=args)
        number = (opened.answer or {}).get("number")
        opened.number = number
        if number is None:
            return
        for step, verb in enumerate(lots.choice(STORIES)):
            await asyncio.sleep(lots.uniform(0.1, 2.5))
            if self.stop:
                return
            await self._act(f"{words}-{step}-{verb}", verb, number, who, channel, lots)

    async def _act(self, words: str, verb: str, number: int, who: str, channel: str, lots: random.Random) -> None:
        staff, args = lots.choice(TEAM), {"request": str(number)}
        match verb:
            case "answer":
                if (thread := self.server.thread_of(number)) is not None:
                    call = {"kind": "hear", "channel": channel, "thread": thread, "text": words}
                    await self._do(words, verb, words, actor=who, number=number, **call)
                return
            case "works" | "not-yet":
                actor = who
                args |= {"text": words} if verb == "not-yet" else {}
            case "assign":
                actor = staff
                args["to"] = lots.choice(TEAM)
            case "claim":
                actor = staff
            case _:
                actor, channel = staff, "triage"  # where the team is among itself
                args["text"] = words
        await self._do(words, verb, words, actor=actor, channel=channel, name=verb, args=args, number=number)

    async def _do(self, event: str, what: str, words: str, *, number: int | None = None, **call: Any) -> Act:
        act = self.acts[event] = Act(event, what, words, number)
        heard = self._heard[event] = asyncio.Event()
        self.server.happens(event, **{"kind": "run", "thread": None, **call})
        await heard.wait()
        return act

    def _acknowledged(self, happening: Happening, answer: Any) -> None:
        self.acts[happening.id].answer = answer
        self._heard[happening.id].set()
