"""The real data: half of a public log of an IT company's incidents (UCI 498), with all its oddities."""

from __future__ import annotations

import asyncio
import csv
import os
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from snow_logs import load

from bot.clock import SystemClock
from bot.desk.importing.log import read_log
from bot.domain.events import Entry, Status
from bot.domain.request import replay

SAMPLE = Path(
    os.environ.get("STEWARD_SAMPLE_LOG")
    or Path(__file__).parents[3] / "shared" / "data" / "incident_event_log.sample.csv"
)

pytestmark = pytest.mark.skipif(not SAMPLE.is_file(), reason="no ../shared/data here; STEWARD_SAMPLE_LOG names the log")


EVERY = int(os.environ.get("STEWARD_SAMPLE_EVERY") or 3)
"""Which incidents are replayed: each third; all of them by STEWARD_SAMPLE_EVERY=1, in three times the time."""


def test_the_whole_sample_is_read() -> None:
    """Each incident is understood or refused with a reason, and hardly a row is refused."""
    log = read_log(SAMPLE, ZoneInfo("Europe/London"), latest=SystemClock().now())
    refused = {r.number for r in log.refused_incidents if r.reason}
    assert len(log.incidents) + len(refused) == 445
    assert not refused & {incident.number for incident in log.incidents}
    assert len(log.refused_rows) <= 10


@pytest.mark.timeout(240)
def test_the_sample(tmp_path: Path) -> None:
    """Each incident is in the desk or refused with a reason; histories fold to their rows; a second run adds nothing.

    Nothing leaves, nothing waits, and the log's own last word stands.
    """
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = set(sorted({row["number"] for row in rows})[::EVERY])
    log = tmp_path / "log.csv"
    with log.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, rows[0])
        written.writeheader()
        written.writerows(row for row in rows if row["number"] in numbers)
    url = f"sqlite:///{tmp_path}/steward.db"
    first = asyncio.run(load(url, log))
    reasons = {r.number: r.reason for r in first.report.refused}
    assert all(number in first.requests or reasons.get(number) for number in numbers)
    assert first.report.requests_added == len(first.requests)
    assert first.report.requests_added + first.report.requests_refused == len(numbers)
    assert first.report.rows_refused <= 10
    assert not first.wrong
    for number, request in first.requests.items():
        assert replay(first.histories[number], first.directory.calendars) == request
        assert in_order(first.histories[number])
    assert all(request.status is Status.CLOSED for request in first.requests.values())
    assert set(first.outbox) == {"suppressed"}
    assert not first.timers
    second = asyncio.run(load(url, log))
    assert (second.report.requests_added, second.report.events_added) == (0, 0)
    assert second.report.refused == first.report.refused
    assert second.histories == first.histories
    assert (second.report.breaches, second.report.medians) == (first.report.breaches, first.report.medians)


def in_order(entries: tuple[Entry, ...]) -> bool:
    """Whether time never runs back."""
    return all(before.at <= after.at for before, after in pairwise(entries))
