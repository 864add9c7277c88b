"""A slow line between a browser and the desk: whatever goes over it is late, each time by another bit.

What a story has not waited for shows on it: `STEWARD_SLOW_LINE=1 pytest tests/browser` draws the delays from that seed.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

LONGEST = 0.4  # seconds, each way
SLOW = 0.5  # of what goes over it; the rest is as quick as ever, so that one thing overtakes another


@contextmanager
def slowed(address: str, seed: str) -> Iterator[str]:
    """The address of a desk over a slow line, for as long as it is needed."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    line = _Line(urlsplit(address).port or 80, random.Random(seed))
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(line.carry, "127.0.0.1", 0), loop).result(10)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(line.cut(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


class _Line:
    def __init__(self, port: int, chance: random.Random) -> None:
        self._port, self._chance = port, chance
        self._open: set[asyncio.Task[None]] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either side ends it."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            # Cut off in the end: asyncio's server would complain of a connection that was cancelled.
            with suppress(asyncio.CancelledError):
                await asyncio.gather(self._one_way(reader, back), self._one_way(there, writer))
        finally:
            for each in (writer, back):
                each.close()

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if self._chance.random() < SLOW:
                    await asyncio.sleep(self._chance.uniform(0, LONGEST))
                writer.write(data)
                await writer.drain()
        writer.close()

    async def cut(self) -> None:
        """Ends what is still open, such as the page's news."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
