"""Requests of an earlier release: the row is made anew of its history, with what is kept and waited for since."""

from __future__ import annotations

from bot.desk.changing import RATE
from bot.desk.changing import timers as wants
from bot.desk.context import Rules
from bot.domain.people import Directory
from bot.domain.request import NotAllowed, replay
from storage.transactions import directory, requests, timers
from storage.tx import Tx, ask

PAGE = 100
"""How many requests one transaction fills: what was filled stays, should the next one be cut short."""


def fill(after: int, cached: Directory | None) -> Tx[int | None]:
    """Fill the next requests after that number; answers the last of them, None at the end.

    What is waited for already keeps its time; nobody is asked how it was because of an upgrade. A request that another
    process holds is filled by that one; one that cannot be read is the auditor's to name.
    """
    snapshot = yield from directory.current(cached)
    rows = yield from ask("unfilled_requests", after=after, limit=PAGE)
    for row in rows:
        try:
            held = yield from requests.lock(row["number"])
            entries = yield from requests.history(row["number"])
            # What this release reads out of a history, the earlier one did not write into the row.
            request = replay(entries, snapshot.calendars) if held else None
            columns = requests.columns(request, entries, snapshot.calendars) if request else None
            wanted = wants(request, snapshot, Rules()) if request else {}
        except (ValueError, LookupError, TypeError, NotAllowed):
            continue
        if request is not None and columns is not None:
            yield from ask("update_request", expected=request.version, **columns)
            yield from requests.put_words(request, entries)
            yield from timers.add(timers.subject_of(request.number), {k: v for k, v in wanted.items() if k != RATE})
    return rows[-1]["number"] if rows else None
