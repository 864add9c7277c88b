"""Somebody who is known elsewhere becomes the same person in Slack, by a code that they write to the desk there."""

from __future__ import annotations

import pytest
from slack_house import House

from adapters.web.chat import PLATFORM as WEB
from adapters.web.chat import WORKSPACE
from bot.desk import codes
from bot.desk.conversations import direct
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
