"""Waiting for the client, courteously; and whoever has a request and goes silent is asked for a sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from desk_world import World, words

from bot.domain.alarms import ClientNudged, Offered, OwnerNudged, SetAside
from bot.domain.events import Closed, Status
from bot.messages.model import Listing, Said
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


async def settings(world: World, **values: Any) -> None:
    """Acme's settings, changed."""
    acme = (await world.store.directory()).clients["ACME"]
    await world.store.edit_directory(DirectoryEdit(clients=(replace(acme, settings=replace(acme.settings, **values)),)))


async def facts(world: World, number: int, *kinds: type) -> list[str]:
    """When these facts were recorded, by name, in UTC."""
    entries = await world.store.history(number)
    return [f"{type(e.event).__name__} {e.at:%a %d %H:%M}" for e in entries if isinstance(e.event, kinds)]


async def asked(world: World) -> int:
    """Sam asked Dana something on Tuesday at ten."""
    number = await world.raised(stopped="team")
    await world.do("sam", "claim", request=str(number))
    await world.do("sam", "ask-client", request=str(number), text="Which format?")
    return number


async def said(world: World, number: int, text: str) -> list[str]:
    return [s for s in await world.thread_screen(number, "client") if text in s]


async def test_without_an_answer_the_client_is_reminded_then_it_is_set_aside_then_closed(world):
    """After one and three open days, at the hour it was asked; set aside after five, closed after ten; each once."""
    number = await asked(world)
    await world.pass_(days=1)
    _, nudge = await said(world, number, "one thing keeps us from finishing ACME-1")
    assert "Which format?" in nudge
    assert "Otherwise we'll set it aside 2026-06-16T16:00+00:00; a message here brings it back." in nudge
    await world.pass_(days=7)
    assert (await world.request(number)).status is Status.SET_ASIDE
    assert len(await said(world, number, "is set aside for now, since we have not heard from you.")) == 1
    assert len(await said(world, number, "ACME-1 is set aside; a message here brings it back.")) == 2, "no stale button"
    mine = (await world.type("sam", "my")).message
    assert isinstance(mine, Listing)
    assert mine.rows == (), "out of the lists of work"
    assert "[Set aside]" in words((await world.do("sam", "show", request=str(number))).message)
    assert "Set aside until you answer" in words((await world.do("dana", "show", request=str(number))).message)
    await world.pass_(days=14)
    assert (await world.request(number)).status is Status.CLOSED
    assert await facts(world, number, ClientNudged, SetAside, Closed) == [
        "ClientNudged Wed 10 09:00",
        "ClientNudged Fri 12 09:00",
        "SetAside Tue 16 16:00",
        "Closed Tue 23 16:00",
    ]
    assert await world.store.check() == ()


@pytest.mark.parametrize("days", [2, 8, 16])
async def test_a_message_brings_it_back_at_any_point(world, days):
    """While it waits, set aside, and closed: the client's words go on where it stood."""
    number = await asked(world)
    await world.pass_(days=days)
    await world.write("dana", "PDF please", place=await world.thread(number, "client"))
    assert (await world.request(number)).status is Status.ACTIVE
    before = await facts(world, number, ClientNudged, SetAside)
    await world.pass_(days=1)
    assert await facts(world, number, ClientNudged, SetAside) == before, "never after the client answered"
    stale = [
        m.body
        for m in await world.messages("client-acme", (await world.thread(number, "client")).thread)
        if isinstance(m.body, Said) and any(a.command == "remind-me" for a in m.body.actions)
    ]
    assert stale == []


async def test_a_courtesy_while_we_wait_is_an_answer(world):
    """ "I'll look tomorrow" ends the wait: the client is not reminded of what it answers."""
    number = await asked(world)
    await world.write("dana", "Thanks, will do", place=await world.thread(number, "client"))
    await world.pass_(days=3)
    assert await facts(world, number, ClientNudged) == []


async def test_the_client_may_put_it_off(world):
    """Remind me Monday: nothing before, then a reminder at the opening, and the days count from there."""
    number = await asked(world)
    await world.pass_(days=1, hours=1)
    body = next(
        m.body
        for m in await world.messages("client-acme", (await world.thread(number, "client")).thread)
        if isinstance(m.body, Said) and m.body.actions and m.body.actions[0].command == "remind-me"
    )
    button = body.actions[0]
    assert button.label == "Remind me Monday"
    answer = await world.do("dana", button.command, **button.args)
    assert "Gladly: I remind you of ACME-1 2026-06-15T08:00+00:00." in words(answer.message)
    await world.pass_(days=5, hours=2)
    assert await facts(world, number, ClientNudged) == ["ClientNudged Wed 10 09:00", "ClientNudged Mon 15 08:00"]
    await world.pass_(days=8)
    assert await facts(world, number, SetAside) == ["SetAside Mon 22 16:00"]
    answer = await world.do("dana", "remind-me", request=str(number))
    assert "is not waiting for you" in words(answer.message)


async def test_what_is_put_off_too_far_or_in_odd_words_is_refused(world):
    """A day within a month; words that name none teach how."""
    number = await asked(world)
    today = world.clock.now().date().isoformat()
    pressed_late = words((await world.do("dana", "remind-me", request=str(number), until=today)).message)
    assert "Gladly: I remind you of" in pressed_late
    assert "within the next month" in words((await world.type("dana", f"remind-me {number} 2026-12-01")).message)
    assert "is no time I can read" in words((await world.type("dana", f"remind-me {number} whenever")).message)
    assert "is for the client's people" in words((await world.type("sam", f"remind-me {number}")).message)
    assert "2026-06-15T08:00" in words((await world.type("dana", f"remind-me {number}")).message)


async def test_never_at_night_nor_after_several_were_missed(world):
    """Down from Tuesday to Friday night: one reminder on Monday morning, and the time that was told is kept."""
    number = await asked(world)
    world.clock.move_by(timedelta(days=3, hours=12))
    await world.wake()
    assert await facts(world, number, ClientNudged) == []
    await world.pass_(days=2, hours=12)
    assert await facts(world, number, ClientNudged) == ["ClientNudged Mon 15 08:00"]
    world.clock.move_by(timedelta(days=14))
    await world.wake()
    await world.pass_(days=1)
    assert (await world.request(number)).status is Status.SET_ASIDE, "not closed at once: it was told a week"


async def test_all_of_it_is_a_setting(world):
    """Zero is never: nobody is reminded, nothing is set aside."""
    await settings(world, nudge_days=0, nudge_again_days=0, set_aside_days=0, wait_close_days=0)
    number = await asked(world)
    await world.pass_(days=40)
    assert (await world.request(number)).status is Status.WAITING_CLIENT


# --- the return timer -------------------------------------------------------------------------------------------------


async def silent(world: World) -> int:
    """Sam took a request of priority 3, answered, and the client wrote again at eleven; Sam says nothing."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    await world.do("sam", "reply", request=str(number), text="Looking")
    await world.pass_(hours=1)
    await world.write("dana", "It is worse now", place=await world.thread(number, "client"))
    return number


async def prompts(world: World, channel: str, purpose: str) -> list[Said]:
    bodies = [m.body for m in await world.messages(channel)]
    return [b for b in bodies if isinstance(b, Said) and b.purpose == purpose]


async def test_a_silent_assignee_is_asked_for_a_sign_then_the_team_may_take_over(world):
    """Two hours after the client's words Sam is asked, an hour later the team; Priya takes it over kindly."""
    number = await silent(world)
    await world.pass_(hours=1, minutes=59)
    assert await prompts(world, "dm:sam", "sign") == []
    await world.pass_(minutes=2)
    (sign,) = await prompts(world, "dm:sam", "sign")
    assert "Dana Reyes waits, and has had no sign from you since 2026-06-09T10:00+00:00." in words(sign)
    assert [a.label for a in sign.actions] == ["I'm on it, news at…", "Reply", "Hand over"]
    answer = await world.do("priya", "take-over", request=str(number))
    assert "is not up for taking over" in words(answer.message)
    await world.pass_(hours=1)
    (hand,) = await prompts(world, "triage", "hand")
    assert "waits for a hand: Sam Ito has been quiet since 2026-06-09T10:00+00:00." in words(hand)
    assert "is yours already" in words((await world.do("sam", "take-over", request=str(number))).message)
    await world.do("priya", "take-over", request=str(number))
    assert (await world.request(number)).owner == "priya"
    (taken,) = await prompts(world, "dm:sam", "taken")
    assert "Priya Nair has taken over ACME-1" in words(taken)
    for channel, purpose in (("dm:sam", "sign"), ("triage", "hand")):
        (prompt,) = await prompts(world, channel, purpose)
        assert "Priya Nair is on it." in words(prompt)
        assert [a.label for a in prompt.actions] == ["Show"], "no stale button"
    assert not [s for s in await world.thread_screen(number, "client") if "quiet" in s or "silent" in s]
    assert await facts(world, number, OwnerNudged, Offered) == ["OwnerNudged Tue 09 12:00", "Offered Tue 09 13:00"]


@pytest.mark.parametrize("sign", ["note", "reply", "priority"])
async def test_any_sign_ends_the_silence(world, sign):
    """A note is enough: nobody is asked, and the time counts anew."""
    number = await silent(world)
    await world.pass_(hours=1)
    await world.do("sam", sign, request=str(number), text="The disk is full", to="P4", reason="it can wait")
    await world.pass_(hours=1, minutes=59)
    assert await facts(world, number, OwnerNudged) == []


async def test_who_promised_news_is_not_silent_until_then(world):
    """Promised for four in the afternoon: nobody is asked before."""
    number = await silent(world)
    await world.do("sam", "next", request=str(number), when="16:30")
    await world.pass_(hours=5)
    assert await facts(world, number, OwnerNudged) == []


async def test_silence_after_downtime_is_asked_about_once(world):
    """Both are due at once: each comes once."""
    number = await silent(world)
    world.clock.move_by(timedelta(hours=5))
    await world.wake()
    await world.wake()
    assert await facts(world, number, OwnerNudged, Offered) == ["OwnerNudged Tue 09 15:00", "Offered Tue 09 15:00"]


async def test_the_return_timer_may_be_off(world):
    """Zero is never."""
    await settings(world, silent_after=0)
    number = await silent(world)
    await world.pass_(hours=6)
    assert await facts(world, number, OwnerNudged, Offered) == []


async def test_a_wait_goes_on_after_a_merge_is_taken_back(world):
    """While it was part of another request nobody was reminded; then the client has all of its days again."""
    other = await world.raised("tom", title="The printer", stopped="team")
    number = await asked(world)
    await world.do("sam", "merge", request=str(number), into=str(other))
    await world.pass_(days=6)
    await world.do("sam", "split", request=str(number))
    assert (await world.request(number)).status is Status.WAITING_CLIENT
    await world.pass_(days=8)
    told = await facts(world, number, ClientNudged, SetAside)
    assert told == ["ClientNudged Tue 16 09:00", "ClientNudged Thu 18 09:00", "SetAside Mon 22 16:00"]
    await world.do("sam", "merge", request=str(number), into=str(other))
    await world.pass_(days=14)
    await world.do("sam", "split", request=str(number))
    assert (await world.request(number)).status is Status.SET_ASIDE
    await world.pass_(days=8)
    assert await facts(world, number, Closed) == ["Closed Tue 14 16:00"]
