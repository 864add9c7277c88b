"""Requests of another release: the row is made anew of its history, with what is kept and waited for since.

Each database says what release's rows it holds, by a number made of what a row is (`shape`). Where it is another one's,
or none as the first release left it, all rows are made anew, once. Else no start looks at any of them: a million take
a while even to look at.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from bot.codec import request_shape
from bot.desk.changing import RATE
from bot.desk.changing import timers as wants
from bot.desk.context import Rules
from bot.domain.people import Directory
from bot.domain.request import NotAllowed, replay
from storage.transactions import directory, requests, timers
from storage.tx import Tx, ask, one

PAGE = 100
"""How many requests one transaction fills: what was filled stays, should the next one be cut short."""

READING = 3
"""Count it up where the same history makes another row though the row's fields stay: their meaning, a column, the words
of the index. A field that comes, goes or changes its type needs nobody to think of it."""

_SHAPE = "row_shape"


@cache
def shape() -> int:
    """What a row of this release is, as a number."""
    return int(sha256(json.dumps([READING, request_shape()], sort_keys=True).encode()).hexdigest()[:12], 16)


class Filled(NamedTuple):
    """How far a page came: its last request, None at the end; and whether another process held one of them."""

    last: int | None
    held: bool = False


def shaped() -> Tx[bool]:
    """Whether the rows are this release's."""
    row = yield from one("counter_value", name=_SHAPE)
    return row is not None and row["value"] == shape()


def done() -> Tx[None]:
    """All rows are this release's from now on."""
    yield from ask("put_counter", name=_SHAPE, value=shape())


def fill(after: int, cached: Directory | None) -> Tx[Filled]:
    """Fill the next requests after that number.

    What is waited for already keeps its time; nobody is asked how it was because of an upgrade. One that cannot be read
    is the auditor's to name.
    """
    snapshot = yield from directory.current(cached)
    rows = yield from ask("requests_after", after=after, limit=PAGE)
    busy = False
    for row in rows:
        # Only held, not read: the history says what it is, whatever the other release made of it.
        if (yield from one("lock_request", number=row["number"])) is None:
            busy = True
            continue
        try:
            entries = yield from requests.history(row["number"])
            # What this release reads out of a history, the other one did not write into the row.
            request = replay(entries, snapshot.calendars)
            columns = requests.columns(request, entries, snapshot.calendars)
            wanted = wants(request, snapshot, Rules())
        except (ValueError, LookupError, TypeError, NotAllowed):
            continue
        yield from ask("update_request", expected=request.version, **columns)
        yield from requests.put_words(request, entries)
        yield from timers.add(timers.subject_of(request.number), {k: v for k, v in wanted.items() if k != RATE})
    return Filled(rows[-1]["number"] if rows else None, busy)
