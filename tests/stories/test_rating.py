"""How was it? Asked once a resolution, answered by its requester, and a low answer reaches a manager at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_world import World, words

from bot.domain.settings import ClientSettings
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


async def solved(world: World, who: str = "dana", **form: object) -> int:
    """A request that was resolved, and confirmed by the client."""
    number = await world.raised(who, **form)
    await world.do("sam", "resolve", request=number, text="Restarted the export.")
    await world.pass_(minutes=2)
    await world.do(who, "works", request=number)
    return number


async def questions(world: World, number: int) -> list[str]:
    return [said for said in await world.thread_screen(number, "client") if "How was our help" in said]


async def test_after_closing_the_requester_is_asked_once(world: World):
    """In its thread, with what becomes of the answer; then the question turns into thanks, and the team reads it."""
    number = await solved(world)
    (asked,) = await questions(world, number)
    assert "Lee Novak reads every answer and gets in touch about a 1 or 2" in asked
    thanks = words((await world.do("dana", "rate", request=number, score="5")).message)
    assert "Thank you; Lee Novak reads it." in thanks
    assert await questions(world, number) == []
    assert "You rated our help with" in (await world.thread_screen(number, "client"))[-1]
    assert "Dana Reyes rated it 5 of 5." in (await world.thread_screen(number, "team"))[-1]
    await world.do("dana", "rate-why", request=number, text="Quick and kind.")
    assert (await world.thread_screen(number, "team"))[-1].endswith("Quick and kind.")
    assert "5 of 5 already" in words((await world.do("dana", "rate", request=number, score="1")).message)
    assert "[Closed]" in (await world.screen("triage"))[0]
    assert "Rated: 5 of 5" in (await world.screen("triage"))[0]


async def test_a_rating_alone_is_of_the_one_closed_last_that_awaits_it(world: World):
    """It names what was rated; where none awaits a rating the number is a request's, and the form names that one."""
    number = await solved(world)
    place = world.place("client-acme")
    said = words((await world.type("dana", "rate 5", place=place)).message)
    assert f"You rated ACME-{number}, “Export fails”, 5 of 5." in said
    rating = (await world.request(number)).rating
    assert rating is not None
    assert rating.score == 5
    form = (await world.type("dana", f"rate {number}", place=place)).form
    assert form is not None
    assert f"ACME-{number}" in form.title
    assert "Export fails" in form.intro


async def test_a_low_rating_opens_a_follow_up_to_the_manager_at_once(world: World):
    """The manager and the alerts channel read it with what to do; the follow-up settles it in place."""
    number = await solved(world)
    said = words((await world.do("dana", "rate", request=number, score="2")).message)
    assert "Lee Novak will get in touch with you" in said
    for where in ("alerts", "dm:lee"):
        assert "rated ACME-" in (await world.screen(where))[-1]
        assert "2 of 5" in (await world.screen(where))[-1]
    assert "is for leads" in words((await world.do("sam", "follow-up", request=number, text="x")).message)
    await world.do("lee", "follow-up", request=number, text="Called Dana.")
    assert "Lee Novak got in touch." in (await world.screen("alerts"))[-1]
    assert not any("Called Dana" in said for said in await world.thread_screen(number, "client"))


async def test_a_person_is_not_asked_again_within_the_cooldown(world: World):
    """Whatever the number of requests; after it they are."""
    first = await solved(world)
    second = await solved(world)
    assert (len(await questions(world, first)), len(await questions(world, second))) == (1, 0)
    tom = await solved(world, "tom")
    assert len(await questions(world, tom)) == 1
    await world.pass_(days=15)
    third = await solved(world)
    assert len(await questions(world, third)) == 1


async def test_reopening_and_solving_again_is_a_resolution_of_its_own(world: World):
    """The earlier question stands as it was answered; a new one may come."""
    number = await solved(world)
    await world.do("dana", "rate", request=number, score="4")
    await world.do("dana", "not-yet", request=number, text="it fails again")
    await world.pass_(days=15)
    await world.do("sam", "resolve", request=number, text="Now for real.")
    await world.pass_(minutes=2)
    await world.do("dana", "works", request=number)
    assert len(await questions(world, number)) == 1


async def test_nobody_else_rates_it_and_nobody_their_own_work(world: World):
    """A colleague, another client and the team are refused; what was given up is not asked about."""
    number = await solved(world)
    assert "Only the person who raised" in words((await world.do("tom", "rate", request=number, score="1")).message)
    assert "no request" in words((await world.do("mia", "rate", request=number, score="1")).message)
    assert "is for the client's people" in words((await world.do("sam", "rate", request=number, score="5")).message)
    assert (await world.request(number)).rating.score == 0


async def test_skip_and_a_client_that_is_not_asked(world: World):
    """Skipping says that it is fine; a setting of the client switches the question off."""
    number = await solved(world)
    assert "That is fine" in words((await world.do("dana", "rate", request=number, score="skip")).message)
    assert await questions(world, number) == []
    acme = (await world.store.directory()).clients["ACME"]
    off = replace(acme, settings=ClientSettings(rating=False))
    await world.store.edit_directory(DirectoryEdit(clients=(off,)))
    tom = await solved(world, "tom")
    assert await questions(world, tom) == []


async def test_what_closed_by_silence_is_asked_about_too_but_not_days_later(world: World):
    """The desk was down when it closed: nobody is asked about it because somebody touches it next week."""
    number = await world.raised()
    await world.do("sam", "resolve", request=number, text="Done.")
    await world.pass_(days=5)
    assert len(await questions(world, number)) == 1
    cancelled = await world.raised("tom")
    await world.do("tom", "cancel", request=cancelled, sure=True)
    await world.pass_(days=1)
    assert await questions(world, cancelled) == []
