"""Somebody who is known elsewhere becomes the same person in Discord, by a code that they write to the desk there."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse

from adapters.web.chat import PLATFORM as WEB
from adapters.web.chat import WORKSPACE
from bot.desk import codes
from bot.desk.conversations import direct
from bot.desk.linking import LIFE
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit, Place, RequestQuery

pytestmark = pytest.mark.asyncio


async def test_a_code_written_to_the_desk_in_person_links_the_account_in_every_server(house: DiscordHouse):
    """Eve, a stranger there, is Eva of the browser from then on, in the channel as well; what is for her alone stays in
    the browser until she says otherwise; taken back she is a stranger again, everywhere."""
    eva = Person("eva", "Eva Browser", Role.CLIENT, "Europe/London", "ACME")
    place, account = Place(WEB, WORKSPACE, "dm:eva"), (WEB, WORKSPACE, "eva", "eva")
    await house.store.edit_directory(DirectoryEdit(people=(eva,), identities=(account,), bindings=(("dm:eva", place),)))
    code = codes.drawn()
    await house.store.linking.put_code("eva", codes.digest("link", code), house.clock.machine() + LIFE)
    async with house.desk() as desk:
        house.eve.dm(f"link {code}")
        (told,) = await desk.until(lambda: [m for m in house.eve.dms if "you are" in m.text])
        assert "Eva Browser" in told.text
        await desk.face.follow()
        assert (await house.store.binding(direct("eva"))) == place
        said = house.eve.say(house.acme, "Our invoices are empty")
        house.eve.react(said, "🎫")
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "invoices are empty" in m.text])
        assert [each.requester for each in await house.store.requests(RequestQuery())] == ["eva"]
        await house.eve.press("That was wrong", told.message)
        await desk.until(lambda: [m for m in house.eve.dms if "no more" in m.text])
        assert [row for row in await house.store.identities() if row[2] == house.eve.id] == []
