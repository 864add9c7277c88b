"""`make soak`: the long runs. One line of JSON each; ends with 1 where something was lost, came twice, or came late.

The control sends again without looking whether a message arrived. It must post twice, or the judge could not tell.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from databases import Server, postgres
from trial import Mother, trial
from verdict import Verdict

MODES = ("kill", "workers", "gone", "naive")

AWAY = 60.0
"""Seconds for which PostgreSQL is gone."""


def main(args: list[str] | None = None) -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser("make soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="kills a run (200)")
    parser.add_argument("--seeds", type=int, default=5, help="runs of each kind, seeds 1 to that (5)")
    parser.add_argument("--modes", default=",".join(MODES), help="kill,workers,gone,naive: what to run (all)")
    parser.add_argument("--databases", default="sqlite,postgresql", help="on what (sqlite,postgresql)")
    asked = parser.parse_args(args)
    bad = 0
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="steward-soak-", ignore_cleanup_errors=True))
        )
        databases = asked.databases.split(",")
        server = stack.enter_context(postgres()) if "postgresql" in databases else None
        mother = stack.enter_context(Mother())
        for mode, database, seed, kills in _runs(asked.modes.split(","), databases, asked.kills, asked.seeds):
            data = folder / f"{mode}-{database}-{seed}"
            data.mkdir()
            verdict = _run(mother, server, mode, _url(database, data, server), data, seed, kills)
            print(verdict.line(), flush=True)
            bad += not _good(verdict)
    return 1 if bad else 0


def _runs(modes: list[str], databases: list[str], kills: int, seeds: int) -> Iterator[tuple[str, str, int, int]]:
    for seed in range(1, seeds + 1):
        for database in databases:
            if "kill" in modes:
                yield "kill", database, seed, kills
        if "workers" in modes and "postgresql" in databases:
            yield "workers", "postgresql", seed, kills // 2
    if "gone" in modes and "postgresql" in databases:
        yield "gone", "postgresql", 1, 0
    if "naive" in modes:
        yield "naive", databases[0], 1, min(kills, 50)


def _url(database: str, folder: Path, server: Server | None) -> str:
    return server.database() if server and database == "postgresql" else f"sqlite:///{folder / 'desk.db'}"


def _run(mother: Mother, server: Server | None, mode: str, url: str, folder: Path, seed: int, kills: int) -> Verdict:
    workers, naive = {"workers": 4, "gone": 2}.get(mode, 1), mode == "naive"
    name = f"{mode}{kills or ''}"
    with (
        _bar(f"{name} {url.partition(':')[0]} seed {seed}", kills) as step,
        trial(mother, url, folder, seed=seed, mode=name, naive=naive, workers=workers) as under_way,
    ):
        for index in range(kills):
            if mode == "workers" and index % 5 == 0:
                under_way.stop_past_lease()
            under_way.kill_at_random(index)
            step(1)
        if mode == "gone" and server is not None:
            under_way.wait_up()
            time.sleep(5)
            server.gone()
            time.sleep(AWAY)
            server.back()
            time.sleep(5)
    return under_way.verdict


@contextmanager
def _bar(label: str, length: int) -> Iterator[Callable[[int], None]]:
    # On the other stream: what is printed is one line a run.
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


def _good(verdict: Verdict) -> bool:
    """Whether it is as it must be; else why not is told."""
    if verdict.mode.startswith("naive"):
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
    raise SystemExit(main())
