"""Ten thousand histories: the clocks told from the history alone are those that were built step by step, and one late
look finds what many punctual ones did (rule 19)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import CALENDARS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import POLICIES, Lived, live

from bot.domain.replaying import clocks
from bot.domain.sla import settled

PARTS = 8
EACH = 1250
"""Histories a part; together ten thousand."""


def told_alone(program: bytes, *, punctual: bool) -> Lived:
    """The history that it makes, whose clocks are the same from the history alone."""
    story = live(program, punctual=punctual)
    now = story.entries[-1].at
    assert clocks(story.entries, POLICIES, CALENDARS, now) == settled(story.state, now, CALENDARS)
    return story


def same_however_late(program: bytes) -> None:
    late, punctual = (told_alone(program, punctual=each) for each in (False, True))
    now = max(late.entries[-1].at, punctual.entries[-1].at)
    forget = {"warned": (), "reported": False}
    looked = [settled(story.state, now, CALENDARS).clocks for story in (late, punctual)]
    assert [replace(c, **forget) for c in looked[0]] == [replace(c, **forget) for c in looked[1]]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_history_gives_its_clocks(part: int):
    """For each of these histories, of which there are so many different ones. The first part is lived twice, with and
    without a desk that looks at each timer in its very instant."""
    seen: set[bytes] = set()

    @settings(
        max_examples=EACH, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.binary(min_size=8, max_size=20))
    def law(program: bytes) -> None:
        program = bytes((part,)) + program
        seen.add(program)
        if part:
            told_alone(program, punctual=part == 1)
        else:
            same_however_late(program)

    law()
    assert len(seen) >= EACH
