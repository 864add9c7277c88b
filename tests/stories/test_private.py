"""Private requests: seen by their requester, those they are shared with and the team, and by nobody else anywhere."""

from __future__ import annotations

import pytest
from desk_world import World, words

from bot.desk import front, plan
from bot.domain.events import ClientWrote, MadePrivate, Shared
from bot.domain.people import Person, Role
from bot.messages.model import Said
from bot.ports import DirectoryEdit, Place

pytestmark = pytest.mark.asyncio

SECRET = "Salary list"


async def everything_for(world: World, who: str, number: int) -> str:
    """All that somebody of Acme can read or ask about: their channels with all threads, and every verb that looks."""
    seen: list[str] = []
    for channel in ("client-acme", f"dm:{who}"):
        for root in await world.messages(channel):
            seen += await world.screen(channel, root.id)
        seen += await world.screen(channel)
    for verb in ("show", "history", "why", "transcript"):
        seen.append(words((await front.run(world.desk, who, verb, {"request": str(number)})).message))
    for text in ("find wrong", f"find {number}", "my", "report"):
        seen.append(words((await world.type(who, text)).message))
    seen += [f"{s.insert} {s.label} {s.help}" for s in await front.complete(world.desk, who, "show ")]
    return "\n".join(seen)


async def left(world: World, place: Place) -> list[str]:
    """What still stands in the client's channel and in a thread of it."""
    shown = [*await world.messages("client-acme"), *await world.messages(place.channel, place.thread)]
    return [f"{m.author}: {words(m.body) if m.body else m.text}" for m in shown if not m.deleted]


async def kim(world: World) -> str:
    """One more person of Acme."""
    await world.store.edit_directory(
        DirectoryEdit(
            people=(Person("kim", "Kim Adler", Role.CLIENT, "Europe/London", "ACME"),),
            identities=(("web", "desk", "kim", "kim"),),
            bindings=(("dm:kim", Place("web", "desk", "dm:kim")),),
        )
    )
    await world.wake()
    return "kim"


async def test_a_private_request_lives_in_its_requesters_direct_messages(world):
    """By flag: nothing in the client's channel; its root and thread are Dana's own; the team card says Private."""
    answer = await world.type("dana", f"new --private {SECRET} is wrong", place=world.place("client-acme"))
    assert "It is private; you find all of it in your direct messages." in words(answer.message)
    assert await world.screen("client-acme") == []
    request = await world.request(1)
    assert (request.private, request.title) == (True, f"{SECRET} is wrong")
    thread = await world.thread(1, "private")
    assert thread.channel == world.place("dm:dana").channel
    assert (await world.thread_screen(1, "private"))[0].startswith("Hi Dana, this is ACME-1")
    assert "Private: Only Dana Reyes and our team" in words((await world.do("sam", "show", request="1")).message)


async def test_colleagues_never_learn_of_it(world):
    """Not in a channel, a list, a search, a completion, a history or a report; nor by its number."""
    await world.type("dana", f"new --private {SECRET} is wrong", place=world.place("client-acme"))
    await world.do("sam", "claim", request="1")
    await world.do("sam", "reply", request="1", text="Looking")
    await world.do("sam", "resolve", request="1", text="Mended the salary list")
    await world.pass_(minutes=2)
    seen = await everything_for(world, "tom", 1)
    assert SECRET not in seen
    assert "ACME-1" not in seen
    assert "salary" not in seen.lower()
    assert SECRET in await everything_for(world, "dana", 1)


async def test_what_the_requester_writes_in_their_thread_is_heard(world):
    """And the team's replies come there, under their names; colleagues' channel stays silent."""
    await world.type("dana", f"new --private {SECRET} is wrong", place=world.place("client-acme"))
    await world.write("dana", "It shows last year", place=await world.thread(1, "private"))
    assert (await world.store.history(1))[-1].event == ClientWrote(
        "It shows last year", message=(await world.store.history(1))[-1].event.message
    )
    assert "Dana Reyes: It shows last year" in (await world.thread_screen(1, "team"))[-1]
    await world.write("sam", "a note", place=await world.thread(1, "team"))
    await world.do("sam", "reply", request="1", text="Thank you, looking")
    assert (await world.thread_screen(1, "private"))[-1] == "Sam Ito: Thank you, looking"
    assert await world.screen("client-acme") == []


async def test_stakeholders_get_a_copy_and_find_it(world):
    """Named at the start or later; each sees it, and nobody else does."""
    third = await kim(world)
    await world.type("dana", f"new {SECRET} is wrong --with @tom", place=world.place("client-acme"))
    request = await world.request(1)
    assert (request.private, request.stakeholders) == (True, ("tom",))
    copies = [m.body for m in await world.messages("dm:tom") if isinstance(m.body, Said) and m.body.purpose == "shared"]
    assert len(copies) == 1
    assert SECRET in await everything_for(world, "tom", 1)
    assert SECRET not in await everything_for(world, third, 1)
    answer = await world.do("dana", "share", request="1", person="kim")
    assert "Kim Adler sees ACME-1 from now on" in words(answer.message)
    assert SECRET in await everything_for(world, third, 1)
    assert isinstance((await world.store.history(1))[-1].event, Shared)
    await world.do("sam", "claim", request="1")
    (copy,) = [s for s in await world.screen("dm:kim") if SECRET in s]
    assert "In progress, with Sam Ito" in copy, "the copy is edited in place"


async def test_only_ones_own_people_can_be_named(world):
    """Neither somebody of another client nor of the team; the form offers colleagues."""
    refused = await world.type("dana", f"new {SECRET} --with @mia", place=world.place("client-acme"))
    assert "I know nobody called “@mia”" in words(refused.message)
    assert await world.store.request(1) is None
    form = (await world.type("dana", "new", place=world.place("client-acme"))).form
    assert form is not None
    assert {i.name: i.hint for i in form.inputs}["with"] == "For a private one, such as @tom."


async def test_an_open_request_is_made_private_later(world):
    """What the desk wrote in the channel is taken away, what people wrote there stays, and it says so; it goes on in
    the requester's direct messages."""
    number = await world.raised(title=f"{SECRET} is wrong")
    public = await world.thread(number, "client")
    await world.do("sam", "ask-client", request=str(number), text="Which salary list?")
    await world.write("dana", "The one of May", place=public)
    await world.do("sam", "resolve", request=str(number), text="Mended the salary list of June")
    await world.pass_(minutes=2)
    form = (await world.do("dana", "private", request=str(number))).form
    assert form is not None
    assert "what people wrote there themselves remains" in form.intro
    answer = await world.do("dana", "private", **dict(form.args))
    assert "What people wrote there themselves remains" in words(answer.message)
    assert isinstance((await world.store.history(number))[-1].event, MadePrivate)
    assert await left(world, public) == ["dana: The one of May"]
    private = await world.thread_screen(number, "private")
    assert any("is private now: only Dana Reyes and our team see it. It goes on here." in line for line in private)
    assert any(line.startswith("Hi Dana, this is ACME-1") for line in private)
    await world.do("sam", "reopen", request=str(number), text="again")
    assert await left(world, public) == ["dana: The one of May"]
    again = await world.do("dana", "private", request=str(number), sure=True)
    assert "is private already" in words(again.message)


async def test_what_is_written_in_the_old_thread_is_not_carried_on(world):
    """Colleagues read there: its requester and the team are told so, and a colleague's words reach nobody."""
    number = await world.raised()
    public = await world.thread(number, "client")
    await world.do("dana", "private", request=str(number), sure=True)
    before = len(await world.store.history(number))
    for who in ("dana", "sam"):
        _, answer = await world.write(who, "One more thing", place=public)
        assert "is private by now, and others can read this thread" in words(answer.message)
    _, answer = await world.write("tom", "What is this?", place=public)
    assert answer.message is None
    assert len(await world.store.history(number)) == before


async def test_only_its_requester_and_the_team_decide(world):
    """A colleague may not hide another's request, nor learn of a private one by trying to share it."""
    number = await world.raised()
    refused = await world.do("tom", "private", request=str(number), sure=True)
    assert "is Dana Reyes's, so only they and our team decide who sees it" in words(refused.message)
    not_private = await world.do("dana", "share", request=str(number), person="tom")
    assert "everybody of ACME can see it already" in words(not_private.message)
    await world.do("sam", "private", request=str(number), sure=True)
    for verb, args in (("share", {"person": "tom"}), ("private", {"sure": True})):
        hidden = await world.do("tom", verb, request=str(number), **args)
        assert words(hidden.message).startswith(f"There is no request {number} that you can see.")


async def test_a_follow_up_of_a_private_request_is_private_too(world):
    """Too late to reopen, the words in its thread open a new one that only the same people see."""
    await world.type("dana", f"new --private {SECRET} --with @tom", place=world.place("client-acme"))
    await world.do("sam", "close", request="1", text="by phone")
    await world.pass_(days=20)
    await world.write("dana", "It is wrong again", place=await world.thread(1, "private"))
    new = await world.request(2)
    assert (new.private, new.stakeholders, new.follows) == (True, ("tom",), "ACME-1")
    assert await world.screen("client-acme") == []


async def test_courtesies_of_the_desk_stay_private_too(world):
    """Reminders that we wait, setting it aside and the question how it was go to the private thread, never to the
    channel: neither before it was made private nor after."""
    number = await world.raised(title="Wrong figures")
    await world.do("sam", "claim", request=str(number))
    await world.do("dana", "private", request=str(number), sure=True)
    await world.do("sam", "ask-client", request=str(number), text="Which month?")
    public = await world.thread(number, "client")
    await world.pass_(days=30)
    assert await left(world, public) == []
    assert len(await world.thread_screen(number, "private")) > 4
    assert set(await world.store.outbox_states()) <= {"sent", "suppressed"}


async def test_nobody_takes_a_private_request_along_to_another_client(world: World) -> None:
    """It talks with its requester in person: moving them is refused while one is open, with what to do."""
    await world.do("tom", "new", title="Mine alone", private=True, place=world.place("client-acme"))
    form = (await world.do("lee", "edit-person", person="@tom")).form
    values = {i.name: i.value for i in form.inputs} | {"client": "GLOBEX"}
    moved = await world.do("lee", "edit-person", **{**dict(form.args), **values})
    assert "has private requests open (ACME-1)" in " ".join(moved.form.errors.values())
    await world.do("sam", "close", request="1", text="done")
    moved = await world.do("lee", "edit-person", **{**dict(form.args), **values})
    assert moved.form is None
    assert (await world.store.directory()).people["tom"].client == "GLOBEX"


async def test_a_file_takes_no_private_request_along_either(world: World) -> None:
    """`steward apply` keeps the same rule as the form, also where somebody joins the team; and a plan that never asked
    which requests are private changes nobody's client."""
    await world.do("tom", "new", title="Mine alone", private=True, place=world.place("client-acme"))
    for entry, field in (({"client": "GLOBEX"}, "client"), ({"role": "engineer", "client": ""}, "role")):
        doc = {"people": {"tom": entry}}
        with pytest.raises(plan.BadPlan, match=rf"people\.tom\.{field}: .* has private requests open \(ACME-1\)"):
            plan.wanted(await plan.world_of(world.store), doc, world.clock.now())
        with pytest.raises(LookupError):
            plan.wanted(plan.World(await world.store.directory()), doc, world.clock.now())
    await world.do("sam", "close", request="1", text="done")
    assert plan.wanted(await plan.world_of(world.store), doc, world.clock.now()).people


async def test_no_history_names_a_request_that_became_private_later(world: World) -> None:
    """Merged or split while all saw both, then made private: a colleague reads that something was, not what; who may
    see it, and the team, read its name."""
    place = world.place("client-acme")
    for title in ("Export broken", SECRET, "Printer"):
        await world.do("tom", "new", title=title, place=place)
    await world.do("sam", "merge", request="1", into="2")
    await world.do("sam", "merge", request="2", into="3")

    async def reads(who: str, verb: str, number: int) -> str:
        return words((await world.do(who, verb, request=str(number))).message)

    assert "merged it into ACME-2" in await reads("dana", "history", 1)
    assert "Goes on in ACME-2" in await reads("dana", "show", 1)
    await world.do("sam", "split", request="2")
    assert f"merged ACME-2 into it. {SECRET}" in await reads("dana", "history", 3)
    await world.do("tom", "private", request="2", sure=True)
    for verb, number in (("history", 1), ("show", 1), ("history", 3), ("not-yet", 1)):
        seen = await reads("dana", verb, number)
        assert "ACME-2" not in seen
        assert SECRET not in seen
    assert "merged it into another request" in await reads("dana", "history", 1)
    assert "merged another request into it" in await reads("dana", "history", 3)
    assert "split another request off" in await reads("dana", "history", 3)
    assert "Goes on in another request" in await reads("dana", "show", 1)
    for who in ("tom", "sam"):
        assert "merged it into ACME-2" in await reads(who, "history", 1)
        assert f"merged ACME-2 into it. {SECRET}" in await reads(who, "history", 3)
    found = words((await world.type("dana", "find Export broken")).message)
    assert "Goes on in another request" in found
