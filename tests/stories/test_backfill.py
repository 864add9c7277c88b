"""After a reconnect: what was written meanwhile is heard, once, in order, wherever it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from desk_world import World

from adapters.web.catchup import heard_of
from adapters.web.chat import PLATFORM, WORKSPACE
from bot.desk import front
from bot.desk.backfill import Backfill, Caught
from bot.desk.context import Heard
from bot.domain.events import ClientWrote, NoteAdded, Status
from bot.ports import Place

pytestmark = pytest.mark.asyncio


class Kept:
    """The history that the workspace keeps; a channel named in `broken` cannot be read."""

    def __init__(self, world: World) -> None:
        self.world, self.broken, self.asked = world, set[str](), list[tuple[Place, datetime]]()

    async def since(self, place: Place, at: datetime) -> Sequence[Heard]:
        self.asked.append((place, at))
        if place.channel in self.broken:
            raise ConnectionError("no answer")
        there = await self.world.messages(place.channel, place.thread)
        return [heard_of(m) for m in there if m.author and m.body is None and not m.deleted and m.at >= at]


def backfill(world: World, kept: Kept, shown: list[str] | None = None) -> Backfill:
    async def show(heard: Heard, answer: object) -> None:
        if shown is not None:
            shown.append(heard.text)

    return Backfill(world.desk, kept, platform=PLATFORM, workspace=WORKSPACE, show=show)


async def unheard(world: World, who: str, text: str, place: Place) -> int:
    """Written while nobody listens; a second passes."""
    thread = int(place.thread) if place.thread else None
    posted, _ = await world.store.add(place.channel, at=world.clock.now(), thread=thread, author=who, text=text)
    world.clock.move_by(timedelta(seconds=1))
    return posted.id


async def said(world: World, number: int) -> list[str]:
    """What clients wrote and the team noted on a request."""
    facts = [entry.event for entry in await world.store.history(number)]
    return [fact.text for fact in facts if isinstance(fact, ClientWrote | NoteAdded)]


async def test_the_first_time_there_is_nothing_to_make_up_for(world: World) -> None:
    """What stood there before the desk came is none of its business."""
    await unheard(world, "dana", "Old talk", world.place("client-acme"))
    assert await backfill(world, Kept(world)).connected() == Caught()


async def test_what_was_written_meanwhile_is_heard_once_and_in_order(world: World) -> None:
    """In the client's channel, in a request's threads on both sides; a second reconnect finds nothing more, and neither
    does the platform's own late telling."""
    number = await world.raised()
    client, team = await world.thread(number, "client"), await world.thread(number, "team")
    kept = Kept(world)
    away = backfill(world, kept)
    await away.connected()
    away.disconnected()
    await world.pass_(minutes=10)
    await unheard(world, "dana", "Any news?", client)
    await unheard(world, "sam", "Looks like the disk", team)
    id = await unheard(world, "dana", "It is urgent by now", client)
    await unheard(world, "tom", "The login page is down too", world.place("client-acme"))
    before = await world.store.last_source(world.place("client-acme"), "tom")
    assert await away.connected() == Caught(heard=4)
    assert await said(world, number) == ["Any news?", "Looks like the disk", "It is urgent by now"]
    now = await world.store.last_source(world.place("client-acme"), "tom")
    assert before is None
    assert now is not None
    assert await away.connected() == Caught()
    late = await world.store.message(id)
    assert late is not None
    await world.hear("dana", heard_of(late))
    assert (await said(world, number)).count("It is urgent by now") == 1


async def test_it_counts_from_when_it_was_written(world: World) -> None:
    """A resolved request that its client answered while the desk was away is open again."""
    number = await world.raised()
    away = backfill(world, Kept(world))
    await away.connected()
    await world.do("sam", "resolve", request=str(number), summary="Restarted it")
    await world.pass_(minutes=5)
    client = await world.thread(number, "client")
    await unheard(world, "dana", "No, it still fails", client)
    await away.connected()
    assert (await world.request(number)).status is not Status.RESOLVED


async def test_what_is_told_while_history_is_read_is_neither_gone_nor_as_it_was(world: World) -> None:
    """The answer with what stood there comes after what the platform tells of itself: a message that is not in it was
    taken away by nobody, and one that was changed since keeps its new words."""
    number = await world.raised()
    client = await world.thread(number, "client")
    first, _ = await world.write("dana", "It fails at noon", place=client)

    class Slow(Kept):
        async def since(self, place: Place, at: datetime) -> Sequence[Heard]:
            there = await super().since(place, at)
            if place == client and not told:
                told.append(await world.write("dana", "And the printer, too", place=client))
                await world.edit("dana", first, "It fails at night")
            return there

    told: list[object] = []
    away = backfill(world, Slow(world))
    await away.connected()
    away.disconnected()
    await world.pass_(minutes=1)
    assert await away.connected() == Caught()
    assert told
    assert (await said(world, number))[1:] == ["And the printer, too"]
    source = await world.store.source(first.ref)
    assert source is not None
    assert source.text == "It fails at night"


async def test_edits_and_deletions_meanwhile_follow_too(world: World) -> None:
    """A message heard before that reads otherwise now, and one that is gone."""
    number = await world.raised()
    client = await world.thread(number, "client")
    away = backfill(world, Kept(world))
    await away.connected()
    first, _ = await world.write("dana", "The invoce fails", place=client)
    second, _ = await world.write("dana", "My password is hunter2", place=client)
    away.disconnected()
    await world.store.edit(int(first.ref.message), at=world.clock.now(), text="The invoice fails")
    await world.store.delete(int(second.ref.message))
    assert await away.connected() == Caught(edited=1, deleted=1)
    await world.wake()
    team = "\n".join(await world.thread_screen(number, "team"))
    assert "The invoice fails" in team
    assert "hunter2" not in team
    assert await away.connected() == Caught()


async def test_words_that_were_there_once_are_an_edit_again(world: World) -> None:
    """Changed while the desk is away, changed back while it listens, and changed once more: the last words stand."""
    number = await world.raised()
    client = await world.thread(number, "client")
    away = backfill(world, Kept(world))
    await away.connected()
    first, _ = await world.write("dana", "The door is open", place=client)
    for told, text in ((False, "The door is shut"), (True, "The door is open"), (False, "The door is shut")):
        await world.store.edit(int(first.ref.message), at=world.clock.now(), text=text)
        if told:
            await front.edited(world.desk, "dana", replace(first, text=text))
        else:
            assert await away.connected() == Caught(edited=1)
    await world.wake()
    assert "The door is shut" in "\n".join(await world.thread_screen(number, "team"))
    assert await away.connected() == Caught()


async def test_an_edit_that_no_database_can_hold_as_it_is_keeps_nothing_behind(world: World) -> None:
    """Half a character, as platforms cut words: it is heard without it, and the mark goes on."""
    number = await world.raised()
    client = await world.thread(number, "client")
    first, _ = await world.write("dana", "The door is open", place=client)

    class Odd(Kept):
        async def since(self, place: Place, at: datetime) -> Sequence[Heard]:
            there = await super().since(place, at)
            return [replace(h, text="The door is shut \ud83d") if h.ref == first.ref else h for h in there]

    away = backfill(world, Odd(world))
    await world.store.put_mark(f"heard:{PLATFORM}/{WORKSPACE}", world.clock.now())
    assert await away.connected() == Caught(edited=1)
    assert await away.connected() == Caught()


async def test_a_place_that_cannot_be_read_holds_up_no_other_and_is_not_forgotten(world: World) -> None:
    """The rest is heard; the mark stays where it was, and each look tries again."""
    kept, shown = Kept(world), list[str]()
    away = backfill(world, kept, shown)
    await away.connected()
    await world.pass_(hours=3)
    await unheard(world, "dana", "The export fails", world.place("client-acme"))
    await unheard(world, "mia", "Our export fails", world.place("client-globex"))
    kept.broken.add("client-acme")
    caught = await away.connected()
    assert (caught.heard, {place.channel for place in caught.behind}) == (1, {"client-acme"})
    await world.pass_(hours=3)
    kept.broken.clear()
    assert await away.look() == Caught(heard=1)
    assert await world.store.last_source(world.place("client-acme"), "dana") is not None


async def test_a_place_that_is_never_read_again_is_given_up(world: World) -> None:
    """The desk was taken out of a channel: it is tried ever more seldom, and alone; after a day it holds the mark back
    no longer, so that a start reads an hour and not weeks. Let in again it is heard from where it was left."""
    kept, mark = Kept(world), f"heard:{PLATFORM}/{WORKSPACE}"
    away = backfill(world, kept)
    await away.connected()
    began = world.clock.now()
    await world.pass_(hours=3)
    await unheard(world, "dana", "The export fails", world.place("client-acme"))
    kept.broken.add("client-acme")
    await away.connected()
    kept.asked.clear()
    for _ in range(60):
        world.clock.move_by(timedelta(minutes=1))
        await away.look()
    assert {place.channel for place, _ in kept.asked} == {"client-acme"}
    assert len(kept.asked) == 6
    assert (await world.store.mark(mark)) == began
    world.clock.move_by(timedelta(days=1))
    await away.look()
    assert (await world.store.mark(mark)) > world.clock.now() - timedelta(hours=1)
    kept.broken.clear()
    world.clock.move_by(timedelta(minutes=40))
    assert await away.look() == Caught(heard=1)
    kept.asked.clear()
    world.clock.move_by(timedelta(minutes=40))
    assert await away.look() == Caught()
    assert kept.asked == []


async def test_while_it_is_connected_the_mark_follows(world: World) -> None:
    """So that after a crash only a little is read again; a look reads nothing."""
    kept = Kept(world)
    first = backfill(world, kept)
    await first.connected()
    await world.pass_(hours=8)
    await first.look()
    assert not kept.asked
    await unheard(world, "dana", "The export fails", world.place("client-acme"))
    assert await backfill(world, kept).connected() == Caught(heard=1)
    assert min(at for _, at in kept.asked) > world.clock.now() - timedelta(hours=2)


async def test_what_comes_by_both_ways_at_once_is_one(world: World) -> None:
    """The platform tells of a message while its history is being read."""
    number = await world.raised()
    client = await world.thread(number, "client")
    away = backfill(world, Kept(world))
    await away.connected()
    posted = [await unheard(world, "dana", f"line {n}", client) for n in range(3)]
    live = [heard_of(m) for id in posted if (m := await world.store.message(id))]
    await asyncio.gather(away.connected(), *(world.hear("dana", heard) for heard in live))
    assert sorted(await said(world, number)) == ["line 0", "line 1", "line 2"]
