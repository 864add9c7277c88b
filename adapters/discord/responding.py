"""Answering what somebody used over a line that may break: nobody waits in vain.

Whether the first answer was taken is unclear then. It is told again, since Discord takes one alone, and where it says
that it has one, that is ours. What is shown later may stand there twice, seen by one person alone, rather than not at
all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
import discord

from adapters.discord.failing import ANSWERED
from adapters.discord.wire import Once
from bot.ports import RateLimited

log = logging.getLogger("steward.discord")

UNCLEAR = (aiohttp.ClientError, OSError, Once)
"""The line broke, or Discord had trouble: it may have been taken."""
AGAIN = (0.2, 0.8)
"""Seconds before it is told again: Discord waits three."""
_MAYBE, _WAITS = "maybe", "waits"

Used = discord.Interaction[Any]
Call = Callable[[], Coroutine[Any, Any, object]]


def is_answered(used: Used) -> bool:
    """Whether it has its first answer, as far as can be told: another one may not be taken."""
    return used.response.is_done() or _MAYBE in used.extras


def replaces_wait(used: Used) -> bool:
    """Whether Discord shows that the desk is at it: what is shown first takes the place of that."""
    return bool(used.extras.pop(_WAITS, False))


async def put_off(used: Used, *, thinking: bool) -> bool:
    """Tell them to wait."""
    used.extras[_WAITS] = thinking
    return await respond(used, lambda: used.response.defer(ephemeral=True, thinking=thinking))


async def respond(used: Used, response: Call) -> bool:
    """Give the first answer; whether it was taken."""

    async def once() -> bool | None:
        try:
            await response()
            return True
        except discord.HTTPException as error:
            if error.code == ANSWERED:
                return True
            log.info("what %s used is not answered in time: %s", used.user.id, error)
            return False
        except (discord.DiscordException, RateLimited) as error:
            log.info("what %s used is not answered in time: %s", used.user.id, error)
            return False
        except UNCLEAR as error:
            log.info("whether what %s used is answered cannot be told: %s", used.user.id, error)
            used.extras[_MAYBE] = True
            return None
        except (KeyError, TypeError, ValueError):
            # It was taken, and discord.py could not read what else was said of it, which nobody here needs.
            if not used.response.is_done():
                raise
            return True

    return await _until_clear(once)


async def said_later(used: Used, call: Call) -> bool:
    """Show something once it has its first answer; whether that stands there."""
    if used.is_expired():
        return False

    async def once() -> bool | None:
        try:
            await call()
            return True
        except (discord.DiscordException, RateLimited) as error:
            log.info("what %s used takes no answer: %s", used.user.id, error)
            return False
        except UNCLEAR as error:
            log.info("whether what %s used is answered cannot be told: %s", used.user.id, error)
            return None

    return await _until_clear(once)


async def _until_clear(once: Callable[[], Awaitable[bool | None]]) -> bool:
    """Whether it was taken; where that cannot be told (None), it is told again."""
    for pause in (*AGAIN, None):
        if (taken := await once()) is not None:
            return taken
        if pause is not None:
            await asyncio.sleep(pause)
    return False
