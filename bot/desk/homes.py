"""In which of their direct conversations the desk speaks with somebody who is known on several platforms."""

from __future__ import annotations

from bot.domain.people import Person
from bot.ports import BROWSER, Place


def moves_to(platform: str, person: Person, there: Place | None) -> bool:
    """Whether a platform on which they have an account becomes the one where the desk speaks with them; `there` is
    where it does now.

    What they chose counts. Where they chose nothing it stays where it is, and only leaves the browser, which does not
    ring: two chats that both know somebody must not take them from each other.
    """
    if there is not None and there.platform == platform:
        return False
    if person.home:
        return person.home == platform
    return there is None or there.platform == BROWSER
