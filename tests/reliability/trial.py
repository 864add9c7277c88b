"""One run: a desk (or several) on a faulty chat, people who use it, somebody who kills it, and the judge."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from databases import rows
from faulty_server import NOW, Faults, FaultyServer, Trap
from verdict import Verdict, judge
from workload import Workload
from world import furnish

from storage import open_store

HERE = Path(__file__).parent
GRACE, LEASE = 0.4, 2.5
"""Seconds. What the faulty chat accepts, it has accepted well within this grace."""
WAITING = ("ready", "sending", "ambiguous")
SETTLES, LONGEST = 60.0, 900.0
"""Seconds in which nothing moves until what is left counts as lost, and seconds at most that this may go on."""


class Mother:
    """The process that makes desks: it imports all there is once. Use it as a context manager."""

    def __enter__(self) -> Mother:
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "desk_process.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("STEWARD_") and k != "PORT"},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), "the desks' mother did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # and so end all her children
        self._process.communicate()

    def child(self, told: dict[str, Any]) -> int:
        """A new desk's process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            print(json.dumps(told), file=self._process.stdin, flush=True)
            return int(self._process.stdout.readline())


class Supervisor:
    """Starts the desks of one trial, and sees that they are gone at the end."""

    def __init__(self, mother: Mother, told: dict[str, Any]) -> None:
        self.told = told
        self.starts: list[datetime] = []
        self.pids: list[int] = []
        self._mother = mother

    def start(self) -> int:
        """A new desk's process id."""
        self.starts.append(NOW())
        self.pids.append(pid := self._mother.child(self.told))
        return pid

    def wait_gone(self, pid: int, seconds: float = 10.0) -> None:
        """Until the process has ended."""
        until = time.monotonic() + seconds
        while alive(pid):
            assert time.monotonic() < until, f"process {pid} does not end"
            time.sleep(0.002)

    def kill(self, pid: int) -> None:
        """At once, whatever it does."""
        hit(pid, signal.SIGKILL)
        self.wait_gone(pid)

    def stop(self, pid: int) -> None:
        """Kindly."""
        hit(pid, signal.SIGTERM)
        self.wait_gone(pid)

    def close(self) -> None:
        """End all of them."""
        for pid in self.pids:
            hit(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    return hit(pid, 0)


def hit(pid: int, number: int) -> bool:
    """Send the signal; False where the process is gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


@dataclass
class Trial:
    """What is under way, for whoever disturbs it."""

    server: FaultyServer
    work: Workload
    supervisor: Supervisor
    verdict: Verdict
    lots: random.Random
    desks: list[int] = field(default_factory=list[int])
    _standing: list[threading.Timer] = field(default_factory=list[threading.Timer])

    def wait_up(self) -> None:
        """Until all desks are at work."""
        until = time.monotonic() + SETTLES
        while not all((Path(self.supervisor.told["data"]) / f"up-{pid}").exists() for pid in self.desks):
            assert time.monotonic() < until, "the desks do not come up"
            time.sleep(0.05)

    def see_to_them(self) -> None:
        """A desk that ended by itself is started again, as by any supervisor; it is told, for none should."""
        for index, pid in enumerate(self.desks):
            if not alive(pid):
                log = Path(self.supervisor.told["log"])
                self.verdict.ended += 1
                self.verdict.findings.append(f"a desk ended by itself; the log's end: …{log.read_text()[-1500:]}")
                self.desks[index] = self.supervisor.start()

    def kill_at_random(self, index: int) -> None:
        """Some time later kill one desk and start another at once; each third time inside a post, and some
        before it stood."""
        inside = index % 3 == 0
        if inside or self.lots.random() < 0.5:
            self.wait_up()
        time.sleep(self.lots.uniform(0.05, 0.5))
        self.see_to_them()
        victim = self.lots.randrange(len(self.desks))
        if inside and (pid := self._inside(signal.SIGKILL)) is not None:
            victim = self.desks.index(pid)
            self.verdict.inside += 1
        self.supervisor.kill(self.desks[victim])
        self.desks[victim] = self.supervisor.start()
        self.verdict.kills += 1

    def stop_past_lease(self) -> None:
        """A worker stands still for longer than its lease, half of the times inside a post, and goes on as if nothing
        had been; the others work, and are killed, meanwhile."""
        pid = self._inside(signal.SIGSTOP) if self.lots.random() < 0.5 else None
        if pid is None:
            pid = self.lots.choice(self.desks)
            hit(pid, signal.SIGSTOP)
        going_on = threading.Timer(LEASE * 1.3, hit, (pid, signal.SIGCONT))
        going_on.start()
        self._standing.append(going_on)
        self.verdict.stops += 1

    def all_go_on(self) -> None:
        """Wait for those that stand still."""
        for each in self._standing:
            each.join()

    def _inside(self, number: int) -> int | None:
        """Strike whoever posts next; None where nobody does for a while."""
        struck: list[int] = []

        def strike(pid: int) -> None:
            struck.append(pid)
            hit(pid, number)

        trap = Trap(after=self.lots.random() < 0.5, strike=strike, arrives=self.lots.random() < 0.7)
        self.server.trap = trap
        self.server.start(self.work.nudge())
        if not trap.sprung.wait(2.0):
            self.server.trap = None
            trap.sprung.wait(0.3)
        return struck[0] if struck else None


@contextmanager
def trial(
    mother: Mother,
    url: str,
    folder: Path,
    *,
    seed: int,
    mode: str,
    faults: Faults | None = None,
    naive: bool = False,
    workers: int = 1,
    rate: float = 0.8,
    most: int = 10_000,
) -> Iterator[Trial]:
    """Desks at work. At the end of the block people stop, the desks do what is left, and the verdict is filled in."""
    begun = time.monotonic()
    asyncio.run(_furnished(url))
    log = folder / f"{mode}-{seed}.log"
    with FaultyServer(seed, faults or Faults()) as server:
        told = {"url": url, "data": str(folder), "port": server.port, "naive": naive, "log": str(log)}
        supervisor = Supervisor(mother, told | {"grace": GRACE, "lease": LEASE})
        try:
            work = Workload(server, seed, rate, most)
            verdict = Verdict(mode, url.partition(":")[0], seed)
            running = Trial(server, work, supervisor, verdict, random.Random(seed))
            running.desks = [supervisor.start() for _ in range(workers)]
            people = server.start(work.run())
            yield running
            running.all_go_on()
            work.stop = True
            while not _settled(url, running, people):
                running.desks = [supervisor.start()]
            judge(verdict, url, work, server, supervisor.starts)
            verdict.seconds = round(time.monotonic() - begun, 1)
        finally:
            supervisor.close()


async def _furnished(url: str) -> None:
    store = await open_store(url)
    try:
        await furnish(store)
    finally:
        await store.close()


def _settled(url: str, running: Trial, people: asyncio.Future[None]) -> bool:
    """Let people come to an end and the desks do what is left to do, and stop them; False where something came up at
    the last moment."""
    last, quiet, before = time.monotonic() + LONGEST, 0, (-1, -1, -1)
    until = time.monotonic() + SETTLES
    while quiet < 3 and time.monotonic() < min(until, last):
        time.sleep(0.5)  # a look is a new connection: many of them would take the processor from the desk
        running.see_to_them()
        left = running.work.unheard(), _unsent(url), len(running.server.posts)
        if left != before:
            before, until = left, time.monotonic() + SETTLES
        quiet = quiet + 1 if people.done() and not any(left[:2]) else 0
    for pid in running.desks:
        running.supervisor.stop(pid)
    return quiet < 3 or not _unsent(url)


def _unsent(url: str) -> int:
    there = rows(url, "SELECT state, count(*) AS times FROM outbox GROUP BY state")
    return sum(row["times"] for row in there if row["state"] in WAITING)
