"""How people are answered: in time, once, alone, and where they asked."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from discord_house import DiscordHouse
from test_discord_hearing import opened

from adapters.discord import acting
from adapters.discord.failing import meaning
from adapters.discord.places import PLATFORM
from bot.desk import front
from bot.domain.people import Person, Role
from bot.messages.model import Said, line
from bot.ports import DirectoryEdit, MessageRef, RateLimited

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a command does takes longer than the moment in which it is answered at once."""
    monkeypatch.setattr(acting, "MOMENT", 0.05)
    run = front.run

    async def slow(*args: Any, **how: Any) -> Any:
        await asyncio.sleep(0.15)
        return await run(*args, **how)

    monkeypatch.setattr(front, "run", slow)


@pytest.mark.asyncio
async def test_what_takes_long_is_put_off_and_answered_once(house: DiscordHouse, monkeypatch: pytest.MonkeyPatch):
    """A command's answer follows; a form, which cannot come late, is offered; a button's silence stays one."""
    slowly(monkeypatch)
    async with house.desk() as desk:
        shown = await house.dana.slash(house.acme, "/desk my")
        assert shown is None or shown.thinking
        (answer,) = await desk.until(lambda: [m for m in house.dana.alone(house.acme) if not m.thinking])
        assert "request" in answer.text.lower()
        await house.dana.slash(house.acme, "/desk new")
        offer = (await desk.until(lambda: [m for m in house.dana.alone(house.acme) if "Fill in" in m.buttons]))[0]
        assert house.dana.modal is None
        await house.dana.press("Fill in", on=offer)
        assert house.dana.modal
        _, card, _ = await opened(house)
        before = len(house.sam.sees(house.triage))
        await house.sam.press("Claim", on=card)
        await desk.settled()
        assert len(house.sam.sees(house.triage)) == before
        assert not any(m.thinking for m in (*house.dana.alone(house.acme), *house.sam.alone(house.triage)))


@pytest.mark.asyncio
async def test_what_is_wrong_in_a_form_is_said_and_what_was_written_stays(house: DiscordHouse):
    """The next answer takes the place of the one before."""
    async with house.desk() as desk:
        thread, card, _ = await opened(house)
        await house.sam.slash(thread, "/desk next")
        await desk.until(lambda: house.sam.modal)
        first = house.sam.modal.labels[0]
        await house.sam.submit({first: "the day after never"})
        (wrong,) = await desk.answered(house.sam, thread)
        assert "the day after never" in wrong.text or "Change it" in wrong.buttons
        assert card.text


@pytest.mark.asyncio
async def test_what_was_answered_by_another_process_is_not_answered_again(house: DiscordHouse):
    """Two that listen are both told; the second one stays silent."""
    async with house.desk():
        house.discord.faults.add(CALLBACK, code=40060)
        house.discord.limits.answer_within = 0.3
        with pytest.raises(Exception, match="did not respond"):
            await house.dana.slash(house.acme, "/desk my")
        assert house.dana.dms == []


@pytest.mark.asyncio
async def test_ones_own_words_among_the_team_are_the_reply(house: DiscordHouse):
    """A message's menu has five entries: *Reply to client* on one's own note sends these words; on others' it asks for
    some."""
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        note = house.sam.say(inside, "We restarted the export")
        async with asyncio.timeout(5):
            while await house.store.source(MessageRef(house.place(house.triage, inside.id), note.id)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await house.sam.message_menu("Reply to client", note)
        assert house.sam.modal
        assert list(house.sam.modal.values.values()) == ["We restarted the export"]
        await house.sam.submit()
        await desk.until(lambda: [m for m in house.dana.sees(thread) if "We restarted the export" in m.text])
        await house.lee.message_menu("Reply to client", note)
        assert house.lee.modal
        assert list(house.lee.modal.values.values()) == [""]


@pytest.mark.asyncio
async def test_whoever_is_mentioned_in_an_option_is_meant(house: DiscordHouse):
    """Also where two of theirs have the same first name: the one is let in, and not the other."""
    dora = Person("dora", "Tom Ray", Role.CLIENT, "Europe/London", "ACME")
    other = Person("other", "Tom Ray", Role.CLIENT, "Europe/London", "ACME")
    tom = house.discord.person("Tom Ray", roles=[house.client])
    mine = (PLATFORM, house.server, tom.id, "dora")
    await house.store.edit_directory(DirectoryEdit(people=(dora, other), identities=(mine,)))
    async with house.desk():
        await house.dana.slash(house.acme, "/desk new", title="Salaries", private=True, **{"with": f"<@{tom.id}>"})
        request = await house.store.request(1)
        assert request is not None
        assert request.stakeholders == ("dora",)


@pytest.mark.asyncio
async def test_suggestions_are_ones_own(house: DiscordHouse):
    """Requests, people and filters, as far as whoever types may see them."""
    async with house.desk():
        await opened(house)
        found = await house.sam.suggestions(house.triage, "/desk show", "request", "exp")
        assert list(found.values()) == ["1"]
        people = await house.sam.suggestions(house.triage, "/desk team assign", "to", "le")
        assert list(people.values()) == ["@lee"]
        filters = await house.dana.suggestions(house.acme, "/desk find", "words", "export stat")
        assert list(filters.values()) == ["export status:"]


@pytest.mark.asyncio
async def test_who_must_wait_long_is_told_so(house: DiscordHouse):
    """A limit that is over soon is waited for; of a longer one the relay hears, and takes something else meanwhile."""
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.acme)
        post = "POST /channels/{channel_id}/messages"
        house.discord.faults.add(post, status=429, retry_after=0.05)
        await chat.post(place, Said("news", (line("soon"),)), key="1")
        house.discord.faults.add(post, status=429, retry_after=40)
        with pytest.raises(RateLimited) as wait:
            await chat.post(place, Said("news", (line("later"),)), key="2")
        assert 39 < wait.value.seconds <= 40
        assert [m.text for m in house.dana.sees(house.acme)] == ["soon"]


@pytest.mark.asyncio
async def test_a_private_request_is_its_requesters_alone(house: DiscordHouse):
    """Its thread is a private one in the client's channel, into which nobody else is let."""
    other = house.discord.person("Ola Berg", roles=[house.client])
    async with house.desk(clients={"ACME": [house.client.id]}) as desk:
        await house.dana.slash(house.acme, "/desk new", title="My salary is wrong", private=True)
        (thread,) = await desk.until(lambda: house.dana.threads(house.acme))
        await desk.until(lambda: any("Add anything" in m.text for m in house.dana.sees(thread)))
        house.dana.say(thread, "It is last month's")
        (inside,) = await desk.until(lambda: house.sam.threads(house.triage))
        await desk.until(lambda: any("last month's" in m.text for m in house.sam.sees(inside)))
        assert thread not in other.threads(house.acme)
        assert not any("salary" in m.text for m in other.sees(house.acme))


@pytest.mark.asyncio
async def test_where_everybody_sees_triage_the_teams_thread_is_private(house: DiscordHouse):
    """What is between the team stays between them."""
    await house.rebind("triage", house.discord.channel("open-triage"))
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new", title="Export fails")
        channel = house.discord.world.channels[(await _place(house)).channel]
        (inside,) = await desk.until(lambda: house.sam.threads(channel))
        await desk.until(lambda: any("Export" in m.text for m in house.sam.sees(inside)))
        assert house.lee.threads(channel) == [inside]
        assert house.dana.threads(channel) == house.eve.threads(channel) == []


def test_what_stands_before_discord_is_understood_too():
    """It answers in its own way, with a page and a header."""

    class Response:
        status, reason = 429, "Too Many Requests"
        headers = {"Retry-After": "7"}  # noqa: RUF012

    error = discord.HTTPException(Response(), "<html>slow down</html>")  # type: ignore[arg-type]
    told = meaning(error)
    assert isinstance(told, RateLimited)
    assert told.seconds == 7


async def _place(house: DiscordHouse) -> Any:
    return await house.store.binding("triage")
