"""`bot.ports.Deliveries` on whichever database was opened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.ports import Deliveries, Delivery
from storage.transactions import deliveries
from storage.tx import Runner


class SqlDeliveries:
    """What a platform delivered and nobody carried out yet."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def keep(self, these: Sequence[Delivery], *, owner: str, lease_until: datetime) -> None:
        """All on the disk when this answers, or none."""
        await self._runner.write(deliveries.keep(these, owner, lease_until))

    async def forget(self, platform: str, event_ids: Collection[str]) -> None:
        """These are carried out, whoever did it."""
        await self._runner.write(deliveries.forget(platform, event_ids))

    async def put_off(self, platform: str, event_id: str, *, owner: str, until: datetime) -> None:
        """It could not be carried out: from then on whoever comes first takes it up."""
        await self._runner.write(deliveries.put_off(platform, event_id, owner, until))

    async def take_up(
        self, platform: str, machine: datetime, *, owner: str, lease_until: datetime, limit: int
    ) -> tuple[Delivery, ...]:
        """The oldest ones that nobody works at, which are this owner's from now on."""
        # Nearly always there are none: nothing is written to find that out.
        if not await self._runner.read(deliveries.owners(platform)):
            return ()
        there = self._runner.workers
        return await self._runner.write(
            deliveries.take_up(
                platform,
                machine,
                own=owner,
                former=there.former,
                sure=there.sure,
                lease_until=lease_until,
                limit=limit,
            )
        )


_KEEPS_THE_CONTRACT: Callable[[Runner], Deliveries] = SqlDeliveries  # the type checker says where it does not
