"""`steward run` in Slack is killed while people press and write: what was acknowledged is there, once."""

from __future__ import annotations

import os
import sys
from copy import copy
from pathlib import Path

import pytest
from slack_trial import ACKNOWLEDGED, POINTS, Deed, Run, judge, slack_trial
from trial import Mother
from verdict import Verdict

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a desk that is killed stands again by a fork"),
    pytest.mark.timeout(600),
    pytest.mark.asyncio,
]


def whole(run: Run, kills: int) -> None:
    """Nothing was lost, and nothing came twice."""
    told = "\n".join([run.verdict.line(), *run.verdict.findings])
    print(told, file=sys.stderr)
    assert run.verdict.whole, told
    assert run.verdict.kills == kills, told


async def test_a_desk_in_slack_that_is_killed_loses_nothing_and_repeats_nothing(
    mother: Mother, sqlite_url: str, tmp_path: Path
):
    """At random, within a post before and after Slack took it, and right after something was acknowledged; its socket
    breaks, too. The judge sees what is missing and what is there twice."""
    async with slack_trial(mother, sqlite_url, tmp_path, seed=1, mode="slack", socket=True) as run:
        for index in range(len(POINTS)):
            await run.disturb(index)
    whole(run, len(POINTS) - 1)
    run.verdict = Verdict("again", "sqlite", 1)
    run.folk.deeds.append(Deed("opens", "never", acknowledged=True))
    judge(run, sqlite_url)
    assert (run.verdict.lost, run.verdict.duplicates) == (1, 0)
    card = next(m for m in run.house.triage.messages.values() if not m.is_reply)
    run.house.triage.messages["again"] = copy(card)
    judge(run, sqlite_url)
    assert run.verdict.duplicates == 2, "the card, and its name"


@pytest.mark.postgres
async def test_what_dies_in_slack_is_taken_over_by_others(mother: Mother, postgres_url: str, tmp_path: Path):
    """An intake at Slack's door and two workers on one PostgreSQL, over HTTP: what one of them left half done, another
    one ends."""
    roles = ("intake", "worker", "worker")
    async with slack_trial(mother, postgres_url, tmp_path, seed=2, mode="slack", socket=False, roles=roles) as run:
        for index in (POINTS.index("post taken"), ACKNOWLEDGED):
            await run.disturb(index)
    whole(run, 2)
