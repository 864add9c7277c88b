"""What the store keeps of accounts on a platform: whom a list of the settings let in, and who is to be taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports.linking import Account


@dataclass(frozen=True)
class LetIn:
    """An account that a list of the settings let in; what it may lasts as long as the list says so."""

    account: Account
    person: str
    side: str
    """As whose: the team's, or a client's by its key."""
    missing_since: datetime | None = None
    """Since when no list names it any more."""
    out: bool = False
    """Whether it was put out for that, and comes in again once a list names it."""


class Accounts(Protocol):
    """A desk's is `desk.store.accounts`. Each method is one transaction; instants are machine time."""

    async def let_in(self, platform: str) -> tuple[LetIn, ...]:
        """Whom lists of the settings let in there."""
        ...

    async def missing(self, account: Account, since: datetime | None) -> None:
        """Since when no list names it any more; with None one does, and it is not out for that any more."""
        ...

    async def departures(self, platform: str) -> tuple[Account, ...]:
        """Who is to be taken out of what that platform let them into: an account that is another person's or nobody's
        by now, or of somebody who has left."""
        ...

    async def departed(self, account: Account) -> None:
        """It is out."""
        ...
