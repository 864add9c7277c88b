"""Whether this process still has the message that it is sending: asked by whoever writes the bytes, right before.

Between the relay's look at the lease and the write lie turns that are waited for, connections that come about, and all
that a platform's library does; a process may stand still in any of it. So the look goes along with the call, and each
client of a platform's asks once more at its socket. Where no message is being sent, nothing is held back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class LeaseOver(Exception):
    """This process was stopped, slow or cut off for so long that another may be sending the same by now."""


@dataclass
class Held:
    """What this process has taken to send, for as long as it is at it."""

    mine: Callable[[], Awaitable[bool]]
    """Whether the others still know this process by the name under which it took the message."""
    in_time: Callable[[], bool]
    """Whether the lease lasts, by machine time."""
    passed: bool = False
    """Something was let through, and may have arrived."""
    refused: bool = False
    """Something was held back."""
    ended: bool = False
    """What was begun meanwhile and goes on is no part of it any more."""


_held: ContextVar[Held | None] = ContextVar("held", default=None)


@contextmanager
def holding(held: Held) -> Generator[None]:
    """Within it `held` is what `still_mine` and `in_time` ask. Raises LeaseOver in place of whatever a library made of
    it."""
    token = _held.set(held)
    try:
        yield
    except Exception as error:
        if held.refused:
            raise LeaseOver from error
        raise
    finally:
        held.ended = True
        _held.reset(token)


async def still_mine() -> None:
    """Before the first byte of a call. Raises LeaseOver where another process may have the message."""
    held = _held.get()
    if held is None or held.ended:
        return
    if not await held.mine():
        held.refused = True
        raise LeaseOver
    in_time()


def in_time() -> None:
    """Right before bytes are written, also the last ones of many: what is not whole is not done. Raises LeaseOver where
    the lease is over."""
    held = _held.get()
    if held is None or held.ended:
        return
    if not held.in_time():
        held.refused = True
        raise LeaseOver
    held.passed = True
