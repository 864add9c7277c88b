"""The API on one screen: its paths, and the gate before them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.api.calls import Api, Endpoint, answer, nowhere, served
from adapters.web.api.endpoints import OPERATIONS, ROOT
from adapters.web.api.openapi import document
from adapters.web.api.pace import Pace
from adapters.web.api.problems import Problem
from bot.desk.context import Desk


def create_api(desk: Desk, wake: Callable[[], Awaitable[None]], *, pace: Pace | None = None) -> Starlette:
    """The application under /api. `wake` is awaited after each act, so that what it set off goes out at once.

    It knows no cookie: a browser that is signed in can be made to do nothing here, and no page elsewhere may read it.
    """
    api = Api(desk, wake, pace or Pace())
    paths: dict[str, dict[str, Endpoint]] = {}
    for operation in OPERATIONS:
        paths.setdefault(ROOT + operation.path, {})[operation.method] = operation.serve
    routes = [Route(path, served(api, methods), methods=_EVERY) for path, methods in paths.items()]
    routes.append(Route(f"{ROOT}/openapi.json", _described, methods=_EVERY))
    app = Starlette(routes=routes, exception_handlers={HTTPException: nowhere})
    app.router.redirect_slashes = False
    return app


_EVERY = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
"""Each path answers every method itself: what is not done there is told which are."""


async def _described(request: Request) -> Response:
    """What there is, for whoever asks: it tells nothing of this desk."""
    if request.method not in ("GET", "HEAD"):
        allowed = "GET, HEAD"
        return Problem(405, f"That is not done here. Use {allowed}.", headers={"Allow": allowed}).response()
    return answer(document())
