"""The line to Discord breaks, or Discord has trouble, while somebody waits for an answer: they get it, and what they
did is done once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from discord_house import DiscordHouse
from fakes.discord.errors import NotAnswered
from test_discord_acts import CALLBACK, slowly
from test_discord_hearing import opened

from adapters.discord import acting
from bot.desk import front
from bot.ports import RequestQuery

pytestmark = pytest.mark.asyncio

LATER = "POST /webhooks/{webhook_id}/{webhook_token}"
CHANGED = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
BROKEN: dict[str, dict[str, Any]] = {
    "not taken": {"drop": True},
    "taken, and nobody heard": {"drop_answer": True},
    "trouble": {"status": 503},
    "taken, and called trouble": {"fail_after": 502},
}


async def titles(house: DiscordHouse) -> list[str]:
    """Of all requests there are."""
    return [request.title for request in await house.store.requests(RequestQuery())]


@pytest.mark.parametrize("how", BROKEN.values(), ids=BROKEN)
async def test_the_first_answer(house: DiscordHouse, how: dict[str, Any]):
    """It is told again within the three seconds, and stands there once."""
    async with house.desk() as desk:
        house.discord.faults.add(CALLBACK, **how)
        await house.dana.slash(house.acme, "/desk new", title="The export fails")
        (only,) = await desk.answered(house.dana, house.acme)
        assert "ACME-1" in only.text
        assert (await titles(house), house.dana.dms) == (["The export fails"], [])


@pytest.mark.parametrize("how", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("many", [False, True], ids=["slow", "burst"])
async def test_the_word_to_wait(house: DiscordHouse, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any], many: bool):
    """What somebody did is carried out at once all the same, and the answer takes the place of the wait."""
    slowly(monkeypatch)
    async with house.desk() as desk:
        if many:
            monkeypatch.setattr(acting, "ROOM", 0)
        house.discord.faults.add(CALLBACK, **how)
        await house.dana.slash(house.acme, "/desk new", title="The export fails")
        (only,) = await desk.answered(house.dana, house.acme)
        assert "ACME-1" in only.text
        assert (await titles(house), house.dana.dms) == (["The export fails"], [])


@pytest.mark.parametrize("how", BROKEN.values(), ids=BROKEN)
async def test_what_takes_the_place_of_the_wait(
    house: DiscordHouse, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
):
    """Nobody is left before “is thinking…”, and reads it once."""
    slowly(monkeypatch)
    async with house.desk() as desk:
        house.discord.faults.add(CHANGED, **how)
        await house.dana.slash(house.acme, "/desk my")
        (only,) = await desk.answered(house.dana, house.acme)
        assert "request" in only.text.lower()
        assert house.dana.dms == []


@pytest.mark.parametrize("how", [{"drop": True}, {"status": 429, "retry_after": 40}], ids=["broken", "told to wait"])
async def test_where_nothing_can_be_answered_it_is_told_in_person(house: DiscordHouse, how: dict[str, Any]):
    """Their own screen says that nothing came of it, and the desk says what did."""
    async with house.desk() as desk:
        house.discord.limits.answer_within = 0.3
        house.discord.faults.add(CALLBACK, times=9, **how)
        with pytest.raises(NotAnswered):
            await house.dana.slash(house.acme, "/desk new", title="The export fails")
        await desk.until(lambda: [m for m in house.dana.dms if "ACME-1" in m.text])
        assert await titles(house) == ["The export fails"]


async def test_a_form_that_cannot_be_carried_out_gives_the_words_back(
    house: DiscordHouse, monkeypatch: pytest.MonkeyPatch
):
    """Discord has closed it by then."""
    async with house.desk() as desk:
        _, card, _ = await opened(house)
        await house.sam.press("Reply", card)
        assert house.sam.modal

        async def breaks(*_: Any, **__: Any) -> None:
            raise OSError("the disk is gone")

        monkeypatch.setattr(front, "run", breaks)
        await house.sam.submit({house.sam.modal.labels[0]: "Restart the export at nine"})
        (said,) = await desk.answered(house.sam, house.triage)
        assert "Something went wrong" in said.text
        assert "Restart the export at nine" in said.text


async def test_a_form_that_is_sent_twice_counts_once(house: DiscordHouse):
    """Its button is pressed twice in the same instant; changed in between, it is another request."""
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new")
        await house.dana.submit({"What is it about?": "The login is slow"})
        (between,) = await desk.answered(house.dana, house.acme)
        await asyncio.gather(*(house.dana.press("Send request", between) for _ in "12"))
        await desk.settled()
        assert await titles(house) == ["The login is slow"]
        assert sum("ACME-1" in message.text for message in house.sam.sees(house.triage)) == 1


async def test_who_read_no_answer_sends_the_form_again(house: DiscordHouse):
    """It stays open with what was typed: what was done is done once, and is told. Other words are other words."""
    async with house.desk() as desk:
        thread, card, _ = await opened(house)
        patience = house.discord.limits.answer_within
        for words in ("Restart it at nine", "Or at ten"):
            await house.sam.press("Reply", card)
            assert house.sam.modal
            house.discord.limits.answer_within = 0.3
            house.discord.faults.add(CALLBACK, times=9, drop=True)
            with pytest.raises(NotAnswered):
                await house.sam.submit({house.sam.modal.labels[0]: words})
            # All others wait as long as Discord does, and their answers come through.
            house.discord.limits.answer_within = patience
            house.discord.faults.clear()
            assert house.sam.modal
            await house.sam.submit()
        await desk.settled()
        told = [message.text for message in house.dana.sees(thread)]
        assert [sum(words in text for text in told) for words in ("Restart it at nine", "Or at ten")] == [1, 1]
