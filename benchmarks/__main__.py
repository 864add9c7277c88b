"""`python -m benchmarks`: measure, print a table, write results.json. Ends with 1 where a target is missed."""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import (
    discord_acks,
    fairness,
    hours,
    intake,
    outgoing,
    postgres_timers,
    requests,
    restarting,
    slack_acks,
    timers,
)
from benchmarks.bench import QUICK, Bench, Group, Sizes
from benchmarks.databases import disk_folder
from benchmarks.measuring import Row, missed, table

RESULTS = Path(__file__).with_name("results.json")

GROUPS: dict[str, Group] = {
    "hours": lambda bench: hours.run(bench.sizes.rounds, bench.sizes.batch, bench.say),
    "requests": lambda bench: requests.run(bench.sizes.requests, bench.say),
    "fairness": lambda bench: fairness.run(bench.say),
    "timer_add": timers.add,
    "timer_burst": timers.burst,
    "timer_sparse": timers.sparse,
    "restart_1M": restarting.restart,
    "memory_1M": restarting.memory,
    "pg_drain": postgres_timers.drain,
    "pg_due_latency": postgres_timers.latency,
    "intake_commit": intake.intake,
    "outgoing": outgoing.outgoing,
    "pg_outgoing": outgoing.on_postgres,
    "slack_ack": slack_acks.rate,
    "slack_burst": slack_acks.burst,
    "discord_burst": discord_acks.burst,
}
"""By name; each is independent of the others."""


def main(args: list[str] | None = None, sizes: Sizes = Sizes()) -> int:  # noqa: B008 -- frozen
    """Run all of it, or what is asked for."""
    asked = _parser(sizes).parse_args(args)
    if asked.quick:
        sizes = QUICK
    sizes = replace(sizes, **{k: v for k, v in vars(asked).items() if k in _SIZES and v is not None})
    names = asked.only or list(GROUPS)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    found: dict[str, list[Row]] = {}
    loads: dict[str, str] = {}
    begun, load = time.perf_counter(), _load()
    with tempfile.TemporaryDirectory(prefix="steward-bench-", dir=disk_folder()) as folder:

        def say(words: str) -> None:
            print(f"  {time.perf_counter() - begun:5.0f} s  {words}", flush=True)

        bench = Bench(sizes, Path(folder), say)
        for name in names:
            found[name] = _rows(name, bench)
            loads[name] = _load()
    took = time.perf_counter() - begun
    print(f"\nPython {platform.python_version()}; {took:.0f} s; load {load} before, {_load()} after.\n")
    rows = [row for group in found.values() for row in group]
    print(table(rows))
    out = asked.out or (RESULTS if sizes == Sizes() else None)
    if out:
        _write(out, found, loads)
    failed = [row.name for row in rows if row.met is False]
    print(f"\nWritten to {out}." if out else "\nNot written: not at full size (see --out).")
    print(f"Missed: {', '.join(failed)}." if failed else "Every target is met.")
    return 1 if failed else 0


_SIZES = ("rounds", "batch", "requests", "turns")


def _parser(sizes: Sizes) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(GROUPS), metavar="NAME", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes: that it works, little of how fast")
    parser.add_argument("--rounds", type=int, help=f"turns of each, where hours are compared ({sizes.rounds})")
    parser.add_argument("--batch", type=float, help=f"seconds such a turn takes about ({sizes.batch:g})")
    parser.add_argument("--requests", type=int, help=f"open requests whose clocks are told anew ({sizes.requests})")
    parser.add_argument("--turns", type=int, help=f"turns of what takes seconds; the best counts ({sizes.turns})")
    parser.add_argument("--out", type=Path, help="where the results go (results.json, at full size)")
    return parser


def _rows(name: str, bench: Bench) -> list[Row]:
    """A group's rows; where it fails, those before it did, and one that is missed and says why."""
    rows: list[Row] = []
    try:
        for row in GROUPS[name](bench):
            rows.append(row)
    except Exception as error:
        traceback.print_exc()
        rows.append(missed(name, "", "", f"it failed: {type(error).__name__} {error}".strip()))
    return rows


def _write(path: Path, found: Mapping[str, Sequence[Row]], loads: Mapping[str, str]) -> None:
    """Each row with its group and the machine's load by its end; what was not measured this time stays as it was."""
    kept = json.loads(path.read_text("utf-8")) if path.exists() else []
    lines = [
        line
        for group in GROUPS
        for line in (
            [{"group": group, **row.as_json(), "load": loads[group]} for row in found[group]]
            if group in found
            else [line for line in kept if line["group"] == group]
        )
    ]
    path.write_text(json.dumps(lines, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    # Told to end, it ends what it has started, and takes its databases away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    raise SystemExit(main())
