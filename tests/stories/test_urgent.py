"""The client says that it cannot wait: somebody is called, or the client is told honestly when a person looks."""

from __future__ import annotations

import pytest
from desk_world import World, words
from test_promises import set_for

from bot.domain.events import ClientWrote, MarkedUrgent, UrgencyLifted
from bot.domain.policy import Impact, Priority
from bot.messages.model import Card, Said

pytestmark = pytest.mark.asyncio


async def mark(world: World, number: int, *, who: str = "dana", impact: str = "everyone", text: str = "All tills down"):
    """By the button's form."""
    return await world.do(who, "urgent", request=str(number), impact=impact, needed="by noon", text=text)


async def pages(world: World, channel: str) -> list[str]:
    """The calls that stand there."""
    return [
        words(m.body) for m in await world.messages(channel) if isinstance(m.body, Said) and m.body.purpose == "page"
    ]


async def test_the_button_asks_who_is_stopped_and_by_when(world):
    """On the receipt; a form of three, of which only who is stopped is required."""
    number = await world.raised()
    place = await world.thread(number, "client")
    receipt = (await world.messages(place.channel, place.thread))[0].body
    assert isinstance(receipt, Said)
    button = next(a for a in receipt.actions if a.label == "It's urgent")
    form = (await world.do("dana", button.command, **dict(button.args))).form
    assert form is not None
    assert [(i.name, i.required) for i in form.inputs] == [("impact", True), ("needed", False), ("text", False)]


async def test_within_service_hours_the_lead_is_called_at_once(world):
    """Priya, who leads, gets it in her direct messages, and alerts; the client reads that she was called."""
    number = await world.raised()
    await mark(world, number)
    for channel in ("dm:priya", "alerts"):
        (page,) = await pages(world, channel)
        assert "ACME-1, “Export fails”: Dana Reyes, Acme, says it is urgent." in page
        assert "URGENT: everyone stopped, needed by noon" in page
    request = await world.request(number)
    assert (request.urgent, request.priority) == (Impact.EVERYONE, Priority.P1)
    thread = await world.thread_screen(number, "client")
    assert "Dana Reyes: All tills down" in thread
    assert "ACME-1 is marked urgent. Priya Nair was called at 2026-06-09T09:00+00:00." in thread[-1]
    card = next(m.body for m in await world.messages("triage") if isinstance(m.body, Card))
    assert (card.tone, card.priority, card.fields[0].label) == ("bad", "P1", "Urgent")


async def test_the_receipt_follows_what_is_urgent(world):
    """It names the time that holds now, and offers to mark it only while it is not marked."""
    number = await world.raised()
    place = await world.thread(number, "client")

    async def receipt() -> Said:
        (body,) = [
            m.body
            for m in await world.messages(place.channel, place.thread)
            if isinstance(m.body, Said) and m.body.purpose == "receipt"
        ]
        return body

    before = await receipt()
    await mark(world, number)
    marked = await receipt()
    assert "It's urgent" not in [a.label for a in marked.actions]
    assert words(marked) != words(before), "the time of an urgent request is another one"
    await world.do("sam", "not-urgent", request=str(number), text="The old tills work.")
    assert "It's urgent" in [a.label for a in (await receipt()).actions]


async def test_reopening_what_is_open_is_refused_before_the_form(world):
    """Nobody fills in a form for nothing."""
    answer = await world.do("sam", "reopen", request=str(await world.raised()))
    assert answer.form is None
    assert "ACME-1" in words(answer.message)


async def test_urgent_without_a_number_asks_which_and_keeps_the_words(world):
    """The person's own open requests, and something new; nobody else's. Without words the example is of this verb."""
    number = await world.raised()
    other = await world.raised("mia")
    place = world.place("client-acme")
    asked = (await world.type("dana", "urgent our till is dead", place=place)).message
    assert isinstance(asked, Said)
    assert "our till is dead" in words(asked)
    assert [(a.command, dict(a.args)) for a in asked.actions] == [
        ("urgent", {"text": "our till is dead", "request": number}),
        ("new", {"title": "our till is dead"}),
    ]
    assert other != number
    assert "urgent 42" in words((await world.type("dana", "urgent", place=place)).message)
    await world.do("dana", "new", place=place, **dict(asked.actions[1].args))
    assert (await world.request(other + 1)).title == "our till is dead"


async def test_out_of_hours_the_client_is_told_when_a_person_looks(world):
    """Nobody is on call: alerts has it, nobody is woken, and the client reads the hours."""
    number = await world.raised()
    await world.pass_(hours=10)
    await mark(world, number)
    assert await pages(world, "dm:priya") == []
    assert len(await pages(world, "alerts")) == 1
    told = (await world.thread_screen(number, "client"))[-1]
    assert "We are closed until 2026-06-10T08:00+00:00; a person looks at it then." in told


@pytest.mark.parametrize(("on_call", "channel"), [("sam", "dm:sam"), ("@sam", "dm:sam"), ("lead", "dm:priya")])
async def test_who_is_on_call_is_called_at_any_hour(world, on_call, channel):
    """A person, or whoever leads; the client is told who."""
    await set_for(world, on_call=on_call)
    number = await world.raised()
    await world.pass_(hours=10)
    await mark(world, number)
    assert len(await pages(world, channel)) == 1
    assert "was called at" in (await world.thread_screen(number, "client"))[-1]


async def test_a_second_time_it_is_known_and_the_words_are_added(world):
    """Nobody is called twice; they read who has it since when."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    await mark(world, number)
    again = await world.do("dana", "urgent", request=str(number))
    assert words(again.message).startswith("We know: ACME-1, Sam Ito has it, urgent since 2026-06-09T09:00+00:00.")
    await mark(world, number, who="tom", text="Now the warehouse too")
    entries = await world.store.history(number)
    assert len([e for e in entries if isinstance(e.event, MarkedUrgent)]) == 1
    assert entries[-1].event == ClientWrote("Now the warehouse too")
    assert len(await pages(world, "dm:priya")) == 1
    assert len(await pages(world, "dm:sam")) == 1, "its owner hears of it too"


async def test_staff_take_the_mark_off_with_a_reason_the_client_reads(world):
    """The priority goes back, and the words are kind."""
    number = await world.raised()
    await mark(world, number)
    form = (await world.do("sam", "not-urgent", request=str(number))).form
    assert form is not None
    assert form.inputs[0].required
    await world.do("sam", "not-urgent", request=str(number), text="The old tills work, so we finish it tomorrow.")
    request = await world.request(number)
    assert (request.urgent, request.priority) == (None, Priority.P3)
    told = (await world.thread_screen(number, "client"))[-1]
    assert told.startswith("Sam Ito took the urgent mark off ACME-1:\nThe old tills work, so we finish it tomorrow.\n")
    assert "If it stops you again, say so here or press It's urgent." in told
    assert isinstance((await world.store.history(number))[-3].event, UrgencyLifted)


async def test_what_was_resolved_comes_back_by_it(world):
    """It cannot wait, so it is open again."""
    number = await world.raised()
    await world.do("sam", "resolve", request=str(number), text="Done")
    await world.pass_(minutes=5)
    await mark(world, number)
    assert (await world.request(number)).status.is_open


async def test_others_cannot_mark_it(world):
    """Another client's people learn nothing, and staff have their own words for it."""
    number = await world.raised()
    assert "There is no request 1 that you can see" in words((await mark(world, number, who="mia")).message)
    assert "is for the client's people" in words((await mark(world, number, who="sam")).message)


async def copies(world: World) -> list[Said]:
    """The call as it stands in alerts and with whom it was made."""
    bodies = [m.body for where in ("alerts", "dm:priya") for m in await world.messages(where)]
    return [body for body in bodies if isinstance(body, Said) and body.purpose == "page"]


async def test_each_copy_of_a_call_says_who_took_it_and_how_it_ended(world):
    """Claimed, answered, resolved: edited in place, and nobody is left with a button for what is done."""
    number = await world.raised()
    await mark(world, number)
    assert [a.label for a in (await copies(world))[0].actions] == ["Claim", "I'm on it, news at…", "Reply", "Show"]
    await world.do("sam", "claim", request=str(number))
    for page in await copies(world):
        assert "Owner: Sam Ito has it." in words(page)
        assert [a.label for a in page.actions] == ["Show"]
    await world.do("sam", "reply", request=str(number), text="The tills are being restarted")
    assert all("Sam Ito answered 2026-06-09T09:00+00:00." in words(page) for page in await copies(world))
    await world.do("sam", "resolve", request=str(number), text="Restarted")
    pages = await copies(world)
    assert len(pages) == 2
    for page in pages:
        assert words(page).endswith("Resolved by Sam Ito 2026-06-09T09:00+00:00.")
        assert [a.label for a in page.actions] == ["Show"]


async def test_a_call_that_was_not_needed_says_who_took_the_mark_off(world):
    """Nobody acts on what can wait after all."""
    number = await world.raised()
    await mark(world, number)
    await world.do("sam", "not-urgent", request=str(number), text="The old tills work.")
    for page in await copies(world):
        assert "Urgent no longer: Sam Ito took the mark off 2026-06-09T09:00+00:00." in words(page)
        assert [a.label for a in page.actions] == ["Show"]
