"""A desk brought back from a backup: put in the place of what is there, which is kept, and marked as living again."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Event

from bot.ports import BroughtBack, StoreBusy
from bot.ports.upkeep import Progress, Tell
from storage import releases
from storage.backup import about
from storage.errors import CannotOpen, NotCopied, reason
from storage.open import open_store
from storage.postgres import tools
from storage.sqlite import copying
from storage.sqlite.owner import OwnerLock
from storage.threads import Stopped, stoppable
from storage.urls import PostgresDatabase, SqliteFile, parse


async def restore(
    url: str, file: Path, *, now: datetime, tell: Tell, first_number: int, progress: Progress
) -> BroughtBack:
    """Put a backup in the place of the desk's SQLite file, upgraded and marked; what is there now is kept beside it.

    Nothing is changed until all of it is ready. Raises StoreBusy while a desk runs there, CannotOpen, SchemaOutdated
    for a backup of a later release, and NotCopied.
    """
    database = parse(url)
    if isinstance(database, PostgresDatabase):
        raise NotCopied(await how(database, file))
    _may_be_read(database, file)
    lock = OwnerLock(database.path)
    try:
        with copying.draft_of(database.path) as draft:
            await stoppable(lambda stop: _fetch(file, draft, stop, progress))
            if releases.later(about(draft, file)[0]):
                raise NotCopied(f"{file} was written by a later Steward: install that one, then bring it back.")
            store = await open_store(f"sqlite:///{draft}", backup=True)
            try:
                elsewhere = _counters(database)
                done = await store.begin_era(now, tell, elsewhere=elsewhere, first_number=first_number)
                wrong = await store.check()
            finally:
                await store.close()
            kept = _keep(database, now)
            copying.settle(draft, database.path, replace=True)
    except sqlite3.Error as error:
        raise NotCopied(
            f"{file} could not be brought back ({reason(error)}); the desk's database is as it was: see that "
            f"{database.path.parent} has room, or take an earlier backup."
        ) from error
    finally:
        lock.release()
    return BroughtBack(done, kept, wrong)


async def mark_restored(url: str, *, now: datetime, tell: Tell, first_number: int) -> BroughtBack:
    """The same for a database that was brought back by other means, such as pg_restore: it is marked where it is."""
    database = parse(url)
    if isinstance(database, PostgresDatabase) and (busy := await tools.at_work(database)):
        raise StoreBusy(f"{database} has {busy} of the desk at work: stop each steward run, then try again.")
    store = await open_store(url, make=False, backup=True)
    try:
        done = await store.begin_era(now, tell, first_number=first_number)
        return BroughtBack(done, "", await store.check())
    finally:
        await store.close()


async def how(database: PostgresDatabase, file: Path) -> str:
    """How a backup is brought back on PostgreSQL."""
    name = (await tools.look(database))[0]
    line = shlex.join(tools.restore_line(tools.target_of(database, name), file))
    return (
        "A PostgreSQL database is brought back by its own tools. Stop every worker of the desk, then:\n"
        f"  {line}\n"
        "  steward db restored\n"
        "The second line has nothing sent twice, and says what the team should look at."
    )


def _may_be_read(database: SqliteFile, file: Path) -> None:
    if not file.is_file():
        raise CannotOpen(f"There is no backup at {file}: check the name.")
    if database.path.exists() and file.samefile(database.path):
        raise NotCopied(f"{file} is the desk's own database; to say that it was brought back: steward db restored")
    database.path.parent.mkdir(parents=True, exist_ok=True)


def _fetch(file: Path, draft: Path, stop: Event, progress: Progress) -> None:
    """Copy the backup to where it becomes the desk's. Raises NotCopied for what is none, or damaged."""

    def step(done: int, total: int) -> None:
        if stop.is_set():
            raise Stopped
        progress(done, total)

    with file.open("rb") as head:
        if head.read(5) == b"PGDMP":
            raise NotCopied(f"{file} is a backup of a PostgreSQL desk, and STEWARD_DATABASE_URL names a SQLite file.")
    try:
        copying.copy(file, draft, step)
        wrong = copying.damage(draft, stop.is_set)
    except sqlite3.OperationalError:
        raise  # a full disk says nothing against the backup
    except sqlite3.DatabaseError as error:
        wrong = reason(error)
    if stop.is_set():
        raise Stopped
    if wrong:
        raise NotCopied(f"{file} is damaged ({wrong}): take an earlier backup. The desk's database is as it was.")


def _counters(database: SqliteFile) -> dict[str, int]:
    """The counters of what is there now, which may have lived on after the backup; none where it cannot be read."""
    if not database.path.exists():
        return {}
    try:
        # Also folds its log in, so that the one file is all of it.
        with closing(sqlite3.connect(database.path, isolation_level=None)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return dict(raw.execute("SELECT name, value FROM counter").fetchall())
    except sqlite3.Error:
        return {}


def _keep(database: SqliteFile, now: datetime) -> str:
    """Keep what is there under another name, beside it; empty where nothing is."""
    path = database.path
    if not path.exists():
        return ""
    kept = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}")
    try:
        # Under both names until the new one takes its place: at no moment is there no desk.
        os.link(path, kept)
    except FileExistsError:
        raise NotCopied(f"{kept} is there already: move it away, or try again in a second.") from None
    except OSError:  # a filesystem without links
        shutil.copy2(path, kept)
    # Its log must not be taken for the new one's.
    for here, there in zip(copying.beside(path), copying.beside(kept), strict=True):
        if here.exists():
            os.replace(here, there)
    return str(kept)
