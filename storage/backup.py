"""A backup of a desk while it runs: one file, whole, looked at before it has its name."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from threading import Event

from bot.ports import Backup
from bot.ports.upkeep import Progress
from storage.errors import CannotOpen, NotCopied, reason
from storage.instants import instant_or_none, micros
from storage.postgres import tools
from storage.sqlite import copying
from storage.sqlite.owner import lock_of
from storage.threads import Stopped, stoppable
from storage.transactions.eras import BACKED_UP, COPYING
from storage.urls import Database, PostgresDatabase, SqliteFile, parse


async def back_up(url: str, file: Path, *, now: datetime, force: bool, progress: Progress) -> Backup:
    """Copy the database of that URL into a file, beside whatever desk runs on it. `now` is desk time.

    An existing file is replaced with `force` only, and only by a backup that is whole. Raises BadUrl, CannotOpen,
    NotCopied, and OSError where the file cannot be written.
    """
    database = parse(url)
    _may_be_written(database, file, force)
    began = time.monotonic()
    if isinstance(database, PostgresDatabase):
        with copying.draft_of(file) as draft:
            found = await tools.dump(database, draft, shown=file)
            size = draft.stat().st_size
            _name(draft, file, force)
        return Backup(str(file), size, *found, time.monotonic() - began)

    def work(stop: Event) -> Backup:
        def step(done: int, total: int) -> None:
            if stop.is_set():
                raise Stopped
            progress(done, total)

        with copying.draft_of(file) as draft:
            copying.copy(database.path, draft, step)
            mark(draft, now)
            if wrong := copying.damage(draft, stop.is_set):
                if stop.is_set():
                    raise Stopped
                raise NotCopied(
                    f"{database} is damaged, so that no backup of it was kept ({wrong}): stop the desk, keep a copy of "
                    "the file, and bring back the last backup with `steward db restore`."
                )
            release, requests, last_at = about(draft, database)
            size = draft.stat().st_size
            _name(draft, file, force)
        return Backup(str(file), size, release, requests, last_at, time.monotonic() - began)

    try:
        return await stoppable(work)
    except sqlite3.Error as error:
        raise NotCopied(
            f"{database} could not be backed up ({reason(error)}): see that {file.parent} has room, then have the "
            "database checked with `steward db check`."
        ) from error


def _may_be_written(database: Database, file: Path, force: bool) -> None:
    if isinstance(database, SqliteFile) and not database.path.exists():
        raise CannotOpen(f"There is no database at {database}: check the address.")
    if not file.parent.is_dir():
        raise NotCopied(f"There is no folder {file.parent}: make it, or choose another one.")
    # Whoever replaced its lock, or the log beside it, would let a second desk in, or lose what is not folded in yet.
    if isinstance(database, SqliteFile) and file.resolve() in (*copying.beside(database.path), lock_of(database.path)):
        raise NotCopied(f"{file} is a part of the desk's own database: choose another name.")
    if not file.exists():
        return
    if isinstance(database, SqliteFile) and file.samefile(database.path):
        raise NotCopied(f"{file} is the desk's own database: choose another name.")
    if not force:
        raise NotCopied(f"{file} is there already: choose another name, or replace it with --force.")


def _name(draft: Path, file: Path, force: bool) -> None:
    try:
        copying.settle(draft, file, replace=force)
    except FileExistsError:
        raise NotCopied(f"{file} came to be there meanwhile: choose another name, or use --force.") from None


def mark(path: Path, now: datetime) -> None:
    """Say in the copy that it is one, and when it was made (desk time). Raises NotCopied where it is no desk's."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        try:
            if raw.execute("SELECT 1 FROM counter WHERE name = ?", (COPYING,)).fetchone():
                raise NotCopied("That database holds half a desk: finish the `steward db copy` first.")
            raw.execute("INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)", (BACKED_UP, micros(now)))
        except sqlite3.OperationalError as error:
            raise NotCopied(f"That is no desk's database ({error}).") from error


def about(path: Path, shown: object) -> tuple[str, int, datetime | None]:
    """Its schema, how many requests it holds, and when something was last written into a history (desk time). Raises
    NotCopied for what is no desk's."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw, suppress(sqlite3.OperationalError, ValueError):
        ((release,),) = raw.execute("SELECT version_num FROM alembic_version").fetchall()
        ((requests,),) = raw.execute("SELECT count(*) FROM request").fetchall()
        ((last,),) = raw.execute("SELECT max(at) FROM history").fetchall()
        return release, requests, instant_or_none(last)
    raise NotCopied(f"{shown} is no desk's database: name a backup that `steward db backup` made.")
