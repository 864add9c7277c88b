"""The night in which Europe's clocks are put forward or back: each instant is the right one for every reader, and no
two of them read alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord import markdown
from adapters.slack import mrkdwn
from bot.desk.reader import Reader
from bot.messages import times
from bot.messages.model import When, line
from bot.messages.plainly import words as plainly
from bot.messages.why_hours import moment

FORWARD, BACK = (datetime(2026, *day, 22, 0, tzinfo=UTC) for day in ((3, 28), (10, 24)))
LONDON = "Europe/London"
ZONES = (LONDON, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
INSTANTS = [begin + timedelta(minutes=10 * n) for begin in (FORWARD, BACK) for n in range(60)]


@pytest.mark.parametrize("zone", ZONES)
def test_a_chat_is_told_the_instant_whoever_reads_it(zone: str) -> None:
    """It shows that to each reader in their own zone, whatever zone the desk had it in."""
    for at in INSTANTS:
        there = at.astimezone(times.zone_of(zone))
        for style in ("time", "date", "full"):
            slack = mrkdwn.date(there, style, Reader(at, zone))
            assert re.findall(r"\^(\d+)\^", slack) == [str(int(at.timestamp()))]
            assert re.findall(r":(\d+):", markdown.date(there, style)) == [str(int(at.timestamp()))]


@pytest.mark.parametrize("zone", ZONES)
def test_no_two_instants_read_alike_where_they_are_words(zone: str) -> None:
    """As in notifications, transcripts and files: an hour that comes twice has its zone's short name."""
    place = times.zone_of(zone)
    for begin in (FORWARD, BACK):
        night = INSTANTS[:60] if begin is FORWARD else INSTANTS[60:]
        for said in (
            [plainly((line(When(at, "full")),), place, begin) for at in night],
            [moment(at, zone, begin) for at in night],
            [times.full(at, place) for at in night],
            [mrkdwn.date(at, "full", Reader(begin, zone)).partition("|")[2] for at in night],
        ):
            assert len(set(said)) == len(night)


def test_the_second_hour_is_told_from_the_first() -> None:
    """In Europe's own zones, and nowhere else; half an hour before or after nothing is added."""
    place, first = times.zone_of(LONDON), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    told = [times.styled(first + timedelta(minutes=n), "full", place, BACK) for n in (-60, 0, 60, 120)]
    assert told == ["Sun 25 Oct 00:30", "Sun 25 Oct 01:30 BST", "Sun 25 Oct 01:30 GMT", "Sun 25 Oct 02:30"]
    assert times.styled(first, "full", times.zone_of("America/New_York"), BACK) == "Sat 24 Oct 20:30"
    gap = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert [times.wall_time(gap + timedelta(minutes=n), place) for n in (-1, 0)] == ["00:59", "02:00"]
