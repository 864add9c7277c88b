"""What a person of the browser's chat has seen, and what not yet."""

from __future__ import annotations

from bot.ports import Unread
from storage.tx import BIGGEST, Tx, ask, fits

WINDOW = 5_000
"""Replies among this many newest messages can be unread; older ones are no news to anybody."""


def mark_read(person: str, channel: str, up_to: int, thread: int | None) -> Tx[None]:
    """Move the person's mark forward; never back."""
    up_to = max(min(up_to, BIGGEST), 0)
    if thread is None:
        yield from ask("ws_mark_read", person=person, channel=channel, up_to=up_to)
    elif fits(thread):
        yield from ask("ws_mark_thread_read", person=person, thread=thread, up_to=up_to)


def mark_all_read(person: str, channel: str, up_to: int) -> Tx[None]:
    """Move the person's marks of a channel and of all its threads forward."""
    up_to = max(min(up_to, BIGGEST), 0)
    yield from ask("ws_mark_read", person=person, channel=channel, up_to=up_to)
    yield from ask("ws_mark_all_threads_read", person=person, channel=channel, up_to=up_to)


def unread(person: str) -> Tx[tuple[Unread, ...]]:
    """What others said after the person's marks, the latest first."""
    rows = yield from ask("ws_unread", person=person, window=WINDOW)
    return tuple(
        Unread(
            channel=row["channel"],
            thread=row["thread"] or None,
            count=row["unread"],
            mentions=row["mentions"],
            first=row["first"],
            last=row["last"],
        )
        for row in rows
    )
