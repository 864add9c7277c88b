"""The workspace's server: uvicorn on one socket, stopped cleanly by SIGINT and SIGTERM."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Generator

import uvicorn
from starlette.types import ASGIApp

from adapters.stopping import told_to_stop

GRACE = 2
"""Seconds that open pages have to end; their event streams would last for ever."""


class _Server(uvicorn.Server):
    """uvicorn raises a caught signal once more when it is done, which would end us before we have closed the
    database."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def serve(app: ASGIApp, listener: socket.socket, on_stop: Callable[[], None] | None = None) -> None:
    """Serve until SIGINT or SIGTERM; answers when the last request has ended.

    `on_stop` is called when the signal comes, to end what would last for ever.
    """
    server = _Server(
        uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=GRACE)
    )

    def stop() -> None:
        # A second signal does not wait for open pages.
        server.force_exit = server.should_exit
        server.should_exit = True
        if on_stop is not None:
            on_stop()

    try:
        with told_to_stop(stop):
            await server.serve(sockets=[listener])
    finally:
        listener.close()
