"""Where a running desk is: a file beside its data."""

from __future__ import annotations

import logging
from pathlib import Path

log = logging.getLogger("steward")


class Note:
    """Where a running desk is, beside its data: `steward login` reads it."""

    def __init__(self, data_dir: Path) -> None:
        self._path, self._written = data_dir / "address", ""

    def read(self) -> str:
        """The address; empty where no desk has left one."""
        try:
            return self._path.read_text("utf-8").strip()
        except (OSError, ValueError):
            return ""

    def write(self, address: str) -> None:
        """Leave it, once the desk listens there. Where nothing can be written the desk runs all the same."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(address, "utf-8")
        except OSError as error:
            log.warning(
                "%s cannot be written (%s): `steward login` will not know the address", self._path, error.strerror
            )
        else:
            self._written = address

    def remove(self) -> None:
        """Take away what this one wrote, and nobody else's."""
        if self._written and self.read() == self._written:
            self._path.unlink(missing_ok=True)
