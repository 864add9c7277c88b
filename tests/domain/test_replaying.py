"""The clocks from a history alone, and what is no history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from histories import ALWAYS, CALENDARS, FIRST, HOUR, RESOLUTION, Story, t

from bot.domain.calendar import NaiveInstant
from bot.domain.clocks import State
from bot.domain.events import Entry, NoteAdded, PolicyApplied
from bot.domain.people import Role
from bot.domain.policy import BadTarget, Policy, Priority, Terms, nothing
from bot.domain.replaying import OutOfOrder, UnknownCalendar, UnknownPolicy, clocks
from bot.domain.sla import settled

GOLD = Policy("Gold", "ACME", ALWAYS.ref, {p: {FIRST: HOUR, RESOLUTION: 8 * HOUR} for p in Priority})
POLICIES = {GOLD.ref: GOLD}


def story() -> Story:
    return Story(GOLD.terms(Priority.P3)).reply("12 10:30").client("12 11:00")


def test_the_history_alone_gives_the_clocks():
    """The same as were built one entry at a time, with what was late until now."""
    built = story()
    told = clocks(built.entries, POLICIES, CALENDARS, t("13 10:00"))
    assert told == settled(built.state, t("13 10:00"), CALENDARS)
    assert told.clocks[0].breached_at == t("12 18:00")
    assert clocks([], POLICIES, CALENDARS, t("13 10:00")) == State()


def test_what_was_promised_is_looked_up():
    """The policy's own version says what it promised, not a copy in the history."""
    built = story()
    wrong = replace(GOLD.terms(Priority.P3), targets={RESOLUTION: 60})
    built.entries[1] = replace(built.entries[1], event=PolicyApplied(wrong))
    assert clocks(built.entries, POLICIES, CALENDARS, t("12 12:00")) == built.state


def test_nothing_promised_needs_no_policy():
    """Where none matched there is none to look up."""
    built = Story(nothing(Priority.P3, ALWAYS.ref, 1))
    assert clocks(built.entries, {}, CALENDARS, t("12 12:00")).clocks == ()


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        (lambda e: e[1:], "Entry 2 is the first, and a history begins with the opening"),
        (lambda e: [e[0], e[2], e[1]], "Entry 3 stands after 1; sort them by their numbers"),
        (lambda e: [*e[:2], replace(e[2], at=t("12 09:00"))], "Entry 3, of 2026-01-12 09:00:00, is before entry 2"),
        (lambda e: [*e, Entry(5, t("14 10:00"), "sam", Role.ENGINEER, NoteAdded("x"))], "before the last entry, 5"),
    ],
    ids=["no opening", "numbers", "times", "now"],
)
def test_a_history_out_of_order_is_an_error(entries, says: str):  # type: ignore[no-untyped-def]
    """It names the entry and the mend, where a silent answer would be wrong."""
    with pytest.raises(OutOfOrder, match=says):
        clocks(entries(story().entries), POLICIES, CALENDARS, t("13 10:00"))


def test_an_unknown_policy_is_an_error():
    """Named with its version."""
    with pytest.raises(UnknownPolicy, match=r"Entry 2 applies ACME:Gold@1, which is no known policy"):
        clocks(story().entries, {}, CALENDARS, t("13 10:00"))


def test_an_unknown_calendar_is_an_error():
    """Named with its version."""
    with pytest.raises(UnknownCalendar, match=r"Entry 2 counts in always@1, no known calendar"):
        clocks(story().entries, POLICIES, {}, t("13 10:00"))


def test_a_naive_instant_is_an_error():
    """In the history and for now: nobody guesses a zone."""
    built = story()
    with pytest.raises(NaiveInstant, match="has no time zone"):
        clocks(built.entries, POLICIES, CALENDARS, datetime(2026, 1, 13, 10))  # noqa: DTZ001
    built.entries[1] = replace(built.entries[1], at=datetime(2026, 1, 12, 10))  # noqa: DTZ001
    with pytest.raises(NaiveInstant, match="2026-01-12T10:00:00 has no time zone"):
        clocks(built.entries, POLICIES, CALENDARS, t("13 10:00"))


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_target_of_nothing_is_an_error(seconds: int):
    """It would be missed before anybody reads the request."""
    with pytest.raises(BadTarget, match="resolution target of Gold must be more than 0 seconds"):
        Terms("Gold", 1, Priority.P3, ALWAYS.ref, {RESOLUTION: seconds}).check()
    with pytest.raises(BadTarget, match="resolution target of Gold must be more than 0 seconds"):
        Policy("Gold", "ACME", ALWAYS.ref, {Priority.P3: {RESOLUTION: seconds}})
