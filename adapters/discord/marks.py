"""By what the desk's own posts are known again, as long as they stand there.

Discord keeps a nonce for minutes only, and tells of none when history is read. But every component may have a number,
which nobody sees and which is kept: the first one's says which message it is, and how many posts it goes on in. So a
webhook's post is found again too, which cannot have a nonce at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

COUNT = 2
"""Bits for how many posts follow."""
MOST = (1 << COUNT) - 1
_HASH = 31 - COUNT


def nonce(key: str, number: int = 1) -> str:
    """What makes Discord take a post once within minutes: 25 characters at most."""
    return hashlib.sha256(f"{key}/{number}".encode()).hexdigest()[:25]


def mark(key: str) -> int:
    """What its first post is known by."""
    return _digest(f"first {key}")


def further(first: int, number: int) -> int:
    """What the posts in which it goes on are known by, from the second on."""
    return _digest(f"{first} {number}")


def stamped(components: Sequence[Mapping[str, Any]], mark: int, more: int = 0) -> list[dict[str, Any]]:
    """The components of a post that is to be known again; `more` posts follow it."""
    first, *rest = components
    return [{**first, "id": (mark << COUNT) | min(more, MOST)}, *(dict(each) for each in rest)]


def read(id: int | None) -> tuple[int, int]:
    """The mark that the first component's number is, and how many posts follow."""
    return (id or 0) >> COUNT, (id or 0) & MOST


def _digest(text: str) -> int:
    # Never as small as the numbers that Discord itself gives to components.
    return 1 << (_HASH - 1) | int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % (1 << (_HASH - 1))
