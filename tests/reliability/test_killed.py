"""The real desk is killed again and again while people use it: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from trial import Mother, Trial, trial
from verdict import Verdict, heard, judge

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a desk that is killed stands again by a fork"),
    # Some seconds; a machine that does much else takes its time.
    pytest.mark.timeout(600),
]

KILLS = 20
AT_LAST = 30.0
"""Seconds. How late alerts are is judged by `make soak`, on a machine that has nothing else to do; here they are told
from those that never come."""


def killed(mother: Mother, url: str, folder: Path, seed: int, *, naive: bool = False) -> Trial:
    """One desk, killed so often."""
    folder.mkdir()
    with trial(mother, url, folder, seed=seed, mode="naive" if naive else "kill", naive=naive, most=8) as under_way:
        for index in range(KILLS):
            under_way.kill_at_random(index)
    return under_way


def whole(verdict: Verdict) -> None:
    """Nothing was lost, and nothing came twice or before its time."""
    told = "\n".join([verdict.line(), *verdict.findings])
    print(told, file=sys.stderr)
    assert verdict.kills == KILLS, told
    assert verdict.whole, told
    assert verdict.alerts > 0, told
    assert verdict.inside > 0, told
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
    whole(on_sqlite.result().verdict)
    whole(on_postgres.result().verdict)
    of_naive = naive.result().verdict
    assert of_naive.duplicates > 0, of_naive.line()
    not_blind(on_sqlite.result(), sqlite_url)


def not_blind(trial: Trial, url: str) -> None:
    """The judge sees what is taken away, what is there twice, and what came too early."""

    def judged() -> Verdict:
        return judge(Verdict("again", "sqlite", 1), url, trial.work, trial.server, trial.supervisor.starts)

    posts = trial.server.posts
    alert = next(post for post in posts if post.key.endswith(":breach:alerts"))
    assert judged().whole
    posts.remove(alert)
    assert judged().lost > 0, "an alert that never rang"
    posts.extend([alert, alert])
    assert judged().duplicates > 0, "an alert that rang twice"
    posts.remove(alert)
    alert.at -= timedelta(minutes=1)
    assert judged().early > 0, "an alert before its time"
    alert.at += timedelta(minutes=1)
    alert.deleted = True
    assert judged().lost > 0, "an alert that stands nowhere"
    alert.deleted = False
    act = next(act for act in trial.work.acts.values() if act.what == "open" and act.taken)
    act.words += " and more"
    assert judged().lost > 0, "words that are not in the history"
    act.words = act.event
    assert heard(url, trial.work), "what clients wrote in the chat, and when the desk had it"


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
