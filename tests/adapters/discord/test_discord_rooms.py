"""Where the desk speaks in Discord: in the channels that the settings name, whatever a form called them."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse

from bot.desk.conversations import client_channel
from bot.messages.model import Said, line
from bot.ports import MessageRef, Refused


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


@pytest.mark.asyncio
@pytest.mark.parametrize("root", ["stays", "gone"])
async def test_a_thread_that_somebody_deleted_goes_on_in_another_one(house: DiscordHouse, root: str):
    """With what it hung from or without: what the team says reaches the client, who answers there."""
    async with house.desk() as desk:
        said = house.dana.say(house.acme, "The export fails since nine")
        await house.dana.message_menu("Turn into a request", said)
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "export" in m.text])
        (thread,) = await desk.until(lambda: house.dana.threads(house.acme))
        await desk.until(lambda: house.sam.threads(house.triage))
        await desk.settled()
        if root == "gone":
            house.dana.delete(said)
            await house.discord.gateway.quiet()
        house.discord.delete(thread)
        await house.sam.press("Reply", card)
        assert house.sam.modal
        await house.sam.submit({house.sam.modal.labels[0]: "Restart it at nine"})
        (again,) = await desk.until(
            lambda: [t for t in house.dana.threads(house.acme) if "Restart it" in str(house.dana.sees(t))]
        )
        house.dana.say(again, "It runs now")
        (inside,) = house.sam.threads(house.triage)
        await desk.until(lambda: any("It runs now" in m.text for m in house.sam.sees(inside)))
        await desk.settled()
        assert [t.id for t in house.dana.threads(house.acme)] == [again.id]


@pytest.mark.asyncio
async def test_a_private_thread_that_somebody_deleted_is_a_private_one_again(house: DiscordHouse):
    """Nobody else of the client reads the other one."""
    other = house.discord.person("Ola Berg", roles=[house.client])
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new", title="My salary is wrong", private=True)
        (thread,) = await desk.until(lambda: house.dana.threads(house.acme))
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "salary" in m.text])
        await desk.settled()
        house.discord.delete(thread)
        await house.sam.press("Reply", card)
        assert house.sam.modal
        await house.sam.submit({house.sam.modal.labels[0]: "It is mended"})
        await desk.until(
            lambda: [t for t in house.dana.threads(house.acme) if "It is mended" in str(house.dana.sees(t))]
        )
        await desk.settled()
        assert other.threads(house.acme) == []


@pytest.mark.asyncio
async def test_a_thread_whose_first_message_was_taken_away_begins_by_itself(house: DiscordHouse):
    """Before it was opened: whoever wrote it reads all that is said of it all the same, and in one thread."""
    async with house.desk() as desk:
        said = house.dana.say(house.acme, "The export fails")
        house.dana.delete(said)
        ref = MessageRef(house.place(house.acme), said.id)
        place = await desk.face.chat.open_thread(ref, "ACME-1 The export fails")
        assert await desk.face.chat.open_thread(ref, "ACME-1 The export fails") == place
        await desk.face.chat.post(place, Said("news", (line("Hello"),)), key="1")
        (thread,) = house.dana.threads(house.acme)
        assert "Hello" in str(house.dana.sees(thread))
