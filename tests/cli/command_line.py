"""The command line as it is typed: in this process, where what is under test is what a command does, and in one of its
own, where it is that the desk starts, owns its file and is told to stop."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import chdir
from pathlib import Path
from typing import TypeVar

from click.testing import CliRunner, Result

from bot.__main__ import factories
from bot.cli.app import build

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 50
"""Seconds for what takes one on a machine with nothing else to do."""


def typed(*args: str, cwd: Path | None = None, input: str | None = None, **env: str) -> Result:
    """A command, in that folder, without the settings of whoever runs the tests. What would end it with a traceback is
    raised here."""
    gone = {name: None for name in os.environ if name.startswith("STEWARD_") or name == "PORT"}
    root = logging.getLogger()
    level = root.level
    try:
        with chdir(cwd or Path.cwd()):
            done = CliRunner().invoke(
                build(factories()), args, input=input, env={**gone, **env}, prog_name="steward", terminal_width=80
            )
    finally:
        root.setLevel(level)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def process(*args: str, cwd: Path, flags: Sequence[str] = (), **env: str) -> subprocess.CompletedProcess[str]:
    """The same as a process of its own; `flags` are Python's."""
    return subprocess.run(
        [sys.executable, *flags, "-m", "bot", *args],
        cwd=cwd,
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def environment(extra: dict[str, str]) -> dict[str, str]:
    """This process's, without anything of Steward's, and with that."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("STEWARD_") and k != "PORT"}
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


def free_port() -> int:
    """A port that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A desk in its own process."""

    def __init__(self, args: list[str], cwd: Path, **env: str) -> None:
        self.log = cwd / "out.log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "bot", *args],
                cwd=cwd,
                env=environment(env),
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, pattern: str, patience: float = PATIENCE) -> str:
        """The first match in what it prints."""
        return self.wait_until(lambda: re.search(pattern, self.log.read_text()), pattern, patience)[0]

    def wait_until(self, look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
        """What comes, once it does; a desk that ends before has failed."""
        end = time.monotonic() + patience
        while not (found := look()):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, f"{what} did not come: {self.log.read_text()}"
            time.sleep(0.02)
        return found

    def stop(self, number: int) -> int:
        """Its exit code after that signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE / 2)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)


def furnish(folder: Path, template: Path) -> Path:
    """The desk's database in `folder`/var, with the tables in it, so that a test need not wait for them."""
    path = folder / "var" / "steward.db"
    path.parent.mkdir(exist_ok=True)
    shutil.copy(template, path)
    return path
