"""What may or may not have arrived has an end: found, sent again, marked as a possible repeat, or left to a person."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from outbox_desk import NOON, Desk, relay_desk, says

from bot.delivering import DEADLINES, LONG, POSTING, REDOING
from bot.messages.model import Card, Document, Listing, Message, Notice, Relay, Said, Sheet, line, plain
from bot.messages.repeats import repeated
from bot.outbox import GRACE
from bot.ports import CannotTell, Draft, MessageRef, Op, Place, RateLimited, Refused, Urgency
from storage import SqlStore

pytestmark = pytest.mark.asyncio

MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def desk(store: SqlStore) -> Desk:
    return await relay_desk(store)


async def let_pass(desk: Desk, span: timedelta, step: timedelta = MINUTE) -> None:
    """Machine time goes by, with a drain at each step."""
    until = desk.clock.real + span
    while desk.clock.real < until:
        desk.clock.real += step
        await desk.relay.drain()


async def unclear(desk: Desk, urgency: Urgency, error: Exception) -> None:
    """A message that arrived, of which the platform's answer was lost, and that cannot be looked for."""
    desk.chat.fault, desk.chat.after = lambda text: ConnectionResetError("gone"), True
    desk.chat.lost = lambda key: error
    await desk.write(says("hello", urgency=urgency))
    await desk.relay.drain()
    desk.chat.fault, desk.chat.after = lambda text: None, False


class Unsayable(Exception):
    """What it is cannot even be said."""

    def __str__(self) -> str:
        raise ValueError("half an answer")


@pytest.mark.parametrize("error", [asyncio.CancelledError(), Unsayable()])
@pytest.mark.parametrize("arrived", [False, True])
async def test_a_chat_whose_own_connection_was_cancelled_leaves_no_message_for_ever(
    desk: Desk, error: Exception, arrived: bool
):
    """It is a failure like any other, found or made again, and not this desk being stopped: the message would stand as
    being sent until its lease ended, each time anew."""
    desk.chat.fault, desk.chat.after = lambda text: error, arrived
    await desk.write(says("hello"))
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"ambiguous": 1}
    desk.chat.lost = lambda key: error
    await let_pass(desk, MINUTE)
    desk.chat.fault, desk.chat.lost = lambda text: None, lambda key: None
    await let_pass(desk, 2 * MINUTE)
    assert list(desk.chat.shown.values()) == ["hello"]
    assert await desk.store.outbox_states() == {"sent": 1}


@pytest.mark.parametrize("urgency", [Urgency.ALERT, Urgency.ANSWER, Urgency.CARD, Urgency.COPY])
@pytest.mark.parametrize("error", [CannotTell("no history"), OSError("no answer"), RateLimited(1.0)])
async def test_what_people_wait_for_goes_once_more_and_says_so(desk: Desk, urgency: Urgency, error: Exception):
    """Until its deadline it is looked for; then it goes once more, marked: also where the platform lets nobody look,
    and says to wait each time."""
    await unclear(desk, urgency, error)
    await let_pass(desk, DEADLINES[urgency] - MINUTE)
    assert len(desk.chat.shown) == 1
    looks = desk.chat.looks
    assert looks >= 1
    await let_pass(desk, 3 * MINUTE)
    first, second = desk.chat.shown.values()
    assert first == "hello"
    assert second.startswith("Possible repeat")
    assert await desk.store.outbox_states() == {"sent": 1}


async def test_who_was_away_past_the_deadline_looks_more_than_once(desk: Desk):
    """The desk was down for an hour, and the first look has no answer: that alone makes no repeat; the next one finds
    it."""
    await unclear(desk, Urgency.ALERT, OSError("no answer"))
    desk.clock.real += timedelta(hours=1)
    await desk.relay.drain()
    assert desk.chat.looks == 1
    desk.chat.lost = lambda key: None
    await let_pass(desk, 2 * MINUTE)
    assert list(desk.chat.shown.values()) == ["hello"]
    assert await desk.store.outbox_states() == {"sent": 1}


async def test_a_digest_is_not_repeated(desk: Desk):
    """The next one tells it all again; why this one did not go is kept."""
    await unclear(desk, Urgency.DIGEST, CannotTell("no history"))
    await let_pass(desk, DEADLINES[Urgency.DIGEST] + 3 * MINUTE)
    assert list(desk.chat.shown.values()) == ["hello"]
    assert await desk.store.outbox_states() == {"suppressed": 1}


async def test_no_message_goes_a_third_time_where_nobody_can_look(desk: Desk):
    """The repeat was lost, too: a person decides."""
    desk.chat.fault = lambda text: ConnectionResetError("gone")
    desk.chat.lost = lambda key: CannotTell("no history")
    await desk.write(says("hello", urgency=Urgency.ALERT))
    await desk.relay.drain()
    await let_pass(desk, 10 * MINUTE)
    assert await desk.store.outbox_states() == {"dead": 1}


async def test_who_may_never_look_is_a_persons_after_a_day(desk: Desk):
    """Asked to wait each time it is looked for, and its repeat is lost as well: it does not stand there for ever."""
    desk.chat.fault = lambda text: ConnectionResetError("gone")
    desk.chat.lost = lambda key: RateLimited(30.0)
    await desk.write(says("hello", urgency=Urgency.ALERT))
    await desk.relay.drain()
    await let_pass(desk, LONG - 60 * MINUTE, step=30 * MINUTE)
    assert await desk.store.outbox_states() == {"ambiguous": 1}
    await let_pass(desk, 90 * MINUTE, step=10 * MINUTE)
    assert await desk.store.outbox_states() == {"dead": 1}
    (dead,) = await desk.store.unsent.all(10)
    assert "asked to wait 30 s each time it was looked for" in dead.reason


async def test_a_platform_that_is_gone_for_long_loses_nothing(desk: Desk):
    """Ten minutes, an hour: it is sent once it is back, unmarked where nothing of it is there; only after a day it is a
    person's."""
    desk.chat.fault = lambda text: OSError("no route")
    desk.chat.lost = lambda key: OSError("no route")
    await desk.write(says("hello", urgency=Urgency.ALERT), says("later", conversation="alerts"))
    await desk.relay.drain()
    await let_pass(desk, timedelta(hours=2))
    assert desk.chat.shown == {}
    desk.chat.fault, desk.chat.lost = lambda text: None, lambda key: None
    await let_pass(desk, MINUTE)
    assert sorted(desk.chat.shown.values()) == ["hello", "later"]
    desk.chat.fault, desk.chat.lost = lambda text: OSError("no route"), lambda key: OSError("no route")
    await desk.write(says("never"))
    await desk.relay.drain()
    await let_pass(desk, LONG + timedelta(hours=2), timedelta(minutes=20))
    assert (await desk.store.outbox_states())["dead"] == 1


async def test_what_the_platform_fails_each_time_is_a_persons_in_the_end(desk: Desk):
    """It answers that nothing arrived, and fails again: after some tries it is set aside, and others go on."""
    desk.chat.fault = lambda text: OSError("500") if text == "bad" else None
    await desk.write(says("bad"), says("good"))
    await desk.relay.drain()
    await let_pass(desk, POSTING.apart * POSTING.tries + MINUTE)
    assert await desk.store.outbox_states() == {"dead": 1, "sent": 1}
    assert list(desk.chat.shown.values()) == ["good"]


async def test_an_alert_overtakes_what_is_unclear(desk: Desk):
    """A digest that nobody can find holds up no breach."""
    await unclear(desk, Urgency.DIGEST, CannotTell("no history"))
    await desk.write(says("breach", urgency=Urgency.ALERT))
    assert await desk.relay.drain() == 1
    assert list(desk.chat.shown.values()) == ["hello", "breach"]


async def test_an_alert_waits_for_few_that_are_to_be_looked_for(desk: Desk):
    """Breaches of other requests have nothing to do with the one whose answer was lost. But where one after the other
    is lost, nothing arrives there, and no more are risked; and whatever is less urgent waits, as ever."""
    desk.chat.fault = lambda text: ConnectionResetError("gone") if text.startswith("lost") else None
    for text in ("lost 1", "good 1", "lost 2", "good 2"):
        await desk.write(says(text, urgency=Urgency.ALERT))
    await desk.write(says("card", urgency=Urgency.CARD))
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["good 1", "good 2"]
    desk.chat.fault = lambda text: ConnectionResetError("gone")
    for text in ("3", "4", "5", "6"):
        await desk.write(says(text, urgency=Urgency.ALERT))
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"sent": 2, "ambiguous": 4, "ready": 3}
    desk.chat.fault, desk.chat.lost = lambda text: None, lambda key: RateLimited(0.5)
    desk.clock.real += GRACE * 2
    await desk.relay.drain()
    desk.chat.lost = lambda key: None
    desk.clock.real += GRACE
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["good 1", "good 2", "lost 1", "lost 2", "3", "4", "5", "6", "card"]


async def test_a_newer_message_waits_while_its_slot_is_unclear(desk: Desk):
    """A more urgent put must not post a second message where the first may stand already."""
    desk.chat.fault, desk.chat.after = lambda text: ConnectionResetError("gone"), True
    await desk.write(says("v1", op=Op.PUT, slot="s", urgency=Urgency.CARD))
    await desk.relay.drain()
    desk.chat.fault = lambda text: None
    await desk.write(says("v2", op=Op.PUT, slot="s", urgency=Urgency.ALERT))
    assert await desk.relay.drain() == 0
    desk.clock.real += GRACE * 2
    await desk.relay.drain()
    assert desk.chat.shown == {"1": "v2"}


async def test_an_edit_goes_again_without_a_look(desk: Desk):
    """It shows the same, done twice; one that never works ends."""
    await desk.write(says("v1", op=Op.PUT, slot="s"))
    await desk.relay.drain()
    desk.chat.fault = lambda text: OSError("500") if text == "v2" else None
    await desk.write(says("v2", op=Op.PUT, slot="s"))
    await desk.relay.drain()
    desk.chat.fault = lambda text: None
    desk.clock.real += GRACE * 2
    assert await desk.relay.drain() == 1
    assert (desk.chat.shown, desk.chat.looks) == ({"1": "v2"}, 0)
    desk.chat.fault = lambda text: OSError("500")
    await desk.write(says("v3", op=Op.PUT, slot="s"))
    await let_pass(desk, REDOING.apart * REDOING.tries)
    assert await desk.store.outbox_states() == {"sent": 2, "dead": 1}
    desk.chat.fault = lambda text: None
    await desk.write(says("v4", op=Op.PUT, slot="s"))
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"sent": 3, "suppressed": 1}, "something newer stands there"


async def test_a_thread_that_could_not_be_opened_stays_a_persons_though_its_card_goes_on(desk: Desk):
    """Nothing newer opens it, and all that is said in it waits: it is not outlived as words are. Sent again it holds up
    no card that is put there anew, and hangs from that."""
    refused = True
    opened = desk.chat.open_thread

    async def open_thread(ref: MessageRef, title: str) -> Place:
        if refused:
            raise Refused("no right to open threads")
        return await opened(ref, title)

    desk.chat.open_thread = open_thread  # type: ignore[method-assign]
    card = {"op": Op.PUT, "slot": "s"}
    thread = Draft("t", Op.OPEN_THREAD, "triage", slot="s", opens="inside", title="t")
    await desk.write(says("v1", **card), thread, says("words", conversation="inside"))
    await desk.relay.drain()
    await desk.write(says("v2", **card))
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"sent": 2, "dead": 1, "ready": 1}
    await desk.write(Draft("gone", Op.DELETE, "triage", slot="s"))
    await desk.relay.drain()
    refused = False
    (letter,) = await desk.store.unsent.all()
    assert await desk.store.unsent.resend(letter.id, desk.clock.machine())
    await desk.relay.drain()
    await desk.write(says("v3", **card))
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"sent": 6}
    assert list(desk.chat.shown.values()) == ["v3", "words"]


async def test_whatever_a_platform_says_can_be_kept(desk: Desk):
    """NUL and pages of it: the outcome is written nevertheless."""
    desk.chat.fault = lambda text: OSError("\0\n" * 5000)
    await desk.write(says("hello"))
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"ambiguous": 1}


async def test_every_kind_of_message_can_say_that_it_may_be_a_repeat():
    """Above its words, or in its title; what a program reads stays as it is."""
    card = Card(1, "ACME-1", "t", "New", "P3", "plain", ())
    for message in (Said("x", ()), Listing("x"), Sheet("x")):
        assert plain(repeated(message).lines[0]).startswith("Possible repeat")  # type: ignore[union-attr]
    again = repeated(card)
    assert isinstance(again, Card)
    assert plain(again.fields[0].value).startswith("Possible repeat")
    relayed = repeated(Relay("sam", "Sam", "engineer", "x", line("Edited")))
    assert isinstance(relayed, Relay)
    assert plain(relayed.about).endswith("Edited")
    document: Message = Document("x", "x.md", "text/markdown", "x")
    assert "possible repeat" in replace(document, title=repeated(document).title).title  # type: ignore[union-attr]
    notice = Notice("x", NOON, {})
    assert repeated(notice) == notice
