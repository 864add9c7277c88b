"""Coverage traces the tests of the rules alone: see `tests/conftest.py`."""

from __future__ import annotations

import sys


def test_nothing_is_traced_here():
    """A test outside `tests/domain` runs as fast as without coverage, and covers nothing."""
    assert sys.gettrace() is None
