"""Somebody who is known elsewhere becomes the same person in Slack, by a code that they write to the desk there."""

from __future__ import annotations

import pytest
from slack_house import House

from adapters.web.chat import PLATFORM as WEB
from adapters.web.chat import WORKSPACE
from bot.desk import codes, front
from bot.desk.conversations import direct, private_thread
from bot.desk.linking import LIFE
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit, Place

pytestmark = pytest.mark.asyncio


async def known_in_the_browser(house: House) -> str:
    """Eva of Acme, who works in the browser, and the code that she was given there."""
    eva = Person("eva", "Eva Browser", Role.CLIENT, "Europe/London", "ACME")
    place = Place(WEB, WORKSPACE, "dm:eva")
    account = (WEB, WORKSPACE, "eva", "eva")
    await house.store.edit_directory(DirectoryEdit(people=(eva,), identities=(account,), bindings=(("dm:eva", place),)))
    code = codes.drawn()
    until = house.clock.machine() + LIFE
    await house.store.linking.put_code("eva", codes.digest("link", code), until)
    return code


async def test_a_stranger_who_writes_a_code_to_the_desk_is_let_in_as_who_they_are(house: House):
    """Plain words in person are enough; nobody else is told; what is for Eva alone stays in the browser until she says
    otherwise, and in Slack she is answered there."""
    code = await known_in_the_browser(house)
    async with house.desk() as desk:
        house.eve.dm(f"link {code}")
        told = await desk.until(lambda: [m for m in house.eve.sees(house.eve.dm_channel) if "you are" in m.text])
        assert "Eva Browser" in told[-1].text
        assert await house.store.identify("slack", house.team, house.eve.id) == "eva"
        await desk.face.follow()
        assert (await house.store.binding(direct("eva"))).platform == WEB
        house.eve.dm("the export is down")
        await desk.until(
            lambda: [m for m in house.eve.sees(house.eve.dm_channel) if "Use" in m.text or "/desk" in m.text]
        )
        await house.eve.press("Write to me here", house.eve.find("you are", house.eve.dm_channel))
        await desk.until(lambda: [m for m in house.eve.sees(house.eve.dm_channel) if "comes to Slack" in m.text])
        await desk.face.follow()
        there = await house.store.binding(direct("eva"))
        assert (there.platform, there.channel) == ("slack", house.eve.dm_channel.id)


async def test_a_code_that_others_could_read_is_used_up_and_answered_in_private(house: House):
    """In a channel the desk is called by name; the answer is for its writer alone, and says what was wrong. Taken back,
    the account is not found again by its name."""
    code = await known_in_the_browser(house)
    async with house.desk() as desk:
        house.eve.say(house.acme, f"@steward link {code}")
        (told,) = await desk.until(lambda: house.eve.alone(house.acme))
        assert "Others could read the code" in told.text
        assert not [m for m in house.dana.sees(house.acme) if "Eva" in m.text]
        await house.eve.press("That was wrong", told.message)
        await desk.until(lambda: [m for m in house.eve.alone(house.acme) if "no more" in m.text])
        assert await house.store.identify("slack", house.team, house.eve.id) is None
    house.eve.change(real_name="Eva Browser")
    async with house.desk(clients={"ACME": [house.eve.id]}) as desk:
        again = await desk.face.own.people.known(house.team, house.eve.id)
        assert again not in (None, "eva"), "the list lets them in, as somebody new"


async def test_who_is_unlinked_reads_nothing_new_and_is_out_of_what_the_desk_made(house: House):
    """Eve's account was Eva's, with a private request in its direct conversation and a place in the channel that the
    desk made: taken back, both go on without it, and the channel that people made is left to them."""
    eva = Person("eva", "Eva Browser", Role.CLIENT, "Europe/London", "ACME", home="slack")
    accounts = ((WEB, WORKSPACE, "eva", "eva"), ("slack", house.team, house.eve.id, "eva"))
    await house.store.edit_directory(DirectoryEdit(people=(eva,), identities=accounts))
    made = Place("slack", house.team, "client-acme")
    async with house.desk() as desk:
        await front.run(desk.desk, "eva", "new", {"title": "Salaries", "private": "yes"}, place=house.place(house.acme))
        await desk.settled()
        there = await house.store.binding(private_thread(1))
        assert there is not None
        assert there.channel == house.eve.dm_channel.id
        await house.store.edit_directory(DirectoryEdit(bindings=(("client:ACME", made),)))
        await desk.face.follow()
        (channel,) = [c for c in house.slack.world.channels.values() if c.name == "client-acme"]
        assert house.eve.id in channel.members
        await front.run(desk.desk, "eva", "unlink", {"account": "slack"})
        await desk.face.follow()
        await desk.until(lambda: house.eve.id not in channel.members)
        assert {house.dana.id, house.sam.id} <= {*channel.members}
        assert house.eve.id in house.acme.members
        channel = house.slack.world.channels[there.channel]
        before = len(channel.messages)
        await front.run(desk.desk, "sam", "reply", {"request": "1", "text": "They are mended"})
        await front.run(desk.desk, "sam", "resolve", {"request": "1", "text": "They are mended"})
        await desk.settled()
        assert len(channel.messages) == before
        moved = await house.store.binding(private_thread(1))
        assert moved is not None
        assert moved.platform == WEB


async def test_who_stays_in_a_private_channel_that_people_made_is_named_to_the_managers(house: House):
    """Sam leaves, and #triage is private and not the desk's to close: whoever manages it is told once. Of a public
    channel nothing is said, since whoever is in the workspace reads it."""
    async with house.desk() as desk:
        said = len(house.lee.sees(house.alerts))
        gone = Person("sam", "Sam Ito", Role.ENGINEER, "Europe/London", active=False)
        await house.store.edit_directory(DirectoryEdit(people=(gone,)))
        await desk.face.follow()
        await desk.until(lambda: len(house.lee.sees(house.alerts)) > said)
        await desk.settled()
        (told,) = house.lee.sees(house.alerts)[said:]
        assert "Sam Ito" in told.text
        assert "#triage" in str(told)
        assert "#acme-support" not in str(told)
        assert "remove them" in str(told)
        assert house.sam.id in house.triage.members
        assert await house.store.accounts.departures("slack") == ()
