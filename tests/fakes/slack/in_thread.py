"""The fake in a thread of its own, for programs that are not asynchronous: a command line, a WebClient that blocks.

with slack_in_thread() as far:
    far.slack.install()                 # what only makes things may be called from here, before anybody listens
    far.run(ann.slash(help, "/desk"))   # what waits, and what tells the app, runs where the fake does
    far.do(lambda: ann.say(help, "hi"))
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from fakes.slack.fake_slack import FakeSlack

T = TypeVar("T")


class Far:
    """A fake that runs elsewhere."""

    def __init__(self, slack: FakeSlack, loop: asyncio.AbstractEventLoop) -> None:
        self.slack, self._loop = slack, loop

    def run(self, work: Coroutine[Any, Any, T], within: float = 10.0) -> T:
        """Do it there, and wait for what it comes to."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within)

    def do(self, work: Callable[[], T]) -> T:
        """The same for what does not wait itself."""

        async def there() -> T:
            return work()

        return self.run(there())


@contextmanager
def slack_in_thread(**how: Any) -> Iterator[Far]:
    """A fake Slack, as long as the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fake-slack", daemon=True)
    thread.start()

    async def begin() -> FakeSlack:
        return await FakeSlack(**how).__aenter__()

    try:
        far = Far(asyncio.run_coroutine_threadsafe(begin(), loop).result(10), loop)
        try:
            yield far
        finally:
            far.run(far.slack.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
