"""A fake in a thread of its own, for programs that are not asynchronous."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Fake = TypeVar("Fake")


class Far(Generic[Fake]):
    """A fake that runs elsewhere."""

    def __init__(self, fake: Fake, loop: asyncio.AbstractEventLoop) -> None:
        self.fake, self._loop = fake, loop

    def run(self, work: Coroutine[Any, Any, T], within: float = 10.0) -> T:
        """Do it there, and wait for what it comes to."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within)

    def do(self, work: Callable[[], T]) -> T:
        """The same for what does not wait itself."""

        async def there() -> T:
            return work()

        return self.run(there())


@contextmanager
def in_thread(name: str, make: Callable[[], AbstractAsyncContextManager[Fake]]) -> Iterator[Far[Fake]]:
    """It, as long as the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name=name, daemon=True)
    thread.start()

    async def begin() -> tuple[AbstractAsyncContextManager[Fake], Fake]:
        made = make()
        return made, await made.__aenter__()

    try:
        made, fake = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
        far = Far(fake, loop)
        try:
            yield far
        finally:
            far.run(_ended(made))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _ended(made: AbstractAsyncContextManager[Any]) -> None:
    await made.__aexit__(None, None, None)
