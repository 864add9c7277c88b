"""Processes of their own: each starts, does its part, and says on a line of JSON what it found.

`python -m benchmarks.lives NAME ARGUMENT …`; the benchmarks start them and end them.
"""

from __future__ import annotations

import compileall
import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

from bot.clock import SystemClock
from bot.loading import loading

Life = Callable[..., object]

LIVES = {
    "desk": "benchmarks.restarted:desk",
    "keep": "benchmarks.restarted:keep",
    "jobs": "benchmarks.jobstore:restarted",
    "ours-drain": "benchmarks.queue_ours:drain",
    "ours-watch": "benchmarks.queue_ours:watch",
    "procrastinate-drain": "benchmarks.queue_procrastinate:drain",
    "procrastinate-watch": "benchmarks.queue_procrastinate:watch",
    "pgqueuer-drain": "benchmarks.queue_pgqueuer:drain",
    "pgqueuer-watch": "benchmarks.queue_pgqueuer:watch",
    "slack-bare-socket": "benchmarks.slack_bare:socket",
    "slack-bare-http": "benchmarks.slack_bare:http",
}
"""What each runs; its module is imported in its own process alone, since imports are part of a start."""

LONG = 150.0
"""Seconds to wait for anything at most."""
_ENOUGH, _LEAST = 25, 15.0
GIVEN_UP = "; theirs had not come so far by then and was not awaited"


def enough(ours: float) -> float:
    """How long to wait for a peer that takes so much longer than we did that its exact figure says nothing more."""
    return min(max(ours * _ENOUGH, _LEAST), LONG)


class Silent(Exception):
    """It has not said anything in time."""


@contextmanager
def started(name: str, *args: object) -> Iterator[subprocess.Popen[str]]:
    """One of them, running; ended with this, whatever it does."""
    compiled()
    command = [sys.executable, "-m", "benchmarks.lives", name, *map(str, args)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- ours
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@cache
def compiled() -> None:
    """Our code is compiled before it is started, as pip leaves it, ours and theirs; in a working copy it may not be.

    Whoever times a start calls this before it.
    """
    for room in ("bot", "adapters", "storage", "benchmarks"):
        compileall.compile_dir(Path(__file__).parent.parent / room, quiet=2)


def said(process: subprocess.Popen[str], longest: float) -> str:
    """The next line it says, and nothing else has said. Raises Silent, and RuntimeError where it ended without one."""
    out = process.stdout
    if out is None or not select.select([out], [], [], longest)[0]:
        raise Silent
    if not (line := out.readline()):
        raise RuntimeError(f"{process.args} ended without a word")
    return line


def go(process: subprocess.Popen[str] | None = None) -> None:
    """Give a process that is ready the word; in the process itself: say that it is ready, and wait for the word."""
    if process is None:
        tell(ready=1)
        sys.stdin.readline()
    elif process.stdin is not None:
        process.stdin.write("go\n")
        process.stdin.flush()


def tell(**found: object) -> None:
    """Say a line to whoever started this process."""
    print(json.dumps(found), flush=True)


def tell_now(**found: object) -> None:
    """The same, with the instant."""
    tell(at=SystemClock().machine().isoformat(), **found)


def main(args: Sequence[str]) -> None:
    """Be one of them."""
    module, _, function = LIVES[args[0]].partition(":")
    with loading():
        life = getattr(import_module(module), function)
    life(*args[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
