"""How sends ended, and what is left of those whose sender vanished: written under the owner's name, or not at all."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from bot.ports import Dead, Dropped, Op, Paused, Place, Repeat, RetryAt, SendResult, Sent, Unclear
from storage.instants import instant, micros, micros_or_none
from storage.transactions.outbox import LONGEST
from storage.transactions.places import bind, clear_slot, place_slot
from storage.tx import Row, Tx, ask, fits, one


def settle(id: int, owner: str, result: SendResult) -> Tx[bool]:
    """Write how a send ended, and where it stands now; False where the row is no longer this owner's."""
    if not fits(id):
        return False
    match result:
        case Sent():
            row = yield from one("settle", id=id, owner=owner, state="sent", reason="")
            if row is not None:
                yield from _remember(row, result)
        case Dead(reason=reason):
            row = yield from one("settle", id=id, owner=owner, state="dead", reason=reason)
        case Dropped(reason=reason):
            row = yield from one("settle", id=id, owner=owner, state="suppressed", reason=reason)
        case Repeat(reason=reason):
            row = yield from one("settle_repeat", id=id, owner=owner, reason=reason)
        case RetryAt(at=at, reason=reason, failed=failed):
            row = yield from one(
                "settle_retry", id=id, owner=owner, retry_at=micros(at), reason=reason, failed=int(failed)
            )
        case Paused():
            # Even where the row is another's by now, the platform's word holds for all.
            yield from _pause(result)
            row = yield from one("settle_retry", id=id, owner=owner, retry_at=None, reason="told to wait", failed=0)
        case Unclear(at=at, reason=reason, since=since):
            row = yield from one(
                "settle_unclear",
                id=id,
                owner=owner,
                retry_at=micros(at),
                reason=reason,
                since=micros_or_none(since),
            )
    return row is not None


def _pause(told: Paused) -> Tx[None]:
    place = told.place or Place("", "", "")
    yield from ask(
        "put_pause",
        platform=place.platform,
        workspace=place.workspace,
        channel="" if told.everywhere else place.channel,
        until=micros(told.until),
        longest=micros(told.until + LONGEST),
    )


def _remember(row: Row, sent: Sent) -> Tx[None]:
    slot, opens = row["slot"], row["opens"]
    if slot is not None and row["op"] in (Op.PUT, Op.DELETE):
        yield from ask("outlive", slot=slot, id=row["id"])
    if slot is not None and row["op"] == Op.DELETE:
        yield from clear_slot(slot)
    elif slot is not None and sent.ref is not None:
        yield from place_slot(slot, sent.ref)
    if opens is not None and sent.opened is not None:
        yield from bind(opens, sent.opened)
    if sent.place is not None:
        yield from bind(row["conversation"], sent.place)


def recover(machine: datetime, *, own: str, former: Collection[str], sure: bool, look_at: datetime) -> Tx[int]:
    """Messages whose sender vanished may have arrived. Answers how many.

    It vanished where its lease ran out (machine time), where it is this process under a name it had before, and, if
    that is `sure`, where it is no worker that is there; the latter are to be looked for at `look_at`.
    Pauses that are over are forgotten.
    """
    yield from ask("forget_pauses", machine=micros(machine))
    # Who is gone is asked after who sends is known: a name is held before it is used, and never comes again.
    senders = [row["owner"] for row in (yield from ask("senders"))]
    if not senders:
        return 0
    gone = {sender for sender in senders if sender in former}
    if sure:
        gone |= {row["owner"] for row in (yield from ask("vanished", senders=json.dumps(senders), own=own))}
    left = 0
    for sender in (None, *sorted(gone)):
        left += len((yield from ask("recover", machine=micros(machine), gone=sender, look_at=micros(look_at))))
    return left


def waits(machine: datetime, limit: int) -> Tx[tuple[datetime, ...]]:
    """When the next messages may go that were told to wait, or are to be looked for; and when pauses end."""
    rows = yield from ask("waits", machine=micros(machine), longest=micros(machine + LONGEST), limit=limit)
    return tuple(instant(row["at"]) for row in rows)
