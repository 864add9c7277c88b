"""What only SQLite has: one thread, one process a file, and a connection that must not leak."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from store_builders import execute, note, opening

from bot.ports import Change, StoreBusy
from storage import (
    BadUrl,
    CannotOpen,
    Failed,
    SchemaOutdated,
    SqlStore,
    StorageError,
    open_store,
    read_store,
    upgrade_database,
)
from storage.sqlite.closure import on_thread
from storage.sqlite.runner import SqliteRunner
from storage.tx import Tx, ask

pytestmark = pytest.mark.asyncio

OWNER = """
import asyncio, sys
from bot.ports import Change
from storage import open_store
sys.path.insert(0, "tests/storage")
from store_builders import DIRECTORY, opening

async def main():
    store = await open_store(sys.argv[1])
    await store.edit_directory(DIRECTORY)
    await store.commit(Change(requests=(opening(1),)))
    print("committed", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A file in a folder that is not there yet, with a space and a percent sign in its name."""
    return f"sqlite:///{tmp_path}/new folder/100%/steward.db"


def runner_of(store: SqlStore) -> SqliteRunner:
    """The runner beneath a store."""
    assert isinstance(store._runner, SqliteRunner)
    return store._runner


async def test_a_function_runs_whole_on_the_databases_thread(store: SqlStore) -> None:
    """aiosqlite still has the two names the hook uses: answers and errors come back from another thread."""
    connection = runner_of(store)._connection
    assert await on_thread(connection, lambda raw: raw.execute("SELECT 42").fetchone()[0]) == 42
    assert await on_thread(connection, lambda _: threading.get_ident()) != threading.get_ident()
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await on_thread(connection, lambda raw: raw.execute("SELECT * FROM nowhere"))


async def test_what_was_acknowledged_survives_a_power_cut(store: SqlStore) -> None:
    """WAL with full synchronisation, foreign keys watched, and patience with a foreign reader."""
    connection = runner_of(store)._connection

    def pragmas(raw: sqlite3.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [raw.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await on_thread(connection, pragmas) == ["wal", 2, 1, 5000]


async def test_a_failed_transaction_leaves_the_connection_usable(store: SqlStore) -> None:
    """Errors of the database and of the code both roll back, and the next one works."""
    runner = runner_of(store)

    def bad_query() -> Tx[None]:
        yield from ask("next_value", name="request")
        yield from ask("add_entry", request=404, seq=1, at=0, kind="", actor="", role="", body="", via=None)

    def bad_code() -> Tx[None]:
        yield from ask("next_value", name="request")
        raise ZeroDivisionError

    with pytest.raises(sqlite3.IntegrityError):
        await runner.write(bad_query())
    with pytest.raises(ZeroDivisionError):
        await runner.write(bad_code())
    assert await store.reserve_number() == 1


async def test_a_cancelled_caller_breaks_nothing(store: SqlStore) -> None:
    """The transaction that was begun ends; the store goes on."""
    change = opening(1)
    await store.commit(Change(requests=(change,)))
    task = asyncio.ensure_future(store.commit(Change(requests=(note(change.request),))))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.reserve_number() == 2
    assert len(await store.history(1)) in (2, 3)
    assert await store.check() == ()


async def test_a_second_owner_is_told_who_has_the_file(store: SqlStore, url: str) -> None:
    """Neither a store nor an upgrade opens a file that is in use; the message names the process and the mend."""
    for opens in (open_store, upgrade_database):
        with pytest.raises(StoreBusy, match=rf"in use by process {os.getpid()}: stop that one first"):
            await opens(url)
    await store.close()
    await store.close()
    again = await open_store(url)
    await again.close()


async def test_a_killed_owner_leaves_its_work_and_no_lock(url: str) -> None:
    """kill -9 after an acknowledged commit: the next process gets the file, and the request is there."""
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", OWNER, url, stdout=asyncio.subprocess.PIPE)
    try:
        assert owner.stdout is not None
        assert await owner.stdout.readline() == b"committed\n"
        with pytest.raises(StoreBusy, match=f"process {owner.pid}"):
            await open_store(url)
    finally:
        owner.send_signal(signal.SIGKILL)
        await owner.communicate()
    store = await open_store(url)
    try:
        assert await store.request(1) == opening(1).request
        assert await store.check() == ()
    finally:
        await store.close()


async def test_who_reads_makes_nothing(tmp_path: Path) -> None:
    """A mistyped folder stays away: no folder, no database, no lock; the line names the path and the mend."""
    with pytest.raises(CannotOpen, match=r"typo/steward\.db.*`steward run`"):
        await read_store(f"sqlite:///{tmp_path}/typo/steward.db")
    assert not os.listdir(tmp_path)


async def test_who_reads_shares_the_file_with_its_owner(store: SqlStore, url: str) -> None:
    """It reads what was committed last, keeps nobody from writing, and leaves the log to the owner; when both are gone
    there is nothing beside the file but the lock."""
    path = Path(url.removeprefix("sqlite:///"))
    await store.commit(Change(requests=(opening(1),)))
    reader = await read_store(url)
    try:
        assert await reader.request(1) == opening(1).request
        await store.commit(Change(requests=(opening(2),)))
        assert await reader.request(2) == opening(2).request
        assert await reader.check() == ()
    finally:
        await reader.close()
    assert path.with_name(f"{path.name}-wal").stat().st_size, "the log is the owner's to fold in"
    await store.commit(Change(requests=(opening(3),)))
    await store.close()
    reader = await read_store(url)
    try:
        assert await reader.request(3) == opening(3).request
    finally:
        await reader.close()
    assert sorted(os.listdir(path.parent)) == [path.name, f"{path.name}.lock"]


async def test_who_reads_beside_a_desk_of_another_release_is_told_the_order(store: SqlStore, url: str) -> None:
    """The desk is stopped first, for it has the file; then its tables come to this release."""
    await execute(url, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(SchemaOutdated, match=r"stop the desk that runs on it, then run `steward db upgrade`"):
        await read_store(url)
    assert await execute(url, "SELECT version_num FROM alembic_version") == [("0001",)]


async def test_a_log_that_somebody_reads_is_not_said_to_be_empty(store: SqlStore, url: str) -> None:
    """What was deleted may still be in it: the desk hears so, and tries again."""
    runner = runner_of(store)
    await on_thread(runner._connection, lambda raw: raw.execute("PRAGMA busy_timeout = 10"))
    await store.commit(Change(requests=(opening(1),)))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM request").fetchall()
        with pytest.raises(Failed, match="somebody reads it"):
            await runner.compact()
        other.execute("COMMIT")
        await runner.compact()
    assert os.stat(f"{url.removeprefix('sqlite:///')}-wal").st_size == 0


def spoil(path: Path) -> None:
    """Overwrite everything but the first page."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


async def test_a_damaged_page_is_one_line(store: SqlStore, url: str) -> None:
    """Whoever opens a database with overwritten pages gets a StorageError, never the driver's own."""
    await store.close()
    spoil(Path(url.removeprefix("sqlite:///")))
    with pytest.raises(StorageError, match="malformed"):
        await open_store(url)


async def test_damage_under_a_running_desk_is_found(store: SqlStore, url: str) -> None:
    """The audit says what it met; who reads is told to have it checked."""
    await store.commit(Change(requests=tuple(opening(n, details="x" * 4000) for n in range(1, 60))))
    await store.close()
    again = await open_store(url)
    try:
        spoil(Path(url.removeprefix("sqlite:///")))
        assert "The database cannot be read to its end" in " ".join(await again.check())
        with pytest.raises(Failed, match=r"malformed.*`steward db check`"):
            await again.request(1)
    finally:
        await again.close()


async def test_a_foreign_reader_does_not_stop_the_desk(store: SqlStore, url: str) -> None:
    """A backup may read while the desk writes."""
    await store.commit(Change(requests=(opening(1),)))
    assert await execute(url, "SELECT count(*) FROM request") == [(1,)]


async def test_opening_what_is_no_database_lets_go_of_it(tmp_path: Path) -> None:
    """The message is one line and names the file; no thread and no lock are left behind."""
    before = set(threading.enumerate())
    path = tmp_path / "notes.txt"
    path.write_text("these are no tables " * 100)
    for _ in range(2):
        with pytest.raises(CannotOpen, match=r"notes\.txt.*not a database") as caught:
            await open_store(f"sqlite:///{path}")
        assert "\n" not in str(caught.value)
    with pytest.raises(CannotOpen, match=str(tmp_path)):
        await open_store(f"sqlite:///{tmp_path}")
    with pytest.raises(CannotOpen, match=r"notes\.txt"):
        await open_store(f"sqlite:///{path}/steward.db")
    # asyncio keeps the workers of to_thread until its loop ends.
    assert {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")} <= before


@pytest.mark.parametrize(
    "url",
    [
        "",
        "steward.db",
        "mysql://u:secret@host/db",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/x.db",
        "sqlite:///a\0b",
        "sqlite:///a\ud800\nb",
        "sqlite:///~nobody-of-that-name/steward.db",
        "postgresql://[::1",
        "u:secret@host://x",
    ],
)
async def test_a_bad_address_is_refused_with_its_mend(url: str) -> None:
    """One line that says what to write instead, and repeats no password."""
    with pytest.raises(BadUrl, match=r"write (sqlite|postgresql)") as caught:
        await open_store(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
