"""Somebody who may deletes in Slack what the desk works in: it goes on, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
from slack_house import House
from test_slack_hearing import raised

from bot.desk import front
from bot.ports import DirectoryEdit

SOON = 30.0
"""Real seconds, of which a machine with other work needs some."""


async def unsent(house: House) -> list[str]:
    """Why what could not be sent could not."""
    return [letter.reason for letter in await house.store.unsent.all(50)]


@pytest.mark.asyncio
async def test_a_card_that_somebody_deleted_comes_anew(house: House):
    """With the next change of its request. A stone lies where it was, below which its thread goes on; what is written
    below the new card is heard as well."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        await desk.settled()
        house.slack.deeds.remove(card.message)
        await front.run_text(desk.desk, "sam", "claim 1")
        (new,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Resolve" in m.buttons], SOON)
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        await desk.until(lambda: any("We restarted it" in m.text for m in house.sam.thread(card.message)), SOON)
        house.sam.say(house.triage, "It is the disk", thread=new.message)
        async with asyncio.timeout(SOON):
            while not any(getattr(e.event, "text", "") == "It is the disk" for e in await house.store.history(1)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await desk.settled()
        assert await unsent(house) == []


@pytest.mark.asyncio
async def test_a_thread_of_which_nothing_is_left_goes_on_below_another_message(house: House):
    """Somebody deleted all that was said in it, and what it hung from last: nothing can be said there any more."""
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        await desk.settled()
        for each in [*house.acme.replies(message.ts), message]:
            house.slack.deeds.remove(each)
        await house.slack.heard()
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        (root,) = await desk.until(
            lambda: [m for m in house.dana.sees(house.acme) if "its thread was deleted" in m.text], SOON
        )
        await desk.until(lambda: any("We restarted it" in m.text for m in house.dana.thread(root.message)), SOON)
        await desk.settled()
        read = [m.text for m in house.dana.thread(root.message)]
        assert [sum(words in text for text in read) for words in ("we go on here", "Add anything", "restarted")] == [
            1
        ] * 3
        house.dana.say(house.acme, "Thanks, it works", thread=root.message)
        await desk.until(lambda: any("it works" in m.text for m in house.sam.thread(card.message)), SOON)
        assert await unsent(house) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("what", ["archived", "deleted"])
async def test_managers_hear_once_that_a_clients_channel_is_gone(house: House, what: str):
    """However often Slack tells of it."""
    house.slack.faults.tell_twice = True
    async with house.desk() as desk:
        if what == "archived":
            house.sam.archive(house.acme)
        else:
            house.slack.deeds.delete_channel(house.acme, house.sam.user)
        said = f"Acme's channel in Slack was {what}."
        (told,) = await desk.until(lambda: [m for m in house.lee.sees(house.alerts) if said in m.text], SOON)
        await house.slack.heard()
        await desk.settled()
        assert sum(said in m.text for m in house.lee.sees(house.alerts)) == 1
        assert ("unarchive it" in told.text) == (what == "archived")
        assert told.buttons == ["What waits"]


@pytest.mark.asyncio
@pytest.mark.parametrize("what", ["archived", "deleted"])
async def test_where_the_teams_channel_is_gone_its_cards_and_threads_go_on_in_the_next_one(house: House, what: str):
    """As soon as triage is bound to another channel: what the client said meanwhile is read there, once it is sent
    again, and all that they say later."""
    async with house.desk() as desk:
        message, _ = await raised(house, desk)
        await desk.settled()
        if what == "archived":
            house.sam.archive(house.triage)
        else:
            house.slack.deeds.delete_channel(house.triage, house.sam.user)
        house.dana.say(house.acme, "It says error 7", thread=message)
        async with asyncio.timeout(SOON):
            while not await unsent(house):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        triage = house.slack.channel("triage-again", house.sam, house.lee, house.installed, private=True)
        await house.store.edit_directory(DirectoryEdit(bindings=(("triage", house.place(triage)),)))
        await front.run_text(desk.desk, "sam", "claim 1")
        await desk.until(lambda: [m for m in house.sam.sees(triage) if "Resolve" in m.buttons], SOON)
        house.dana.say(house.acme, "And error 8", thread=message)

        def read() -> list[str]:
            """Below the one card that there is."""
            cards = [m for m in house.sam.sees(triage) if "Resolve" in m.buttons]
            return [m.text for m in house.sam.thread(cards[0].message)] if len(cards) == 1 else []

        await desk.until(lambda: any("And error 8" in text for text in read()), SOON)
        for letter in await house.store.unsent.all(50):
            await house.store.unsent.resend(letter.id, house.clock.machine())
        await desk.until(lambda: any("error 7" in text for text in read()), SOON)
        await desk.settled()
        assert [sum(f"error {n}" in text for text in read()) for n in (7, 8)] == [1, 1]
        assert await unsent(house) == []
