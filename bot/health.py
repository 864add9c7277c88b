"""`python -m bot.health [FOLDER]`: is the desk's process on this machine well? For containers, whatever its role.

What serves people is asked over HTTP, whether the database answers; each role also says every few seconds that it is
at work, in a file of its folder (STEWARD_DATA_DIR, ./var). Exits with 1, and one line, where it is not. It is run every
half minute beside the desk, so it loads next to nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from bot.clock import SystemClock
from bot.pulse import Pulse

SILENT = 150.0
"""Seconds without a sign of life that are too many: there is one each ten, and each minute at the latest."""
PATIENCE = 5.0
"""Seconds for an answer."""


def wrong(folder: Path) -> str:
    """What is not well; empty where all is."""
    found = Pulse(folder).read()
    if found is None:
        return f"No desk is at work here that keeps its data in {folder}/."
    address, last = found
    silent = SystemClock().machine().timestamp() - last
    if silent > SILENT:
        return f"The desk has said nothing for {silent:.0f} s: its database does not answer, or it stands still."
    if address:
        # The machine's own proxy settings are for the world outside.
        try:
            build_opener(ProxyHandler({})).open(f"{address}/healthz", timeout=PATIENCE).close()
        except (URLError, OSError, ValueError) as error:
            return f"The desk does not serve people at {address}: {error}"
    return ""


if __name__ == "__main__":
    said = wrong(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("STEWARD_DATA_DIR") or "var"))
    print(said or "It is well.")  # for whoever looks at the container
    sys.exit(bool(said))
