"""`python -m benchmarks`: measure, print a table, write results.json. Ends with 1 where a target is missed."""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path

from benchmarks import hours, requests
from benchmarks.measuring import Row, table

RESULTS = Path(__file__).with_name("results.json")


def main(args: list[str] | None = None) -> int:
    """Run all of it."""
    parser = argparse.ArgumentParser("benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="turns of each; the best counts (15)")
    parser.add_argument("--batch", type=float, default=0.01, help="seconds a turn takes about (0.01)")
    parser.add_argument("--requests", type=int, default=100_000, help="open requests whose clocks are told (100000)")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results go")
    asked = parser.parse_args(args)

    def say(words: str) -> None:
        print(f"  {words}", flush=True)

    rows: list[Row] = list(hours.run(asked.rounds, asked.batch, say))
    rows += requests.run(asked.requests, say)
    print(f"\nPython {platform.python_version()}; the best of {asked.rounds} interleaved rounds, all warm.\n")
    print(table(rows))
    asked.out.write_text(json.dumps([row.as_json() for row in rows], indent=2, ensure_ascii=False) + "\n", "utf-8")
    missed = [row.name for row in rows if row.met is False]
    print(f"\nWritten to {asked.out}." + (f" Missed: {', '.join(missed)}." if missed else " Every target is met."))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
