"""One clock by itself."""

from __future__ import annotations

import pytest
from histories import OFFICE, t

from bot.domain.calendar import NaiveInstant, weekly
from bot.domain.measuring import PauseError, measure
from bot.domain.policy import BadTarget


def test_a_clock_without_a_stop_has_no_verdict():
    """It is due and warned of; how long it took, nobody knows yet."""
    clock = measure(OFFICE, t("12 16:00"), 5400, warn_before=3600)
    assert (clock.due_at, clock.warn_at) == (t("13 09:30"), t("12 16:30"))
    assert (clock.elapsed, clock.breached, clock.late_by, clock.minutes, clock.minutes_left) == (None,) * 5


@pytest.mark.rule("20.1")
def test_equal_is_met_and_minutes_are_floored():
    """A second more is late, by a second and by no minute (rules 3 and 20)."""
    for second, late in ((0, False), (1, True)):
        clock = measure(OFFICE, t("12 10:00"), 3600, stop=t(f"12 11:00:0{second}"))
        assert (clock.breached, clock.late_by, clock.minutes, clock.minutes_left) == (late, second, 60, 0)


def test_a_warning_longer_than_the_target_comes_at_its_start():
    """There is no earlier time for it."""
    assert measure(OFFICE, t("12 10:00"), 600, warn_before=3600).warn_at == t("12 10:00")


def test_it_has_no_due_time_where_the_hours_run_out():
    """Hours on dates alone hold only so much."""
    from datetime import date

    once = weekly("once", "UTC", {}, overrides={date(2026, 1, 12): ((32_400, 36_000),)})
    assert measure(once, t("12 08:00"), 7200).due_at is None


def test_a_pause_without_an_end_lasts():
    """Due before it, it is due; else it is not, and what had counted stays."""
    pauses = [(t("12 11:00"), None), (t("13 10:00"), t("13 12:00"))]
    assert measure(OFFICE, t("12 10:00"), 3600, pauses=pauses).due_at == t("12 11:00")
    longer = measure(OFFICE, t("12 10:00"), 3601, pauses=pauses, stop=t("14 10:00"))
    assert (longer.due_at, longer.elapsed, longer.breached) == (None, 3600, False)


def test_what_cannot_be_measured_is_an_error():
    """Each with its own."""
    with pytest.raises(PauseError, match="A pause from 2026-01-12 12:00 ends before it begins"):
        measure(OFFICE, t("12 10:00"), 60, pauses=[(t("12 12:00"), t("12 11:00"))])
    with pytest.raises(BadTarget, match="more than 0 seconds"):
        measure(OFFICE, t("12 10:00"), 0)
    with pytest.raises(NaiveInstant, match="has no time zone"):
        measure(OFFICE, t("12 10:00").replace(tzinfo=None), 60)
