"""Messages on their way out: written once, taken one a conversation, settled by whoever took them.

ready → sending → sent, dead, ready again (told to wait) or ambiguous (it may have arrived). `suppressed` rows stay, and
so do `held` ones, which a message tells that stands for all of them. docs/reliability.md tells each one's story.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.codec import message_from_json, message_to_json
from bot.messages.model import Message, Relay, Said
from bot.ports import (
    Draft,
    Op,
    Sending,
    Urgency,
)
from bot.ports.chat import MOST_WAIT
from storage.eras import Eras
from storage.instants import instant, instant_or_none, micros
from storage.transactions import files
from storage.transactions.places import place_from, placed, ref_from
from storage.tx import Ask, Row, Rows, Tx, Value, ask, many, one

Written = tuple[Draft, bool, dict[str, Any]]
"""A draft, whether it is suppressed, and its row."""


def written(draft: Draft, *, suppressed: bool) -> Written:
    """A draft as `write_all` takes it. It needs no database, and so may be done on another thread."""
    return draft, suppressed, _columns(draft, suppressed=suppressed)


def write_all(drafts: Iterable[Written]) -> Tx[None]:
    """Write drafts in their order; those that nothing is to be looked up for in one query, as far as they follow one
    another."""
    drafts = tuple(drafts)
    known = yield from _known(draft for draft, suppressed, _ in drafts if _is_put(draft, suppressed))
    plain: list[Mapping[str, Value]] = []
    floods: _Floods = {}
    for draft, suppressed, row in drafts:
        fresh = _is_fresh(draft, suppressed, known)
        if not fresh or not _is_counted(draft, suppressed, floods):
            yield from many("add_draft", plain)
            plain = []
        if fresh:
            batch = (yield from _flood(draft, floods)) if draft.flood and not suppressed else None
            plain.append(_in_batch(row, batch))
        else:
            yield from write(draft, suppressed=suppressed, floods=floods)
        known.add(draft.slot or "")
    yield from many("add_draft", plain)


def _known(puts: Iterable[Draft]) -> Tx[set[str]]:
    """The keys of these that were written before, and the slots of which more is to be known than that they are put."""
    puts = tuple(puts)
    if not puts:
        return set()
    names = sorted({name for put in puts for name in (put.key, put.slot or "")})
    again = sorted({put.slot or "" for put in puts if put.again})
    rows = yield from ask("known_drafts", names=json.dumps(names), again=json.dumps(again))
    return {row["name"] for row in rows}


def _is_put(draft: Draft, suppressed: bool) -> bool:
    return draft.op is Op.PUT and draft.slot is not None and not suppressed


def _is_fresh(draft: Draft, suppressed: bool, known: Collection[str]) -> bool:
    """Whether it is only added, whatever else there is."""
    if draft.withdrawn or draft.amends or isinstance(draft.body, Relay):  # which may show files
        return False
    if _is_put(draft, suppressed):
        return draft.key not in known and draft.slot not in known
    return suppressed or draft.flood is None


def _is_counted(draft: Draft, suppressed: bool, floods: _Floods) -> bool:
    """Whether it is known if it is told among others; else those before it are counted now, and must be there."""
    return suppressed or not _counts(draft) or _count(draft) in floods


_Floods = dict[tuple[str, int, int], str]
"""The batches that this transaction has seen overflow, by conversation, seconds and time."""


def _counts(draft: Draft) -> bool:
    """Whether it is one of the alerts that may be too many; one that is relived was decided with many at once only
    because the desk was away, and each of those is looked for by itself."""
    return (
        draft.flood is not None
        and draft.not_before is not None
        and draft.urgency is Urgency.ALERT
        and not draft.relived
    )


def _count(draft: Draft) -> tuple[str, int, int]:
    """What it counts among."""
    at = micros(draft.not_before) if draft.not_before else 0
    return draft.conversation, draft.flood.seconds if draft.flood else 0, at


def write(draft: Draft, *, suppressed: bool = False, floods: _Floods | None = None) -> Tx[None]:
    """Write a draft, unless one with its key was written before. Pending puts of a slot become one, the newest."""
    if draft.withdrawn:
        yield from ask("withdraw", slot=draft.slot)
    if (draft.amends or draft.withdrawn) and not (yield from _stands(draft)):
        return
    if draft.amends and draft.body is None:
        draft = replace(draft, body=(yield from _settled(draft)))
        if draft.body is None:
            return
    row = _columns(draft, suppressed=suppressed)
    yield from files.show_of(draft.body, draft.conversation)
    if draft.op is Op.PUT and draft.slot is not None and not suppressed:
        if (yield from one("has_draft", key=draft.key)) is not None:
            return
        if draft.again:
            yield from _taken_away(draft)
        replaced = yield from one(
            "replace_pending_put",
            key=draft.key,
            slot=draft.slot,
            conversation=draft.conversation,
            body=row["body"],
            urgency=draft.urgency.value,
            not_before=row["not_before"],
        )
        if replaced is not None:
            return
    batch = yield from _batch(draft, row["body"], {} if floods is None else floods) if not suppressed else _alone()
    if batch is _IN_PLACE:
        return
    yield Ask("add_draft", _in_batch(row, batch))


def _in_batch(row: dict[str, Any], batch: str | None) -> dict[str, Any]:
    if batch is None:
        return row
    return {**row, "batch": batch, "state": "held"} if batch else {**row, "batch": batch}


def _columns(draft: Draft, *, suppressed: bool) -> dict[str, Any]:
    return {
        "key": draft.key,
        "op": draft.op.value,
        "conversation": draft.conversation,
        "slot": draft.slot,
        "opens": draft.opens,
        "title": draft.title,
        "body": None if draft.body is None else message_to_json(draft.body),
        "urgency": draft.urgency.value,
        "not_before": micros(draft.not_before) if draft.not_before else 0,
        "state": "suppressed" if suppressed else "ambiguous" if draft.relived else "ready",
        "batch": None,
        "relived": draft.relived and not suppressed,
    }


def _stands(draft: Draft) -> Tx[bool]:
    """Whether there is, or will be, something in the slot to change: a message of its own, or its line in a flood."""
    there = yield from placed([draft.slot or ""])
    return bool(there) or (yield from one("is_held", slot=draft.slot)) is not None


def _settled(draft: Draft) -> Tx[Message | None]:
    """What stands in the slot, without its buttons; None where it has none."""
    row = yield from one("last_put", slot=draft.slot)
    said, _ = _read(row["body"] if row else None)
    if not isinstance(said, Said | Relay) or not said.actions:
        return None
    return replace(said, actions=())


def _taken_away(draft: Draft) -> Tx[None]:
    """The message that stands there goes just before the new one comes; an edit of it need not be made any more."""
    if (yield from one("slot", name=draft.slot)) is None:
        return
    yield from ask("withdraw", slot=draft.slot)
    gone = replace(draft, key=f"{draft.key}:gone", op=Op.DELETE, body=None, flood=None, again=False)
    yield from write(gone)


_IN_PLACE = "in place"


def _alone() -> Tx[str | None]:
    """Never told among others."""
    yield from ()
    return None


def _batch(draft: Draft, body: str | None, floods: _Floods) -> Tx[str | None]:
    """Where an alert stands: in no batch (None, or empty where it counts), in the one named, or in it already."""
    if draft.flood is None or draft.not_before is None:
        return None
    row = yield from one("update_held", slot=draft.slot, key=draft.key, body=body)
    if row is not None:
        yield from _show(draft, row["batch"], micros(draft.not_before))
        return _IN_PLACE
    return (yield from _flood(draft, floods))


def _flood(draft: Draft, floods: _Floods) -> Tx[str | None]:
    """The same of one that stands in none yet.

    Whoever goes over the limit takes along what has not left yet. A timer of the batch's own asks for it to be shown.
    """
    if draft.flood is None or draft.not_before is None or draft.relived:
        return None
    if not _counts(draft):
        return ""
    counted, at = _count(draft), micros(draft.not_before)
    if counted in floods:
        # Whatever counts at this time stands in that batch by now, and this does too.
        return floods[counted]
    yield from ask("one_flood_at_a_time")
    since = at - draft.flood.seconds * 1_000_000
    recent = yield from one(
        "recent_alerts", conversation=draft.conversation, since=since, limit=max(draft.flood.limit, 0)
    )
    if recent is None or recent["alerts"] < draft.flood.limit:
        return ""
    batch: str = recent["batch"] or f"flood:{draft.conversation}:{at}"
    yield from ask("hold_recent", conversation=draft.conversation, since=since, batch=batch)
    yield from _show(draft, batch, at)
    floods[counted] = batch
    return batch


def _show(draft: Draft, batch: str, at: int) -> Tx[None]:
    yield from ask("want_timer", subject=f"flood:{draft.conversation}", kind=batch, due_at=at)


def held(batch: str) -> Tx[tuple[str, ...]]:
    """The slots of what a batch tells."""
    rows = yield from ask("held_slots", batch=batch, conversation=batch.partition(":")[2].rpartition(":")[0])
    return tuple(row["slot"] for row in rows)


PASSED = 3
"""How many alerts that are to be looked for another one of their conversation goes past."""
LONGEST = timedelta(seconds=MOST_WAIT)
"""No wait is longer: one that is was set before the machine's clock went back."""


def claim(
    *,
    now: datetime,
    machine: datetime,
    owner: str,
    lease_until: datetime,
    limit: int,
    others: int | None = None,
    eras: Eras | None = None,
) -> Tx[tuple[Sending, ...]]:
    """Take the most urgent message of each conversation that may go, and write the intent to send it."""
    yield from ask("one_claim_at_a_time")
    few = 20 + 4 * max(limit, 0)
    line = yield from one("line_length", now=micros(now), few=few)
    length = line["length"] if line else 0
    # Mostly there is nothing, or the first few are all there are: each look at the turns is dear.
    rows = (yield from _turns(now, machine, limit, few=few, everywhere=False)) if length else ()
    if len(rows) < limit and length >= few:
        rows = yield from _turns(now, machine, limit, few=0, everywhere=True)
    taken: list[Sending] = []
    left = limit if others is None else others
    for row in rows:
        alert = row["urgency"] == Urgency.ALERT
        if not alert and left <= 0:
            break  # the most urgent come first: no alert is behind it
        mark = yield from one(
            "mark_sending", id=row["id"], owner=owner, lease_until=micros(lease_until), machine=micros(machine)
        )
        if mark is not None:
            left -= not alert
            taken.append(replace(_sending(row, eras), attempts=mark["attempts"], first_at=instant(mark["first_at"])))
    return tuple(taken)


def _turns(now: datetime, machine: datetime, limit: int, *, few: int, everywhere: bool) -> Tx[Rows]:
    limit = max(limit, 0)
    return (
        yield from ask(
            "claimable",
            now=micros(now),
            machine=micros(machine),
            longest=micros(machine + LONGEST),
            limit=limit,
            passed=PASSED,
            few=few,
            everywhere=int(everywhere),
        )
    )


def _read(body: str | None) -> tuple[Message | None, ValueError | None]:
    """A message, or why it cannot be read: that holds up nothing but its own conversation."""
    try:
        return (None if body is None else message_from_json(body)), None
    except ValueError as error:
        return None, error


def _sending(row: Row, eras: Eras | None) -> Sending:
    name, *others = _names(row, eras)
    body, unreadable = _read(row["body"])
    return Sending(
        id=row["id"],
        key=row["key"],
        name=name,
        others=tuple(others),
        op=Op(row["op"]),
        conversation=row["conversation"],
        place=None if row["platform"] is None else place_from(row),
        body=body,
        slot=row["slot"],
        ref=None if row["slot_message"] is None else ref_from(row, "slot_"),
        opens=row["opens"],
        title=row["title"],
        urgency=Urgency(row["urgency"]),
        attempts=row["attempts"],
        failures=row["failures"],
        unclear_since=instant_or_none(row["unclear_since"]),
        reason=row["reason"],
        repeated=bool(row["repeated"]),
        relived=bool(row["relived"]),
        unreadable=unreadable,
    )


LATER = 3
"""How many messages may have stood in a slot one after the other in the time that a restored desk lives again."""


def _names(row: Row, eras: Eras | None) -> tuple[str, ...]:
    """What a chat calls the message, and what else it may be called there where it is relived.

    Pending puts of a slot become one, so the key of whichever came last says nothing of which message it is; the slot
    does, and how many stood there before it.
    """
    slotted = row["op"] == Op.PUT and row["slot"] is not None
    count = row["emptied"] or 0

    def base(more: int) -> str:
        turn = count + more + 1
        return row["slot"] + (f"#{turn}" if turn > 1 else "") if slotted else row["key"]

    if eras is None:
        return (base(0),)
    if not row["relived"]:
        return (eras.name(base(0)),)
    # What was decided by and by is now decided at once, so that fewer stood there before.
    return tuple(name for more in range(LATER + 1 if slotted else 1) for name in eras.names(base(more)))


def states() -> Tx[Mapping[str, int]]:
    """How many messages stand in each state."""
    rows = yield from ask("outbox_states")
    return {row["state"]: row["rows_in_state"] for row in rows}
