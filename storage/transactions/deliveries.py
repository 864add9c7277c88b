"""What a platform delivered, from its acknowledgement until it is carried out."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.ports import Delivery
from storage.instants import instant, micros
from storage.tx import Row, Tx, ask, many


def keep(these: Sequence[Delivery], owner: str, lease_until: datetime) -> Tx[None]:
    """Write them down as in work with that owner; one that is there already stays as it is."""
    until = micros(lease_until)
    yield from many(
        "keep_delivery",
        [
            {
                "platform": each.platform,
                "event_id": each.event_id,
                "kind": each.kind,
                "payload": each.payload,
                "arrived_at": micros(each.at),
                "owner": owner,
                "lease_until": until,
            }
            for each in these
        ],
    )


def forget(platform: str, event_ids: Collection[str]) -> Tx[None]:
    """These are carried out."""
    yield from ask("forget_deliveries", platform=platform, ids=json.dumps(sorted(event_ids)))


def put_off(platform: str, event_id: str, owner: str, until: datetime) -> Tx[None]:
    """Nobody's until then, unless somebody else has taken it up meanwhile."""
    yield from ask("put_off_delivery", platform=platform, event_id=event_id, owner=owner, until=micros(until))


def owners(platform: str) -> Tx[frozenset[str]]:
    """Who works at what was delivered, or did; '' for what is nobody's."""
    return frozenset(row["owner"] for row in (yield from ask("delivery_owners", platform=platform)))


def take_up(
    platform: str,
    machine: datetime,
    *,
    own: str,
    former: Collection[str],
    sure: bool,
    lease_until: datetime,
    limit: int,
) -> Tx[tuple[Delivery, ...]]:
    """What is nobody's by now, by the rules of the outbox: past its lease, or its owner is known to be gone."""
    known = yield from owners(platform)
    gone = {owner for owner in known if owner in former}
    if sure:
        named = json.dumps(sorted(known - {""}))
        gone |= {row["owner"] for row in (yield from ask("vanished", senders=named, own=own))}
    rows = yield from ask(
        "take_up_deliveries",
        platform=platform,
        machine=micros(machine),
        gone=json.dumps(sorted(gone)),
        owner=own,
        lease_until=micros(lease_until),
        limit=limit,
    )
    return tuple(sorted(map(_delivery, rows), key=lambda each: each.at))


def _delivery(row: Row) -> Delivery:
    return Delivery(
        row["platform"], row["event_id"], row["kind"], row["payload"], instant(row["arrived_at"]), row["tries"]
    )
