"""Where things are said: a channel, a thread in it, a message."""

from __future__ import annotations

from bot.domain.frozen import frozen

BROWSER = "web"
"""The desk's own workspace, among the platforms: everybody is somebody there, whatever other accounts they have."""


@frozen
class Place:
    """Where on a platform: a channel, or a thread in it."""

    platform: str
    workspace: str
    channel: str
    thread: str | None = None


@frozen
class MessageRef:
    """One message on a platform. `place.thread` is the thread it stands in, None at the channel's top level."""

    place: Place
    message: str
