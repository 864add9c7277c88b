"""Where the desk speaks in Discord: in the channels that the settings name, whatever a form called them."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse

from bot.desk.conversations import client_channel
from bot.messages.model import Said, line
from bot.ports import Refused


@pytest.mark.asyncio
async def test_no_second_channel_is_made_beside_the_one_that_the_settings_name(house: DiscordHouse):
    """The app was not let into it yet: what is said there waits for that, and is said in no channel that nobody looks
    into. Where there is none of the settings' name, it is made by that."""
    fake, acme, globex = house.discord, client_channel("ACME"), client_channel("GLOBEX")
    hidden = fake.channel("acme-private", only=[], bot=False)
    await house.rebind(acme, "client-acme")
    await house.rebind(globex, "client-globex")
    async with house.desk(channels={"ACME": hidden.id, "GLOBEX": "globex-help"}) as desk:
        there = await house.store.binding(acme)
        assert there == house.place(hidden)
        with pytest.raises(Refused, match="let the app into the channel"):
            await desk.face.chat.post(there, Said("test", (line("hello"),)), key="one")
        found = await house.store.binding(globex)
    names = {channel.id: channel.name for channel in fake.guild.channels.values()}
    assert found is not None
    assert names[found.channel] == "globex-help"
    assert not {"client-acme", "client-globex"} & set(names.values())
