"""The socket that the workspace is served on; it is taken before all else: a port that is not free is told at once."""

from __future__ import annotations

import socket

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
