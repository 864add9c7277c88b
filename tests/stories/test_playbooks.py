"""Kinds of request with their own questions, checklists and saved replies."""

from __future__ import annotations

import pytest
from desk_world import World, words

from bot.messages.model import Form

pytestmark = pytest.mark.asyncio


async def laptop(world: World, **other: object) -> None:
    args = {"key": "new-laptop", "label": "A new laptop", "questions": "Asset tag *\nSite : Rome / Oslo"}
    await world.do("priya", "kind", **(args | {"steps": "Order it\nEncrypt it", "priority": "P4"} | other))


async def test_a_kind_asks_its_own_questions_and_brings_its_checklist(world: World):
    """The client fills two small forms; the card shows the answers, the steps, and the kind's own priority."""
    await laptop(world)
    form = (await world.do("dana", "new", place=world.place("client-acme"))).form
    assert ("new-laptop", "A new laptop") in [
        (o.value, o.label) for i in form.inputs if i.name == "kind" for o in i.options
    ]
    asked = (await world.do("dana", "new", title="One for Kim", kind="new-laptop")).form
    assert [(i.label, i.kind, i.required) for i in asked.inputs] == [
        ("Asset tag", "line", True),
        ("Site", "choice", False),
    ]
    again = (await world.do("dana", "new", **dict(asked.args), **{"answer-0": " ", "answer-1": "Rome"})).form
    assert again.errors == {"answer-0": "This one is needed."}
    number = await world.raised(title="One for Kim", kind="new-laptop", **{"answer-0": "L-17", "answer-1": "Rome"})
    card = (await world.screen("triage"))[0]
    assert "Kind: A new laptop; Asset tag: L-17; Site: Rome; Checklist: 0 of 2 done" in card
    assert "[P4]" in card
    assert any("Asset tag: L-17" in said for said in await world.screen("client-acme"))
    assert (await world.request(number)).kind == "new-laptop"


async def test_ticking_steps_shows_on_the_card_and_in_the_history(world: World):
    """By button or command; who did it is shown; changing the list keeps what is done."""
    await laptop(world)
    number = await world.raised(kind="new-laptop", **{"answer-0": "L-17"})
    said = words((await world.type("sam", f"tick {number} 1")).message)
    assert "1 of 2 steps done" in said
    assert "1. Order it  Sam Ito" in said
    assert "Checklist: 1 of 2 done" in (await world.screen("triage"))[0]
    form = (await world.do("sam", "checklist", request=number, edit=True)).form
    assert form.inputs[0].value == "Order it\nEncrypt it"
    await world.do("sam", "checklist", request=number, edit=True, steps="Order it\nLabel it\nEncrypt it")
    assert "Checklist: 1 of 3 done" in (await world.screen("triage"))[0]
    assert "did step 1 of the checklist" in words((await world.type("sam", f"history {number}")).message)
    assert "name one from 1 to 3" in words((await world.type("sam", f"tick {number} nine")).message)


async def test_a_kind_can_be_changed_and_taken_away(world: World):
    """Requests that were opened with it keep what they say."""
    await laptop(world)
    number = await world.raised(kind="new-laptop", **{"answer-0": "L-17"})
    form = (await world.do("priya", "kind", key="new-laptop")).form
    values = {i.name: i.value for i in form.inputs}
    assert (values["questions"], values["priority"]) == ("Asset tag *\nSite : Rome / Oslo", "P4")
    await world.do("priya", "kind", key="laptop", label="Laptop", known="new-laptop")
    listed = words((await world.type("sam", "kinds")).message)
    assert "laptop  “Laptop”" in listed
    assert "new-laptop" not in listed
    await world.do("priya", "kind", key="laptop", gone=True)
    assert "“laptop” is no kind" in words((await world.do("dana", "new", title="x", kind="laptop")).message)
    assert "Asset tag: L-17" in words((await world.type("sam", f"show {number}")).message)


async def test_a_saved_reply_is_filled_in_to_be_read_before_it_goes(world: World):
    """From the reply form or by name; its placeholders are this request's; nothing is sent until a person sends it."""
    text = "Hi {requester}, please send us the log for {ref}. {me}"
    await world.type("priya", f"save-reply ask-logs {text}")
    number = await world.raised()
    form = (await world.do("sam", "reply", request=number)).form
    assert [o.value for i in form.inputs if i.name == "saved" for o in i.options] == ["ask-logs"]
    for answer in (
        await world.do("sam", "reply", request=number, saved="ask-logs"),
        await world.type("sam", f"use {number} ask-logs"),
    ):
        assert answer.form.inputs[0].value == f"Hi Dana, please send us the log for ACME-{number}. Sam Ito"
    assert not any("please send" in said for said in await world.thread_screen(number, "client"))
    await world.do("sam", "reply", request=number, text=form and answer.form.inputs[0].value)
    assert "Sam Ito: Hi Dana, please send us the log" in (await world.thread_screen(number, "client"))[-1]


async def test_saved_replies_are_listed_renamed_and_taken_away(world: World):
    """A lead keeps them; each refusal says what there is."""
    assert "No reply is saved yet" in words((await world.type("sam", "saved")).message)
    await world.do("priya", "save-reply", key="ask", text="Which one?", client="acme")
    await world.do("priya", "save-reply", key="ask-which", text="Which one?", known="ask", client="GLOBEX")
    listed = words((await world.type("sam", "saved")).message)
    assert "ask-which for GLOBEX" in listed
    number = await world.raised()
    assert "no saved reply that fits here" in words((await world.type("sam", f"use {number} ask-which")).message)
    assert "There is no placeholder {dana}" in words((await world.type("priya", "save-reply x Hi {dana}")).message)
    await world.do("priya", "save-reply", key="ask-which", gone=True)
    assert "None is saved yet" in words((await world.do("priya", "save-reply", key="ask-which", gone=True)).message)


@pytest.mark.parametrize("who", ["dana", "sam"])
async def test_kinds_and_replies_are_a_leads_to_set(world: World, who: str):
    """Others are told who can; nothing changes."""
    for verb in ("save-reply ask Hi", "kind x"):
        assert "is for leads and managers" in words((await world.type(who, verb)).message)
    assert (await world.store.directory()).replies == {}


async def test_an_empty_form_opens_to_write_the_first(world: World):
    """What is missing is asked for."""
    for verb in ("save-reply", "kind"):
        assert isinstance((await world.do("priya", verb)).form, Form)
