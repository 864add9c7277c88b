"""Ten thousand histories: the clocks told from the history alone are those that were built step by step, and one late
look finds what many punctual ones did (rule 19)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from histories import CALENDARS
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


@pytest.mark.many
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.rule("19.3")
def test_a_history_gives_its_clocks(part: int):
    """For each of these histories, of which there are so many different ones. The first part is lived twice, with and
    without a desk that looks at each timer in its very instant (rule 19)."""
    chance = Random(part)
    programs = [bytes((part,)) + chance.randbytes(chance.randint(8, 20)) for _ in range(EACH)]
    assert len(set(programs)) == EACH
    for program in programs:
        holds(program, part)


def holds(program: bytes, part: int) -> None:
    """The law for one of them; of one for which it fails the shortest that still does is shown."""
    law = same_however_late if not part else lambda each: told_alone(each, punctual=part == 1)
    try:
        law(program)
    except AssertionError:
        for cut in range(len(program) - 2, -1, -2):
            shorter = program[:cut] + program[cut + 2 :]
            if fails(law, shorter):
                return holds(shorter, part)
        print(f"The history of {program!r}:", *live(program, punctual=False).entries, sep="\n")
        raise


def fails(law: Callable[[bytes], object], program: bytes) -> bool:
    """Whether it does not hold for that one."""
    try:
        law(program)
    except AssertionError:
        return True
    return False
