"""Being told to stop: SIGINT, as Ctrl+C sends it, and SIGTERM, as a supervisor does."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def told_to_stop(stop: Callable[[], None]) -> Iterator[None]:
    """Within it each such signal calls `stop`, and nothing else happens."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no loop signal handlers
            loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):
                loop.remove_signal_handler(number)
