"""What is shown where a stored message cannot be read."""

from __future__ import annotations

from bot.messages.model import Said, line


def unreadable(*, later: bool) -> Said:
    """In the place of a message of a later release, or of what is no message at all."""
    words = (
        "A later release of mine wrote this message; upgrade me, and it shows again."
        if later
        else "What stood here is damaged. Ask whoever runs me to run steward db check."
    )
    return Said("unreadable", (line(words),))
