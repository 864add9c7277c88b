"""The benchmarks run; how fast anything is, no test says."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.__main__ import main


def test_the_benchmarks_run_and_write_what_they_found(tmp_path: Path, capsys):
    """At the smallest size they print a table and write each comparison with its target."""
    out = tmp_path / "results.json"
    main(["--rounds", "1", "--batch", "0.00001", "--out", str(out)])
    rows = json.loads(out.read_text("utf-8"))
    assert {"name", "against", "ours", "peer", "ratio", "target", "met"} == set(rows[0])
    assert any(row["name"] == "between: a year, cold" for row in rows)
    assert all(row["ours"] > 0 and row["peer"] > 0 for row in rows)
    assert "against" in capsys.readouterr().out
