"""Where the next page begins. A cursor is opaque: it holds where to go on, and of which search it is."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from adapters.web.api.problems import Problem

_MOST = 10**15


@dataclass(frozen=True)
class Cursor:
    """`up_to` is the highest number that counts, `offset` how many of those were read."""

    up_to: int | None = None
    offset: int = 0


def written(cursor: Cursor, asked: str) -> str:
    """The cursor, bound to what was asked."""
    text = f"{cursor.up_to or 0}.{cursor.offset}.{_mark(asked)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str, asked: str) -> Cursor:
    """The cursor of a page before. Raises Problem where it is none, or of another search."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True).decode("ascii")
        up_to, offset, mark = raw.split(".")
        numbers = [int(part) for part in (up_to, offset) if part.isdigit()]
    except (ValueError, binascii.Error):
        raise _none() from None
    if len(text) > 100 or len(numbers) != 2 or max(numbers) > _MOST or mark != _mark(asked):
        raise _none()
    return Cursor(numbers[0] or None, numbers[1])


def _mark(asked: str) -> str:
    return hashlib.sha256(asked.encode("utf-8", "replace")).hexdigest()[:12]


def _none() -> Problem:
    return Problem(400, "That is no cursor of this search. Take it from `next` of the page before, or begin anew.")
