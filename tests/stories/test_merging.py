"""One matter raised twice goes on as one, and two matters raised as one become two; nothing is lost or shortened."""

from __future__ import annotations

import pytest
from desk_world import World, words

from bot.domain.clocks import Outcome
from bot.domain.events import Breached, ClientWrote, Status
from bot.domain.policy import ClockKind
from bot.messages.model import Card, Ref, Said

pytestmark = pytest.mark.asyncio


async def two(world: World) -> tuple[int, int]:
    """The same matter, raised by Tom and, half an hour later, by Dana."""
    first = await world.raised("tom", title="No exports", stopped="team")
    await world.pass_(minutes=30)
    return first, await world.raised("dana", title="Export fails", stopped="team")


async def merge(world: World, source: int, into: int, who: str = "sam") -> str:
    """What the one who merges reads."""
    return words((await world.type(who, f"merge {source} into {into}", place=world.place("triage"))).message)


async def test_the_source_ends_without_a_verdict_and_both_link_to_each_other(world):
    """Cancelled as merged; the client reads kindly in its thread where it goes on; the cards name each other."""
    first, second = await two(world)
    assert f"ACME-{first} goes on in ACME-{second}" in await merge(world, first, second)
    source, target = await world.request(first), await world.request(second)
    assert (source.status, source.merged_into, target.absorbed) == (Status.CANCELLED, second, ("ACME-1",))
    assert {c.outcome for c in source.sla.clocks} == {Outcome.CANCELLED}
    told = (await world.thread_screen(first, "client"))[-1]
    assert told.startswith("ACME-1 and ACME-2 are about the same, so we go on in ACME-2.")
    assert "“No exports”, is about the same and goes on here." in (await world.thread_screen(second, "client"))[-1]
    cards = {m.body.number: m.body for m in await world.messages("triage") if isinstance(m.body, Card)}
    goes_on = next(f.value for f in cards[first].fields if f.label == "Goes on in")
    assert goes_on == (Ref(second, "ACME-2"),)
    assert any(f.label == "Merged in" for f in cards[second].fields)


@pytest.mark.rule("16.3")
async def test_a_merge_cannot_shorten_a_wait(world):
    """The oldest unanswered message of both counts (rule 16); the source never alerts."""
    first, second = await two(world)
    await merge(world, first, second)
    clock = (await world.request(second)).sla.running(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert clock.started_at == (await world.request(first)).opened_at
    await world.pass_(minutes=31)
    assert [e for e in await world.store.history(second) if isinstance(e.event, Breached)]
    assert not [e for e in await world.store.history(first) if isinstance(e.event, Breached)]
    assert not [s for s in await world.screen("alerts") if "ACME-1," in s]


async def test_a_wait_that_was_late_already_is_not_told_again(world):
    """It stays missed in the one that goes on, silently: alerts have it from the first."""
    first, second = await two(world)
    await world.pass_(minutes=31)
    assert len([s for s in await world.screen("alerts") if "missed first response" in s]) == 1
    await merge(world, first, second)
    await world.pass_(minutes=20)
    clock = (await world.request(second)).sla.running(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert (clock.reported, clock.cause) == (True, "merged")
    assert len([s for s in await world.screen("alerts") if s.startswith("ACME-2,") and "first response" in s]) <= 1
    assert not [e for e in await world.store.history(second) if isinstance(e.event, Breached)]


async def test_later_messages_follow_the_survivor(world):
    """What is written in the source's threads, the client's and the team's, goes on in the other: words, notes, clocks;
    also through a chain of merges."""
    first, second = await two(world)
    third = await world.raised("dana", title="CSV is empty")
    await merge(world, first, second)
    await merge(world, second, third)
    await world.do("sam", "reply", request=str(third), text="We look")
    await world.write("tom", "Now also the PDFs", place=await world.thread(first, "client"))
    assert isinstance((await world.store.history(third))[-1].event, ClientWrote)
    assert (await world.thread_screen(third, "team"))[-1] == "Tom Okafor: Now also the PDFs"
    assert "Tom Okafor: Now also the PDFs" in await world.thread_screen(third, "client")
    assert (await world.request(third)).sla.running(ClockKind.NEXT_REPLY) is not None
    await world.write("sam", "same cause", place=await world.thread(first, "team"))
    assert (await world.thread_screen(third, "team"))[-1] == "Sam Ito: same cause"
    await world.write("sam", "Both are coming back", place=await world.thread(first, "client"))
    assert "Sam Ito: Both are coming back" in await world.thread_screen(third, "client")
    assert (await world.request(third)).sla.running(ClockKind.NEXT_REPLY) is None
    assert "ACME-3" in words((await world.type("sam", "show", place=await world.thread(second, "team"))).message)


async def test_what_cannot_be_merged(world):
    """Itself, another client's, a circle, what has ended, and where others would read more; each says why."""
    first, second = await two(world)
    assert "cannot be merged into itself" in await merge(world, first, first)
    await world.do("mia", "new", place=world.place("client-globex"), title="VPN")
    assert "different clients'" in await merge(world, first, 3)
    await world.type("dana", "new --private Salary list", place=world.place("client-acme"))
    assert "a merge would show them more" in await merge(world, 4, first)
    assert "a merge would show them more" in await merge(world, first, 4)
    await merge(world, first, second)
    assert "was merged into ACME-2; name that one instead" in await merge(world, second, first)
    await world.do("sam", "close", request=str(second), text="done")
    other = await world.raised("dana", title="Another")
    assert "has ended; reopen it first" in await merge(world, other, second)


async def test_the_form_offers_what_the_same_people_see(world):
    """The client's own open requests, neither private nor another client's."""
    first, second = await two(world)
    await world.type("dana", "new --private Salary list", place=world.place("client-acme"))
    await world.do("mia", "new", place=world.place("client-globex"), title="VPN")
    form = (await world.do("sam", "merge", request=str(first))).form
    assert form is not None
    assert [o.label for o in form.inputs[0].options] == [f"ACME-{second}, Export fails"]


async def test_a_merge_is_taken_back_by_split(world):
    """The source stands as before, with its own clocks; the other waits for what is its own."""
    first, second = await two(world)
    before = (await world.request(first)).sla.clocks
    await merge(world, first, second)
    answer = await world.do("sam", "split", request=str(first))
    assert "is by itself again, as it was before" in words(answer.message)
    source, target = await world.request(first), await world.request(second)
    assert (source.status, source.merged_into, source.sla.clocks) == (Status.NEW, 0, before)
    clock = target.sla.running(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert (clock.started_at, target.absorbed) == (target.opened_at, ())
    assert "goes on by itself again" in (await world.thread_screen(first, "client"))[-1]
    screen = await world.thread_screen(second, "client")
    assert not any("is about the same" in each for each in screen), "the survivor's thread says nothing false"
    assert "It is not, and goes on by itself" in screen[-1]
    await merge(world, first, second)
    assert "is about the same and goes on here" in (await world.thread_screen(second, "client"))[-1]
    assert await world.store.check() == ()


async def test_words_become_a_request_of_their_own(world):
    """By the message's own menu: the burst with it, from when it was written, linked; the old one waits no more."""
    number = await world.raised()
    await world.do("sam", "reply", request=str(number), text="On it")
    place = await world.thread(number, "client")
    await world.pass_(minutes=10)
    heard, _ = await world.write("dana", "The printer is broken too", place=place)
    written = world.clock.now()
    await world.pass_(seconds=30)
    await world.write("dana", "It blinks red", place=place)
    await world.pass_(minutes=5)
    answer = await world.do("sam", "split", place=place, heard=heard)
    assert f"That is ACME-{number + 1} now, split from ACME-{number}" in words(answer.message)
    new, old = await world.request(number + 1), await world.request(number)
    assert (new.title, new.details) == ("The printer is broken too", "The printer is broken too\nIt blinks red")
    assert (new.opened_at, new.requester, new.split_from) == (written, "dana", "ACME-1")
    clock = new.sla.running(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert clock.started_at == written
    assert (old.split_into, old.sla.unanswered_since) == ((f"ACME-{number + 1}",), None)
    assert old.sla.running(ClockKind.NEXT_REPLY) is None
    assert (await world.thread_screen(number, "client"))[-1] == f"This is a request of its own now, ACME-{number + 1}:"
    assert (await world.thread_screen(new.number, "client"))[0].startswith("Hi Dana, this is ACME-2")
    assert await world.store.check() == ()


async def test_a_split_leaves_what_else_waits(world):
    """Older words without an answer still count in the old one, and an answer given meanwhile counts in the new one."""
    number = await world.raised()
    place = await world.thread(number, "client")
    await world.pass_(minutes=10)
    await world.write("dana", "The printer is broken too", place=place)
    await world.do("sam", "reply", request=str(number), text="We look at both")
    form = (await world.do("sam", "split", request=str(number))).form
    assert form is not None
    assert [o.label for o in form.inputs[0].options] == ["The printer is broken too"]
    option = form.inputs[0].options[0].value
    await world.do("sam", "split", request=str(number), entry=option, title="Printer")
    new = await world.request(number + 1)
    first = new.sla.latest(ClockKind.FIRST_RESPONSE)
    assert first is not None
    assert (new.title, first.outcome) == ("Printer", Outcome.MET)


async def burst(world, *lines: str):
    """Dana writes these lines in the channel, one right after the other, and they become one request."""
    place = world.place("client-acme")
    heard = [(await world.write("dana", text, place=place))[0] for text in lines]
    await world.do("dana", "turn", place=place, heard=heard[0])
    return heard


async def reads(world, number: int) -> tuple[str, str]:
    request = await world.request(number)
    return request.title, request.details


async def test_a_line_of_what_a_request_was_opened_with_becomes_its_own(world):
    """From when it was written; the old one is about what is left, in its title, its details and its copies, and waits
    as long as before."""
    first, second, third = await burst(world, "The export fails", "The printer is broken", "It blinks red")
    since = (await world.request(1)).sla.unanswered_since
    answer = await world.do("dana", "another", place=first.ref.place, heard=second)
    assert "That is ACME-2 now, split from ACME-1" in words(answer.message)
    assert await reads(world, 1) == ("The export fails", "The export fails\nIt blinks red")
    assert await reads(world, 2) == ("The printer is broken", "The printer is broken")
    old, new = await world.request(1), await world.request(2)
    assert (new.opened_at, new.requester, new.split_from) == (second.at, "dana", "ACME-1")
    assert (old.split_into, old.sla.unanswered_since) == (("ACME-2",), since)
    copied = "\n".join(await world.thread_screen(1, "team"))
    assert "printer" not in copied
    assert "The export fails\nIt blinks red" in copied
    assert (await world.thread_screen(1, "client"))[-1] == "This is a request of its own now, ACME-2:"
    again = await world.do("dana", "another", place=first.ref.place, heard=second)
    assert "That is ACME-2 already" in words(again.message)
    await world.do("sam", "split", place=first.ref.place, heard=first, request="1")
    assert (await reads(world, 1), await reads(world, 3)) == (("It blinks red",) * 2, ("The export fails",) * 2)
    last = await world.do("dana", "another", place=first.ref.place, heard=third)
    assert "That message is all that ACME-1 is about." in words(last.message)
    assert await world.store.check() == ()


async def test_an_edit_follows_a_line_to_where_it_lives_now(world):
    """A line of the opening changes only the request that it became; one of the thread changes its old copy, too; a
    deletion blanks every copy there is."""
    first, second = await burst(world, "The export fails", "The printer is broken")
    await world.do("dana", "another", place=first.ref.place, heard=second)
    thread = await world.thread(1, "client")
    heard, _ = await world.write("dana", "And the scanner", place=thread)
    await world.do("sam", "another", place=thread, heard=heard)
    assert await reads(world, 3) == ("And the scanner",) * 2
    for line, text in ((second, "The printer on floor 2 is broken"), (heard, "And the big scanner")):
        await world.edit("dana", line, text)
    assert await reads(world, 1) == ("The export fails",) * 2
    assert await reads(world, 2) == ("The printer on floor 2 is broken",) * 2
    assert await reads(world, 3) == ("And the big scanner",) * 2
    assert any("And the big scanner" in said for said in await world.thread_screen(1, "team"))
    assert not any("floor 2" in said for said in await world.thread_screen(1, "team"))
    for line in (second, heard):
        await world.delete("dana", line)
    assert [(await reads(world, number))[1] for number in (1, 2, 3)] == ["The export fails", "", ""]
    everywhere = [said for number in (1, 2, 3) for said in await world.thread_screen(number, "team")]
    assert not [said for said in everywhere if "floor 2" in said or "big scanner" in said]
    assert await world.store.check() == ()


async def test_what_cannot_be_split(world):
    """Nothing written yet, a message of the team's, a client's hand."""
    number = await world.raised()
    assert "has written nothing more in ACME-1" in words((await world.do("sam", "split", request=str(number))).message)
    place = await world.thread(number, "client")
    heard, _ = await world.write("sam", "On it", place=place)
    await world.write("dana", "Thanks, and the printer?", place=place)
    assert "is no word of the client's" in words((await world.do("sam", "split", place=place, heard=heard)).message)
    assert "is for our team" in words((await world.do("dana", "split", request=str(number))).message)
    shown = (await world.messages("triage"))[-1].body
    assert not isinstance(shown, Said) or shown.purpose != "split"
