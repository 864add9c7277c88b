"""The command line: help that teaches, errors as one line, and the desk started and stopped as a person would."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

COMMANDS = [
    [],
    ["run"],
    ["demo"],
    ["login"],
    ["report"],
    ["apply"],
    ["export"],
    ["doctor"],
    ["import"],
    ["import", "servicenow"],
    ["db"],
    ["db", "upgrade"],
    ["db", "check"],
]


def steward(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """The real command, in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *args],
        cwd=cwd,
        env=_env(env),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def _env(extra: dict[str, str]) -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    kept = {k: v for k, v in os.environ.items() if not k.startswith("STEWARD_") and k != "PORT"}
    return {**kept, "PYTHONPATH": root, **extra}


def free_port() -> int:
    """A port that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: " ".join(c) or "steward")
def test_help_teaches(command: list[str], tmp_path: Path):
    """Each command's --help says what it does, with an example to copy, and touches nothing."""
    done = steward(*command, "--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "steward" in done.stdout
    assert re.search(r"^\s+(First look:\s+)?steward " + " ".join(command), done.stdout, re.MULTILINE)
    assert list(tmp_path.iterdir()) == []


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
        (["run", "--host", "a" * 70], {}, "choose another"),
        (["login", "sam"], {}, "steward run"),
        (["login", ""], {}, "steward login sam"),
        (["login", " @ "], {}, "steward login sam"),
        (["login", "sam ito"], {}, "steward login sam"),
        (["db", "check"], {}, "steward run"),
        (["db", "check", "--data-dir", "typo"], {}, "typo/steward.db"),
        (["db", "check"], {"STEWARD_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "cannot be opened"),
        (["clam"], {}, "No such command"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_errors_are_one_clear_line(args: list[str], env: dict[str, str], says: str, tmp_path: Path):
    """What cannot be done names the mend, without a traceback, and exits with an error."""
    done = steward(*args, cwd=tmp_path, **env)
    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    error = [line for line in done.stderr.splitlines() if line.startswith("Error:")]
    assert len(error) == 1
    if args[0] in ("login", "db"):
        assert list(tmp_path.iterdir()) == [], "looking makes nothing"


def test_a_settings_file_with_an_unknown_setting_or_bad_toml(tmp_path: Path):
    """A typing mistake in steward.toml is named, with the settings there are."""
    (tmp_path / "steward.toml").write_text("prot = 80\n")
    assert "There is no setting “prot”. Known ones: burst_seconds" in steward("run", cwd=tmp_path).stderr
    (tmp_path / "steward.toml").write_text("port = \n")
    assert "is no valid TOML" in steward("run", cwd=tmp_path).stderr


def test_the_database_password_is_never_shown(tmp_path: Path):
    """Secrets stay out of errors."""
    done = steward("db", "check", cwd=tmp_path, STEWARD_DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/x")
    assert "hunter2" not in done.stderr + done.stdout


class Running:
    """A desk in its own process."""

    def __init__(self, args: list[str], cwd: Path, **env: str) -> None:
        self.log = cwd / "out.log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "bot", *args], cwd=cwd, env=_env(env), stdout=out, stderr=subprocess.STDOUT
            )

    def wait_for(self, pattern: str) -> str:
        """The first match in what it prints, within 40 s."""
        for _ in range(400):
            if found := re.search(pattern, self.log.read_text()):
                return found[0]
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"{pattern} did not come: {self.log.read_text()}")

    def stop(self, number: int) -> int:
        """Its exit code after that signal."""
        self.process.send_signal(number)
        return self.process.wait(20)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_prints_a_sign_in_link_and_stops_cleanly(number: int, tmp_path: Path):
    """`steward run` keeps its data in ./var, prints a one-time link, answers, and a signal stops it with exit 0."""
    port = free_port()
    with Running(["run"], tmp_path, PORT=str(port)) as desk:
        link = desk.wait_for(r"http://127\.0\.0\.1:\d+/login\?token=\S+")
        assert f":{port}/" in link
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:  # our own
            assert answer.read() == b"ok"
        with urllib.request.urlopen(link, timeout=5) as answer:  # noqa: S310  # our own
            assert b"Sign in as Manager" in answer.read()
        second = steward("run", cwd=tmp_path, PORT=str(free_port()))
        assert second.returncode != 0
        assert "Error:" in second.stderr
        assert str(desk.process.pid) in second.stderr
        again = steward("login", "manager", cwd=tmp_path)
        assert f"http://127.0.0.1:{port}/login?token=" in again.stdout
        assert desk.stop(number) == 0
        assert "Stopped; everything is kept." in desk.log.read_text()
        assert "Traceback" not in desk.log.read_text()
    assert (tmp_path / "var" / "steward.db").is_file()
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0
    assert "is whole" in steward("db", "check", cwd=tmp_path).stdout
    assert "already" in steward("db", "upgrade", cwd=tmp_path).stdout


def test_a_link_is_for_somebody_the_desk_knows(tmp_path: Path):
    """The running desk is asked, since its file has one owner; one that rests is looked up in its database. A misspelt
    name is answered with the nearest; a note that a killed desk left does not make it run."""
    with Running(["run"], tmp_path, PORT=str(free_port())) as desk:
        desk.wait_for(r"/login\?token=\S+")
        running = steward("login", "zzz", cwd=tmp_path)
        assert running.returncode == 1
        assert "nobody called “zzz”. It knows manager. A manager adds people" in running.stderr
        known = steward("login", "manager", cwd=tmp_path).stdout
        assert "/login?token=" in known
        assert "does not seem" not in known
        desk.stop(signal.SIGKILL)
    assert (tmp_path / "var" / "address").is_file()
    done = steward("login", "manger", cwd=tmp_path)
    assert done.returncode == 1
    assert "nobody called “manger”. Did you mean manager?" in done.stderr
    link = steward("login", "@Manager", cwd=tmp_path).stdout
    assert "/login?token=" in link
    assert "does not seem to run" in link


def test_a_desk_that_cannot_listen_leaves_anothers_note(tmp_path: Path):
    """The note says where the running desk is; one that never ran, or a later one's, is not taken away."""
    note = tmp_path / "var" / "address"
    note.parent.mkdir()
    note.write_text("http://127.0.0.1:9")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = steward("run", cwd=tmp_path, PORT=str(taken.getsockname()[1]))
    assert "Cannot listen" in done.stderr
    assert note.read_text() == "http://127.0.0.1:9"
    with Running(["run"], tmp_path, PORT=str(free_port())) as desk:
        desk.wait_for(r"/login\?token=\S+")
        assert note.read_text() != "http://127.0.0.1:9"
        note.write_text("http://127.0.0.1:10")
        assert desk.stop(signal.SIGTERM) == 0
    assert note.read_text() == "http://127.0.0.1:10"


def test_a_file_in_the_way_is_one_clear_line(tmp_path: Path):
    """Whatever the system refuses is named with its path, without a traceback."""
    (tmp_path / "var" / "address").mkdir(parents=True)
    done = steward("run", cwd=tmp_path, PORT=str(free_port()))
    assert done.returncode == 1
    assert re.search(r"^Error: var/address: Is a directory", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr


def test_the_log_level_is_used(tmp_path: Path):
    """At `debug` the desk says more than at `error`."""
    said = {}
    for level in ("debug", "error"):
        with Running(["run"], tmp_path, PORT=str(free_port()), STEWARD_LOG_LEVEL=level) as desk:
            desk.wait_for(r"/login\?token=\S+")
            assert desk.stop(signal.SIGTERM) == 0
        said[level] = (tmp_path / "out.log").read_text()
    assert " DEBUG " in said["debug"]
    assert " DEBUG " not in said["error"]
    assert " INFO " not in said["error"]


def test_a_damaged_database_is_one_clear_line(tmp_path: Path):
    """Missing tables are named by the check; whatever a command meets, it shows no traceback."""
    with Running(["run"], tmp_path, PORT=str(free_port())) as desk:
        desk.wait_for(r"/login\?token=\S+")
        assert desk.stop(signal.SIGTERM) == 0
    path = tmp_path / "var" / "steward.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TABLE inbox")
        raw.execute("DROP TABLE counter")
        raw.commit()
    check = steward("db", "check", cwd=tmp_path)
    assert check.returncode == 1
    assert "The table inbox is missing." in check.stdout
    run = steward("run", cwd=tmp_path, PORT=str(free_port()))
    assert run.returncode != 0
    assert "counter" in run.stderr
    whole = path.read_bytes()
    path.write_bytes(whole[:8292] + b"\xa5" * 3996 + whole[12288:])
    for command in (["db", "check"], ["run"], ["login", "manager"], ["db", "upgrade"]):
        done = steward(*command, cwd=tmp_path, PORT=str(free_port()))
        assert "Traceback" not in done.stderr + run.stderr + check.stderr, command


def test_a_taken_port_is_one_clear_line(tmp_path: Path):
    """The error names another port to try."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = steward("run", cwd=tmp_path, PORT=str(port))
    assert done.returncode != 0
    assert f"PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_demo_seeds_itself_and_leaves_nothing(tmp_path: Path):
    """`steward demo` plays its month, prints its address, and keeps no file."""
    with Running(["demo"], tmp_path, PORT=str(free_port()), TMPDIR=str(tmp_path)) as desk:
        desk.wait_for(r"The demo desk is at http://127\.0\.0\.1:\d+")
        assert desk.stop(signal.SIGTERM) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["out.log"]


@pytest.mark.parametrize("made", ["steward-demo-*", "steward-demo-*/demo.db-wal"])
def test_a_stop_while_it_starts_is_clean(made: str, tmp_path: Path):
    """Told to end while its tables are made or its month is played, the demo takes its folder away and says nothing."""
    with Running(["demo"], tmp_path, PORT=str(free_port()), TMPDIR=str(tmp_path)) as desk:
        for _ in range(2000):
            if list(tmp_path.glob(made)):
                break
            time.sleep(0.02)
        assert desk.stop(signal.SIGTERM) == 128 + signal.SIGTERM
        assert "Traceback" not in desk.log.read_text()
        assert "Error" not in desk.log.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["out.log"]


def test_a_stop_with_a_page_open_is_clean(tmp_path: Path):
    """Open pages hold a stream that would last for ever: the stop ends it, at once and without a word of trouble."""
    port = free_port()
    with Running(["demo", "--empty"], tmp_path, PORT=str(port)) as desk:
        desk.wait_for(r"The demo desk is at")
        home = f"http://127.0.0.1:{port}"
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        form = urllib.request.Request(f"{home}/demo/person", data=b"person=dana", headers={"Origin": home})  # noqa: S310
        browser.open(form, timeout=5).close()
        with browser.open(f"{home}/events", timeout=5) as stream:
            assert b"hello" in stream.readline()
            began = time.monotonic()
            assert desk.stop(signal.SIGINT) == 0
            assert time.monotonic() - began < 5
        assert "Traceback" not in desk.log.read_text()
