"""When a clock is due, met and breached: rules 2 and 3."""

from __future__ import annotations

from datetime import timedelta

import pytest
from histories import (
    CALENDARS,
    FIRST,
    HOUR,
    OFFICE,
    REPLIES,
    RESOLUTION,
    Story,
    breaches,
    t,
    terms,
)

from bot.domain.calendar import weekly
from bot.domain.events import (
    AskedClient,
    Breached,
    Cancelled,
    Resumed,
    Status,
    Warned,
)
from bot.domain.sla import (
    Outcome,
    next_wakes,
)
from bot.domain.sla import (
    breached as late_clocks,
)


def test_a_clock_is_due_when_its_target_is_used_up():
    """The due time counts service hours from the start."""
    story = Story(terms(OFFICE, resolution=480), start="12 16:00")
    assert story.due(RESOLUTION) == t("13 16:00")


@pytest.mark.rule("3.3")
def test_a_target_used_up_at_closing_is_due_then_and_breaches_at_the_next_opening():
    """Due Monday 17:00; nothing is late before Tuesday 09:00 (rules 2 and 3)."""
    story = Story(terms(OFFICE, first_response=60), start="12 16:00")
    assert story.due(FIRST) == t("12 17:00")
    assert breaches(story, "13 08:59") == []
    assert breaches(story, "13 09:00") == [(FIRST, 1, "13 09:00")]


@pytest.mark.rule("3.2")
def test_an_answer_before_the_next_opening_still_meets_a_target_due_at_closing():
    """No business time passed since, so elapsed equals the target: met, whatever the wall clock says (rule 3)."""
    story = Story(terms(OFFICE, first_response=60), start="12 16:00").reply("13 08:30")
    assert story.clock(FIRST).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("at", "outcome"), [("12 11:00", Outcome.MET), ("12 11:00:00.000001", Outcome.MISSED), ("12 10:59", Outcome.MET)]
)
@pytest.mark.rule("3.1")
@pytest.mark.mistake("dbt_zendesk PR 217")
def test_equal_is_met(at: str, outcome: Outcome):
    """Elapsed equal to the target is met, and nothing is rounded (rule 3, dbt_zendesk PR 217)."""
    story = Story(terms(**REPLIES)).reply(at)
    assert story.clock(FIRST).outcome is outcome
    assert story.clock(FIRST).ended_at == t(at)


def test_fractions_of_seconds_do_not_make_an_equal_stop_late():
    """Cut into stretches by pauses of odd microseconds, exactly the target is still met."""
    story = Story(terms(resolution=1), start="12 10:00:00.1")
    story.tell("12 10:00:20.234567", AskedClient(Status.NEW, "?"))
    story.tell("12 10:01:00.3", Resumed(Status.WAITING_CLIENT, Status.NEW, ""))
    assert story.due(RESOLUTION) == t("12 10:01:40.165433")
    assert story.resolve("12 10:01:40.165433").clock(RESOLUTION).outcome is Outcome.MET


@pytest.mark.rule("3.5")
@pytest.mark.mistake("chatwoot's own test")
def test_a_late_resolution_is_missed():
    """Late is late, also when it is solved in the end (rule 3; chatwoot's own test counts it as met)."""
    story = Story(terms(resolution=60)).resolve("12 12:00")
    assert story.clock(RESOLUTION).outcome is Outcome.MISSED
    assert story.clock(RESOLUTION).breached_at == t("12 11:00")


@pytest.mark.rule("3.4")
def test_a_breach_is_reported_once():
    """One breach a cycle: a second look finds nothing to say (rule 3)."""
    story = Story(terms(first_response=60))
    assert breaches(story, "12 11:00") == [(FIRST, 1, "12 11:00")]
    assert story.tick("12 12:00") == ()
    assert story.reply("12 13:00").tick("12 14:00") == ()


@pytest.mark.rule("3.6")
def test_no_stop_hides_a_breach_that_nobody_looked_at():
    """Answered late before any timer ran, the breach is stamped and still reported (rule 3)."""
    story = Story(terms(first_response=60)).reply("12 11:30")
    assert breaches(story, "12 12:00") == [(FIRST, 1, "12 11:00")]
    assert story.clock(FIRST).outcome is Outcome.MISSED


@pytest.mark.rule("19.1")
def test_a_breach_after_downtime_says_both_times():
    """Fired once, late, with the time of the breach and of its noticing (rule 19)."""
    story = Story(terms(first_response=60))
    (event,) = story.tick("12 15:00")
    assert event == Breached(FIRST, 1, t("12 11:00"), t("12 11:00"), t("12 15:00"))


@pytest.mark.rule("18.2")
def test_a_stop_at_the_breach_instant_goes_first():
    """Messages go before timers at equal times (rule 18)."""
    story = Story(terms(first_response=60)).reply("12 11:00")
    assert story.tick("12 11:00") == ()


@pytest.mark.parametrize(("stop", "outcome"), [("12 10:30", Outcome.MET), ("12 11:01", Outcome.MISSED)])
@pytest.mark.rule("18.1")
def test_a_reply_of_the_instant_of_a_resolve_has_answered(stop, outcome):
    """A message goes before a status of that time, whichever was recorded first (rule 18); later it is no answer."""
    after = Story(terms(first_response=60)).resolve(stop).reply(stop)
    before = Story(terms(first_response=60)).reply(stop).resolve(stop)
    assert after.clock(FIRST).outcome is before.clock(FIRST).outcome is outcome
    assert after.clock(FIRST).ended_at == before.clock(FIRST).ended_at == t(stop)
    later = Story(terms(first_response=60)).resolve(stop).reply(t(stop) + timedelta(seconds=1))
    assert later.clock(FIRST).outcome is Outcome.CLOSED_WITHOUT_REPLY


def test_hours_that_run_out_leave_nothing_due():
    """Where the calendar has no hours left for a target, it is never used up: nothing is due, and work can go on."""
    fair = weekly("fair", "UTC", {}, overrides={t("12 00:00").date(): ((9 * HOUR, 12 * HOUR),)})
    story = Story(terms(fair, first_response=600, resolution=120), calendars=[fair])
    assert story.due(FIRST) is None
    assert story.due(RESOLUTION) == t("12 12:00")
    assert set(next_wakes(story.state, story.calendars)) == {"resolution:1:warn:75"}
    assert [type(e) for e in story.tick("20 12:00")] == [Warned]
    assert story.reply("20 12:00").clock(FIRST).outcome is Outcome.MET


def test_a_breach_until_now_is_known_whether_or_not_anybody_looked():
    """At its very instant too; of a cancelled request there is none (rules 3 and 7)."""
    story = Story(terms(first_response=60, resolution=120))
    assert late_clocks(story.state, t("12 10:59"), CALENDARS) == frozenset()
    assert late_clocks(story.state, t("12 11:00"), CALENDARS) == {FIRST}
    story.resolve("12 13:00")
    assert late_clocks(story.state, t("12 13:00"), CALENDARS) == {FIRST, RESOLUTION}
    gone = Story(terms(first_response=60)).tell("12 12:00", Cancelled(Status.NEW, "spam"))
    assert late_clocks(gone.state, t("12 13:00"), CALENDARS) == frozenset()
