"""Webhooks: every fact and every transition of a clock, signed, in order, until it arrives; never anybody's words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from desk_world import World, words
from hook_receiver import Receiver, receiver

from adapters.webhooks.chat import PLATFORM as HOOKS
from adapters.webhooks.chat import Webhooks, signature
from bot.clock import SimulatedClock
from bot.desk import front
from bot.messages.model import SHOWN_ONCE
from bot.ports import InboxId

pytestmark = pytest.mark.asyncio


class Waiting(SimulatedClock):
    """A clock whose machine time can be waited for."""

    waited = timedelta()

    def machine(self) -> datetime:
        return super().machine() + self.waited


async def hooked(world: World, heard: Receiver, *more: str) -> str:
    """A manager's hook at the receiver; answers its secret."""
    world.clock = world.desk.clock = clock = Waiting(world.clock.now())
    world.speak(clock, {HOOKS: Webhooks(world.store, clock)})
    said = words(
        (await world.type("lee", f"webhook ci {heard.url} {' '.join(more)}", place=world.place("alerts"))).message
    )
    found = re.search(r"whsec_\S+", said)
    assert found, said
    return found[0]


async def test_a_secret_is_shown_once_and_kept_in_no_answer(world: World):
    """The same event again is answered alike, without the secret; it is in the catalogue, and in no other table."""
    event = InboxId("web", "press-1")
    args = {"key": "ci", "url": "https://ci.example.org/desk"}
    first = words((await front.run(world.desk, "lee", "webhook", args, event=event)).message)
    secret = (await world.store.directory()).hooks["ci"].secret
    assert secret in first
    again = words((await front.run(world.desk, "lee", "webhook", args, event=event)).message)
    assert again == first.replace(secret, SHOWN_ONCE)
    kept = await world.store.handled(InboxId("web", "lee/press-1"))
    assert kept
    assert secret not in kept
    assert (await world.store.directory()).hooks["ci"].secret == secret, "nothing was made anew"


async def test_every_fact_and_every_transition_is_told_signed(world: World):
    """From opening to closing, in order; each is signed by the hook's own secret; no word of anybody is in it."""
    async with receiver() as heard:
        secret = await hooked(world, heard)
        number = await world.raised(title="Payroll of Ms Green", details="secret words", stopped="team")
        await world.do("sam", "claim", request=number)
        await world.do("sam", "ask-client", request=number, text="Which format, secret words?")
        await world.pass_(minutes=30)
        await world.do("sam", "resume", request=number)
        await world.do("sam", "resolve", request=number, text="secret words")
        await world.pass_(minutes=2)
        await world.do("dana", "works", request=number)
    types = [said["type"] for said in heard.said]
    assert types[0] == "request.opened"
    for name in ("sla.started", "request.assigned", "sla.met", "sla.paused", "sla.resumed", "request.closed"):
        assert name in types
    for headers, body in heard.heard:
        id, at = headers["webhook-id"], int(headers["webhook-timestamp"])
        assert headers["webhook-signature"] == signature(secret, id, at, body)
        assert b"secret" not in body
        assert b"Green" not in body
    ids = [headers["webhook-id"] for headers, _ in heard.heard]
    assert len(ids) == len(set(ids))
    paused = next(said for said in heard.said if said["type"] == "sla.paused")
    assert paused["data"]["clock"]["kind"] == "resolution"
    assert paused["data"]["clock"]["due_at"] is None
    assert paused["data"]["request"]["ref"] == f"ACME-{number}"


async def test_a_receiver_that_is_down_hears_later_and_knows_what_it_heard(world: World):
    """What failed comes again under the same id, in order; 429 waits; 410 sets that one message aside."""
    async with receiver() as heard:
        await hooked(world, heard, "request")
        heard.answers += [b"500 Oops", b"429 Slow down\r\nRetry-After: 30", b"410 Gone"]
        await world.raised()
        first = [headers["webhook-id"] for headers, _ in heard.heard]
        for _ in range(4):
            world.clock.waited += timedelta(minutes=5)
            await world.wake()
    ids = [headers["webhook-id"] for headers, _ in heard.heard]
    assert first == ids[:1]
    assert ids[0] == ids[1] == ids[2]
    assert len(set(ids)) == len(ids) - 2
    assert (await world.store.outbox_states()).get("dead") == 1


async def test_a_hook_is_a_managers_and_hears_only_what_it_asked_for(world: World):
    """One client's, one subject; the test message reaches it; taken away it hears nothing; others may not look."""
    async with receiver() as heard:
        await hooked(world, heard, "sla", "GLOBEX")
        await world.raised()
        assert heard.heard == []
        await world.type("lee", "webhook ci --test")
        assert heard.said[-1]["type"] == "test"
        assert "told of sla of GLOBEX" in words((await world.type("lee", "webhooks")).message)
        await world.type("lee", "webhook ci --gone")
        assert "No webhook yet" in words((await world.type("lee", "webhooks")).message)
        assert "There is no webhook" in words((await world.type("lee", "webhook ci --test")).message)
        for who in ("dana", "sam", "priya"):
            assert "is for managers" in words((await world.type(who, "webhooks")).message)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("webhook ci http://ci.example.org/", "beginning with https://"),
        ("webhook ci https://lee:pw@ci.example.org/", "without a name or password"),
        ("webhook ci ftp://ci.example.org/", "beginning with https://"),
        ("webhook CI! https://ci.example.org/", "is no name for a hook"),
        ("webhook ci https://ci.example.org/ weather", "of request, of sla, or of both"),
        ("webhook ci https://ci.example.org/ sla NOBODY", "client"),
    ],
)
async def test_an_address_that_will_not_do_says_why(world: World, typed: str, says: str):
    """Nothing is kept."""
    assert says in words((await world.type("lee", typed)).message)
    assert (await world.store.directory()).hooks == {}
    assert (await world.type("lee", "webhook ci")).form is not None
