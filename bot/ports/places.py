"""Where things are said: a channel, a thread in it, a message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where on a platform: a channel, or a thread in it."""

    platform: str
    workspace: str
    channel: str
    thread: str | None = None


@dataclass(frozen=True)
class MessageRef:
    """One message on a platform. `place.thread` is the thread it stands in, None at the channel's top level."""

    place: Place
    message: str
