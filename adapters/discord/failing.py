"""What an error of Discord's means to the desk: wait, it will never do, or nobody knows whether it was done."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import discord

from bot.ports import NotThere, RateLimited, Refused

log = logging.getLogger("steward.discord")

LOCKED_FOR = 60.0
"""Seconds until a token that Discord does not take is tried again."""
LONGEST = 24 * 3600.0
"""Seconds for which somebody may be asked to wait; what says more says nothing."""
NO_DMS = 50007
"""Somebody takes no direct messages from the app."""
ARCHIVED = 50083
INVALID = 50035
"""Discord does not take what is in it."""
HAS_THREAD = 160004
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK = 10003, 10008, 10015
TOO_LARGE = 40005
TOO_MANY = 30007
"""Webhooks of a channel."""
ANSWERED = 40060
"""Another process of the desk was told of it too, and was faster."""
GONE = frozenset((UNKNOWN_CHANNEL, UNKNOWN_MESSAGE))
"""What was to be changed is not there."""

_MENDS = {
    10003: "the channel is gone; bind the conversation to another one",
    10004: "the app is not in that server any more: invite it again",
    10008: "somebody deleted it",
    10013: "there is no such person",
    40005: "the file is too large for Discord",
    50001: "let the app into the channel (View Channel)",
    50005: "it is not the desk's own any more",
    50007: "they take no direct messages: they must allow them for the server",
    50013: "give the app's role the permission in the channel",
    160005: "the thread is locked: unlock it",
    160006: "the server has too many active threads: archive some",
}


def meaning(error: discord.DiscordException) -> Exception:
    """The error as the desk knows it."""
    if isinstance(error, discord.RateLimited):
        return RateLimited(error.retry_after)
    if isinstance(error, discord.LoginFailure):
        return locked_out(str(error))
    if not isinstance(error, discord.HTTPException):
        return RuntimeError(f"{type(error).__name__}: {error}")
    if error.status == 401:
        return locked_out(error.text)
    if error.status == 429:
        return RateLimited(_seconds(error))
    if error.status >= 500 or error.status == 408:
        return RuntimeError(f"Discord answered {error.status}")
    said = " ".join((error.text or "nothing").split())
    kind = NotThere if error.code == UNKNOWN_MESSAGE else Refused
    return kind(f"Discord says {error.code} ({said[:200]}): {_MENDS.get(error.code, 'a person must look')}")


def locked_out(said: str) -> RateLimited:
    """The token is good for nothing: once it is mended, what waited goes out."""
    log.error("Discord does not take DISCORD_TOKEN (%s): mend it, then start the desk again", said)
    return RateLimited(LOCKED_FOR, everywhere=True)


@contextmanager
def understood() -> Iterator[None]:
    """Within it Discord's errors are the desk's."""
    try:
        yield
    except discord.DiscordException as error:
        raise meaning(error) from error


def _seconds(error: discord.HTTPException) -> float:
    """Who is turned away before Discord itself answers is told by a header."""
    return waited_for(error.response.headers.get("Retry-After"))


def waited_for(said: object) -> float:
    """The seconds in such a header; one where it says none."""
    try:
        seconds = float(str(said))
    except ValueError:
        return 1.0
    return seconds if 0 <= seconds <= LONGEST else 1.0
