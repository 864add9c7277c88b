"""Instants as the databases keep them: whole microseconds since the epoch, UTC, in a 64-bit integer.

Both databases then compare and sort them alike, and nothing depends on a driver's idea of time zones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.domain.calendar import aware

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """The instant as stored. Raises NaiveInstant where it carries no zone."""
    return (aware(at) - _EPOCH) // _MICROSECOND


def micros_or_none(at: datetime | None) -> int | None:
    """The same for an instant that may be missing."""
    return None if at is None else micros(at)


@lru_cache(4096)  # a burst is due at one instant
def instant(stored: int) -> datetime:
    """The stored instant, aware and in UTC."""
    return _EPOCH + timedelta(microseconds=stored)


def instant_or_none(stored: int | None) -> datetime | None:
    """The same for an instant that may be missing."""
    return None if stored is None else instant(stored)
