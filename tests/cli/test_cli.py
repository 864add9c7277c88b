"""The command line: help that teaches, errors as one line, and the desk started and stopped as a person would."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from command_line import PATIENCE, Running, free_port, furnish, process, typed

from bot.__main__ import factories
from bot.cli.app import build
from bot.health import wrong
from bot.note import Note

starts = pytest.mark.timeout(3 * PATIENCE)
"""A process imports all there is, which a machine that does much else takes long for."""


def commands(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command there is, groups among them."""
    yield above
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))
        else:
            yield (*above, name)


@pytest.mark.parametrize("command", list(commands(build(factories()))), ids=lambda c: " ".join(c) or "steward")
def test_help_teaches(command: tuple[str, ...], tmp_path: Path):
    """Each command's --help says what it does, with an example to copy, and touches nothing."""
    done = typed(*command, "--help", cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    assert "..." not in done.stdout.partition("Commands:")[2], "the list of commands cuts no sentence short"
    assert re.search(r"^\s+(First look:\s+)?steward " + " ".join(command), done.stdout, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


def test_help_waits_for_no_database_and_no_web_framework(tmp_path: Path):
    """The real command, as it is started: what runs a desk is imported by the command that runs one."""
    done = process("--help", cwd=tmp_path, flags=("-X", "importtime"), PYTHONIOENCODING="latin-1")
    assert "Settings come from" in done.stdout, "also where the terminal, or a file on Windows, lacks a character of it"
    assert done.returncode == 0
    assert "steward demo" in done.stdout
    for heavy in ("sqlalchemy", "alembic", "aiosqlite", "asyncpg", "starlette", "uvicorn", "bot.running"):
        assert not re.search(rf"\| +{re.escape(heavy)}$", done.stderr, re.MULTILINE), heavy


def test_an_error_ends_the_process_with_one_line(tmp_path: Path):
    """No traceback, and an exit code that a script can see."""
    done = process("run", cwd=tmp_path, STEWARD_PORT="http")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: The setting port ('http') does not fit")


@pytest.mark.parametrize(
    ("args", "env", "says"),
    [
        (["run"], {"STEWARD_DATABASE_URL": "mysql://x"}, "postgresql"),
        (["run"], {"STEWARD_PORT": "http"}, "STEWARD_PORT"),
        (["run"], {"STEWARD_COMMAND": "desk"}, "STEWARD_COMMAND"),
        (["run"], {"STEWARD_LOG_LEVEL": "loud"}, "debug, info, warning or error"),
        (["run"], {"STEWARD_CONFIG": "nowhere.toml"}, "nowhere.toml"),
        (["run", "--data-dir", "/proc/steward"], {}, "STEWARD_DATA_DIR"),
        (["run", "--port", "99999"], {}, "--port"),
        (["run"], {"STEWARD_PUBLIC_URL": "http://["}, "STEWARD_PUBLIC_URL"),
        (["login", "sam"], {}, "steward run"),
        (["login", ""], {}, "steward login sam"),
        (["login", " @ "], {}, "steward login sam"),
        (["login", "sam ito"], {}, "steward login sam"),
        (["db", "check"], {}, "steward run"),
        (["db", "check", "--data-dir", "typo"], {}, "typo/steward.db"),
        (["db", "check"], {"STEWARD_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "cannot be opened"),
        (["erase", "dana", "--yes"], {}, "steward run"),
        (["token", "add", "ci", "--service", "ci", "--role", "lead"], {}, "steward run"),
        (["token", "revoke", "ci"], {}, "steward run"),
        (["export-data", "acme.zip", "--client", "ACME"], {}, "steward run"),
        (["clam"], {}, "No such command"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_errors_are_one_clear_line(args: list[str], env: dict[str, str], says: str, tmp_path: Path):
    """What cannot be done names the mend, and exits with an error."""
    done = typed(*args, cwd=tmp_path, **env)
    assert done.exit_code != 0
    assert says in done.stderr
    error = [line for line in done.stderr.splitlines() if line.startswith("Error:")]
    assert len(error) == 1
    if args[0] != "run":
        assert list(tmp_path.iterdir()) == [], "looking makes nothing"


def test_an_address_that_cannot_be_listened_on(tmp_path: Path, sqlite_template: Path):
    """A host that is none, and a port that is taken, are each one clear line with the way out; the note of where a
    running desk is stays another's."""
    furnish(tmp_path, sqlite_template)
    note = tmp_path / "var" / "address"
    note.write_text("http://127.0.0.1:9")
    assert "choose another" in typed("run", "--host", "a" * 70, cwd=tmp_path).stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = typed("run", cwd=tmp_path, PORT=str(port))
    assert done.exit_code == 1
    assert "Cannot listen" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert note.read_text() == "http://127.0.0.1:9"


def test_a_note_is_taken_away_by_who_left_it(tmp_path: Path):
    """Not by one that never ran, and not once a later desk wrote its own."""
    ours, later = Note(tmp_path), Note(tmp_path)
    ours.remove()
    ours.write("http://127.0.0.1:9")
    later.write("http://127.0.0.1:10")
    ours.remove()
    assert ours.read() == "http://127.0.0.1:10"
    later.remove()
    assert ours.read() == ""


def test_a_settings_file_with_an_unknown_setting_or_bad_toml(tmp_path: Path):
    """A typing mistake in steward.toml is named, with the settings there are."""
    (tmp_path / "steward.toml").write_text("prot = 80\n")
    assert "There is no setting “prot”. Known ones: burst_seconds" in typed("run", cwd=tmp_path).stderr
    (tmp_path / "steward.toml").write_text("port = \n")
    assert "is no valid TOML" in typed("run", cwd=tmp_path).stderr


def test_the_database_password_is_never_shown(tmp_path: Path):
    """Secrets stay out of errors."""
    done = typed("db", "check", cwd=tmp_path, STEWARD_DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/x")
    assert done.exit_code == 1
    assert "hunter2" not in done.output


@starts
@pytest.mark.parametrize(("number", "level"), [(signal.SIGINT, "debug"), (signal.SIGTERM, "error")])
def test_run_prints_a_sign_in_link_and_stops_cleanly(number: int, level: str, tmp_path: Path, sqlite_template: Path):
    """`steward run` keeps its data in ./var, prints a one-time link, answers, and a signal stops it with exit 0. At
    `debug` it says more than at `error`."""
    if number == signal.SIGTERM:  # the other one makes its database itself
        furnish(tmp_path, sqlite_template)
    port = free_port()
    with Running(["run"], tmp_path, PORT=str(port), STEWARD_LOG_LEVEL=level) as desk:
        link = desk.wait_for(r"http://127\.0\.0\.1:\d+/login\?token=\S+")
        assert f":{port}/" in link
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:  # our own
            assert answer.read() == b"ok"
        assert wrong(tmp_path / "var") == "", "and so says who looks at a container"
        with urllib.request.urlopen(link, timeout=20) as answer:  # noqa: S310  # our own
            assert b"Sign in as Manager" in answer.read()
        second = typed("run", cwd=tmp_path, PORT=str(free_port()))
        assert second.exit_code == 1
        assert "Error:" in second.stderr
        assert str(desk.process.pid) in second.stderr
        again = typed("login", "manager", cwd=tmp_path)
        assert f"http://127.0.0.1:{port}/login?token=" in again.stdout
        assert 'role = "manager"' in typed("export", cwd=tmp_path).stdout, "who only reads need not wait"
        assert desk.stop(number) == 0
    said = desk.log.read_text()
    assert "No desk is at work here" in wrong(tmp_path / "var")
    assert "Stopped; everything is kept." in said
    assert "Traceback" not in said
    assert (" DEBUG " in said) == (level == "debug")
    assert (" INFO " in said) <= (level == "debug")
    assert (tmp_path / "var" / "steward.db").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0
    assert "is whole" in typed("db", "check", cwd=tmp_path).stdout
    assert "already" in typed("db", "upgrade", cwd=tmp_path).stdout


@starts
def test_a_link_is_for_somebody_the_desk_knows(tmp_path: Path, sqlite_template: Path):
    """The running desk is asked; one that rests is looked up in its database. A misspelt name is answered with the
    nearest; a note that a killed desk left does not make it run."""
    furnish(tmp_path, sqlite_template)
    with Running(["run"], tmp_path, PORT=str(free_port())) as desk:
        desk.wait_for(r"/login\?token=\S+")
        running = typed("login", "zzz", cwd=tmp_path)
        assert running.exit_code == 1
        assert "nobody called “zzz”. It knows manager. A manager adds people" in running.stderr
        known = typed("login", "manager", cwd=tmp_path).stdout
        assert "/login?token=" in known
        assert "does not seem" not in known
        desk.stop(signal.SIGKILL)
    assert (tmp_path / "var" / "address").is_file()
    done = typed("login", "manger", cwd=tmp_path)
    assert done.exit_code == 1
    assert "nobody called “manger”. Did you mean manager?" in done.stderr
    link = typed("login", "@Manager", cwd=tmp_path).stdout
    assert "/login?token=" in link
    assert "does not seem to run" in link


@pytest.mark.parametrize(
    ("there", "said"),
    [("secret", "^Error: var cannot be used: Is a directory"), ("steward.db.lock", "Is a directory: .*lock")],
)
def test_a_folder_in_the_way_is_one_clear_line(tmp_path: Path, there: str, said: str):
    """Whatever the system refuses is named with its path, without a traceback."""
    (tmp_path / "var" / there).mkdir(parents=True)
    done = typed("run", cwd=tmp_path, PORT=str(free_port()))
    assert done.exit_code == 1
    assert re.search(said, done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr


def test_a_desk_that_knows_nobody_says_how_somebody_comes(tmp_path: Path):
    """Its tables are there, and nobody ran it yet."""
    assert typed("db", "upgrade", cwd=tmp_path).exit_code == 0
    done = typed("login", "sam", cwd=tmp_path, STEWARD_SECRET="ab" * 32)
    assert "It knows nobody yet: steward run prints a link" in done.stderr


def test_a_damaged_database_is_one_clear_line(tmp_path: Path, sqlite_template: Path):
    """Missing tables are named by the check; whatever a command meets, it shows no traceback."""
    path = furnish(tmp_path, sqlite_template)
    (tmp_path / "var" / "secret").write_text("ab" * 32)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TABLE inbox")
        raw.execute("DROP TABLE counter")
        raw.commit()
    check = typed("db", "check", cwd=tmp_path)
    assert check.exit_code == 1
    assert "The table inbox is missing." in check.stdout
    run = typed("run", cwd=tmp_path, PORT=str(free_port()))
    assert run.exit_code == 1
    assert "counter" in run.stderr
    whole = path.read_bytes()
    path.write_bytes(whole[:8292] + b"\xa5" * 3996 + whole[12288:])
    for command in (["db", "check"], ["run"], ["db", "upgrade"]):
        assert typed(*command, cwd=tmp_path, PORT=str(free_port())).exit_code == 1, command
    typed("login", "manager", cwd=tmp_path)


@starts
@pytest.mark.parametrize("made", ["steward-demo-*", "steward-demo-*/demo.db-wal"])
def test_a_stop_while_it_starts_is_clean(made: str, tmp_path: Path):
    """Told to end while its tables are made or its month is played, the demo takes its folder away and says nothing."""
    with Running(["demo"], tmp_path, PORT=str(free_port()), TMPDIR=str(tmp_path)) as desk:
        desk.wait_until(lambda: list(tmp_path.glob(made)), made)
        assert desk.stop(signal.SIGTERM) == 128 + signal.SIGTERM
        assert desk.log.read_text() == ""
    assert [p.name for p in tmp_path.iterdir()] == ["out.log"]


@starts
def test_demo_seeds_itself_and_leaves_nothing(tmp_path: Path):
    """`steward demo` plays its month, prints its address, and keeps no file. Open pages hold a stream that would last
    for ever: the stop ends it, at once and without a word of trouble."""
    port = free_port()
    with Running(["demo"], tmp_path, PORT=str(port), TMPDIR=str(tmp_path)) as desk:
        desk.wait_for(r"The demo desk is at http://127\.0\.0\.1:\d+")
        home = f"http://127.0.0.1:{port}"
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        form = urllib.request.Request(f"{home}/demo/person", data=b"person=dana", headers={"Origin": home})  # noqa: S310
        browser.open(form, timeout=20).close()
        with browser.open(f"{home}/events", timeout=20) as stream:
            assert b"hello" in stream.readline()
            began = time.monotonic()
            assert desk.stop(signal.SIGINT) == 0
            assert time.monotonic() - began < 10
        assert "Traceback" not in desk.log.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["out.log"]
