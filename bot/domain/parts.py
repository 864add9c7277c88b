"""What a request carries beside its own course: the steps of a checklist, and the word after closing."""

from __future__ import annotations

from bot.domain.frozen import frozen


@frozen
class Step:
    """A step of the checklist; `done_by` is a person's id once it is done."""

    text: str
    done_by: str | None = None


@frozen
class Rating:
    """The requester's word after a closing. `asked` is the entry that asked; 0 where nobody was, so far or at all."""

    asked: int = 0
    score: int = 0
    """1 to 5; 0 while nothing was said."""
    text: str = ""
    skipped: bool = False
    followed_up_by: str | None = None


LOW = 2
"""A rating up to this asks a manager to get in touch."""
