"""Clauses of the rules that no other test is about, and two mistakes of others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import CALENDARS, DANA, FIRST, MIN, NEXT, OFFICE, RESOLUTION, SAM, UPDATE, Story, t, terms

from bot.domain.calendar import WEEKDAYS, weekly
from bot.domain.classes import recount
from bot.domain.clocks import Outcome, warn_at
from bot.domain.events import (
    AskedClient,
    Assigned,
    Breached,
    Event,
    MessageClass,
    MessageDeleted,
    MessageEdited,
    NewsPromised,
    Replied,
    Status,
)
from bot.domain.policy import ClockKind, Priority
from bot.domain.sla import next_deadline, next_wakes

ALL = {"first_response": 60, "next_reply": 120, "periodic_update": 240, "resolution": 480}


@pytest.mark.rule("5.4")
def test_thanks_start_a_clock_once_somebody_says_that_they_ask():
    """Rule 5: a courtesy touches no clock; corrected to be of substance it counts from when it was written."""
    story = Story(terms(**ALL)).reply("12 10:30").client("12 11:00", "thanks, and the other one?", courtesy=True)
    assert story.state.running(NEXT) is None
    said = story.entries[-1].seq
    story.tell("12 11:30", *recount(story.request, story.entries, said, MessageClass.SUBSTANCE, CALENDARS))
    assert story.due(NEXT) == t("12 13:00")


@pytest.mark.rule("5.7", "7.4")
@pytest.mark.parametrize("fact", [MessageEdited("m", 4, "else", "it fails"), MessageDeleted("m", 4, "it fails")])
def test_what_becomes_of_a_message_later_changes_no_clock(fact: Event):
    """Rules 5 and 7: an edit answers nobody, and what was deleted had been said; a reaction leaves no entry at all."""
    story = Story(terms(**ALL)).reply("12 10:30").client("12 11:00")
    before = story.state
    assert story.tell("12 11:10", fact, by=DANA).state == before


@pytest.mark.rule("6.1")
def test_first_response_starts_at_creation():
    """Rule 6: the client opened it, so the first answer is due from then."""
    story = Story(terms(**ALL))
    assert story.clock(FIRST).started_at == t("12 10:00")


@pytest.mark.rule("14.1")
@pytest.mark.parametrize("owners", [("sam", "priya"), ("sam", None, "priya")])
def test_hands_change_and_clocks_do_not(owners: tuple[str | None, ...]):
    """Rule 14: taken, handed over, given back: the same clocks, starts, targets and wakes."""
    story = Story(terms(**ALL)).client("12 10:10")
    clocks, wakes = story.state.clocks, next_wakes(story.state, CALENDARS)
    before: str | None = None
    for owner in owners:
        story.tell("12 10:20", Assigned(before, owner))
        before = owner
    assert (story.state.clocks, next_wakes(story.state, CALENDARS)) == (clocks, wakes)


@pytest.mark.rule("17.4")
def test_a_warning_is_checked_against_how_it_stands_when_it_runs():
    """Rule 17: planned for 10:45 and looked at then, an answer or a longer target meanwhile takes it back."""
    answered = Story(terms(first_response=60)).reply("12 10:44")
    assert answered.tick("12 10:45") == ()
    longer = Story(terms(first_response=60)).promise("12 10:44", terms(first_response=480, priority=Priority.P4))
    assert longer.tick("12 10:45") == ()
    paused = Story(terms(resolution=60)).tell("12 10:44", AskedClient(Status.NEW, "?"))
    assert paused.tick("12 10:45") == ()


@pytest.mark.rule("17.3")
def test_each_share_warns_once_a_cycle():
    """Rule 17: a new wait is warned of anew; the same wait never twice of one share."""
    story = Story(terms(next_reply=60, warn=(50, 75)), from_client=False).client("12 10:00")
    for at in ("12 10:30", "12 10:31", "12 10:45", "12 10:50"):
        story.tick(at)
    assert story.clock(NEXT).warned == (50, 75)
    story.reply("12 10:55").client("12 11:00").tick("12 11:30")
    assert (story.clock(NEXT).cycle, story.clock(NEXT).warned) == (2, (50,))


@pytest.mark.rule("18.3")
def test_a_change_of_the_breach_instant_goes_first():
    """Rule 18: made at 11:00, a longer target holds before the timer of 11:00 looks."""
    story = Story(terms(first_response=60)).promise("12 11:00", terms(first_response=120, priority=Priority.P4))
    assert [e for e in story.tick("12 11:00") if isinstance(e, Breached)] == []
    assert story.due(FIRST) == t("12 12:00")


@pytest.mark.rule("18.4")
def test_of_one_instant_the_order_is_that_of_the_numbers():
    """Rule 18: two messages of one instant count as they were numbered: asked, then answered, is answered."""
    asked = Story(terms(**ALL)).reply("12 10:30").client("12 11:00").reply("12 11:00")
    answered = Story(terms(**ALL)).reply("12 10:30").reply("12 11:00").client("12 11:00")
    assert (asked.state.running(NEXT) is None, asked.due(UPDATE)) == (True, t("12 15:00"))
    assert answered.due(NEXT) == t("12 13:00")


@pytest.mark.rule("10a.3", "10a.4")
def test_a_promise_is_warned_of_and_judged():
    """Rule 10a: its owner is reminded a quarter of an hour before; without news by then it is missed."""
    story = Story().tell("12 10:00", NewsPromised(t("12 16:00")))
    assert warn_at(story.clock(ClockKind.PROMISE), CALENDARS, 75) == t("12 15:45")
    story.tick("12 16:00")
    assert story.reply("12 16:01").clock(ClockKind.PROMISE).outcome is Outcome.MISSED


@pytest.mark.mistake("osTicket#6739")
def test_a_weekday_without_hours_counts_as_closed():
    """Left out of the schedule, Wednesday holds nothing, and the sum over it is that of the others (osTicket#6739)."""
    hours = {day: [("09:00", "17:00")] for day in WEEKDAYS[:5] if day != "wed"}
    short = weekly("short", "UTC", hours)
    assert short.between(t("12 00:00"), t("19 00:00")) == 4 * 8 * 60 * MIN
    assert short.add(t("13 16:00"), 2 * 60 * MIN) == t("15 10:00")


@pytest.mark.mistake("glpi PR 22678")
@pytest.mark.parametrize(("start", "warned"), [("12 10:00", "12 13:00"), ("12 16:00", "13 11:00")])
def test_a_warning_by_what_is_left_is_never_at_midnight(start: str, warned: str):
    """An hour of service time before four hours are used up, also where they go on the next day (glpi PR 22678)."""
    story = Story(replace(terms(OFFICE, resolution=240), warn_percents=(), warn_before=(60 * MIN,)), start=start)
    assert warn_at(story.clock(RESOLUTION), CALENDARS, -60 * MIN) == t(warned)


@pytest.mark.rule("4.2")
def test_a_paused_clock_is_no_deadline():
    """Rule 4: the next deadline is the smallest that runs."""
    story = Story(terms(resolution=30, first_response=60)).tell("12 10:10", AskedClient(Status.NEW, "?"))
    assert next_deadline(story.state, CALENDARS) == (t("12 11:00"), FIRST)
    assert story.tell("12 10:20", Replied("x"), by=SAM).due(FIRST) is None
