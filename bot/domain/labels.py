"""Facts about what a request is, by which it falls under a policy: its kind and its tags (rule 13)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.fact import Event
from bot.domain.refusal import Declined

MOST_TAGS = 20


class TagError(Declined, ValueError):
    """A tag that cannot be given; the message names the mend."""


@dataclass(frozen=True)
class Tagged(Event):
    """It got a tag."""

    tag: str


@dataclass(frozen=True)
class Untagged(Event):
    """It lost a tag."""

    tag: str


@dataclass(frozen=True)
class KindChanged(Event):
    """It is another kind of request than was said, by the kinds' keys; empty for none."""

    from_: str
    to: str


MATCHED_BY = (Tagged, Untagged, KindChanged)


def read_tag(text: str) -> str:
    """A tag as it is kept: small letters, digits and dashes. Raises TagError for what is none."""
    tag = re.sub(r"[\s_]+", "-", text.strip().lstrip("#").casefold())
    if not re.fullmatch(r"[^\W_][\w-]{0,29}", tag):
        raise TagError(f"“{text.strip()[:40]}” is no tag; use up to 30 letters, digits and dashes, such as month-end.")
    return tag
