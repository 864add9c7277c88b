"""What keeps the run of all tests short. Coverage traces the tests of the rules alone: see `tests/conftest.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_nothing_is_traced_here():
    """A test outside `tests/domain` runs as fast as without coverage, and covers nothing."""
    assert sys.gettrace() is None


def test_what_was_compiled_is_kept():
    """To compile all modules anew takes each worker twenty seconds, and each desk that is started half of one."""
    said = subprocess.run(["make", "-n", "test"], cwd=Path(__file__).parents[1], capture_output=True, text=True)
    (run,) = [line for line in said.stdout.splitlines() if " -m pytest " in line]
    assert run.startswith("PYTHONDONTWRITEBYTECODE= ")
