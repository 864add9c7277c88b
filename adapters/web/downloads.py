"""What can be taken along as a file: a report, a line a request, of what its reader may see."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from adapters.web.door import signed_in
from adapters.web.state import Web, kind
from bot.desk.context import Refusal
from bot.desk.figures import MEDIA_TYPE, figures
from bot.domain.people import Person
from bot.domain.period import PeriodError


@signed_in
async def report_csv(request: Request, web: Web, person: Person) -> Response:
    """`?period=2026-05&client=ACME`: the requests that `/desk report` counts."""
    words = request.query_params
    try:
        file = await figures(web.desk, person, words.get("client", ""), words.get("period", ""))
    except Refusal as no:
        raise kind(403, str(no)) from None
    except PeriodError as no:
        raise kind(400, str(no)) from None
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return StreamingResponse(file.pieces, media_type=MEDIA_TYPE, headers=headers)
