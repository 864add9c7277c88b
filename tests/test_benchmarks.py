"""The benchmarks run; how fast anything is, no test says."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import requests
from benchmarks.__main__ import GROUPS, main
from benchmarks.bench import TINY
from benchmarks.hours import START
from benchmarks.measuring import missed, percentile, table
from bot.domain.events import AskedClient, PolicyApplied, PriorityChanged, Replied

QUICK = ("hours", "requests", "timer_add", "timer_burst", "timer_sparse", "intake_commit")
"""What needs neither a PostgreSQL nor processes of its own."""


def test_the_benchmarks_run_and_write_what_they_found(tmp_path: Path, capsys):
    """At the smallest size they print a table and write each comparison with its target and unit."""
    out = tmp_path / "results.json"
    main(["--out", str(out), "--only", *QUICK], TINY)
    rows = json.loads(out.read_text("utf-8"))
    assert {"name", "against", "ours", "peer", "ratio", "target", "met", "unit", "note"} == set(rows[0])
    names = {row["name"] for row in rows}
    assert {
        "between: a year, cold",
        "timer_add",
        "timer_burst",
        "timer_burst, stall",
        "timer_sparse",
        "intake_commit",
    } <= names
    assert all(row["ours"] > 0 and row["peer"] > 0 for row in rows)
    assert "against" in capsys.readouterr().out
    assert set(QUICK) <= GROUPS.keys()


def test_what_cannot_be_measured_is_missed_and_says_why():
    """It is no met target, and the table names the reason."""
    row = missed("pg_drain", "somebody", "≥ 10", "no PostgreSQL here")
    assert row.met is False
    assert "no PostgreSQL here" in table([row])


def test_the_share_of_all_that_is_not_exceeded():
    """The ninety-ninth of a hundred, the largest of few, and none of nothing."""
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([3.0, 1.0], 0.99) == 3.0
    assert percentile([3.0, 1.0], 0.5) == 1.0


def test_the_clocks_of_a_mixed_history_cost_few_adds():
    """Told anew, with their deadline and timers, at most forty; the histories are mixed indeed."""
    entries = [requests.history(number) for number in range(200)]
    facts = {type(entry.event) for told in entries for entry in told}
    assert facts >= {AskedClient, PolicyApplied, PriorityChanged, Replied}
    counted = [requests.adds(told, START) for told in entries]
    assert 0 < max(counted) <= requests.MOST_ADDS
