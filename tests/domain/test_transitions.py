"""What a step did to the clocks, by name."""

from __future__ import annotations

from copy import copy

import pytest
from histories import Story, terms

from bot.domain.events import (
    AskedClient,
    Breached,
    Cancelled,
    PolicyApplied,
    Reopened,
    Replied,
    Resumed,
    Status,
    Warned,
)
from bot.domain.hooks import Hook, HookError
from bot.domain.policy import ClockKind, Priority
from bot.domain.sla import tick
from bot.domain.transitions import transitions

S = Status


def names(before: Story, after: Story) -> list[str]:
    return [f"{each.name} {each.clock.kind}" for each in transitions(before.request.sla, after.request.sla)]


def test_each_transition_has_its_name():
    """Started, answered, paused and resumed, retargeted, ended without a reply, resumed after a reopening."""
    story = Story(terms(first_response=60, resolution=480))
    told: list[list[str]] = []
    for at, event in (
        ("12 10:10", Replied("on it")),
        ("12 10:20", AskedClient(S.NEW, "?")),
        ("12 10:30", Resumed(S.WAITING_CLIENT, S.NEW, "")),
        ("12 10:40", PolicyApplied(terms(first_response=60, resolution=20, priority=Priority.P1))),
        ("12 10:50", Cancelled(S.NEW, "spam")),
    ):
        before = copy(story)
        story.tell(at, event)
        told.append(names(before, story))
    assert told == [
        ["met first_response"],
        ["paused resolution"],
        ["resumed resolution"],
        ["retargeted resolution", "breached resolution"],
        ["cancelled resolution"],
    ]


def test_a_warning_and_a_breach_are_told_once():
    """As the desk records them."""
    story = Story(terms(first_response=60))
    before = copy(story)
    (warned,) = tick(story.request.sla, story.request.opened_at.replace(hour=10, minute=45), story.calendars)
    assert isinstance(warned, Warned)
    story.tell("12 10:45", warned)
    assert names(before, story) == ["warned first_response"]
    before = copy(story)
    (breached,) = tick(story.request.sla, story.request.opened_at.replace(hour=11), story.calendars)
    assert isinstance(breached, Breached)
    story.tell("12 11:00", breached)
    assert names(before, story) == ["breached first_response"]
    assert breached.clock is ClockKind.FIRST_RESPONSE


def test_reopening_starts_the_same_clock_again():
    """The resolution clock is one, stopped and started again."""
    story = Story(terms(resolution=480)).resolve("12 10:10")
    before = copy(story)
    story.tell("12 11:00", Reopened(S.RESOLVED, S.NEW, ""))
    assert names(before, story) == ["restarted resolution"]


@pytest.mark.parametrize("url", ["https://x:99999/", "https://", "https://[", "x" * 10, "https://e.org/" + "x" * 500])
def test_an_address_that_is_none(url: str):
    """Each is refused with the mend."""
    with pytest.raises(HookError, match="whole address"):
        Hook("ci", url, "s")


def test_a_hook_keeps_its_secret_to_itself():
    """It is in no log."""
    assert "whsec" not in repr(Hook("ci", "http://localhost:1/", "whsec_x"))


@pytest.mark.parametrize(("key", "about"), [("CI", ("sla",)), ("ci", ()), ("ci", ("weather",))])
def test_a_hook_that_cannot_be_kept(key: str, about: tuple[str, ...]):
    """Its name and what it wants to hear of."""
    with pytest.raises(HookError):
        Hook(key, "https://ci.example.org/", "s", about)
