"""The real desk is killed again and again while people use it: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from trial import Mother, trial
from verdict import Verdict

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a desk that is killed stands again by a fork"),
    # Some seconds; a machine that does much else takes its time.
    pytest.mark.timeout(240),
]

KILLS = 20
AT_LAST = 30.0
"""Seconds. How late alerts are is judged by `make soak`, on a machine that has nothing else to do; here they are told
from those that never come."""


def killed(mother: Mother, url: str, folder: Path, seed: int, *, naive: bool = False) -> Verdict:
    """One desk, killed so often."""
    folder.mkdir()
    with trial(mother, url, folder, seed=seed, mode="naive" if naive else "kill", naive=naive, most=8) as under_way:
        for index in range(KILLS):
            under_way.kill_at_random(index)
    return under_way.verdict


def whole(verdict: Verdict) -> None:
    """Nothing was lost, and nothing came twice or before its time."""
    told = "\n".join([verdict.line(), *verdict.findings])
    print(told, file=sys.stderr)
    assert verdict.kills == KILLS, told
    assert verdict.whole, told
    assert verdict.alerts > 0, told
    assert verdict.late_max_s < AT_LAST, told


@pytest.mark.postgres
def test_a_desk_killed_twenty_times_loses_nothing_and_repeats_nothing(
    mother: Mother, sqlite_url: str, postgres_url: str, tmp_path: Path
):
    """kill -9 at random points and inside posts, while the chat limits, fails and drops replies; on both databases.

    The same desk, sending again without looking first, posts twice: so the judge can tell.
    """
    control = f"sqlite:///{tmp_path / 'control.db'}"
    with ThreadPoolExecutor(3) as pool:
        on_sqlite = pool.submit(killed, mother, sqlite_url, tmp_path / "sqlite", 1)
        on_postgres = pool.submit(killed, mother, postgres_url, tmp_path / "postgres", 2)
        naive = pool.submit(killed, mother, control, tmp_path / "naive", 3, naive=True)
    whole(on_sqlite.result())
    whole(on_postgres.result())
    assert naive.result().duplicates > 0, naive.result().line()


@pytest.mark.postgres
def test_four_workers_killed_and_stopped_past_their_lease_repeat_nothing(
    mother: Mother, postgres_url: str, tmp_path: Path
):
    """Four processes on one PostgreSQL: some are killed, some stand still until others have taken their work over, and
    then go on as if nothing had been."""
    with trial(mother, postgres_url, tmp_path, seed=4, mode="workers", workers=4, most=8) as under_way:
        for index in range(8):
            if index % 3 == 0:
                under_way.stop_past_lease()
            under_way.kill_at_random(index)
    told = "\n".join([under_way.verdict.line(), *under_way.verdict.findings])
    assert under_way.verdict.whole, told
    assert under_way.verdict.stops >= 2, told
