"""`make soak`: the long runs. One line of JSON each; ends with 1 where something was lost, came twice, or came late.

The control sends again without looking whether a message arrived. It must post twice, or the judge could not tell; the
one in Slack acknowledges without writing down, and must lose.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click
from databases import Server, postgres
from discord_trial import POINTS, discord_trial
from faulty_server import NOW
from slack_trial import ACKNOWLEDGED, slack_trial
from trial import Mother, trial
from verdict import Verdict

MODES = ("kill", "workers", "gone", "away", "naive", "slack", "discord")
DATABASES = ("sqlite", "postgresql")
AT_WORK = 10.0
"""Seconds before and after something is taken away."""


@dataclass(frozen=True)
class Run:
    """One line's worth."""

    mode: str
    database: str
    seed: int
    kills: int = 0

    @property
    def name(self) -> str:
        return f"{self.mode}{self.kills or ''}"

    @property
    def workers(self) -> int:
        return {"workers": 4, "gone": 2}.get(self.mode, 1)


def main(args: list[str] | None = None) -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser("make soak", description=__doc__)
    fewer = "half as many with several workers, a quarter in Slack"
    parser.add_argument("--kills", type=int, default=200, help=f"kills a run; {fewer} (200)")
    parser.add_argument("--seeds", type=int, default=5, help="runs of each kind, seeds 1 to that (5)")
    parser.add_argument("--modes", default=",".join(MODES), help=f"what to run ({','.join(MODES)})")
    parser.add_argument("--databases", default=",".join(DATABASES), help=f"on what ({','.join(DATABASES)})")
    parser.add_argument("--away", type=float, default=60, help="seconds without PostgreSQL, or without the chat (60)")
    asked = parser.parse_args(args)
    modes, databases = asked.modes.split(","), asked.databases.split(",")
    for name in ({*modes} - {*MODES}) | ({*databases} - {*DATABASES}):
        parser.error(f"“{name}” is none of {', '.join((*MODES, *DATABASES))}; nothing would run, and look good")
    bad = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="steward-soak-")))
        server = stack.enter_context(postgres()) if "postgresql" in databases else None
        mother = stack.enter_context(Mother())
        for run in _runs(modes, databases, asked.kills, asked.seeds):
            verdict = _done(run, mother, server, folder / f"{run.name}-{run.database}-{run.seed}", asked.away)
            print(verdict.line(), flush=True)
            bad += not _good(verdict)
    return 1 if bad else 0


def _runs(modes: list[str], databases: list[str], kills: int, seeds: int) -> Iterator[Run]:
    for seed in range(1, seeds + 1):
        if "kill" in modes:
            yield from (Run("kill", database, seed, kills) for database in databases)
        if "workers" in modes and "postgresql" in databases:
            yield Run("workers", "postgresql", seed, kills // 2)
    if "gone" in modes and "postgresql" in databases:
        yield Run("gone", "postgresql", 1)
    if "away" in modes:
        yield from (Run("away", database, 1) for database in databases)
    if "naive" in modes:
        yield Run("naive", databases[0], 1, min(kills, 50))
    if "slack" in modes:
        for database in databases:
            yield from (Run(f"slack-{way}", database, 1, kills // 4) for way in ("socket", "http"))
        yield Run("slack-forgets", databases[0], 1, 10)
    if "discord" in modes:
        yield from (
            Run("discord", database, seed, kills // 4) for database in databases for seed in range(1, seeds + 1)
        )
        yield Run("discord-forgets", databases[0], 1, 10)


def _done(run: Run, mother: Mother, server: Server | None, folder: Path, away: float) -> Verdict:
    folder.mkdir()
    url = server.database() if server and run.database == "postgresql" else f"sqlite:///{folder / 'desk.db'}"
    if run.mode.startswith("slack"):
        return asyncio.run(_in_slack(run, mother, url, folder))
    if run.mode.startswith("discord"):
        return asyncio.run(_in_discord(run, mother, url, folder))
    with (
        _bar(f"{run.name} {run.database} seed {run.seed}", run.kills or 1) as step,
        trial(
            mother,
            url,
            folder,
            seed=run.seed,
            mode=run.name,
            naive=run.mode == "naive",
            workers=run.workers,
            most=20 + run.kills // 2,  # however long a busy machine takes for them
        ) as under_way,
    ):
        under_way.wait_up()
        for index in range(run.kills):
            if run.mode == "workers" and index % 5 == 0:
                under_way.stop_past_lease()
            under_way.kill_at_random(index)
            step(1)
        if run.kills:
            return under_way.verdict
        time.sleep(AT_WORK)
        if run.mode == "gone" and server is not None:
            server.gone()
            time.sleep(away)
            server.back()
        else:
            under_way.server.away_until = NOW() + timedelta(seconds=away)
            time.sleep(away)
        time.sleep(AT_WORK)
        step(1)
    return under_way.verdict


async def _in_slack(run: Run, mother: Mother, url: str, folder: Path) -> Verdict:
    """One process on SQLite; on PostgreSQL those at Slack's doors are others than those who send."""
    roles: tuple[str, ...] = ("all",)
    if run.database == "postgresql":
        # Over HTTP they would need a balancer; of sockets Slack takes several.
        roles = ("intake", "worker", "worker") if run.mode == "slack-http" else ("intake", "intake", "worker", "worker")
    forgets = run.mode == "slack-forgets"
    with _bar(f"{run.name} {run.database} seed {run.seed}", run.kills) as step:
        async with slack_trial(
            mother,
            url,
            folder,
            seed=run.seed,
            mode=run.name,
            socket=run.mode != "slack-http",
            roles=roles,
            forgets=forgets,
            most=10 + run.kills // 2,
        ) as under_way:
            index = 0
            while under_way.verdict.kills < run.kills:
                await under_way.disturb(ACKNOWLEDGED if forgets else index)
                index += 1
                step(1)
    return under_way.verdict


async def _in_discord(run: Run, mother: Mother, url: str, folder: Path) -> Verdict:
    """One process on SQLite; on PostgreSQL two that listen, of which one is connected, and two that send."""
    roles = ("intake", "intake", "worker", "worker") if run.database == "postgresql" else ("all",)
    forgets = run.mode == "discord-forgets"
    with _bar(f"{run.name} {run.database} seed {run.seed}", run.kills) as step:
        async with discord_trial(
            mother,
            url,
            folder,
            seed=run.seed,
            mode=run.name,
            roles=roles,
            forgets=forgets,
            most=10 + run.kills // 2,
        ) as under_way:
            index = 0
            while under_way.verdict.kills < run.kills:
                await under_way.disturb("answered" if forgets else POINTS[index % len(POINTS)])
                index += 1
                step(1)
    return under_way.verdict


@contextmanager
def _bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    # On the other stream: what is printed is one line a run.
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


def _good(verdict: Verdict) -> bool:
    """Whether it is as it must be; else why not is told."""
    if verdict.mode.startswith(("slack-forgets", "discord-forgets")):
        good = verdict.lost > 0
        why = [] if good else ["the control lost nothing: nobody would have noticed"]
    elif verdict.mode.startswith("naive"):
        good = verdict.duplicates > 0
        why = [] if good else ["the control posted nothing twice: nobody would have noticed"]
    else:
        # With several workers, and without a database, the machine is too busy, or nothing can be said, on time.
        good = verdict.whole and (verdict.on_time or not verdict.mode.startswith("kill"))
        why = [] if good else verdict.findings
    for line in why[:20]:
        print(f"  {line}", file=sys.stderr)
    return good


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends with it
    raise SystemExit(main())
