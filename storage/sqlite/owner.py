"""One owner a file: a lock beside the database, which the system lets go of when its process ends, however it ends.

Two connections that write would meet SQLite's WAL-reset bug (3.7.0 to 3.51.2); two desks would each think themselves
alone. Who only reads needs no lock.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.ports import StoreBusy

if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        # Far behind the pid, which must stay readable: Windows locks bytes against reading, too.
        os.lseek(fd, 1 << 30, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        os.lseek(fd, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(fd: int) -> None:
        # flock, not lockf: a second lock of the same process must be refused as well.
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_of(database: Path) -> Path:
    """The lock beside that database."""
    return database.with_name(database.name + ".lock")


class OwnerLock:
    """Holds `<database>.lock`, with the owner's process id in it.

    The file stays when it is let go: removing it would race with the next owner.
    """

    def __init__(self, database: Path) -> None:
        """Take it. Raises StoreBusy where another has it, OSError where the file cannot be written."""
        self._fd: int | None = os.open(lock_of(database), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._fd)
        except OSError as error:
            owner = os.read(self._fd, 32).decode("ascii", "replace").strip()
            self.release()
            raise StoreBusy(
                f"{database} is in use by process {owner or 'unknown'}: stop that one first (steward run, or "
                "another command), or use the desk that is running."
            ) from error
        os.ftruncate(self._fd, 0)
        os.write(self._fd, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let it go; a second call does nothing."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
