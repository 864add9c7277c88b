"""Requests from before lists had columns and words of their own: both are made of what the request is."""

from __future__ import annotations

from bot.domain.people import Directory
from storage.transactions import directory, requests
from storage.tx import Tx, ask

PAGE = 100
"""How many requests one transaction fills: what was filled stays, should the next one be cut short."""


def fill(after: int, cached: Directory | None) -> Tx[int | None]:
    """Fill the next requests after that number; answers the last of them, None at the end.

    A request that another process holds is filled by that one; one that cannot be read is the auditor's to name.
    """
    snapshot = yield from directory.current(cached)
    rows = yield from ask("unfilled_requests", after=after, limit=PAGE)
    for row in rows:
        try:
            request = yield from requests.lock(row["number"])
            entries = yield from requests.history(row["number"])
            columns = requests.columns(request, entries, snapshot.calendars) if request else None
        except (ValueError, LookupError, TypeError):
            continue
        if request is not None and columns is not None:
            yield from ask("update_request", expected=request.version, **columns)
            yield from requests.put_words(request, entries)
    return rows[-1]["number"] if rows else None
