"""A report as a file to take along: a line a request, of what its reader may see, as CSV for a spreadsheet."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from bot.desk.context import Desk, may_see
from bot.desk.report_rows import CLIENT_COLUMNS, REQUEST_COLUMNS, Record, request_rows
from bot.desk.reporting import asked, window_of
from bot.domain.people import Person
from bot.tabular import CsvFile

MEDIA_TYPE = "text/csv; charset=utf-8"
_PIECE = 64 * 1024
"""Characters at a time: any number of requests passes through, none waits for all."""


@dataclass(frozen=True)
class Figures:
    """The file's name, and what is in it, piece by piece."""

    name: str
    pieces: AsyncIterator[str]


async def figures(desk: Desk, person: Person, client: str, period: str) -> Figures:
    """The requests that `report` counts. Raises Refusal for a client that is not theirs, PeriodError for no time."""
    directory, now = await desk.store.directory(), desk.now()
    of, when = asked(person, directory, now, client, period)
    rows = request_rows(
        desk.store,
        directory,
        window_of(when, now),
        ZoneInfo(when.zone),
        client=of.key if of else None,
        sees=partial(may_see, person),
    )
    columns = REQUEST_COLUMNS if person.is_staff else CLIENT_COLUMNS
    whose = re.sub(r"[^a-z0-9]+", "-", of.key.casefold()) if of else "all"
    return Figures(f"report-{whose}-{when.first}-{when.last}.csv", _pieces(rows, columns))


async def _pieces(rows: AsyncIterator[Record], columns: tuple[str, ...]) -> AsyncIterator[str]:
    buffer = io.StringIO(newline="")
    table = CsvFile(buffer, columns, bom=True)
    async for row in rows:
        table.write(row)
        if buffer.tell() > _PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
