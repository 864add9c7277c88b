"""Other priorities, policies and hours while a clock runs: rules 11 to 14."""

from __future__ import annotations

import pytest
from histories import (
    ALL,
    ALWAYS,
    CALENDARS,
    FIRST,
    MIN,
    NEXT,
    OFFICE,
    REPLIES,
    RESOLUTION,
    UPDATE,
    Story,
    breaches,
    t,
    terms,
)

from bot.domain.events import (
    AskedClient,
    Breached,
    Closed,
    PolicyApplied,
    Resumed,
    Status,
    WaitedOn,
)
from bot.domain.policy import Priority
from bot.domain.sla import (
    Outcome,
    next_wakes,
)


@pytest.mark.rule("11.1")
@pytest.mark.mistake("glpi#6902")
def test_another_priority_counts_from_the_original_start():
    """Only the target changes; elapsed and pauses stay (rule 11, glpi#6902)."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?")).client("12 12:00")
    story.promise("12 13:00", terms(resolution=240, priority=Priority.P1))
    assert story.due(RESOLUTION) == t("12 15:00")
    assert story.clock(RESOLUTION).terms.priority is Priority.P1
    assert story.clock(RESOLUTION).cycle == 1


@pytest.mark.mistake("zammad#5624")
def test_no_deadline_of_the_old_terms_is_left():
    """After a change only the new times wake (zammad#5624)."""
    story = Story(terms(resolution=480)).promise("12 11:00", terms(resolution=240, priority=Priority.P1))
    assert next_wakes(story.state, CALENDARS) == {
        "resolution:1:warn:75": t("12 13:00"),
        "resolution:1:breach": t("12 14:00"),
    }


@pytest.mark.rule("11.2")
def test_a_change_that_is_late_already_breaches_at_the_change():
    """Not in the past: nobody had promised that then (rule 11)."""
    story = Story(terms(resolution=480)).promise("12 13:00", terms(resolution=120, priority=Priority.P1))
    assert story.clock(RESOLUTION).breached_at == t("12 13:00")
    (event,) = story.tick("12 13:00")
    assert event == Breached(RESOLUTION, 1, t("12 12:00"), t("12 13:00"), t("12 13:00"), "priority_change")
    assert story.tick("12 14:00") == ()


def test_a_change_while_paused_breaches_on_resuming():
    """No breach happens in a pause (rule 9); what the change overtook is late when time counts again (rule 11)."""
    story = Story(terms(resolution=480)).tell("12 13:00", AskedClient(Status.NEW, "?"))
    story.promise("12 14:00", terms(resolution=120, priority=Priority.P1))
    assert story.tick("12 15:00") == ()
    story.tell("12 16:00", Resumed(Status.WAITING_CLIENT, Status.NEW, ""))
    assert story.clock(RESOLUTION).breached_at == t("12 16:00")
    assert story.clock(RESOLUTION).cause == "priority_change"


def test_a_change_while_paused_counts_when_it_ends_there_too():
    """Closed before time counted again, it is missed and reported: nothing is late in silence (rules 3 and 7)."""
    story = Story(terms(resolution=480)).tell("12 13:00", AskedClient(Status.NEW, "?"))
    story.promise("12 14:00", terms(resolution=120, priority=Priority.P1)).tell("12 16:00", Closed(Status.NEW, ""))
    assert story.clock(RESOLUTION).outcome is Outcome.MISSED
    assert breaches(story, "12 16:00") == [(RESOLUTION, 1, "12 16:00")]


def test_a_longer_target_takes_no_breach_back():
    """One breach a cycle, and it stands (rules 3 and 11)."""
    story = Story(terms(resolution=60)).promise("12 12:00", terms(resolution=480, priority=Priority.P4))
    assert breaches(story, "12 12:00") == [(RESOLUTION, 1, "12 11:00")]
    assert story.resolve("12 12:30").clock(RESOLUTION).outcome is Outcome.MISSED


@pytest.mark.rule("11.3")
def test_a_change_does_not_touch_verdicts():
    """A clock judged before keeps its target, its priority and its policy's version (rule 11)."""
    story = Story(terms(**ALL)).reply("12 10:30")
    judged = story.clock(FIRST)
    story.promise("12 11:00", terms(first_response=1, resolution=480, priority=Priority.P1, version=2))
    assert story.clock(FIRST) == judged
    assert (judged.target, judged.terms.priority, judged.terms.version) == (60 * MIN, Priority.P3, 1)


@pytest.mark.rule("12.3")
def test_each_stretch_counts_in_the_calendar_then_in_force():
    """Moved from office hours to around the clock at 20:00, the evening before does not count (rule 12)."""
    story = Story(terms(OFFICE, resolution=480), start="12 15:00")
    story.tell("12 20:00", PolicyApplied(terms(ALWAYS, resolution=480, version=2)))
    assert story.due(RESOLUTION) == t("13 02:00")
    assert [s.calendar for s in story.clock(RESOLUTION).stretches] == ["office@1", "always@1"]


def test_hours_changed_in_a_pause_count_from_its_end():
    """A pause belongs to no calendar; what follows it counts in the new one (rule 12)."""
    story = Story(terms(OFFICE, resolution=480), start="12 15:00").tell("12 16:00", AskedClient(Status.NEW, "?"))
    story.tell("12 20:00", PolicyApplied(terms(ALWAYS, resolution=480, version=2)))
    assert story.clock(RESOLUTION).paused
    assert story.client("12 21:00").due(RESOLUTION) == t("13 04:00")


def test_new_pause_statuses_hold_from_the_change():
    """An edit applied to open requests pauses or resumes at its own instant (rule 12)."""
    story = Story(terms(resolution=480)).tell("12 11:00", WaitedOn(Status.NEW, "Contoso"))
    story.tell("12 12:00", PolicyApplied(terms(resolution=480, pause=("waiting_other",), version=2)))
    assert story.due(RESOLUTION) is None
    story.tell("12 13:00", PolicyApplied(terms(resolution=480, version=3)))
    assert story.due(RESOLUTION) == t("12 19:00")


def test_terms_without_targets_take_the_deadlines_away():
    """No match cancels the clocks: nothing due, nothing said (rule 13)."""
    story = Story(terms(**ALL)).promise("12 10:30", terms(priority=Priority.P4))
    assert {c.outcome for c in story.state.clocks} == {Outcome.CANCELLED}
    assert next_wakes(story.state, CALENDARS) == {}
    assert story.tick("20 10:00") == ()


@pytest.mark.rule("13.4")
def test_matching_again_counts_from_the_original_start():
    """All that passed meanwhile counts, but for pauses; the cycles are the same ones (rule 13)."""
    story = Story(terms(**ALL)).promise("12 10:10", terms(priority=Priority.P4))
    story.tell("12 12:00", AskedClient(Status.NEW, "?")).tell(
        "12 13:00", Resumed(Status.WAITING_CLIENT, Status.NEW, "")
    )
    story.promise("12 14:00", terms(resolution=480, first_response=300))
    assert story.due(RESOLUTION) == t("12 19:00")
    assert story.due(FIRST) == t("12 15:00")
    assert [(c.kind, c.cycle) for c in story.state.clocks] == [(RESOLUTION, 1), (FIRST, 1)]


def test_matching_again_late_breaches_at_the_change():
    """The new match is a change like another (rules 11 and 13)."""
    story = Story(terms(**ALL)).promise("12 10:10", terms(priority=Priority.P4)).promise("12 12:00", terms(**REPLIES))
    assert (story.clock(FIRST).breached_at, story.clock(FIRST).cause) == (t("12 12:00"), "priority_change")


def test_a_breach_before_the_match_was_lost_stands():
    """It is reported, and not a second time when the terms match again (rules 3 and 13)."""
    story = Story(terms(resolution=60)).promise("12 12:00", terms(priority=Priority.P4))
    assert story.clock(RESOLUTION).outcome is Outcome.MISSED
    assert breaches(story, "12 12:30") == [(RESOLUTION, 1, "12 11:00")]
    story.promise("12 13:00", terms(resolution=90))
    assert story.clock(RESOLUTION).running
    assert story.tick("12 14:00") == ()


def test_a_new_priority_may_bring_a_reply_clock_for_the_open_wait():
    """The wait began with the oldest unanswered message, whatever the terms were then (rules 8 and 13)."""
    story = Story(terms(periodic_update=240)).reply("12 10:30").client("12 11:00").client("12 11:30")
    story.promise("12 12:00", terms(next_reply=120, periodic_update=240, priority=Priority.P1))
    assert story.due(NEXT) == t("12 13:00")
    assert story.clock(UPDATE).outcome is Outcome.CANCELLED
    assert story.promise("12 12:30", terms(periodic_update=240)).due(UPDATE) == t("12 14:30")


def test_the_cause_of_a_breach_is_what_changed():
    """Another policy for the same priority is no change of priority, also when it overtakes in a pause (rule 11)."""
    story = Story(terms(resolution=480)).promise("12 13:00", terms(resolution=120, version=2))
    assert (story.clock(RESOLUTION).breached_at, story.clock(RESOLUTION).cause) == (t("12 13:00"), "policy_change")
    paused = Story(terms(resolution=480)).tell("12 13:00", AskedClient(Status.NEW, "?"))
    paused.promise("12 14:00", terms(resolution=120, version=2)).client("12 15:00")
    assert (paused.clock(RESOLUTION).breached_at, paused.clock(RESOLUTION).cause) == (t("12 15:00"), "policy_change")
