"""Settings: defaults for all, bounds for each, and names that mend themselves."""

from __future__ import annotations

import pytest

from bot.domain.calendar import CalendarError
from bot.domain.settings import ClientSettings, SettingError, TeamSettings, changed


def test_a_change_names_what_it_sets():
    """Only what is named changes."""
    assert changed(ClientSettings(), {"reopen_days": 30}) == ClientSettings(reopen_days=30)


def test_an_unknown_setting_lists_the_known_ones():
    """A typo is answered with what there is."""
    with pytest.raises(SettingError, match=r"no setting “reopen”.*auto_close_days, auto_open.*reopen_days"):
        changed(ClientSettings(), {"reopen": 3})


@pytest.mark.parametrize("name", ["auto_close_days", "reopen_days"])
@pytest.mark.parametrize("value", [-1, 100_000])
def test_out_of_bounds(name: str, value: int):
    """The message says which numbers would do."""
    with pytest.raises(SettingError, match=f"{name} is {value}; choose a number from"):
        changed(ClientSettings(), {name: value})


def test_the_teams_zone_is_one():
    """A zone that the zone database does not have is refused."""
    with pytest.raises(CalendarError, match="no time zone"):
        TeamSettings(zone="Mars/Olympus")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"digest_at": "nine"}, "digest_at: “nine” is no time of day"),
        ({"digest_days": "weekdays"}, "digest_days: .*write mon-fri"),
        ({"digest_in": "client:ACME"}, "choose triage or alerts, which no client reads"),
        ({"digest_lines": 0}, "digest_lines is 0"),
        ({"stale_days": 0}, "stale_days is 0"),
        ({"risk_hours": 0}, "risk_hours is 0; choose a number from 1 to 168"),
        ({"quiet_days": 61}, "quiet_days is 61"),
        ({"overview_lines": 21}, "overview_lines is 21"),
        ({"free_lines": -1}, "free_lines is -1; choose a number from 0"),
    ],
)
def test_a_digest_that_cannot_be_kept(values: dict[str, object], why: str):
    """The message names the setting and the mend."""
    with pytest.raises(SettingError, match=why):
        changed(TeamSettings(), values)


@pytest.mark.parametrize(
    ("values", "mend"),
    [
        ({"lead_after": -1}, "lead_after is -1; choose a number from 0"),
        ({"lead_after": 40}, "manager_after is 30; choose a number from 40"),
        ({"handle_minutes": 1}, "handle_minutes is 1; choose a number from 5"),
        ({"quiet_from": "late"}, "quiet_from: “late” is no time of day"),
        ({"keep_days": 7}, "keep_days is 7; choose a number from 14"),
    ],
)
def test_a_ladder_has_bounds(values, mend):
    """What does not fit is refused with what does: the managers never hear before the leads."""
    with pytest.raises(SettingError, match=mend):
        changed(ClientSettings(), values)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"review_rule": "now and then"}, "review_rule: I cannot read"),
        ({"review_at": "ten"}, "review_at: “ten” is no time of day"),
        ({"review_from": "June"}, "review_from: “June” is no day"),
    ],
)
def test_reviews_that_cannot_be_kept(values: dict[str, object], why: str):
    """A rule in words or as an RRULE, a time of day, a day."""
    assert changed(ClientSettings(), {"review_rule": "every month, first Thursday"}).review_rule
    with pytest.raises(SettingError, match=why):
        changed(ClientSettings(), values)
