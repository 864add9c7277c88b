"""The outbox: written once, sent one a conversation in the right order, settled by its owner alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from store_builders import ODD, ROOM, T0, execute, minutes, ref, said

from bot.messages.model import Action
from bot.ports import Change, Dead, Draft, MessageRef, Op, Place, RetryAt, Sending, Sent, Unclear, Urgency
from storage import SqlStore

pytestmark = pytest.mark.asyncio

HERE = "client:ACME"
BOUND = ((HERE, ROOM),)
THREAD = Place("web", "main", "acme", "100")


def post(key: str, *, conversation: str = HERE, urgency: Urgency = Urgency.ANSWER, at: datetime | None = None) -> Draft:
    """A message that stands alone."""
    return Draft(key, Op.POST, conversation, said(key), urgency=urgency, not_before=at)


def put(key: str, *, slot: str = "ACME-1:card") -> Draft:
    """A card as it now looks."""
    return Draft(key, Op.PUT, HERE, said(key), slot=slot, urgency=Urgency.CARD)


async def write(store: SqlStore, *drafts: Draft, suppressed: bool = False) -> None:
    """Commit drafts to a conversation that is bound."""
    await store.commit(Change(outbox=drafts, bindings=BOUND, suppressed=suppressed))


async def claim(
    store: SqlStore, *, now: datetime = T0, machine: datetime = T0, owner: str = "me", limit: int = 50
) -> list[Sending]:
    """Take what may go, for a minute."""
    return list(await store.claim_outbox(now=now, machine=machine, owner=owner, lease_until=minutes(1), limit=limit))


async def send_all(store: SqlStore, *, now: datetime = T0) -> list[str]:
    """Send until nothing is left; answers the keys in order. Message ids count from 100."""
    keys: list[str] = []
    while rows := await claim(store, now=now):
        for row in rows:
            assert await store.settle(row.id, "me", Sent(row.ref or ref(str(100 + len(keys)))))
            keys.append(row.key)
    return keys


async def test_a_message_goes_out_as_it_was_written(store: SqlStore) -> None:
    """Body, place, title and all come back equal, and the attempt is counted before it is made."""
    body = said(ODD)
    await write(store, Draft("k", Op.POST, HERE, body, title=ODD, urgency=Urgency.ALERT))
    (row,) = await claim(store)
    assert row == Sending(
        id=row.id,
        key="k",
        name="k",
        op=Op.POST,
        conversation=HERE,
        place=ROOM,
        body=body,
        slot=None,
        ref=None,
        opens=None,
        title=ODD,
        urgency=Urgency.ALERT,
        attempts=1,
        first_at=T0,
    )
    assert await store.outbox_states() == {"sending": 1}
    assert await store.settle(row.id, "me", Sent(ref("1")))
    assert await store.outbox_states() == {"sent": 1}
    assert await claim(store) == []


async def test_a_key_is_written_once(store: SqlStore) -> None:
    """The same key again changes nothing, not even after it was sent; neither for posts nor for puts."""
    await write(store, post("a"), put("b"))
    await write(store, replace(post("a"), body=said("other")), replace(put("b"), body=said("other")))
    bodies = [row.body for row in await claim(store)]
    assert bodies == [said("a")]
    assert await store.outbox_states() == {"sending": 1, "ready": 1}


async def test_suppressed_messages_never_leave(store: SqlStore) -> None:
    """What an import would have said is kept, not sent; and it swallows no live message of its slot."""
    await write(store, post("a"), put("b"), suppressed=True)
    assert await claim(store) == []
    await write(store, put("c"))
    assert await store.outbox_states() == {"suppressed": 2, "ready": 1}
    assert await send_all(store) == ["c"]


async def test_a_message_waits_for_its_desk_time(store: SqlStore) -> None:
    """Machine time does not hurry it; the instant itself is in time."""
    await write(store, post("later", at=minutes(5)), post("now"))
    assert [row.key for row in await claim(store, machine=minutes(60))] == ["now"]
    assert await claim(store, now=minutes(5)) == []
    await store.settle(1, "me", Sent())
    await store.settle(2, "me", Sent())
    assert [row.key for row in await claim(store, now=minutes(5))] == ["later"]


async def test_urgent_messages_overtake(store: SqlStore) -> None:
    """In a conversation the most urgent goes first, then the earliest due, then the first written."""
    await write(
        store,
        post("digest", urgency=Urgency.DIGEST),
        post("b", at=minutes(-1)),
        post("a", at=minutes(-2)),
        post("c", at=minutes(-1)),
        post("alert", urgency=Urgency.ALERT),
    )
    assert await send_all(store) == ["alert", "a", "b", "c", "digest"]


async def test_one_message_of_a_conversation_is_in_flight(store: SqlStore) -> None:
    """The next waits until the one before is settled; other conversations do not."""
    other = "client:OTHER"
    await write(store, post("a"), post("b"), post("x", conversation=other))
    await store.commit(Change(bindings=((other, Place("web", "main", "other")),)))
    assert sorted(row.key for row in await claim(store)) == ["a", "x"]
    await write(store, post("alert", urgency=Urgency.ALERT))
    assert await claim(store, owner="you") == []
    await store.settle(1, "me", Sent())
    assert [row.key for row in await claim(store)] == ["alert"]


async def test_claims_at_once_never_overlap(store: SqlStore) -> None:
    """Several senders together take each message once, and never two of one conversation."""
    places = tuple((f"c{n}", Place("web", "main", str(n))) for n in range(10))
    drafts = tuple(post(f"{c}:{n}", conversation=c) for c, _ in places for n in range(3))
    await store.commit(Change(outbox=drafts, bindings=places))
    taken = await asyncio.gather(*(claim(store, owner=f"o{n}", limit=4) for n in range(6)))
    rows = [row for part in taken for row in part]
    assert len(rows) == 10
    assert len({row.conversation for row in rows}) == 10
    assert await claim(store) == []


async def test_the_most_urgent_conversations_are_taken_first(store: SqlStore) -> None:
    """Where the limit is short, an alert somewhere goes before a digest elsewhere."""
    places = tuple((f"c{n}", Place("web", "main", str(n))) for n in range(3))
    urgencies = (Urgency.DIGEST, Urgency.CARD, Urgency.ALERT)
    drafts = tuple(post(c, conversation=c, urgency=u) for (c, _), u in zip(places, urgencies, strict=True))
    await store.commit(Change(outbox=drafts, bindings=places))
    assert [row.key for row in await claim(store, limit=2)] == ["c2", "c1"]
    assert await claim(store, limit=0) == []


async def test_a_message_waits_until_its_conversation_is_somewhere(store: SqlStore) -> None:
    """An unbound conversation holds its messages; a person's direct one is opened when it is first needed."""
    await store.commit(Change(outbox=(post("a"), post("b", conversation="dm:erik"))))
    (row,) = await claim(store)
    assert (row.key, row.place) == ("b", None)
    direct = Place("slack", "T1", "D1")
    assert await store.settle(row.id, "me", Sent(place=direct))
    assert await store.binding("dm:erik") == direct
    await store.commit(Change(bindings=BOUND, outbox=(post("c", conversation="dm:erik"),)))
    assert {row.key: row.place for row in await claim(store)} == {"a": ROOM, "c": direct}


async def test_a_put_posts_first_and_edits_ever_after(store: SqlStore) -> None:
    """The message that shows the slot is known from the first sending on, both ways."""
    await write(store, put("v1"))
    (row,) = await claim(store)
    assert row.ref is None
    shown = MessageRef(ROOM, "77")
    await store.settle(row.id, "me", Sent(shown))
    assert await store.slot("ACME-1:card") == shown
    assert await store.slot_at(MessageRef(THREAD, "77")) == "ACME-1:card"
    await write(store, put("v2"))
    (row,) = await claim(store)
    assert row.ref == shown


async def test_pending_puts_become_one(store: SqlStore) -> None:
    """The newest body goes out once, in the old one's place in the queue and under the new key."""
    await write(store, put("v1"), replace(put("other", slot="ACME-2:card")))
    await write(store, put("v2"))
    await write(store, put("v3"))
    assert await store.outbox_states() == {"ready": 2}
    (row,) = await claim(store)
    assert (row.key, row.body) == ("v3", said("v3"))
    await write(store, put("v4"))
    assert await store.outbox_states() == {"ready": 2, "sending": 1}


async def test_a_newer_put_waits_no_longer_than_it_must(store: SqlStore) -> None:
    """Of two pending puts the merged one has the better urgency and the earlier instant."""
    await write(store, replace(put("v1"), not_before=minutes(9)))
    await write(store, replace(put("v2"), not_before=minutes(5), urgency=Urgency.DIGEST))
    assert await claim(store, now=minutes(4)) == []
    await write(store, replace(put("v3"), urgency=Urgency.ALERT))
    (row,) = await claim(store)
    assert (row.key, row.urgency) == ("v3", Urgency.ALERT)


async def test_a_put_after_a_deletion_is_not_swallowed(store: SqlStore) -> None:
    """Put, delete, put again: the last one stands at the end, as a new message."""
    await write(store, put("v1"))
    await send_all(store)
    gone = Draft("gone", Op.DELETE, HERE, slot="ACME-1:card", urgency=Urgency.CARD)
    await write(store, put("v2"), gone, put("v3"))
    assert await send_all(store) == ["v2", "gone", "v3"]
    assert await store.slot("ACME-1:card") is not None


async def test_a_deletion_empties_its_slot(store: SqlStore) -> None:
    """It waits for what it deletes, takes it, and the next put posts anew."""
    gone = Draft("gone", Op.DELETE, HERE, slot="ACME-1:card", urgency=Urgency.ALERT)
    await write(store, gone)
    assert await claim(store) == []
    await write(store, put("v1"))
    assert await send_all(store) == ["v1", "gone"]
    assert await store.slot("ACME-1:card") is None
    await write(store, put("v2"))
    (row,) = await claim(store)
    assert row.ref is None


async def test_a_thread_waits_for_its_message_and_its_words_for_the_thread(store: SqlStore) -> None:
    """Card, then its thread, then what is said in it, though the words were the most urgent from the start."""
    opening = Draft("t", Op.OPEN_THREAD, HERE, slot="ACME-1:card", opens="request:1", title="ACME-1")
    await write(store, post("words", conversation="request:1", urgency=Urgency.ALERT), opening, put("card"))
    (card,) = await claim(store)
    assert card.key == "card"
    assert await claim(store) == []
    await store.settle(card.id, "me", Sent(ref("100")))
    (thread,) = await claim(store)
    assert (thread.key, thread.ref, thread.opens, thread.title) == ("t", ref("100"), "request:1", "ACME-1")
    await store.settle(thread.id, "me", Sent(opened=THREAD))
    assert await store.slot("ACME-1:card") == ref("100")
    (words,) = await claim(store)
    assert (words.key, words.place) == ("words", THREAD)


async def test_told_to_wait_a_message_waits_in_machine_time(store: SqlStore) -> None:
    """Skipping desk time does not hurry it; what stands behind it waits too, what is more urgent does not."""
    await write(store, post("a"), post("b"), post("card", urgency=Urgency.CARD))
    (row,) = await claim(store)
    assert await store.settle(row.id, "me", RetryAt(minutes(2)))
    assert await claim(store, now=minutes(600), machine=minutes(1)) == []
    await write(store, post("alert", urgency=Urgency.ALERT))
    (alert,) = await claim(store, machine=minutes(1))
    assert alert.key == "alert"
    await store.settle(alert.id, "me", Sent())
    (again,) = await claim(store, machine=minutes(2))
    assert (again.key, again.attempts, again.ambiguous) == ("a", 2, False)


async def test_an_unclear_message_comes_again_marked(store: SqlStore) -> None:
    """It blocks its conversation until its time has come, and stays marked even when told to wait meanwhile."""
    await write(store, post("a"), post("b"), post("alert", urgency=Urgency.ALERT))
    (alert,) = await claim(store)
    assert await store.settle(alert.id, "me", Unclear(minutes(2), "timeout"))
    assert await store.outbox_states() == {"ambiguous": 1, "ready": 2}
    assert await claim(store, machine=minutes(1)) == []
    (again,) = await claim(store, machine=minutes(2))
    assert (again.key, again.attempts, again.ambiguous) == ("alert", 2, True)
    await store.settle(again.id, "me", RetryAt(minutes(3)))
    (again,) = await claim(store, machine=minutes(3))
    assert again.ambiguous
    await store.settle(again.id, "me", Sent(ref("1")))
    assert [row.key for row in await claim(store)] == ["a"]


async def test_a_put_that_is_unclear_is_not_rewritten(store: SqlStore) -> None:
    """It may stand there already, under its key; the newer one comes after it."""
    await write(store, put("v1"))
    (row,) = await claim(store)
    await store.settle(row.id, "me", Unclear(minutes(1), "timeout"))
    await write(store, put("v2"))
    (again,) = await claim(store, machine=minutes(1))
    assert (again.key, again.ambiguous) == ("v1", True)


async def test_a_dead_message_blocks_nobody(store: SqlStore) -> None:
    """A person must look, and the conversation goes on."""
    await write(store, post("a"), post("b"))
    (row,) = await claim(store)
    assert await store.settle(row.id, "me", Dead("no such channel"))
    assert [row.key for row in await claim(store)] == ["b"]
    assert await store.outbox_states() == {"dead": 1, "sending": 1}


async def test_a_dead_message_is_decided_once(store: SqlStore) -> None:
    """Sent again or left, by its number; what is posted is looked for first, a thread simply opened. Whoever comes
    second finds none."""
    await write(store, put("card"), Draft("thread", Op.OPEN_THREAD, HERE, slot="ACME-1:card", opens="x"), post("words"))
    while rows := await claim(store):
        for row in rows:
            await store.settle(row.id, "me", Sent(ref("1")) if row.key == "card" else Dead("no"))
    unsent = store.unsent
    letters = {letter.op: letter.id for letter in await unsent.all()}
    assert (set(letters), await unsent.count()) == ({Op.OPEN_THREAD, Op.POST}, 2)
    newest = max(letters.values())
    assert [letter.id for letter in await unsent.all(1)] == [newest]
    found = await unsent.one(newest)
    assert found is not None
    assert found.id == newest
    for odd in (0, -1, 2**63, 10**30):
        assert await unsent.one(odd) is None
        assert not await unsent.resend(odd, T0)
        assert not await unsent.leave(odd, "")
    outcomes = await asyncio.gather(*(unsent.resend(newest, T0) for _ in range(3)), unsent.leave(newest, "by me"))
    assert sum(outcomes) == 1
    assert await unsent.one(newest) is None
    again = await asyncio.gather(*(unsent.resend(id, T0) for id in letters.values()))
    assert sum(again) == 1
    assert all(row.ambiguous == (row.op is Op.POST) for row in await claim(store))


async def test_only_the_owner_settles_and_only_once(store: SqlStore) -> None:
    """Somebody else's settlement, a second one, and one of a row that is none change nothing."""
    await write(store, put("a"))
    (row,) = await claim(store)
    for result in (Sent(ref("1")), RetryAt(T0), Unclear(T0, "?"), Dead("?")):
        assert not await store.settle(row.id, "you", result)
    assert await store.slot("ACME-1:card") is None
    assert await store.settle(row.id, "me", Sent(ref("1")))
    assert not await store.settle(row.id, "me", Sent(ref("2")))
    assert await store.slot("ACME-1:card") == ref("1")
    assert not await store.settle(404, "me", Sent())
    assert not await store.settle(10**30, "me", Sent())


async def test_a_vanished_senders_messages_may_have_arrived(store: SqlStore) -> None:
    """Past its lease a message is unclear and comes again marked; its late owner is refused."""
    await write(store, post("a"))
    (row,) = await claim(store, owner="gone")
    wait = {"owner": "gone", "look_at": minutes(9)}
    assert await store.recover(minutes(0.5), **wait) == 0
    assert await store.recover(minutes(1), **wait) == 1
    assert await store.recover(minutes(1), **wait) == 0
    assert not await store.settle(row.id, "gone", Sent(ref("1")))
    (again,) = await claim(store, machine=minutes(1))
    assert (again.key, again.ambiguous, again.attempts) == ("a", True, 2)


async def test_alone_on_the_database_nobody_else_is_sending(store: SqlStore, url: str) -> None:
    """On SQLite a new process takes over at once what another left, and looks for it soon; never what it sends itself.

    On PostgreSQL the other may be alive: only its lease tells.
    """
    await write(store, post("theirs"), post("mine", conversation="dm:erik"))
    assert len(await claim(store, owner="gone", limit=1)) == 1
    assert len(await claim(store, owner="me")) == 1
    alone = url.startswith("sqlite:")
    assert await store.recover(minutes(0.1), owner="me", look_at=minutes(0.2)) == (1 if alone else 0)
    assert await store.outbox_states() == ({"ambiguous": 1, "sending": 1} if alone else {"sending": 2})
    assert await claim(store, machine=minutes(0.1)) == []
    assert len(await claim(store, machine=minutes(0.2))) == (1 if alone else 0)


async def test_two_unclear_messages_do_not_hold_each_other(store: SqlStore, url: str) -> None:
    """Even in a state that no code should reach, the older one goes first."""
    await write(store, post("a"), post("b"))
    await execute(url, "UPDATE outbox SET state = 'ambiguous', unclear_since = 1")
    assert [row.key for row in await claim(store)] == ["a"]


async def test_commits_and_claims_at_once_lose_nothing(store: SqlStore) -> None:
    """Cards rewritten while they are sent: the newest is what stands at the end."""
    await write(store, put("v0"))

    async def rewrite() -> None:
        for version in range(1, 15):
            await write(store, put(f"v{version}"))

    sent: list[str] = []

    async def relay() -> None:
        for _ in range(15):
            for row in await claim(store):
                await store.settle(row.id, "me", Sent(row.ref or ref("1")))
                sent.append(row.key)

    await asyncio.gather(rewrite(), relay())
    sent.extend(await send_all(store))
    assert sent[-1] == "v14"
    assert len(sent) == len(set(sent))


async def test_what_amends_is_sent_only_where_something_stands(store: SqlStore) -> None:
    """Nobody reads of an end who never read of a beginning; without a body what stands loses its buttons."""
    slot = "ACME-1:breach"
    await write(store, replace(put("end", slot=slot), amends=True))
    assert await send_all(store) == []
    body = replace(said("late"), actions=(Action("reply", "Reply"),))
    await write(store, replace(put("late", slot=slot), body=body))
    await send_all(store)
    await write(store, Draft("bare", Op.PUT, HERE, slot=slot, amends=True))
    (row,) = await claim(store)
    assert row.body == said("late")
    assert row.ref is not None, "edited in place"
    assert await store.settle(row.id, "me", Sent(row.ref))
    await write(store, Draft("bare again", Op.PUT, HERE, slot=slot, amends=True))
    assert await send_all(store) == [], "there is no button left to take"


async def test_what_comes_again_is_posted_anew_once_the_old_one_is_gone(store: SqlStore) -> None:
    """The old message is deleted first, so that one stands there, and it rings; withdrawn, neither happens."""
    slot = "ACME-1:breach"
    await write(store, replace(put("warning", slot=slot), again=True))
    assert await send_all(store) == ["warning"]
    await write(store, replace(put("late", slot=slot), again=True, not_before=minutes(5)))
    await write(store, replace(put("over", slot=slot), withdrawn=True, amends=True))
    (row,) = await claim(store)
    assert (row.op, row.key, row.ref is not None) == (Op.PUT, "over", True)
    assert await store.settle(row.id, "me", Sent(row.ref))
    await write(store, replace(put("anew", slot=slot), again=True))
    (gone,) = await claim(store)
    assert gone.op is Op.DELETE
    assert await store.settle(gone.id, "me", Sent())
    (new,) = await claim(store)
    assert (new.key, new.ref) == ("anew", None)


async def test_what_stands_in_a_slot_has_a_name_of_its_own(store: SqlStore) -> None:
    """The chat's name for it is the same whichever words it is posted with, and another one once the slot was emptied:
    so no two messages share one, and an answer that was lost is looked for under the right one."""
    await write(store, put("card:1", slot="card"))
    await write(store, put("card:2", slot="card"))
    (first,) = await claim(store)
    assert (first.key, first.name) == ("card:2", "card")
    await store.settle(first.id, "me", Sent(ref("1")))
    await write(store, replace(put("card:3", slot="card"), again=True))
    names: list[str] = []
    for _ in range(2):
        (row,) = await claim(store)
        names.append(f"{row.op} {row.name}")
        await store.settle(row.id, "me", Sent(None if row.op is Op.DELETE else ref("2")))
    assert names == ["delete card:3:gone", "put card#2"]
