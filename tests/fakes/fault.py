"""Something that a test lets go wrong in a fake: the next calls of a name, as often as it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass
class Fault:
    """Strikes calls of that name (or of any), `times` often; then it is over."""

    name: str | None = None
    times: int = 1
    status: int = 0
    """Answer with that instead of doing it: 429, 500, 503."""
    delay: float = 0.0
    """Real seconds before it is done."""
    drop: bool = False
    """End the connection instead of doing it. aiohttp asks for a GET, PUT or DELETE once more by itself: `times=2`."""
    drop_answer: bool = False
    """Do it, then end the connection without an answer."""
    garbage: bool = False
    """Answer with a page of HTML instead of doing it."""
    when: Callable[[Any], bool] = lambda given: True
    struck: int = 0
    before: Callable[[], Any] = lambda: None
    """Called as it strikes, before anything is done: to kill the caller there, say."""
    after: Callable[[], Any] = lambda: None
    """Called when it was done, before the answer goes out."""


F = TypeVar("F", bound=Fault)


def striking(waiting: list[F], name: str, given: Any) -> F | None:
    """The one that this call meets."""
    for fault in waiting:
        if fault.name in (None, name) and fault.when(given):
            fault.struck += 1
            if fault.struck >= fault.times:
                waiting.remove(fault)
            return fault
    return None
