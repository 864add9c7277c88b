"""The benchmarks run; how fast anything is, no test says."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import requests
from benchmarks.__main__ import main
from benchmarks.hours import START
from bot.domain.events import AskedClient, PolicyApplied, PriorityChanged, Replied


def test_the_benchmarks_run_and_write_what_they_found(tmp_path: Path, capsys):
    """At the smallest size they print a table and write each comparison with its target."""
    out = tmp_path / "results.json"
    main(["--rounds", "1", "--batch", "0.00001", "--requests", "20", "--out", str(out)])
    rows = json.loads(out.read_text("utf-8"))
    assert {"name", "against", "ours", "peer", "ratio", "target", "met"} == set(rows[0])
    assert any(row["name"] == "between: a year, cold" for row in rows)
    assert all(row["ours"] > 0 and row["peer"] > 0 for row in rows)
    assert "against" in capsys.readouterr().out


def test_the_clocks_of_a_mixed_history_cost_few_adds():
    """Told anew, with their deadline and timers, at most forty; the histories are mixed indeed."""
    entries = [requests.history(number) for number in range(200)]
    facts = {type(entry.event) for told in entries for entry in told}
    assert facts >= {AskedClient, PolicyApplied, PriorityChanged, Replied}
    counted = [requests.adds(told, START) for told in entries]
    assert 0 < max(counted) <= requests.MOST_ADDS
