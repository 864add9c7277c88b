"""Messages on their way out: written once, taken one a conversation, settled by whoever took them.

ready → sending → sent, dead, ready again (told to wait) or ambiguous (it may have arrived). `suppressed` rows stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.codec import message_from_json, message_to_json
from bot.ports import Dead, Draft, Op, RetryAt, Sending, SendResult, Sent, Unclear, Urgency
from storage.instants import micros, micros_or_none
from storage.transactions import files
from storage.transactions.places import bind, clear_slot, place_from, place_slot, ref_from
from storage.tx import Row, Tx, ask, fits, one


def write(draft: Draft, *, suppressed: bool = False) -> Tx[None]:
    """Write a draft, unless one with its key was written before. Pending puts of a slot become one, the newest."""
    body = None if draft.body is None else message_to_json(draft.body)
    yield from files.show_of(draft.body, draft.conversation)
    not_before = micros_or_none(draft.not_before)
    if draft.op is Op.PUT and draft.slot is not None and not suppressed:
        if (yield from one("has_draft", key=draft.key)) is not None:
            return
        replaced = yield from one(
            "replace_pending_put",
            key=draft.key,
            slot=draft.slot,
            conversation=draft.conversation,
            body=body,
            urgency=draft.urgency.value,
            not_before=not_before,
        )
        if replaced is not None:
            return
    yield from ask(
        "add_draft",
        key=draft.key,
        op=draft.op.value,
        conversation=draft.conversation,
        slot=draft.slot,
        opens=draft.opens,
        title=draft.title,
        body=body,
        urgency=draft.urgency.value,
        not_before=not_before,
        state="suppressed" if suppressed else "ready",
    )


def claim(
    *, now: datetime, machine: datetime, owner: str, lease_until: datetime, limit: int
) -> Tx[tuple[Sending, ...]]:
    """Take the most urgent message of each conversation that may go, and write the intent to send it."""
    yield from ask("one_claim_at_a_time")
    rows = yield from ask("claimable", now=micros(now), machine=micros(machine), limit=max(limit, 0))
    taken: list[Sending] = []
    for row in rows:
        mark = yield from one("mark_sending", id=row["id"], owner=owner, lease_until=micros(lease_until))
        if mark is not None:
            taken.append(replace(_sending(row), attempts=mark["attempts"]))
    return tuple(taken)


def _sending(row: Row) -> Sending:
    return Sending(
        id=row["id"],
        key=row["key"],
        op=Op(row["op"]),
        conversation=row["conversation"],
        place=None if row["platform"] is None else place_from(row),
        body=None if row["body"] is None else message_from_json(row["body"]),
        slot=row["slot"],
        ref=None if row["slot_message"] is None else ref_from(row, "slot_"),
        opens=row["opens"],
        title=row["title"],
        urgency=Urgency(row["urgency"]),
        attempts=row["attempts"],
        ambiguous=bool(row["unclear"]),
    )


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
        case RetryAt(at=at):
            row = yield from one("settle_retry", id=id, owner=owner, retry_at=micros(at))
        case Unclear(at=at, reason=reason):
            row = yield from one("settle_unclear", id=id, owner=owner, retry_at=micros(at), reason=reason)
    return row is not None


def _remember(row: Row, sent: Sent) -> Tx[None]:
    slot, opens = row["slot"], row["opens"]
    if slot is not None and row["op"] == Op.DELETE:
        yield from clear_slot(slot)
    elif slot is not None and sent.ref is not None:
        yield from place_slot(slot, sent.ref)
    if opens is not None and sent.opened is not None:
        yield from bind(opens, sent.opened)
    if sent.place is not None:
        yield from bind(row["conversation"], sent.place)


def recover(machine: datetime, *, alone: str | None, look_at: datetime) -> Tx[int]:
    """Messages whose sender vanished may have arrived. Answers how many.

    It vanished where its lease ran out (machine time), and where it is not the sender that is `alone` here; the latter
    are to be looked for at `look_at`.
    """
    return len((yield from ask("recover", machine=micros(machine), alone=alone, look_at=micros(look_at))))


def states() -> Tx[Mapping[str, int]]:
    """How many messages stand in each state."""
    rows = yield from ask("outbox_states")
    return {row["state"]: row["rows_in_state"] for row in rows}
