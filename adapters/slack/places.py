"""How Slack names what the desk speaks of: a place's channel is the channel's id, its thread the root's timestamp."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.ports import MessageRef, Place

PLATFORM = "slack"
EVENTS = "/slack/events"
"""Where Slack is told to post everything, where it comes over HTTP: events, commands, interactivity."""

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
"""The pages by which a workspace lets the desk in: where a link leads, and where Slack sends people back to."""

_CHANNEL = re.compile(r"[CGD][A-Za-z0-9_-]{1,40}", re.ASCII)
_USER = re.compile(r"[UW][A-Za-z0-9_-]{1,40}", re.ASCII)
_TS = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?")


def is_channel(name: str) -> bool:
    """Whether that is a channel's id; what people call channels has no capitals."""
    return _CHANNEL.fullmatch(name) is not None


def is_user(name: str) -> bool:
    """Whether that is a person's id; what the desk calls people has no capitals."""
    return _USER.fullmatch(name) is not None


def thread_of(message: Mapping[str, Any]) -> str | None:
    """The thread a message stands in; the message from which one hangs stands in the channel."""
    thread = message.get("thread_ts")
    return str(thread) if thread and thread != message.get("ts") else None


def place_of(workspace: str, channel: str, thread: str | None = None) -> Place:
    """A place of that workspace."""
    return Place(PLATFORM, workspace, channel, thread)


def ref_of(workspace: str, channel: str, message: Mapping[str, Any]) -> MessageRef:
    """A message as Slack tells of it."""
    return MessageRef(place_of(workspace, channel, thread_of(message)), str(message["ts"]))


def instant(ts: str) -> datetime | None:
    """When that timestamp is; None for what is none."""
    found = _TS.fullmatch(ts)
    if found is None:
        return None
    try:
        return datetime.fromtimestamp(int(found[1]), UTC).replace(microsecond=int((found[2] or "0").ljust(6, "0")))
    except (OverflowError, OSError, ValueError):
        return None


def timestamp(at: datetime) -> str:
    """The timestamp of an instant."""
    return f"{int(at.timestamp())}.{at.microsecond:06d}"
