"""Fold the write-ahead log into the file beside the writer, once it rests: nobody who writes waits for that.

SQLite would do it within a COMMIT, each thousand pages, so that of a burst every other commit wrote the same pages of
the file once more. Here a burst is folded in when it is over, or each few seconds while it lasts; SQLite's own folding
stays behind it, for a log that grows beyond all that.

Two connections that fold and write at once can meet SQLite's WAL-reset bug (3.7.0 to 3.51.2): the writer begins the log
anew at the very moment at which the other one begins to fold, and what it writes then counts as folded. A reader that
stands while it is folded forbids that: where the log has something to fold it cannot begin anew under a reader, and
where it has nothing, such a reader keeps anything from being folded.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing

from storage.threads import whole

log = logging.getLogger("steward.storage")

ROWS = 1_000
"""Rows that were written since the last time, after which the log is folded in; each is a page of it or a few."""
QUIET = 0.25
"""Seconds without a write: it rests."""
LONGEST = 5.0
"""Seconds for which that is waited for."""
BY_ITSELF = 16_384
"""Pages (64 MiB) after which SQLite folds its log in within a COMMIT."""


class Folding:
    """What is to be folded in of one file, whose owner's event loop calls this."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._written = self._folded = 0
        self._last = 0.0
        self._closed = asyncio.Event()
        self.alone = asyncio.Lock()
        """Held while it is folded, by whoever is to fold the log in alone: two at once refuse each other."""
        self._task: asyncio.Task[None] | None = None

    def wrote(self, rows: int) -> None:
        """So many rows has the connection written by now, in all of its life."""
        self._written, self._last = rows, asyncio.get_running_loop().time()
        if self._task is None and rows - self._folded >= ROWS and not self._closed.is_set():
            self._task = asyncio.create_task(self._fold())

    async def close(self) -> None:
        """Answers when nothing is folded any more; what is left is folded in as the file is closed."""
        self._closed.set()
        if self._task is not None:
            await self._task

    async def _fold(self) -> None:
        try:
            await self._rest()
            if not self._closed.is_set():
                async with self.alone:
                    rows = self._written
                    await whole(lambda: _fold(self._address))
                self._folded = rows
        except (sqlite3.Error, RuntimeError) as error:  # a full disk, say, or no thread to be had
            log.info("the log could not be folded into the file (%s); it is tried again after more is written", error)
            self._folded = self._written
        finally:
            self._task = None

    async def _rest(self) -> None:
        clock = asyncio.get_running_loop().time
        latest = clock() + LONGEST
        while (left := min(self._last + QUIET, latest) - clock()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._closed.wait()
                return
            except TimeoutError:
                continue


def _fold(address: str) -> None:
    with _connected(address) as reader, _connected(address) as raw:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # it is a reader from its first row on
        _fold_in(raw)


def _fold_in(raw: sqlite3.Connection) -> None:
    # PASSIVE takes what it can, and makes nobody wait for it.
    raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _connected(address: str) -> closing[sqlite3.Connection]:
    # A file that somebody took away is not made anew.
    return closing(sqlite3.connect(f"{address}?mode=rw", uri=True, isolation_level=None))
