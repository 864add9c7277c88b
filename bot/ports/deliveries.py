"""What a platform delivered, and was told that it is kept, before it was carried out: work that outlives its process.

What can be carried out at once is acknowledged after that, and never stands here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Delivery:
    """Something that a platform tells once. Carried out twice it counts once, by its event's id in the inbox."""

    platform: str
    event_id: str
    kind: str
    """What it is, for people: a command, a press, a form, an event."""
    payload: str
    """As the platform said it, without what opens anything; only its adapter reads it."""
    at: datetime
    """When it came (machine time)."""
    tries: int = 0
    """How often it was taken up."""


class Deliveries(Protocol):
    """A desk's are `desk.store.deliveries`. All instants are machine time."""

    async def keep(self, these: Sequence[Delivery], *, owner: str, lease_until: datetime) -> None:
        """All on the disk when this answers, or none; in work with this owner. What is there already stays as it is."""
        ...

    async def forget(self, platform: str, event_ids: Collection[str]) -> None:
        """These are carried out, whoever did it."""
        ...

    async def put_off(self, platform: str, event_id: str, *, owner: str, until: datetime) -> None:
        """It could not be carried out: from then on whoever comes first takes it up."""
        ...

    async def take_up(
        self, platform: str, machine: datetime, *, owner: str, lease_until: datetime, limit: int
    ) -> tuple[Delivery, ...]:
        """The oldest ones that nobody works at, which are this owner's from now on: put off until by now, past their
        lease, or of a worker that is known to be gone."""
        ...
