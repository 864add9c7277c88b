"""How Discord names what the desk speaks of: a place's workspace is the server's id, its channel and thread are
channels' ids. A message's thread has the message's own id; a forum's post is a thread with its first message in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.ports import MessageRef, Place

PLATFORM = "discord"
DIRECT = "@me"
"""What stands for the server of a direct conversation, as in Discord's own addresses."""
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)

_ID = re.compile(r"[1-9]\d{3,19}", re.ASCII)


def is_id(name: str) -> bool:
    """Whether that is an id of Discord's, and no name that people gave."""
    return _ID.fullmatch(name) is not None


def place_of(server: str | int, channel: str | int, thread: str | int | None = None) -> Place:
    """A place of that server."""
    return Place(PLATFORM, str(server), str(channel), str(thread) if thread is not None else None)


def inner(place: Place) -> int:
    """The channel in Discord's sense that the place is: the thread, where it is one."""
    return int(place.thread or place.channel)


def instant(id: str | int) -> datetime:
    """When what has that id was made."""
    return EPOCH + timedelta(milliseconds=int(id) >> 22)


def id_at(at: datetime) -> int:
    """An id below all that were made from then on."""
    return max(0, int((at - EPOCH).total_seconds() * 1000)) << 22


def address(ref: MessageRef) -> str:
    """The address of a message, which leads to it in its thread."""
    return f"https://discord.com/channels/{ref.place.workspace}/{inner(ref.place)}/{ref.message}"
