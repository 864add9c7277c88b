"""Buttons whose time is over: whoever presses one reads what is the case now, who has it, and what is next."""

from __future__ import annotations

import pytest
from desk_world import words

from bot.messages.model import Relay

pytestmark = pytest.mark.asyncio


async def test_a_button_that_is_over_says_how_it_stands(world):
    """No form opens for what cannot happen; the answer names the state, its owner, a next step, and shows it."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    await world.do("sam", "resolve", request=str(number), text="Restarted it")
    await world.pass_(seconds=61)
    for verb in ("resolve", "next", "wait-on", "ask-client", "priority", "assign", "handle"):
        answer = await world.do("priya", verb, request=str(number))
        assert answer.form is None, verb
        said = words(answer.message)
        assert said.startswith("That is over: ACME-1 is solved since "), (verb, said)
        assert "; Sam Ito has it." in said
        assert "Reopen it first" in said
        assert [a.command for a in answer.message.actions] == ["show"]
    await world.do("dana", "works", request=str(number))
    said = words((await world.do("dana", "works", request=str(number))).message)
    assert "ACME-1 is closed since " in said
    assert "There is no request" in words((await world.do("mia", "not-yet", request=str(number), text="x")).message)


async def test_a_merge_that_was_taken_back_is_not_taken_back_again(world):
    """Pressed twice, the button says so rather than asking what to split."""
    first, second = await world.raised(), await world.raised()
    await world.do("sam", "merge", request=str(second), into=str(first))
    await world.do("sam", "split", request=str(second), back=True)
    answer = await world.do("sam", "split", request=str(second), back=True)
    assert answer.form is None
    assert "The merge of ACME-2 was taken back already" in words(answer.message)
    never = words((await world.do("sam", "split", request=str(first), back=True)).message)
    assert "ACME-1 was not merged" in never


async def test_an_older_button_that_takes_a_merge_back_never_asks_what_to_split(world):
    """Without `back`, as earlier releases made it, in the thread of the request that went on."""
    first, second = await world.raised(), await world.raised()
    await world.write("dana", "It is the invoice", place=await world.thread(second, "client"))
    await world.do("sam", "merge", request=str(second), into=str(first))
    there = await world.thread(first, "team")
    taken = await world.do("sam", "split", request=str(second), place=there)
    assert "is by itself again" in words(taken.message)
    again = await world.do("sam", "split", request=str(second), place=there)
    assert again.form is None
    assert "The merge of ACME-2 was taken back already" in words(again.message)
    asked = await world.do("sam", "split", request=str(second), place=await world.thread(second, "team"))
    assert asked.form is not None


async def test_thanks_that_answered_nobody_asks_nothing(world):
    """“This answered them” stands under a courtesy only while the client waits."""
    number = await world.raised()
    place = await world.thread(number, "client")
    await world.write("sam", "Thanks!", place=place)
    await world.do("sam", "reply", request=str(number), text="It is fixed")
    await world.write("sam", "Cheers!", place=place)
    team = await world.thread(number, "team")
    copies = [m.body for m in await world.messages(team.channel, team.thread) if isinstance(m.body, Relay)]
    offered = {c.text: [a.label for a in c.actions] for c in copies if c.person == "sam"}
    assert offered["Thanks!"] == ["This answered them"]
    assert offered["Cheers!"] == []
