"""A chat that people see, as the process that runs has it: opened to send, started to listen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.ports.chat import Chat


class Face(Protocol):
    """`open`, perhaps `start`, then `stop` and `close`."""

    @property
    def chat(self) -> Chat:
        """What the desk speaks by there."""
        ...

    def doors(self, key: bytes, address: str) -> Mapping[str, Any]:
        """What the platform posts to, and pages of its own, by path. `key` signs links to these, `address` is where
        people find them."""
        ...

    def open(self) -> None:
        """From now on calls can be made. Within a running event loop."""
        ...

    def start(self) -> None:
        """Listen from now on."""
        ...

    async def stop(self) -> None:
        """Hear nothing more; answers when what is under way has ended."""
        ...

    async def close(self) -> None:
        """Let go of the connections; nothing is sent after this."""
        ...

    async def follow(self) -> None:
        """Channels and people as the directory has them by now."""
        ...

    def look_soon(self) -> None:
        """Each minute: read what may have been missed, by itself."""
        ...
