"""A SQLite file copied whole while its owner writes to it, and looked at before anybody trusts it."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex

from storage.sqlite.owner import lock_of
from storage.sqlite.runner import BUSY_MS, address

PAGES = 2048
"""Pages copied at a step: some megabytes, between two strokes of the bar."""

Step = Callable[[int, int], None]
"""Told how many of how many are done; what it raises ends the work."""


@contextmanager
def draft_of(path: Path) -> Generator[Path]:
    """A name beside that file for what is being made of it; nothing of it is left where it was not renamed."""
    draft = path.with_name(f".{path.name}-{token_hex(4)}")
    # Whoever may read a desk's database reads everything: nobody else's file, not even for a moment.
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
    finally:
        for each in (draft, *beside(draft), lock_of(draft)):
            each.unlink(missing_ok=True)


def beside(path: Path) -> Iterator[Path]:
    """The files that SQLite keeps beside a database while it is open, or where it was not closed."""
    yield from (path.with_name(path.name + tail) for tail in ("-wal", "-shm", "-journal"))


def copy(source: Path, target: Path, step: Step) -> None:
    """Copy a database as it is at one instant. Its owner is never waited for and never made to wait: the copy reads one
    snapshot, which what is written meanwhile does not change. Raises sqlite3.Error."""
    with closing(reader(source)) as raw, closing(sqlite3.connect(target, isolation_level=None)) as copied:
        raw.execute("BEGIN")
        # The snapshot is taken by the first look; a backup without one begins anew whenever its source is written.
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        raw.backup(copied, pages=PAGES, progress=lambda _, left, total: step(total - left, total))
        raw.execute("ROLLBACK")
        # One file that needs none beside it; a desk that runs on it sets its own way again.
        copied.execute("PRAGMA journal_mode = DELETE")


def reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads. It never folds the log in: that stays the owner's."""
    where = address(path.resolve(), only_read=True)
    raw = sqlite3.connect(where, uri=True, isolation_level=None, check_same_thread=False)
    raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return raw


def damage(path: Path, stopped: Callable[[], bool]) -> str:
    """What SQLite itself finds wrong with the file, in a line; empty where it is whole."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.set_progress_handler(stopped, 100_000)
        try:
            found = [line for (line,) in raw.execute("PRAGMA integrity_check").fetchall()]
        except sqlite3.DatabaseError as error:
            return str(error)
    return "" if found == ["ok"] else "; ".join(found[:3])


def settle(draft: Path, path: Path, *, replace: bool) -> None:
    """Give the file its name once all of it is on the disk. Raises FileExistsError where one is there already, unless
    that is to be replaced."""
    sync(draft)
    if replace:
        os.replace(draft, path)
    else:
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:  # a filesystem without links: as good as it can be there
            if path.exists():
                raise FileExistsError(path) from None
            os.replace(draft, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    folder = path.is_dir()
    if folder and sys.platform == "win32":
        return  # it opens no folders
    handle = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
