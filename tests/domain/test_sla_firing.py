"""When the desk wakes, warns and reports: rules 17 and 19."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import (
    CALENDARS,
    FIRST,
    HOUR,
    MIN,
    OFFICE,
    REPLIES,
    RESOLUTION,
    Story,
    t,
    terms,
)

from bot.domain.clocks import elapsed
from bot.domain.events import (
    AskedClient,
    Breached,
    Status,
    Warned,
)
from bot.domain.policy import Priority
from bot.domain.sla import (
    instant_of,
    next_wakes,
    tick,
    warn_at,
)


@pytest.mark.rule("17.3")
def test_a_warning_fires_at_its_share_of_the_target():
    """At 75 % of an hour, once (rule 17)."""
    story = Story(terms(first_response=60))
    assert story.tick("12 10:44:59") == ()
    assert story.tick("12 10:45") == (Warned(FIRST, 1, 75, t("12 11:00")),)
    assert story.tick("12 10:50") == ()


@pytest.mark.rule("17.1")
def test_a_warnings_share_is_rounded_up_to_a_second():
    """A third of 100 s is reached at 34 s (rule 17: ceil)."""
    story = Story(terms(first_response=60, warn=(33,)))
    clock = replace(story.clock(FIRST), target=100)
    assert warn_at(clock, CALENDARS, 33) == t("12 10:00:33")
    assert warn_at(replace(clock, target=101), CALENDARS, 33) == t("12 10:00:34")


@pytest.mark.rule("17.2")
@pytest.mark.mistake("zammad#4432")
def test_warnings_fire_in_open_hours():
    """Not at midnight: the share is of business time (rule 17; zammad#4432)."""
    story = Story(terms(OFFICE, resolution=480), start="12 14:00")
    assert warn_at(story.clock(RESOLUTION), CALENDARS, 75) == t("13 12:00")


@pytest.mark.rule("17.5")
def test_of_several_warnings_past_only_the_highest_is_sent():
    """The lower ones are not caught up on afterwards (rule 17)."""
    story = Story(terms(first_response=100, warn=(90, 50, 75)))
    assert story.tick("12 11:20") == (Warned(FIRST, 1, 75, t("12 11:40")),)
    assert set(next_wakes(story.state, CALENDARS)) == {"first_response:1:breach", "first_response:1:warn:90"}
    assert story.tick("12 11:25") == ()
    assert story.tick("12 11:30") == (Warned(FIRST, 1, 90, t("12 11:40")),)


def test_no_warning_comes_with_or_after_a_breach():
    """What is late is not about to be (rule 17)."""
    story = Story(terms(first_response=60))
    assert [type(e) for e in story.tick("12 11:00")] == [Breached]
    assert story.tick("12 11:00") == ()


def test_a_warning_is_sent_once_a_cycle_whatever_the_target_becomes():
    """Warned at 75 % of an hour, it is not warned at 75 % of two (rule 17)."""
    story = Story(terms(first_response=60))
    assert len(story.tick("12 10:45")) == 1
    story.promise("12 10:50", terms(first_response=120, priority=Priority.P4))
    assert next_wakes(story.state, CALENDARS) == {"first_response:1:breach": t("12 12:00")}


def test_a_stamped_breach_wakes_at_once():
    """A breach that a change stamped has its timer, and none for warnings."""
    story = Story(terms(resolution=480)).promise("12 13:00", terms(resolution=120, priority=Priority.P1))
    assert next_wakes(story.state, CALENDARS) == {"resolution:1:breach": t("12 13:00")}


def test_the_desks_own_entries_change_nothing_else():
    """A report touches the clock it names, and no other cycle of it."""
    story = Story(terms(**REPLIES)).reply("12 10:30").client("12 11:00").reply("12 11:30").client("12 12:00")
    other = [c for c in story.state.clocks if not c.running]
    assert [e.cycle for e in story.tick("12 14:00")] == [2]
    assert [c for c in story.state.clocks if not c.running] == other


def test_an_instant_beyond_what_counted_is_unknown_in_a_pause():
    """Paused after an hour, two hours have no instant yet; half an hour has."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?"))
    assert instant_of(story.clock(RESOLUTION), CALENDARS, 2 * HOUR) is None
    assert instant_of(story.clock(RESOLUTION), CALENDARS, HOUR / 2) == t("12 10:30")


def test_elapsed_counts_up_to_the_instant_asked():
    """Also before the clock's last stretch, where nothing of it has passed."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?")).client("12 12:00")
    clock = story.clock(RESOLUTION)
    assert [elapsed(clock, CALENDARS, t(at)) for at in ("12 09:00", "12 10:30", "12 11:30", "12 12:30")] == [
        0,
        HOUR / 2,
        HOUR,
        1.5 * HOUR,
    ]


def test_a_state_without_clocks_has_nothing_to_say():
    """No policy, no deadline: never one by the wall clock."""
    story = Story()
    assert tick(story.state, t("20 10:00"), CALENDARS) == ()
    assert not story.state.paused
    assert not Story().tell("12 10:01", AskedClient(Status.NEW, "?")).state.paused


def test_long_weeks_of_office_hours_are_counted_through():
    """A target of forty office hours from Monday 10:00 is due the Monday after."""
    assert Story(terms(OFFICE, resolution=40 * 60)).due(RESOLUTION) == t("19 10:00")


def test_a_warning_may_come_so_long_before_the_due_time():
    """In service time: an hour and a half before 10:00 is 16:30 of the day before."""
    promised = replace(terms(OFFICE, first_response=120), warn_percents=(), warn_before=(90 * MIN, 30 * MIN))
    story = Story(promised, start="12 16:00")
    assert story.due(FIRST) == t("13 10:00")
    assert next_wakes(story.state, CALENDARS) == {
        "first_response:1:breach": t("13 10:00"),
        "first_response:1:warn:-5400": t("12 16:30"),
        "first_response:1:warn:-1800": t("13 09:30"),
    }
    (first,) = story.tick("12 16:30")
    assert first == Warned(FIRST, 1, 0, t("13 10:00"), before=90 * MIN)
    assert story.tick("13 09:29") == ()
    assert [e.rung for e in story.tick("13 09:30") if isinstance(e, Warned)] == [-1800]
    assert story.tick("13 09:31") == ()


def test_of_warnings_of_both_kinds_the_latest_is_sent():
    """75 % of four hours is the hour before: one warning, not two; and none after a later one."""
    promised = replace(terms(resolution=240), warn_percents=(50, 75), warn_before=(60 * MIN, 10 * MIN))
    story = Story(promised)
    assert [e.rung for e in story.tick("12 13:10") if isinstance(e, Warned)] == [-3600]
    assert sorted(next_wakes(story.state, CALENDARS)) == ["resolution:1:breach", "resolution:1:warn:-600"]


def test_a_target_shorter_than_the_warning_is_not_warned_of_by_it():
    """It would come before the clock starts."""
    story = Story(replace(terms(first_response=10), warn_percents=(), warn_before=(10 * MIN,)))
    assert list(next_wakes(story.state, CALENDARS)) == ["first_response:1:breach"]
    assert story.tick("12 10:09") == ()
