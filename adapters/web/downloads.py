"""What can be taken along as a file: a report, a line a request, of what its reader may see."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from functools import partial
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from adapters.web.door import signed_in
from adapters.web.state import Web, kind
from bot.desk.context import Refusal, may_see
from bot.desk.report_rows import CLIENT_COLUMNS, REQUEST_COLUMNS, Record, request_rows
from bot.desk.reporting import asked, window_of
from bot.domain.people import Person
from bot.domain.period import PeriodError
from bot.tabular import CsvFile

_PIECE = 64 * 1024
"""Characters sent at a time: any number of requests passes through, none waits for all."""


@signed_in
async def report_csv(request: Request, web: Web, person: Person) -> Response:
    """`?period=2026-05&client=ACME`: the requests that `/desk report` counts, as CSV for a spreadsheet."""
    store, words, now = web.desk.store, request.query_params, web.desk.now()
    directory = await store.directory()
    try:
        client, period = asked(person, directory, now, words.get("client", ""), words.get("period", ""))
    except Refusal as no:
        raise kind(403, str(no)) from None
    except PeriodError as no:
        raise kind(400, str(no)) from None
    rows = request_rows(
        store,
        directory,
        window_of(period, now),
        ZoneInfo(period.zone),
        client=client.key if client else None,
        sees=partial(may_see, person),
    )
    columns = REQUEST_COLUMNS if person.is_staff else CLIENT_COLUMNS
    whose = re.sub(r"[^a-z0-9]+", "-", client.key.casefold()) if client else "all"
    name = f"report-{whose}-{period.first}-{period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_pieces(rows, columns), media_type="text/csv; charset=utf-8", headers=headers)


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
