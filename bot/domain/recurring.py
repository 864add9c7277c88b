"""Requests that the desk opens by itself, again and again: scheduled checks, renewals, monthly tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.cadence import Cadence, checked
from bot.domain.calendar import zone
from bot.domain.policy import Priority
from bot.domain.recurrence import RuleError, time_of_day

TITLE_LIMIT, TEXT_LIMIT = 120, 20_000
MOST = 200
"""How many a desk keeps: each has a timer, and each is told in one list."""


@dataclass(frozen=True)
class Recurring:
    """One entry: what is opened, for whom, and when, in the client's zone. Instants follow from its cadence."""

    key: str
    client: str
    title: str
    rule: str
    start: date
    """The day from which it is counted: it comes no sooner."""
    zone: str
    at: str = "09:00"
    details: str = ""
    kind: str = ""
    contact: str = ""
    """Whose request it is, a person of the client, by id; empty: the team's own."""
    owner: str = ""
    """Who gets it, by id; empty for nobody yet."""
    priority: Priority = Priority.P3
    private: bool = False
    active: bool = True

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,59}", self.key):
            raise RuleError(f"“{self.key[:60]}” is no key; use small letters, digits and dashes, such as acme-backups.")
        if not self.title.strip() or len(self.title) > TITLE_LIMIT:
            raise RuleError(f"Give it a title of 1 to {TITLE_LIMIT} characters.")
        if len(self.details) > TEXT_LIMIT:
            raise RuleError(f"Details can have {TEXT_LIMIT:,} characters; these have {len(self.details):,}.")
        checked(self.rule)
        time_of_day(self.at)
        zone(self.zone)

    @property
    def cadence(self) -> Cadence:
        """When it comes."""
        return Cadence(self.rule, self.at, self.zone, self.start)


@dataclass(frozen=True)
class Run:
    """An occurrence that came (UTC), and the request that stands for it: a new one, or the last one, still open."""

    entry: str
    at: datetime
    request: int


def key_for(client: str, title: str, taken: frozenset[str]) -> str:
    """A key that nobody has: acme-check-the-backups."""
    bare = re.sub(r"[^a-z0-9]+", "-", f"{client} {title}".casefold()).strip("-")
    base = (bare if bare[:1].isalpha() else f"x-{bare}")[:50].rstrip("-")
    return next(key for n in range(1, MOST + 2) if (key := base if n == 1 else f"{base}-{n}") not in taken)
