"""What people write, change, take away and react to in Slack reaches the desk, once, and its copies follow."""

from __future__ import annotations

import pytest
from slack_house import House, Running

from bot.domain.events import Status


async def raised(house: House, desk: Running, text: str = "The export fails since this morning") -> tuple:
    """A request made of Dana's message by Sam's ticket; answers the message and the card."""
    message = house.dana.say(house.acme, text)
    await house.slack.heard()
    house.sam.react(message, "ticket")
    (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if text[:20] in m.text])
    await desk.until(lambda: len(house.sam.thread(card.message)) > 1)
    return message, card


@pytest.mark.asyncio
async def test_a_message_and_its_ticket_are_one_request(either_way: House):
    """🎫 by anyone makes a request of a message, whose thread is the request's; a second one makes no other."""
    house = either_way
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        await desk.until(lambda: any("Add anything" in m.text for m in house.dana.thread(message)))
        house.dana.react(message, "ticket")
        house.dana.say(house.acme, "It is the invoices.", thread=message)
        await desk.until(lambda: any("invoices" in m.text for m in house.sam.thread(card.message)))
        assert await house.store.request(2) is None


@pytest.mark.asyncio
async def test_each_event_counts_once_however_often_it_is_told(either_way: House):
    """Slack tells at least once: every event twice, and still there is one request, and each word of it once."""
    house = either_way
    house.slack.faults.tell_twice = True
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        house.dana.say(house.acme, "It is the invoices.", thread=message)
        await desk.until(lambda: any("invoices" in m.text for m in house.sam.thread(card.message)))
        await house.slack.heard()
        assert sum("invoices" in m.text for m in house.sam.thread(card.message)) == 1
        assert await house.store.request(2) is None


@pytest.mark.asyncio
async def test_edits_and_deletions_follow_into_the_teams_thread(house: House):
    """What its author changes or takes away changes in the copy; the history keeps what it said."""
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        line = house.dana.say(house.acme, "It is the invoices.", thread=message)
        await desk.until(lambda: any("invoices" in m.text for m in house.sam.thread(card.message)))
        house.dana.edit(line, "It is the orders.")
        await desk.until(lambda: any("orders" in m.text for m in house.sam.thread(card.message)))
        assert not any("invoices" in m.text for m in house.sam.thread(card.message))
        house.dana.edit(line, "@steward it is the orders of May.")  # what was no command becomes none
        await desk.until(lambda: any("orders of May" in m.text for m in house.sam.thread(card.message)))
        house.dana.delete(line)
        await desk.until(lambda: not any("orders" in m.text for m in house.sam.thread(card.message)))
        house.dana.edit(message, "The export fails since yesterday")
        await desk.until(lambda: "since yesterday" in card.text)


@pytest.mark.asyncio
async def test_a_message_that_begins_a_thread_leaves_a_stone_and_its_copies_are_blanked(house: House):
    """Slack keeps a tombstone for the deleted root of a thread: it is a deletion all the same."""
    async with house.desk() as desk:
        message, card = await raised(house, desk, "My password is hunter2, it does not work")
        await desk.until(lambda: len(house.dana.thread(message)) > 1)
        house.dana.delete(message)
        await desk.until(lambda: not any("hunter2" in m.text for m in house.sam.thread(card.message)))


@pytest.mark.asyncio
async def test_emoji_of_the_team_mean_something_and_a_clients_do_not(house: House):
    """👀 claims and ✅ resolves on the message or the card, for staff alone; on a client's part it is just an emoji."""
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        house.dana.react(message, "eyes")
        await house.slack.heard()
        assert (await house.store.request(1)).owner is None
        house.sam.react(card.message, "eyes")
        await desk.until(lambda: "@sam" in card.text)
        house.sam.react(message, "white_check_mark")
        await house.slack.heard()
        request = await house.store.request(1)
        assert request.status is Status.RESOLVED, request.status


@pytest.mark.asyncio
async def test_an_emoji_of_the_firms_own_means_what_the_settings_say(house: House):
    """`:on-it:` claims where it is set so, for staff alone; what is not set means nothing."""
    async with house.desk(emoji={"on-it": "claim"}) as desk:
        _, card = await raised(house, desk)
        house.sam.react(card.message, "tada")
        house.dana.react(house.dana.sees(house.acme)[0].message, "on-it")
        await house.slack.heard()
        assert (await house.store.request(1)).owner is None
        house.sam.react(card.message, "on-it")
        await desk.until(lambda: "@sam" in card.text)


@pytest.mark.asyncio
async def test_a_mention_in_a_thread_is_a_command(house: House):
    """`@steward claim` in the team's thread claims: Slack knows no commands in threads. It is told as two events."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        house.sam.say(house.triage, "@steward claim", thread=card.message)
        await desk.until(lambda: "@sam" in card.text)
        house.sam.say(house.triage, "@steward shwo", thread=card.message)
        await desk.until(lambda: any("Did you mean" in m.text for m in house.sam.alone(house.triage)))
        await house.slack.heard()
        assert len(house.sam.alone(house.triage)) == 2
        history = await house.store.history(1)
        assert "NoteAdded" not in [type(entry.event).__name__ for entry in history]


@pytest.mark.asyncio
async def test_a_mention_that_needs_a_form_offers_a_button_for_it(house: House):
    """A mention carries no trigger for a modal: the button that stands for it brings one."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        house.sam.say(house.triage, "@steward reply", thread=card.message)
        (offer,) = await desk.until(lambda: house.sam.alone(house.triage))
        await house.sam.press(offer.buttons[0], on=offer)
        await desk.until(lambda: house.sam.modal)


@pytest.mark.asyncio
async def test_files_go_both_ways(house: House):
    """What a client attaches stands in the team's thread, and the other way round, with its bytes."""
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        house.dana.say(house.acme, "Here is the log", thread=message, files={"export.log": b"disk full"})
        await desk.until(lambda: any("[export.log]" in m.text for m in house.sam.thread(card.message)))
        copy = next(m for m in house.sam.thread(card.message) if m.message.files)
        assert copy.message.files[0].content == b"disk full"
        said = await house.store.history(1)
        (heard,) = [entry.event for entry in said if getattr(entry.event, "files", ())]
        assert heard.files[0].name == "export.log"


@pytest.mark.asyncio
async def test_a_stranger_in_a_clients_channel_is_refused_kindly_and_once(house: House):
    """Somebody of nobody's list writes in Acme's channel: they alone read whom to ask, and the desk keeps nothing."""
    async with house.desk() as desk:
        house.eve.say(house.acme, "Can I have that too?")
        (no,) = await desk.until(lambda: house.eve.alone(house.acme))
        assert "I do not know you yet" in no.text
        house.eve.say(house.acme, "Hello?")
        await house.slack.heard()
        assert len(house.eve.alone(house.acme)) == 1
        await house.eve.slash(house.acme, "/desk find export")
        await desk.until(lambda: len(house.eve.alone(house.acme)) == 2)
        await house.eve.slash(house.acme, "/desk new Give me everything")
        await house.slack.heard()
        assert await house.store.request(1) is None


@pytest.mark.asyncio
async def test_a_channel_that_is_nothing_to_the_desk_is_let_be(house: House):
    """What is said where no client and no team is bound is neither kept nor answered."""
    random = house.slack.channel("random", house.dana, house.eve, house.installed)
    async with house.desk():
        house.dana.say(random, "Lunch?")
        house.eve.say(random, "Yes!")
        await house.slack.heard()
        assert house.dana.alone(random) == house.eve.alone(random) == []


@pytest.mark.asyncio
async def test_words_in_person_are_answered_in_person(house: House):
    """A direct message to the desk is no request; its writer reads what can be done there."""
    async with house.desk() as desk:
        house.dana.dm("hello?")
        await desk.until(lambda: len(house.dana.sees(house.dana.dm_channel)) > 1)
        await house.dana.slash(house.dana.dm_channel, "/desk my")
        await desk.until(lambda: len(house.dana.sees(house.dana.dm_channel)) > 2)
