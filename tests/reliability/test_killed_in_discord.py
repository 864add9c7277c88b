"""`steward run` in Discord is killed while people press and write: what was answered is there, once."""

from __future__ import annotations

import os
import sys
from copy import copy
from pathlib import Path

import pytest
from discord_trial import POINTS, Deed, discord_trial, judge
from trial import Mother
from verdict import Verdict

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a desk that is killed stands again by a fork"),
    pytest.mark.timeout(600),
    pytest.mark.asyncio,
]
TRIED = 4
"""Of the points; the others are the soak's."""


async def test_a_desk_in_discord_that_is_killed_loses_nothing_and_repeats_nothing(
    mother: Mother, sqlite_url: str, tmp_path: Path
):
    """Within a post and a webhook's, and right after something was answered; its connection breaks, too. The judge sees
    what is missing and what is there twice."""
    async with discord_trial(mother, sqlite_url, tmp_path, seed=1, mode="discord") as run:
        for point in POINTS[:TRIED]:
            await run.disturb(point)
    told = "\n".join([run.verdict.line(), *run.verdict.findings])
    print(told, file=sys.stderr)
    assert run.verdict.whole, told
    assert run.verdict.kills == TRIED - 1, told
    run.verdict = Verdict("again", "sqlite", 1)
    run.folk.deeds.append(Deed("opens", "never", acknowledged=True))
    judge(run, sqlite_url)
    assert (run.verdict.lost, run.verdict.duplicates) == (1, 0)
    card = next(iter(run.house.triage.messages.values()))
    run.house.triage.messages["again"] = copy(card)
    judge(run, sqlite_url)
    assert run.verdict.duplicates == 2, "the card, and its mark"
