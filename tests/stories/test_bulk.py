"""Acting on many: what the preview says is what is done, once, by each request's own verb."""

from __future__ import annotations

import pytest
from desk_world import World, words

from bot.desk.verbs import bulk
from bot.domain.events import Closed, NoteAdded, PriorityChanged, Status
from bot.messages.model import Action, Answer, Listing

pytestmark = pytest.mark.asyncio


def button(answer: Answer, label: str) -> Action:
    """A button of a list."""
    assert isinstance(answer.message, Listing), words(answer.message)
    found = [a for a in answer.message.actions if a.label == label]
    assert found, [a.label for a in answer.message.actions]
    return found[0]


async def press(world: World, who: str, action: Action, event: str = "") -> Answer:
    """Press it."""
    return await world.do(who, action.command, event=event, **action.args)


async def test_from_a_search_to_a_preview_to_the_deed(world: World):
    """Find, act on all, a form, a preview of what changes, who is told and what cannot be; then it is done."""
    numbers = [await world.raised(who, title="Old matter") for who in ("dana", "dana", "tom")]
    await world.do("sam", "close", request=str(numbers[0]), text="by phone")
    found = await world.type("lee", "find matter")
    form = (await press(world, "lee", button(found, "Act on all 3"))).form
    assert form is not None
    seen = await world.do("lee", form.command, **form.args, do="close", reason="set aside since May")
    said = words(seen.message)
    assert "2 requests would be closed: “set aside since May”." in said
    assert "Tom Okafor (1), Dana Reyes (1). The team reads one summary." in said
    assert "1 request cannot be:\nACME-1: ACME-1 is closed already" in said
    assert (await world.request(numbers[1])).status is Status.NEW, "a preview does nothing"
    before = await world.screen("triage")
    done = await press(world, "lee", button(seen, "Do it for 2"))
    assert "2 requests closed." in words(done.message)
    for number in numbers[1:]:
        (closed,) = [e for e in await world.store.history(number) if isinstance(e.event, Closed)]
        assert (closed.by, closed.event) == ("lee", Closed(Status.NEW, "set aside since May"))
        assert [line for line in await world.thread_screen(number, "client") if "closed" in line]
    new = [line for line in await world.screen("triage") if line not in before and "Lee Novak: 2 requests" in line]
    assert new == ["Lee Novak: 2 requests closed: “set aside since May”.\nACME-3, ACME-2"]
    assert await world.store.check() == ()


async def test_typed_in_one_line(world: World):
    """The search and the act in one: assign, priority and note; the new owner reads one message, not one each."""
    numbers = [await world.raised("dana", title=f"Case {i}") for i in range(3)]
    await world.wake()
    seen = await world.type("priya", "bulk unowned client:acme do:assign @sam")
    before = len(await world.screen("dm:sam"))
    await press(world, "priya", button(seen, "Do it for 3"))
    assert [(await world.request(n)).owner for n in numbers] == ["sam"] * 3
    (told,) = (await world.screen("dm:sam"))[before:]
    assert told.startswith("Priya Nair: 3 requests assigned to Sam Ito.")
    for number in numbers:
        assert "Sam Ito has it" in (await world.thread_screen(number, "client"))[-1]
    seen = await world.type("priya", "bulk owner:sam do:priority p1 the whole floor")
    await press(world, "priya", button(seen, "Do it for 3"))
    assert isinstance((await world.store.history(1))[-2].event, PriorityChanged)
    seen = await world.type("priya", "bulk owner:sam do:note ask on Monday")
    assert "No client is told." in words(seen.message)
    await press(world, "priya", button(seen, "Do it for 3"))
    assert (await world.store.history(2))[-1].event == NoteAdded("ask on Monday")
    seen = await world.type("priya", "bulk owner:sam do:assign team")
    await press(world, "priya", button(seen, "Do it for 3"))
    assert (await world.request(3)).owner is None


async def test_what_changed_meanwhile_is_left_alone(world: World):
    """A request that somebody touched since the preview is named, not forced; a clock's warning is no change."""
    touched, quiet = [await world.raised("dana", title="Case", stopped="everyone") for _ in range(2)]
    seen = await world.type("lee", "bulk case do:close set aside")
    await world.do("sam", "reply", request=str(touched), text="On it")
    await world.pass_(hours=3)
    assert len(await world.store.history(quiet)) > 2, "its clocks had something to say"
    done = await press(world, "lee", button(seen, "Do it for 2"))
    assert "1 request closed." in words(done.message)
    assert f"1 request changed meanwhile and left alone: ACME-{touched}." in words(done.message)
    assert (await world.request(touched)).status.is_open
    assert (await world.request(quiet)).status is Status.CLOSED


async def test_pressed_twice_it_happens_once(world: World):
    """The same event again is answered alike; a second press does nothing twice; another's preview is not theirs."""
    number = await world.raised()
    seen = await world.type("lee", "bulk client:acme do:note once")
    do = button(seen, "Do it for 1")
    answers = [await press(world, "lee", do, event="e1"), await press(world, "lee", do, event="e1")]
    answers.append(await press(world, "lee", do))
    assert {words(a.message) for a in answers} == {"1 request given a note."}
    assert len([e for e in await world.store.history(number) if isinstance(e.event, NoteAdded)]) == 1
    assert len([line for line in await world.screen("triage") if "given a note" in line]) == 1
    assert "preview of yours" in words((await press(world, "priya", do)).message)
    assert "preview of yours" in words((await world.do("lee", "bulk", plan="nonsense")).message)


async def test_what_is_missing_is_asked_for(world: World):
    """Each act asks for what it needs; an unknown one is named."""
    await world.raised()
    for given, field in (
        ({"do": "assign"}, "to"),
        ({"do": "close"}, "reason"),
        ({"do": "priority"}, "level"),
        ({"do": "priority", "level": "P1"}, "reason"),
    ):
        form = (await world.do("lee", "bulk", words="client:acme", **given)).form
        assert form is not None
        assert list(form.errors) == [field]
    assert "do:assign, do:priority" in words((await world.type("lee", "bulk late do:explode")).message)
    assert "nothing to act on" in words((await world.type("lee", "bulk client:globex do:close x")).message)
    assert "“@dana”" in words((await world.type("lee", "bulk client:acme do:assign @dana")).message)
    without = words((await world.type("lee", "bulk client:acme owner:none assign @priya")).message)
    assert "/desk bulk client:acme owner:none do:assign @priya" in without
    assert "is for leads and managers" in words((await world.type("sam", "bulk client:acme")).message)
    seen = await world.type("lee", "bulk client:acme do:assign team")
    assert "nothing to do" in words(seen.message)


async def test_at_most_so_many_at_once_and_its_setter_sees_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch):
    """More than the limit is refused with the mend; a long one is told as it goes, in one message."""
    for i in range(5):
        await world.raised("dana", title=f"Case {i}")
    monkeypatch.setattr(bulk, "EACH", 2)
    seen = await world.type("lee", "bulk case do:close set aside")
    await press(world, "lee", button(seen, "Do it for 5"))
    assert [line for line in await world.screen("dm:lee") if "5 requests closed" in line]
    assert not [line for line in await world.screen("dm:lee") if "so far" in line], "edited in place"
    monkeypatch.setattr(bulk, "LIMIT", 4)
    assert "5 requests; at most 4" in words((await world.type("lee", "bulk case do:note x")).message)
