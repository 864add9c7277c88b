"""The chats that a desk is in, as one: opened, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.ports import Chat, Face


class Faces:
    """By platform. The first one opens direct conversations for who has none yet."""

    def __init__(self, faces: Mapping[str, Face]) -> None:
        self._faces = dict(faces)

    def __bool__(self) -> bool:
        return bool(self._faces)

    @property
    def chats(self) -> dict[str, Chat]:
        """What the desk speaks by, by platform."""
        return {name: face.chat for name, face in self._faces.items()}

    def doors(self, key: bytes, address: str) -> dict[str, Any]:
        """What platforms post to, and pages of theirs, by path. `key` signs their links, `address` is where people find
        them."""
        return {path: door for face in self._faces.values() for path, door in face.doors(key, address).items()}

    def open(self) -> None:
        """From now on calls can be made."""
        for face in self._faces.values():
            face.open()

    def start(self) -> None:
        """Listen from now on."""
        for face in self._faces.values():
            face.start()

    async def follow(self) -> None:
        """Channels and people as the directory has them by now."""
        for face in self._faces.values():
            await face.follow()

    def look_soon(self) -> None:
        """Each minute: read what may have been missed."""
        for face in self._faces.values():
            face.look_soon()

    async def stop(self) -> None:
        """Hear nothing more; answers when what is under way has ended."""
        await asyncio.gather(*(face.stop() for face in self._faces.values()))

    async def close(self) -> None:
        """Let go of the connections."""
        for face in self._faces.values():
            await face.close()
