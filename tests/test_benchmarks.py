"""The benchmarks run; how fast anything is, no test says."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks import lives, postgres_timers, requests
from benchmarks.__main__ import GROUPS, main
from benchmarks.bench import TINY, Bench
from benchmarks.databases import NoPostgres
from benchmarks.hours import START
from benchmarks.measuring import Row, faster, missed, percentile, table
from benchmarks.watching import Fired, ticking
from bot.domain.events import AskedClient, PolicyApplied, PriorityChanged, Replied

QUICK = ("hours", "requests", "fairness", "timer_add", "timer_burst", "timer_sparse", "intake_commit", "outgoing")
"""What needs neither a PostgreSQL nor processes of its own."""


def test_the_benchmarks_run_and_write_what_they_found(tmp_path: Path, capsys):
    """At the smallest size they print a table and write each comparison with its target and unit."""
    out = tmp_path / "results.json"
    main(["--out", str(out), "--only", *QUICK], TINY)
    rows = json.loads(out.read_text("utf-8"))
    assert {"group", "name", "against", "ours", "peer", "ratio", "target", "met", "unit", "note", "load"} == set(
        rows[0]
    )
    names = {row["name"] for row in rows}
    assert {
        "between: a year, cold",
        "timer_add",
        "timer_burst",
        "timer_burst, stall",
        "timer_sparse",
        "fair_breach",
        "intake_commit",
        "outgoing",
    } <= names
    assert all(row["ours"] > 0 and (row["peer"] is None or row["peer"] > 0) for row in rows)
    assert "against" in capsys.readouterr().out
    assert set(QUICK) <= GROUPS.keys()


def test_what_was_not_measured_again_stays(tmp_path: Path):
    """A group that was asked for takes the place of its old rows; all others are as they were, in the groups' order."""
    out = tmp_path / "results.json"
    old = [{"group": name, "name": "old"} for name in ("hours", "requests", "timer_add")]
    out.write_text(json.dumps(old), "utf-8")
    main(["--out", str(out), "--only", "requests"], TINY)
    rows = json.loads(out.read_text("utf-8"))
    assert [row["group"] for row in rows] == ["hours", "requests", "timer_add"]
    assert [row["name"] == "old" for row in rows] == [True, False, True]


def test_what_cannot_be_measured_is_missed_and_says_why():
    """It is no met target, and the table names the reason."""
    row = missed("pg_drain", "somebody", "≥ 10", "no PostgreSQL here")
    assert row.met is False
    assert "no PostgreSQL here" in table([row])


def test_a_group_that_fails_is_missed_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, capsys):
    """What it had found before is kept."""

    def failing(bench: Bench) -> Iterator[Row]:
        yield faster("found before", "somebody", 1, 2)
        raise RuntimeError("in the middle")

    monkeypatch.setitem(GROUPS, "timer_add", failing)
    assert main(["--only", "timer_add", "requests"], TINY) == 1
    said = capsys.readouterr().out
    assert "found before" in said
    assert "RuntimeError in the middle" in said
    assert "the clocks of 20" in said


def test_without_a_postgresql_its_rows_are_missed(monkeypatch: pytest.MonkeyPatch, capsys):
    """Each row of both groups says why, and the run ends with 1."""

    @contextmanager
    def none() -> Iterator[str]:
        raise NoPostgres("none on this machine")
        yield ""

    monkeypatch.setattr(postgres_timers, "postgres", none)
    assert main(["--only", "pg_drain", "pg_due_latency"], TINY) == 1
    assert capsys.readouterr().out.count("none on this machine") == 4


def test_a_process_ends_with_its_reader():
    """One that has not said anything in time is not waited for, and does not stay."""
    with lives.started("jobs", "/nowhere/jobs.db") as process, pytest.raises(lives.Silent):
        lives.said(process, 0)
    assert process.returncode is not None


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


@pytest.mark.asyncio
async def test_a_stall_at_the_very_end_is_noted():
    """Whoever waited for its end may wake before the one who measures it."""
    fired = Fired()
    async with ticking(fired):
        await asyncio.sleep(0)
        time.sleep(0.03)  # noqa: ASYNC251 -- it is to stand still
    assert fired.stall >= 0.03
