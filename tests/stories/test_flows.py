"""What people do one after the other: asking and waiting, speaking for the team, resolving, and plain words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from desk_world import World, words

from bot.domain.events import NoteAdded, Status
from bot.messages.model import NOTHING, Said

pytestmark = pytest.mark.asyncio


def labels(message: Any) -> list[str]:
    return [action.label for action in message.actions]


async def said(world: World, number: int, purpose: str) -> list[str]:
    """What the client reads in its thread of that occasion."""
    place = await world.thread(number, "client")
    bodies = [m.body for m in await world.messages(place.channel, place.thread)]
    return [words(b) for b in bodies if isinstance(b, Said) and b.purpose == purpose]


# --- waiting: the later of two waits holds ----------------------------------------------------------------------------


async def test_asked_then_waiting_on_others_only_the_others_are_waited_for(world):
    """The question says in place that nothing waits for the client; the clocks run; nobody reminds the client."""
    number = await world.raised()
    await world.do("sam", "ask-client", request=str(number), text="Which format?")
    answer = await world.type("sam", f"wait-on {number} Contoso until Friday")
    assert "It no longer waits for Dana's answer; Dana reads so, and is not reminded." in words(answer.message)
    request = await world.request(number)
    assert (request.status, request.question, request.party) == (Status.WAITING_OTHER, "", "Contoso")
    assert request.attention.wait is None
    assert not any(clock.paused for clock in request.sla.clocks)
    (asked,) = await said(world, number, "waiting")
    assert "Which format?\nIt does not wait for your answer any more; what you know is welcome" in asked
    assert "now waits for a third party" in (await said(world, number, "waiting-on"))[0]
    await world.pass_(days=2)
    assert len(await said(world, number, "waiting")) == 1, "no reminder"
    assert await world.store.check() == ()


async def test_waiting_on_others_then_asked_only_the_client_is_waited_for(world):
    """Nobody chases the third party any more, and the client reads one thing only: the question."""
    number = await world.raised()
    await world.type("sam", f"wait-on {number} Contoso until tomorrow")
    answer = await world.do("sam", "ask-client", request=str(number), text="Which format?")
    assert "It waits for Contoso no longer, and nobody is reminded to chase them." in words(answer.message)
    request = await world.request(number)
    assert (request.status, request.party, request.chase_at) == (Status.WAITING_CLIENT, "", None)
    assert await said(world, number, "waiting-on") == [
        "ACME-1 waited for a third party; that is over. What we ask you about it stands below."
    ]
    (asked,) = await said(world, number, "waiting")
    assert "Answer here" in asked
    await world.write("dana", "PDF", place=await world.thread(number, "client"))
    (asked,) = await said(world, number, "waiting")
    assert asked.endswith("It does not wait for your answer any more.")


async def test_after_both_waits_the_client_reads_who_goes_on_and_that_nothing_is_asked(world):
    """Asked, then waiting for others, then resumed: neither message says what is over as if it were so."""
    number = await world.raised()
    await world.do("sam", "assign", request=str(number), to="sam")
    await world.do("sam", "ask-client", request=str(number), text="Which format?")
    await world.type("sam", f"wait-on {number} Contoso until Friday")
    await world.do("sam", "resume", request=str(number))
    assert await said(world, number, "waiting-on") == [
        "ACME-1 waited for a third party; that is over. "
        "Sam Ito went on with it; no answer was needed from you for that."
    ]
    (asked,) = await said(world, number, "waiting")
    assert asked.endswith("It does not wait for your answer any more; what you know is welcome here all the same.")


async def test_a_resolve_that_may_be_undone_leaves_the_question_as_it_reads(world):
    """The client hears nothing of it for a minute; once they are asked whether it works, the question is over."""
    number = await world.raised()
    await world.do("sam", "ask-client", request=str(number), text="Which format?")
    await world.do("sam", "resolve", request=str(number), text="Found it")
    assert "Answer here" in (await said(world, number, "waiting"))[0]
    await world.do("sam", "undo", request=str(number))
    assert "Answer here" in (await said(world, number, "waiting"))[0]
    await world.do("sam", "resolve", request=str(number), text="Found it")
    await world.pass_(minutes=2)
    assert (await said(world, number, "waiting"))[0].endswith("It does not wait for your answer any more.")


# --- who speaks for the team has it -----------------------------------------------------------------------------------

SPEAK = {
    "reply": {"text": "We look"},
    "ask-client": {"text": "Which format?"},
    "next": {"when": "16:00"},
    "wait-on": {"party": "Contoso"},
}


async def test_who_speaks_for_the_team_has_what_nobody_has(world):
    """Each verb that asks or promises takes it, a manager's too; the client is told who, and one press puts it back."""
    for who, (verb, args) in zip(("sam", "priya", "lee", "lee"), SPEAK.items(), strict=True):
        number = await world.raised()
        answer = await world.do(who, verb, request=str(number), **args)
        assert f"Nobody had ACME-{number}, so it is yours now; Dana was told." in words(answer.message)
        assert (await world.request(number)).owner == who
        name = (await world.store.directory()).name_of(who)
        assert f"{name} has it" in "\n".join(await said(world, number, "owner"))
        other = await world.do("sam" if who != "sam" else "priya", "reply", request=str(number), text="Me too")
        assert "Nobody had" not in words(other.message)
        assert (await world.request(number)).owner == who, "somebody has it already"
        back = answer.message.actions[-1]
        assert back.label == "Not mine"
        await world.do(who, back.command, **back.args)
        assert (await world.request(number)).owner is None
        assert "Our team has it" in (await said(world, number, "owner"))[-1]
    assert await world.store.check() == ()


async def test_words_in_the_clients_thread_take_it_too(world):
    """A reply does; a greeting, and words after the end, do not."""
    number = await world.raised()
    place = await world.thread(number, "client")
    _, answer = await world.write("sam", "Hello Dana", place=place)
    assert (answer, (await world.request(number)).owner) == (NOTHING, None)
    _, answer = await world.write("sam", "The disk was full, I clear it now", place=place)
    assert "so it is yours now; Dana was told." in words(answer.message)
    assert (await world.request(number)).owner == "sam"
    other = await world.raised()
    await world.do("sam", "close", request=str(other), text="done")
    await world.write("priya", "It was the disk after all", place=await world.thread(other, "client"))
    assert (await world.request(other)).owner is None


# --- resolving with an open checklist ---------------------------------------------------------------------------------


async def test_an_unfinished_checklist_is_named_and_never_a_dead_end(world):
    """By words or by ✅: what is open, and both ways on; the words that were typed go along."""
    number = await world.raised()
    await world.do("sam", "checklist", request=str(number), steps="look\nmend\ntell")
    await world.do("sam", "tick", request=str(number), step="1")
    answer = await world.do("sam", "resolve", request=str(number), text="Restarted it")
    assert words(answer.message) == "ACME-1 is not resolved yet: 2 of 3 steps are open.\n☐ 2. mend\n☐ 3. tell"
    assert labels(answer.message) == ["Resolve anyway", "Back to the checklist"]
    assert (await world.request(number)).status is Status.NEW
    anyway, back = answer.message.actions
    assert "1 of 3 steps done" in words((await world.do("sam", back.command, **back.args)).message)
    await world.do("sam", "tick", request=str(number), step="2")
    quick = await world.do("sam", "done", request=str(number))
    assert "1 of 3 steps is open." in words(quick.message)
    await world.do("sam", anyway.command, **anyway.args)
    request = await world.request(number)
    assert (request.status, request.summary) == (Status.RESOLVED, "Restarted it")
    other = await world.raised()
    await world.do("sam", "checklist", request=str(other), steps="look")
    again = (await world.do("sam", "done", request=str(other))).message.actions[0]
    await world.do("sam", again.command, **again.args)
    assert (await world.request(other)).status is Status.RESOLVED
    assert "is solved since" in words((await world.do("sam", "done", request=str(other))).message)


# --- plain words ------------------------------------------------------------------------------------------------------


async def test_a_verb_typed_plainly_in_triage_is_hinted_at_and_one_press_does_it(world):
    """Nothing is done by it; only who typed it reads how. Prose among colleagues stays prose."""
    number = await world.raised()
    _, answer = await world.write("sam", f"reply {number} hello, we look", place=world.place("triage"))
    assert words(answer.message) == (
        "I have done nothing: plain words here are for your colleagues, who can read them. To do it, type\n"
        f"/desk reply {number} hello, we look\nor press the button."
    )
    (do,) = answer.message.actions
    assert do.label == "Reply: ACME-1"
    assert (await world.request(number)).owner is None
    await world.do("sam", do.command, place=world.place("triage"), **do.args)
    assert "Sam Ito: hello, we look" in await world.thread_screen(number, "client")
    for prose in ("reply to Dana please", "claim 4711 was rejected", "resolve it?", "1", "done 1", "snooze 1"):
        _, answer = await world.write("sam", prose, place=world.place("triage"))
        assert answer == NOTHING, prose
    _, answer = await world.write("sam", "claim ACME-1 now", place=world.place("triage"))
    (do,) = answer.message.actions
    assert do.args == {"request": "1"}


# --- lines from the channel -------------------------------------------------------------------------------------------


async def test_the_thread_shows_all_that_was_asked_in_the_channel(world):
    """It hangs from the first line; the others, and what is written on in the channel, are repeated in it."""
    channel = world.place("client-acme")
    first, _ = await world.write("dana", "The export fails", place=channel)
    await world.write("dana", "since this morning", place=channel)
    await world.do("dana", "turn", place=channel, message=first.ref.message)
    assert (await world.thread_screen(1, "client"))[0] == "Dana Reyes: The export fails\nsince this morning"
    await world.write("dana", "PDFs as well", place=channel)
    assert (await world.thread_screen(1, "client"))[-1] == "Dana Reyes: PDFs as well"
    assert not [e for e in await world.store.history(1) if isinstance(e.event, NoteAdded)]
    await world.pass_(minutes=5)
    alone, _ = await world.write("tom", "The printer is broken", place=channel)
    await world.do("tom", "turn", place=channel, message=alone.ref.message)
    assert (await world.thread_screen(2, "client"))[0].startswith("Hi Tom, this is ACME-2")


# --- another matter ---------------------------------------------------------------------------------------------------


async def test_a_line_taken_for_part_of_another_request_becomes_its_own_by_one_press(world):
    """Exactly that line, by its author or the team, once; nobody else's, and no other line goes along."""
    channel = world.place("client-acme")
    first, _ = await world.write("dana", "The export fails", place=channel)
    await world.do("dana", "turn", place=channel, message=first.ref.message)
    await world.write("dana", "since this morning", place=channel)
    _, answer = await world.write("dana", "The printer is broken", place=channel)
    (press,) = answer.message.actions
    assert press.label == "This is another matter"
    team = await world.thread(1, "team")
    copies = [m.body for m in await world.messages(team.channel, team.thread)]
    assert press in [replace(a, staff_only=False) for a in copies[-1].actions], "the team has the same press"
    assert "Only Dana Reyes can" in words((await world.do("tom", press.command, **press.args)).message)
    assert "cannot find" in words((await world.do("mia", press.command, message="web/x/y/1")).message)
    answer = await world.do("dana", press.command, **press.args)
    assert "That is ACME-2 now, split from ACME-1" in words(answer.message)
    new = await world.request(2)
    assert (new.title, new.details, new.requester) == ("The printer is broken", "The printer is broken", "dana")
    again = await world.do("sam", press.command, **press.args)
    assert words(again.message) == "That is ACME-2 already; go on in its thread."
    opening = words((await world.do("dana", "another", heard=first)).message)
    assert opening.startswith("That message is all that ACME-1 is about."), "what opened it cannot leave it empty"
    assert await world.store.check() == ()


# --- how pressing it is -----------------------------------------------------------------------------------------------


async def test_the_priority_form_knows_who_is_stopped(world):
    """What the client said of it is chosen already: nobody asks them, or guesses, a second time."""
    number = await world.raised(stopped="everyone")
    form = (await world.do("sam", "priority", request=str(number))).form
    assert form is not None
    assert {i.name: i.value for i in form.inputs}["impact"] == "everyone"
