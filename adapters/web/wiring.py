"""The workspace on one screen: its parts, its routes, its door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from adapters.web import (
    activity,
    complete,
    door,
    downloads,
    files,
    finding,
    inbound,
    own,
    pages,
    reading,
    refs,
)
from adapters.web.access import Access
from adapters.web.accounts import Accounts
from adapters.web.api.wiring import create_api
from adapters.web.auth import Sessions
from adapters.web.demo import Demo
from adapters.web.guard import Guard
from adapters.web.live import Hub
from adapters.web.render import HERE, Render
from adapters.web.state import Web
from bot.desk.context import Desk
from bot.ports import Workspace


def create_app(
    *,
    desk: Desk,
    workspace: Workspace,
    hub: Hub,
    sessions: Sessions,
    wake: Callable[[], Awaitable[None]],
    demo: Demo | None = None,
    hosts: Sequence[str] = ("127.0.0.1", "localhost"),
    doors: Mapping[str, ASGIApp] | None = None,
) -> Starlette:
    """The application. `wake` is awaited after each act of a person, so that what it set off appears at once; `doors`
    are other platforms' own, by path."""
    routes = [
        Route("/", pages.home),
        Route("/c/{channel}", pages.channel_page),
        Route("/c/{channel}/t/{root}", pages.thread_page),
        # parts of a page that is open
        Route("/part/side", pages.side),
        Route("/part/c/{channel}", pages.channel_part),
        Route("/part/c/{channel}/older", pages.older),
        Route("/part/c/{channel}/t/{root}", pages.thread_part),
        Route("/part/c/{channel}/t/{root}/older", pages.older_replies),
        Route("/part/m/{message}", pages.message_part),
        Route("/activity", activity.activity),
        Route("/find", finding.find),
        Route("/r/{ref}", refs.to_request),
        Route("/events", pages.events),
        # what people do
        Route("/c/{channel}/messages", inbound.send, methods=["POST"]),
        Route("/files", files.upload, methods=["POST"]),
        Route("/files/{file}/{name}", files.download),
        Route("/m/last", own.last),
        Route("/m/{message}/source", own.source),
        Route("/m/{message}/edit", own.edit, methods=["POST"]),
        Route("/m/{message}/delete", own.delete, methods=["POST"]),
        Route("/act", inbound.act, methods=["POST"]),
        Route("/react", inbound.react, methods=["POST"]),
        Route("/read", reading.read, methods=["POST"]),
        Route("/read/all", reading.read_all, methods=["POST"]),
        Route("/complete", complete.complete),
        Route("/report.csv", downloads.report_csv),
        # coming and going
        Route("/login", door.login_page),
        Route("/login", door.login, methods=["POST"]),
        Route("/login/known", door.known),
        Route("/logout", door.logout, methods=["POST"]),
        Route("/healthz", door.healthz),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    if demo is not None:
        routes += [
            Route("/demo/person", door.act_as, methods=["POST"]),
            Route("/demo/skip", inbound.skip, methods=["POST"]),
        ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, hosts=hosts, api=create_api(desk, wake), doors=doors)],
        exception_handlers={HTTPException: door.show_error, 500: door.show_error},
    )
    app.state.web = Web(
        desk=desk,
        workspace=workspace,
        hub=hub,
        sessions=sessions,
        accounts=Accounts(desk.store, sessions),
        wake=wake,
        access=Access(workspace),
        render=Render(demo),
        demo=demo,
    )
    return app
