"""Rows are made anew of their histories where another release reads these otherwise: nobody can forget to say so."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter

from bot.codec import event_from_json
from bot.domain.calendar import WEEKDAYS, weekly
from bot.domain.events import Entry
from bot.domain.people import Role
from bot.domain.request import replay
from bot.domain.standing import Request
from storage.transactions.filling import READING

RECORDED = Path(__file__).parent / "recorded.jsonl"
"""Histories as they were once stored, one a line: seconds, author, role, kind and body of each entry."""

AS_READ = {3: "63430ce7536e4cf3"}
"""What they give, by what reads them."""

ALWAYS = weekly("always", "UTC", {day: [("00:00", "24:00")] for day in WEEKDAYS})
OFFICE = weekly("office", "Europe/London", {day: [("09:00", "17:00")] for day in WEEKDAYS[:5]})


def test_what_histories_give_changes_only_with_the_reading():
    """Where this fails, a history gives another row: count READING up in storage/transactions/filling.py, so that the
    rows of the releases before are made anew, and write the number and the new sum here."""
    calendars = {calendar.ref: calendar for calendar in (ALWAYS, OFFICE)}
    rows = TypeAdapter(Request)
    told: list[str] = []
    for line in RECORDED.read_text().splitlines():
        entries = [
            Entry(seq, datetime.fromisoformat(at), by, Role(role), event_from_json(kind, body))
            for seq, (at, by, role, kind, body) in enumerate(json.loads(line), 1)
        ]
        row = rows.dump_python(replay(entries, calendars), mode="json", exclude_defaults=True)
        told.append(json.dumps(row, sort_keys=True))
    assert len(told) == 21
    assert {READING: sha256("\n".join(told).encode()).hexdigest()[:16]} == AS_READ
