"""The process dies at each commit and at each call, once before and once after it took effect; the next one goes on."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from dying import HandClock, MemoryChat, Process, fresh
from faulty_chat import PLATFORM, WORKSPACE, place_of

from bot.desk import bootstrap, front
from bot.desk.context import Heard
from bot.desk.conversations import client_channel
from bot.domain.alarms import Breached
from bot.domain.calendar import WEEKDAYS, weekly
from bot.domain.people import Client, Person, Role
from bot.domain.policy import ClockKind, Policy, Priority
from bot.domain.settings import ClientSettings
from bot.messages.model import Answer, Said, line
from bot.ports import Change, DirectoryEdit, Draft, InboxId, MessageRef, Op, RequestQuery
from storage import SqlStore

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(600)]

MOST = 400
"""Boundaries; more would mean that it never ends."""


def says(text: str, where: str, key: str, op: Op = Op.POST, **more: str) -> Draft:
    return Draft(key, op, where, None if op in (Op.OPEN_THREAD, Op.DELETE) else Said("test", (line(text),)), **more)  # type: ignore[arg-type]


async def test_a_sender_that_dies_anywhere_sends_everything_once(any_store: SqlStore):
    """Posts, a card and its edit, a thread and words in it, a deletion, a first direct message: whenever the sender
    dies, the next one finds what arrived, sends what did not, and each place shows the newest words."""
    clock = HandClock()
    chat = MemoryChat(clock)
    at = 0
    while await _sent_though_dying(any_store, chat, clock, at):
        at += 1
        assert at < MOST
    assert at > 40, "each of these messages is a claim, a call and a note of how it ended"


async def _sent_though_dying(store: SqlStore, chat: MemoryChat, clock: HandClock, at: int) -> bool:
    room, person, name = fresh("room"), fresh("person"), fresh("ACME")
    await store.edit_directory(DirectoryEdit(bindings=((room, place_of(room)),)))
    first = (
        says("one", room, f"{name}:1"),
        says("card", room, f"{name}:card:1", Op.PUT, slot=f"{name}:card"),
        says("", room, f"{name}:thread", Op.OPEN_THREAD, slot=f"{name}:card", opens=f"{name}:team", title=name),
        says("in it", f"{name}:team", f"{name}:2"),
        says("soon gone", room, f"{name}:gone:1", Op.PUT, slot=f"{name}:gone"),
        says("psst", f"dm:{person}", f"{name}:3"),
    )
    then = (
        says("card anew", room, f"{name}:card:2", Op.PUT, slot=f"{name}:card"),
        says("", room, f"{name}:gone:2", Op.DELETE, slot=f"{name}:gone"),
    )
    process = Process(store, chat, clock, dies_at=at)
    died = False
    for drafts in (first, then):
        await store.commit(Change(outbox=drafts))
        if not await process.lives(process.work(fires=False)):
            died, process = True, Process(store, chat, clock)
            assert await process.lives(process.work(fires=False))
    for given in (f"{name}:1", f"{name}:card", f"{name}:2", f"{name}:gone", f"{name}:3"):
        assert len(chat.named(given)) == 1, f"{given} when it died at {at}"
    (card,), (gone,), (inside,) = chat.named(f"{name}:card"), chat.named(f"{name}:gone"), chat.named(f"{name}:2")
    assert "card anew" in card.body
    assert gone.deleted
    assert inside.place.thread is not None
    assert (await store.outbox_states()).keys() == {"sent"}
    return died


PROMISED = 4
"""Seconds until the first response is due."""
ACME = Client("ACME", "Acme", "Europe/London", ClientSettings(quiet_from="00:00", quiet_until="00:00"))


async def furnish(store: SqlStore) -> None:
    """One client, whose one promise is of seconds."""
    always = weekly("acme-hours", "UTC", {day: [("00:00", "24:00")] for day in WEEKDAYS})
    targets = {priority: {ClockKind.FIRST_RESPONSE: PROMISED} for priority in Priority}
    people = (Person("dana", "Dana", Role.CLIENT, "UTC", "ACME"), Person("lee", "Lee", Role.MANAGER))
    await store.edit_directory(
        DirectoryEdit(
            clients=(ACME,),
            people=people,
            calendars=(always,),
            policies=(Policy("Gold", "ACME", always.ref, targets, warn_percents=()),),
            bindings=((client_channel("ACME"), place_of("client-acme")),),
        )
    )
    await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)


async def test_timers_that_fire_in_a_dying_process_are_told_once(any_store: SqlStore):
    """A promise is broken: whenever the process dies of telling it, the breach is recorded once, told once, and not
    before its time."""
    clock = HandClock()
    chat = MemoryChat(clock)
    await furnish(any_store)
    at = 0
    while await _told_though_dying(any_store, chat, clock, at):
        at += 1
        assert at < MOST
    assert at > 20, "a firing and the sending of what came of it"
    twice = {name: times for name, times in Counter(shown.name for shown in chat.posts).items() if times > 1}
    assert not twice


async def _told_though_dying(store: SqlStore, chat: MemoryChat, clock: HandClock, at: int) -> bool:
    process = Process(store, chat, clock)
    await front.run(process.desk, "dana", "new", {"title": fresh("Export fails"), "stopped": "everyone"})
    await process.work()
    opened, (request, *_) = clock.desk, await store.requests(RequestQuery(limit=1))
    process = Process(store, chat, clock, dies_at=at)
    clock.desk += timedelta(seconds=PROMISED)
    if died := not await process.lives(process.work()):
        process = Process(store, chat, clock)
        assert await process.lives(process.work())
    facts = [entry.event for entry in await store.history(request.number)]
    assert sum(isinstance(fact, Breached) for fact in facts) == 1, at
    (alert,) = chat.named(f"{request.ref}:first_response:1:breach:alerts")
    assert alert.at == opened + timedelta(seconds=PROMISED)
    return died


@pytest.mark.parametrize("what", ["new", "hear", "reply", "resolve"])
async def test_an_event_whose_desk_dies_is_handled_once_when_it_is_told_again(any_store: SqlStore, what: str):
    """It was not acknowledged, so it comes again: what it asked for is there once, wherever the first desk died."""
    clock = HandClock()
    chat = MemoryChat(clock)
    await furnish(any_store)
    at = 0
    while await _handled_though_dying(any_store, chat, clock, what, at):
        at += 1
        assert at < MOST
    assert at >= 2, "before its commit, and after it"


async def _handled_though_dying(store: SqlStore, chat: MemoryChat, clock: HandClock, what: str, at: int) -> bool:
    title, words = fresh("Export fails"), fresh("words")
    first = Process(store, chat, clock)
    await front.run(first.desk, "dana", "new", {"title": title})
    (request, *_) = await store.requests(RequestQuery(limit=1))
    event, message = InboxId(PLATFORM, fresh("event")), MessageRef(place_of("client-acme"), fresh("m"))

    async def told(process: Process) -> Answer:
        match what:
            case "new":
                return await front.run(process.desk, "dana", "new", {"title": words}, event=event)
            case "hear":
                return await front.hear(process.desk, "dana", Heard(message, "dana", clock.now(), words), event=event)
            case _:
                given = {"request": str(request.number), "text": words}
                return await front.run(process.desk, "lee", what, given, event=event)

    dying = Process(store, chat, clock, dies_at=at)
    died = not await dying.lives(told(dying))
    answer = await told(Process(store, chat, clock))
    assert getattr(answer.message, "purpose", "") != "refusal", at
    if what == "new":
        assert len(await store.requests(RequestQuery(words=words))) == 1, at
    elif what == "hear":
        assert await store.source(message) is not None, at
    else:
        facts = [entry.event for entry in await store.history(request.number)]
        assert sum(words in str(fact) for fact in facts) == 1, at
    return died
