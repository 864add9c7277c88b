"""What happened lately, across all requests."""

from __future__ import annotations

import json

from bot.codec import kind_of, request_from_json
from bot.ports import Happened, RecentQuery
from storage.instants import micros
from storage.transactions.requests import entries_from
from storage.tx import BIGGEST, Tx, ask


def recent(query: RecentQuery) -> Tx[tuple[Happened, ...]]:
    """Entries of all histories, the newest first."""
    at, request, seq = BIGGEST, BIGGEST, BIGGEST
    if query.before is not None:
        at, request, seq = micros(query.before[0]), *query.before[1:]
    rows = yield from ask(
        "recent_entries",
        at=at,
        request=min(max(request, 0), BIGGEST),
        seq=min(max(seq, 0), BIGGEST),
        client=query.client,
        kinds=json.dumps([kind_of(kind) for kind in query.kinds]),
        limit=min(max(query.limit, 0), BIGGEST),
    )
    return tuple(
        Happened(request_from_json(row["state"]), entry) for row, entry in zip(rows, entries_from(rows), strict=True)
    )
