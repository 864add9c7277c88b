"""What a report reads: page by page, each on a snapshot of its own, so that the desk works on meanwhile."""

from __future__ import annotations

import json
from itertools import groupby

from bot.codec import kind_of, request_from_json
from bot.domain.report import FACTS
from bot.ports import Told, ToldQuery
from storage.instants import micros
from storage.transactions.requests import entries_from
from storage.tx import BIGGEST, Tx, ask, one

_KINDS = json.dumps([kind_of(fact) for fact in FACTS])


def page(query: ToldQuery) -> Tx[tuple[Told, ...]]:
    """The next requests after that number, each with the facts that a report counts."""
    rows = yield from ask(
        "touched_requests",
        after=query.after,
        since=micros(query.since),
        until=micros(query.until),
        client=query.client,
        limit=min(max(query.limit, 0), BIGGEST),
    )
    facts = yield from ask("facts_of", requests=json.dumps([row["number"] for row in rows]), kinds=_KINDS)
    histories = {number: entries_from(list(found)) for number, found in groupby(facts, key=lambda row: row["request"])}
    return tuple(Told(request_from_json(row["state"]), histories.get(row["number"], ())) for row in rows)


def count(query: ToldQuery) -> Tx[int]:
    """How many requests all pages hold."""
    row = yield from one("count_touched", since=micros(query.since), until=micros(query.until), client=query.client)
    return row["requests"] if row else 0
