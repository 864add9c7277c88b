"""Recurring requests: entries that can be kept, and keys that nobody has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.calendar import CalendarError
from bot.domain.recurrence import RuleError, day_of
from bot.domain.recurring import Recurring, key_for

BACKUPS = Recurring("acme-backups", "ACME", "Check the backups", "FREQ=WEEKLY;BYDAY=MO", date(2026, 6, 9), "UTC")


def test_it_comes_from_its_start_on():
    """Counted from its own day, at its time in its zone."""
    assert BACKUPS.cadence.after(datetime(2020, 1, 1, tzinfo=UTC)) == datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"key": "ACME backups"}, "is no key"),
        ({"title": " "}, "title of 1 to"),
        ({"title": "x" * 121}, "title of 1 to"),
        ({"details": "x" * 20_001}, "20,000 characters"),
        ({"rule": "FREQ=HOURLY"}, "more often than a day"),
        ({"at": "nine"}, "no time of day"),
    ],
)
def test_what_cannot_be_kept(change: dict[str, str], why: str):
    """The message names the mend."""
    with pytest.raises(RuleError, match=why):
        replace(BACKUPS, **change)


def test_a_zone_that_is_none():
    """As everywhere."""
    with pytest.raises(CalendarError, match="no time zone"):
        replace(BACKUPS, zone="Mars")


def test_keys_are_the_clients_and_the_titles_words():
    """Cut where long, numbered where taken, and always a word."""
    assert key_for("ACME", "Check the back-ups!", frozenset()) == "acme-check-the-back-ups"
    assert key_for("ACME", "Ümlaut", frozenset({"acme-mlaut"})) == "acme-mlaut-2"
    assert key_for("4TH", "漢字", frozenset()) == "x-4th"
    assert len(key_for("ACME", "x" * 120, frozenset())) == 50


def test_a_day_that_is_none():
    """Written as in ISO 8601."""
    assert day_of("2026-06-01") == date(2026, 6, 1)
    assert day_of("") is None
    with pytest.raises(RuleError, match="is no day"):
        day_of("June")
