"""Hours and targets as people write them are read as they meant them, or refused with the way to write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import DAY, CalendarError
from bot.domain.hours import overlapping, read_hours, read_length, read_windows, say_hours, say_length, say_windows
from bot.domain.policy import BadTarget, PolicyError

TIMES = st.integers(0, DAY - 1)
WINDOWS = st.lists(st.tuples(TIMES, st.integers(0, DAY)), max_size=3).map(tuple)
WEEKS = st.tuples(*[WINDOWS] * 7).filter(any)


@given(WEEKS)
def test_a_week_that_was_written_is_read_the_same(week):
    """Whatever the windows: across midnight, at odd seconds, several a day."""
    assert read_hours(say_hours(week)) == week


@given(WINDOWS)
def test_a_day_that_was_written_is_read_the_same(windows):
    """Closed days too."""
    assert read_windows(say_windows(windows)) == windows


@given(st.integers(1, 10_000_000))
def test_a_target_that_was_written_is_read_the_same(seconds):
    """To the second."""
    assert read_length(say_length(seconds)) == seconds


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Mon-Fri 09:00-17:00", "Mon-Fri 09:00-17:00"),
        ("mon – fri 9:00 – 17:00", "Mon-Fri 09:00-17:00"),
        ("Mon to Fri 9am-5pm; Sat 10-14", "Mon-Fri 09:00-17:00; Sat 10:00-14:00"),
        ("weekdays 09:00-12:30, 13:30-17:00", "Mon-Fri 09:00-12:30, 13:30-17:00"),
        (
            "Mon, Wed and Friday 8.30 to 12.00 and 1pm-12am",
            "Mon 08:30-12:00, 13:00-00:00; Wed 08:30-12:00, 13:00-00:00; Fri 08:30-12:00, 13:00-00:00",
        ),
        ("Fri-Mon 22:00-06:00", "Mon 22:00-06:00; Fri-Sun 22:00-06:00"),
        ("daily 00:00-24:00", "24/7"),
        ("24/7", "24/7"),
        ("Mondays: 09:00-17:00\nSat closed;", "Mon 09:00-17:00"),
        ("weekends 12am-12pm", "Sat-Sun 00:00-12:00"),
        ("every day 09:00:30-17:00", "Mon-Sun 09:00:30-17:00"),
    ],
)
def test_hours_as_people_write_them(typed, said):
    """Names of days in full or short, ranges over the week's end, groups, halves of the day."""
    assert say_hours(read_hours(typed)) == said


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        ("", "never open"),
        ("Mon closed", "never open"),
        ("Mon-Fri", "no hours in “Mon-Fri”"),
        ("09:00-17:00", "On which days"),
        ("Foo 09:00-17:00", "“Foo” is no weekday"),
        ("Mo 09:00-17:00", "“Mo” is no weekday"),
        ("Mon 25:00-26:00", "holds no time of day"),
        ("Mon 09:75-10:00", "holds no time of day"),
        ("Mon 13pm-14pm", "holds no time of day"),
        ("Mon 24:00-06:00", "Nothing opens at 24:00"),
        ("Mon 9-5", "would end at 05:00 the next day"),
        ("Mon 09:00-17:00 maybe", "did not understand “maybe”"),
        ("Mon 09:00-12:00 or 13:00-17:00", "did not understand “or”"),
        ("Mon 09:00-12:00; Mon 13:00-17:00", "Mon is there twice"),
    ],
)
def test_hours_that_cannot_be_read_say_how(typed, mend):
    """Each names what was not understood, and an example."""
    with pytest.raises(CalendarError, match=mend):
        read_hours(typed)


def test_a_week_that_never_opens_is_said_so():
    """For a calendar that opens on special days only."""
    assert say_hours(((),) * 7) == "closed"


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("30m", 1800),
        ("4h", 14400),
        ("2d", 57600),
        ("1h 30m", 5400),
        ("90 minutes", 5400),
        ("1 day", 28800),
        ("45s", 45),
    ],
)
def test_targets_as_people_write_them(typed, seconds):
    """A day is eight hours of service time, always."""
    assert read_length(typed) == seconds


@pytest.mark.parametrize(("seconds", "said"), [(1, "1s"), (1800, "30m"), (3661, "1h 1m 1s"), (90_000, "25h"), (0, "")])
def test_targets_as_the_desk_writes_them(seconds, said):
    """In hours and less; a day could be one of 24 hours or of 8."""
    assert say_length(seconds) == said


@pytest.mark.parametrize("typed", ["none", "-", "", "No"])
def test_no_target(typed):
    """A clock without a target does not run."""
    assert read_length(typed) is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("0m", "“0m” is no time at all."),
        ("0h 0m", "“0h 0m” is no time at all."),
        ("-30m", "“-30m” is less than no time."),
        ("− 1h", "“− 1h” is less than no time."),
    ],
)
def test_no_time_and_less_than_none_have_errors_of_their_own(typed: str, says: str):
    """A target of it would be missed before anybody reads the request."""
    with pytest.raises(BadTarget, match=f"{says} Write 30m, 4h"):
        read_length(typed)


@pytest.mark.parametrize("typed", ["0m", "soon", "-1h", "4", "1h and a bit", "99999d"])
def test_targets_that_are_none(typed):
    """Each says how to write it."""
    with pytest.raises(PolicyError, match="Write 30m, 4h, 1h 30m"):
        read_length(typed)


@pytest.mark.parametrize(
    ("hours", "pairs"),
    [
        ("Mon-Fri 09:00-12:00, 12:00-17:00", []),
        ("Mon 09:00-13:00, 12:00-17:00", [("Mon 09:00-13:00", "Mon 12:00-17:00")]),
        (
            "Mon 09:00-17:00, 10:00-11:00, 16:00-18:00",
            [("Mon 09:00-17:00", "Mon 10:00-11:00"), ("Mon 09:00-17:00", "Mon 16:00-18:00")],
        ),
        ("Mon 22:00-10:00; Tue 09:00-17:00", [("Mon 22:00-10:00", "Tue 09:00-17:00")]),
        ("Sun 22:00-06:00; Mon 05:00-09:00", [("Sun 22:00-06:00", "Mon 05:00-09:00")]),
        ("daily 22:00-06:00", []),
        ("24/7", []),
    ],
)
def test_windows_that_overlap_are_named(hours, pairs):
    """Two by two, over midnight and the end of the week too; those that adjoin are meant."""
    assert overlapping(read_hours(hours), {}) == pairs


def test_windows_of_a_date_that_overlap_are_named_by_the_date():
    """Each date by itself."""
    dated = {"2026-12-24": read_windows("09:00-12:00, 11:00-13:00"), "2026-12-25": read_windows("11:00-13:00")}
    assert overlapping(((),) * 7, dated) == [("2026-12-24 09:00-12:00", "2026-12-24 11:00-13:00")]
