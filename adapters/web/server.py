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


BACKLOG = 2048
"""Connections that may wait to be accepted; uvicorn's own number."""


class CannotListen(Exception):
    """The address cannot be had; the message names the mend."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotListen."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Now, or two desks that start at once would both believe that the port is theirs.
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        listener.close()
        hint = f"choose another port, such as PORT={port + 1}" if port else "choose another host"
        reason = error.strerror if isinstance(error, OSError) else "that is no address"
        raise CannotListen(f"Cannot listen on {host}, port {port} ({reason}); {hint}.") from None
    return listener


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
