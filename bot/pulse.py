"""Word that a process of the desk is at work: a file beside its data, for whoever looks from outside.

One a machine's name, which every container has of its own. Who looks (bot/health.py) loads nothing else of the desk.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from contextlib import suppress
from pathlib import Path

log = logging.getLogger("steward")

EVERY = 10.0
"""Seconds between two signs of life at least."""


class Pulse:
    """A sign of life, given while the database answers; read by another process on the same machine."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / f"alive-{socket.gethostname() or 'here'}"
        self._next, self._written = 0.0, False

    def begin(self, address: str = "") -> None:
        """At work from now on; at this address of the machine's own, where people are served."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(address, "utf-8")
        except OSError as error:
            log.warning("%s cannot be written (%s): no check of health will find it", self._path, error.strerror)
        else:
            self._written = True

    def beat(self) -> None:
        """Still at work."""
        now = time.monotonic()
        if self._written and now >= self._next:
            self._next = now + EVERY
            with suppress(OSError):
                os.utime(self._path)

    def end(self) -> None:
        """At work no more."""
        if self._written:
            with suppress(OSError):
                self._path.unlink()

    def read(self) -> tuple[str, float] | None:
        """The address, and when the last sign was (by the machine's clock); None where there is none."""
        try:
            return self._path.read_text("utf-8").strip(), self._path.stat().st_mtime
        except (OSError, ValueError):
            return None
