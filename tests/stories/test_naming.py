"""A number typed in another request's thread names that request, or the desk asks; the thread's own is never acted on
by mistake."""

from __future__ import annotations

from datetime import date

import pytest
from desk_world import World, words

from bot.commands import REGISTRY, Command, Kind
from bot.desk import front, naming
from bot.desk.context import Context
from bot.domain.events import Replied, Status
from bot.messages.model import Answer, Said

pytestmark = pytest.mark.asyncio


async def test_private_before_a_title_is_asked_about_before_anybody_sees_it(world):
    """Nothing is opened; one button opens it for the asker and the team alone, the other as it was typed."""
    place = world.place("client-acme")
    asked = (await world.type("dana", "new private: salary file", place=place)).message
    assert [a.label for a in asked.actions] == ["Private", "As it is"]
    assert await world.store.request(1) is None
    for number, action in enumerate(asked.actions, start=1):
        await world.do("dana", action.command, place=place, **dict(action.args))
        request = await world.request(number)
        assert (request.private, request.title) == [(True, "salary file"), (False, "private: salary file")][number - 1]


assert front.DECLARED  # every verb is in the registry

WITH_TEXT = [
    c
    for c in REGISTRY.commands.values()
    if any(p.kind is Kind.REQUEST for p in c.params) and any(p.kind is Kind.TEXT for p in c.params)
]
AFTER = {"moment": "16:00", "request": "into 3", "": "Monday is fine"}


async def three(world: World) -> None:
    """Three requests of Acme's; people type in the thread of the first."""
    for title in ("Export fails", "Printer is broken", "VPN drops"):
        await world.raised(title=title)


async def in_thread(world: World, who: str, side: str = "team", number: int = 1) -> Context:
    place = await world.thread(number, side)
    directory = await world.store.directory()
    conversation = await world.store.conversation_at(place)
    return Context(world.desk, directory.people[who], world.clock.now(), directory, place, conversation)


async def test_no_verb_with_free_text_passes_over_a_number(world):
    """Each verb that takes a request and words: `VERB 2 …` in the thread of 1 is about 2, or asks; never about 1."""
    await three(world)
    context = await in_thread(world, "sam")
    for command in WITH_TEXT:
        await passes_over_nothing(context, command)


async def passes_over_nothing(context: Context, command: Command) -> None:
    grammar = next(p.suggest for p in command.params if p.kind is Kind.TEXT)
    for typed in (f"2 {AFTER[grammar]}", "#2 " + AFTER[grammar], "acme-2 " + AFTER[grammar], "2"):
        read = await naming.read(context, command, typed)
        if isinstance(read, Answer):
            assert isinstance(read.message, Said)
            assert read.message.purpose == "which"
            assert [a.args["request"] for a in read.message.actions] == [2, 1]
            assert {a.command for a in read.message.actions} == {command.name}
            assert typed[0] == "2", "a key or # says it"
        elif grammar == "request" and typed == "2":
            assert read == {"into": "2"}, "the thread's own goes on in that one"
        else:
            assert str(read["request"]).endswith("2"), (typed, read)
    own = await naming.read(context, command, f"1 {AFTER[grammar]}")
    assert isinstance(own, dict)
    assert own["request"] == "1"


async def test_what_the_grammar_tells_is_done_at_once(world):
    """`merge 2 into 3`, `next 2 16:00`, `priority 2 P1 …` in the thread of 1 are about 2."""
    await three(world)
    place = await world.thread(1, "team")
    await world.type("sam", "next 2 16:00", place=place)
    await world.type("sam", "priority 2 P1 the floor is down", place=place)
    assert (await world.request(2)).priority == "P1"
    assert [c for c in (await world.request(2)).sla.clocks if c.promised]
    await world.type("sam", "merge 2 into 3", place=place)
    assert (await world.request(2)).merged_into == 3
    first = await world.request(1)
    assert (first.status, first.priority, [c for c in first.sla.clocks if c.promised]) == (Status.NEW, "P3", [])
    await world.type("sam", "next 2 hours and I know more", place=place)
    assert [c for c in (await world.request(1)).sla.clocks if c.promised], "a length of time is no request"
    await world.type("sam", "merge 3", place=place)
    assert (await world.request(1)).merged_into == 3


async def test_a_day_in_words_is_no_request_anywhere(world):
    """`next 24 Dec` names no 24: outside a thread it is asked which request, in one it is of that; `#24 24 Dec` names
    both."""
    await three(world)
    for _ in range(21):
        await world.raised(title="One of many")
    place = await world.thread(24, "team")
    said = words((await world.type("sam", "next 24 Dec 16:00 the patch comes")).message)
    assert "Which request?" in said
    assert "/desk next 42 24 Dec 16:00 the patch comes" in said

    async def promised(number: int) -> list[date]:
        clocks = (await world.request(number)).sla.clocks
        return [clock.promised.date() for clock in clocks if clock.promised]

    assert await promised(24) == []
    await world.type("sam", "next 24 Dec", place=place)
    await world.type("sam", "next #23 24 Dec")
    await world.type("sam", "next 22 24 Dec")
    await world.type("sam", "next 21 fri")
    days = [await promised(number) for number in (24, 23, 22)]
    assert [(each.day, each.month) for (each,) in days] == [(24, 12)] * 3
    assert await promised(21)


async def test_what_could_be_both_is_asked_and_one_press_does_it(world):
    """`reply 2 hours is fine`: nothing is sent; either button sends exactly what it shows."""
    await three(world)
    place = await world.thread(1, "team")
    answer = await world.type("sam", "reply 2 hours is fine", place=place)
    for number in (1, 2):
        assert not [e for e in await world.store.history(number) if isinstance(e.event, Replied)]
    assert isinstance(answer.message, Said)
    said = words(answer.message)
    assert "Is 2 a request here, or the first word of what you say? Nothing is done yet." in said
    assert "ACME-2, “Printer is broken”:\nhours is fine" in said
    assert "ACME-1, “Export fails”, whose thread this is:\n2 hours is fine" in said
    other, own = answer.message.actions
    assert (other.label, own.label) == ("Reply: ACME-2", "Reply: ACME-1")
    await world.do("sam", own.command, place=place, **own.args)
    replies = [e.event.text for e in await world.store.history(1) if isinstance(e.event, Replied)]
    assert replies == ["2 hours is fine"]
    await world.do("sam", other.command, place=place, **other.args)
    replies = [e.event.text for e in await world.store.history(2) if isinstance(e.event, Replied)]
    assert replies == ["hours is fine"]


async def test_a_number_that_is_no_request_they_may_see_is_a_word(world):
    """Neither one that there is not, nor one of another client: a client learns nothing of it."""
    await three(world)
    await world.do("mia", "new", place=world.place("client-globex"), title="Secret thing")
    place = await world.thread(1, "client")
    await world.type("dana", "urgent 4 people wait", place=place)
    await world.type("sam", "reply 500 users are back", place=place)
    replies = [e.event.text for e in await world.store.history(1) if isinstance(e.event, Replied)]
    assert replies == ["500 users are back"]
    assert (await world.type("dana", "not-yet 4 it fails", place=place)).message.purpose == "refusal"
    assert "no request 4 that you can see" in words((await world.type("dana", "show 4", place=place)).message)


async def test_a_number_after_a_verb_without_words_is_what_the_verb_needs(world):
    """`tick 2` in a thread is its step 2; `show 2`, `assign 2 @priya` and `tick 2 1` name the request."""
    await three(world)
    place = await world.thread(1, "team")
    await world.do("sam", "checklist", request="1", steps="look\nmend")
    await world.type("sam", "tick 2", place=place)
    assert [bool(s.done_by) for s in (await world.request(1)).checklist] == [False, True]
    await world.type("sam", "assign 2 @priya", place=place)
    assert (await world.request(2)).owner == "priya"
    assert "has no checklist yet" in words((await world.type("sam", "tick 2 1", place=place)).message)
    assert "ACME-2 Printer" in words((await world.type("sam", "show 2", place=place)).message)
    form = (await world.type("sam", "assign 2", place=place)).form
    assert form is not None
    assert form.args["request"] == "ACME-2"
    assert "ACME-3" in words((await world.type("sam", "claim 3", place=place)).message)
    assert "I did not understand" in words((await world.type("sam", "claim now", place=place)).message)


async def test_in_a_merged_ones_thread_its_survivor_is_meant(world):
    """`reply 3 …` typed where 1 was merged into 3 needs no question."""
    await three(world)
    place = await world.thread(1, "team")
    await world.type("sam", "merge 1 into 3", place=place)
    await world.type("sam", "reply 3 hello", place=place)
    replies = [e.event.text for e in await world.store.history(3) if isinstance(e.event, Replied)]
    assert replies == ["hello"]


async def test_a_number_alone_shows_that_request(world):
    """By its number or its name, to whoever may see it; others read what they would of `show`."""
    number = await world.raised(title="Export fails")
    for typed in (str(number), f"ACME-{number}", f"acme-{number}", f"#{number}", f"status {number}"):
        shown, alone = await world.type("sam", f"show {number}"), await world.type("sam", typed)
        assert alone.message == shown.message
    unseen = words((await world.type("sam", "show 99")).message)
    assert words((await world.type("sam", "99")).message) == unseen


async def test_a_verb_called_otherwise_is_named_by_what_it_is_called_here(world):
    """To those who have it; others are shown the way to all of theirs."""
    for typed, meant in (("promise 26 16:00", "next"), ("holidays", "settings")):
        assert f"Did you mean /desk {meant}?" in words((await world.type("lee", typed)).message)
    assert "Did you mean /desk next?" not in words((await world.type("dana", "promise 26")).message)


async def test_staff_who_type_ask_are_offered_the_question_to_the_client(world):
    """A press asks it, in a request's thread without a number, too; before it nothing is said.

    For the client `ask` is `new`.
    """
    number = await world.raised(title="Export fails")
    await world.type("sam", f"claim {number}")
    before = await world.thread_screen(number, "client")
    team = await world.thread(number, "team")
    for offered in (
        await world.type("sam", f"ask {number} Which format?"),
        await world.type("sam", "ask Which format?", place=team),
    ):
        said = offered.message
        assert isinstance(said, Said)
        assert "Did you mean ask-client?" in words(said)
        assert await world.thread_screen(number, "client") == before
        [button] = said.actions
        assert (button.command, dict(button.args)) == ("ask-client", {"request": str(number), "text": "Which format?"})
    await world.do("sam", button.command, **button.args)
    assert "Which format?" in "".join(await world.thread_screen(number, "client"))
    assert (await world.request(number)).status is Status.WAITING_CLIENT
    assert "ACME-" in words((await world.type("dana", "ask Another thing", place=world.place("client-acme"))).message)
