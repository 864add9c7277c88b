"""What the store keeps for linking one person's accounts: codes by their digest, wrong tries, and former owners."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

Account = tuple[str, str, str]
"""Who somebody is on a platform: platform, workspace, the platform's user id."""


class Linking(Protocol):
    """A desk's is `desk.store.linking`. Each method is one transaction; instants are machine time."""

    async def put_code(self, person: str, digest: str, expires_at: datetime) -> None:
        """Keep the digest of a person's code until then, instead of the one before."""
        ...

    async def whose_code(self, digest: str, at: datetime) -> str | None:
        """Whose code it is; None where it is none, was used, or is too old."""
        ...

    async def use_code(self, digest: str, at: datetime) -> bool:
        """It is good no more; False where it was not any more."""
        ...

    async def missed(self, who: str, at: datetime, until: datetime) -> int:
        """Count a wrong try of somebody's; answers how many there were until the first one's time is over."""
        ...

    async def tries(self, who: str, at: datetime) -> int:
        """How many wrong tries of somebody's count now."""
        ...

    async def former(self, account: Account) -> tuple[str, ...]:
        """Whose an account was before, whoever had it last first."""
        ...
