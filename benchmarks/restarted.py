"""What runs in processes of its own: the desk, started again. All imports of this module are part of its start."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks import firing
from benchmarks.databases import sqlite_url
from benchmarks.lives import LONG, tell, tell_now
from bot.clock import SystemClock
from storage import open_store


def desk(path: str) -> None:
    """Open the desk, fire what is due, and say when the first of it was committed."""
    asyncio.run(firing.ours(Path(path), 1, LONG, tell_now))


def keep(path: str) -> None:
    """Run the whole desk for a moment, without its browser's door, and say how large the process became."""
    asyncio.run(_kept(Path(path)))
    tell(bytes=_largest())


async def _kept(path: Path) -> None:
    from bot.config import Settings
    from bot.running import Runtime

    store = await open_store(sqlite_url(path))
    try:
        runtime = Runtime(Settings(), store, SystemClock())
        await runtime.audit()
        await runtime.wake()
    finally:
        await store.close()


def _largest() -> int:
    """The process's largest resident size so far, in bytes; what the system says of it."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:
        import resource
        import sys

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024
