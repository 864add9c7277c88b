"""The real data: half of a public log of an IT company's incidents (UCI 498), with all its oddities."""

from __future__ import annotations

import asyncio
import csv
import os
from itertools import pairwise
from pathlib import Path

import pytest
from snow_logs import load

from bot.domain.events import Entry, Status
from bot.domain.request import replay

SAMPLE = Path(
    os.environ.get("STEWARD_SAMPLE_LOG")
    or Path(__file__).parents[3] / "shared" / "data" / "incident_event_log.sample.csv"
)

pytestmark = pytest.mark.skipif(not SAMPLE.is_file(), reason="no ../shared/data here; STEWARD_SAMPLE_LOG names the log")


@pytest.mark.timeout(240)
def test_the_sample(tmp_path: Path) -> None:
    """Each incident is in the desk or refused with a reason; histories fold to their rows; a second run adds nothing.

    Nothing leaves, nothing waits, and the log's own last word stands.
    """
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {row["number"] for row in rows}
    url = f"sqlite:///{tmp_path}/steward.db"
    first = asyncio.run(load(url, SAMPLE))
    reasons = {r.number: r.reason for r in first.report.refused}
    assert len(numbers) == 445
    assert all(number in first.requests or reasons.get(number) for number in numbers)
    assert first.report.requests_added == len(first.requests)
    assert first.report.requests_added + first.report.requests_refused == 445
    assert first.report.rows_refused <= 10
    assert not first.wrong
    for number, request in first.requests.items():
        assert replay(first.histories[number], first.directory.calendars) == request
        assert in_order(first.histories[number])
    assert all(request.status is Status.CLOSED for request in first.requests.values())
    assert set(first.outbox) == {"suppressed"}
    assert not first.timers
    second = asyncio.run(load(url, SAMPLE))
    assert (second.report.requests_added, second.report.events_added) == (0, 0)
    assert second.report.refused == first.report.refused
    assert second.histories == first.histories
    assert (second.report.breaches, second.report.medians) == (first.report.breaches, first.report.medians)


def in_order(entries: tuple[Entry, ...]) -> bool:
    """Whether time never runs back."""
    return all(before.at <= after.at for before, after in pairwise(entries))
