"""Where the desk speaks in Slack: channels by the settings, by name, and direct conversations of who has an account."""

from __future__ import annotations

import pytest
from slack_house import House
from test_slack_hearing import raised

from bot.desk.conversations import ALERTS, TRIAGE, client_channel, direct
from bot.messages.model import Said, line
from bot.ports import DirectoryEdit, Place, Refused

HELLO = Said("test", (line("hello"),))


async def put(house: House, **where: str) -> None:
    """Bind these in the browser's workspace, as a desk that begins has them."""
    names = {"triage": TRIAGE, "alerts": ALERTS, "acme": client_channel("ACME"), "sam": direct("sam")}
    bindings = tuple((names[name], Place("web", "desk", channel)) for name, channel in where.items())
    await house.store.edit_directory(DirectoryEdit(bindings=bindings))


@pytest.mark.asyncio
async def test_the_settings_say_where_things_are(house: House):
    """By id or by name; a public channel is gone into, and what a file or a form moves later stays moved."""
    await put(house, triage="triage", alerts="alerts", acme="client-acme")
    public = house.slack.channel("acme-help", house.dana, house.lee)
    said = {"triage": house.triage.id, "alerts": "alerts", "ACME": "acme-help"}
    async with house.desk(channels=said) as desk:
        assert (await house.store.binding(TRIAGE)) == house.place(house.triage)
        assert (await house.store.binding(ALERTS)) == house.place(house.alerts)
        assert (await house.store.binding(client_channel("ACME"))) == house.place(public)
        assert house.installed.user.id in public.members
        await house.store.edit_directory(DirectoryEdit(bindings=((ALERTS, house.place(house.acme)),)))
        await desk.face.follow()
        assert (await house.store.binding(ALERTS)) == house.place(house.acme)


@pytest.mark.asyncio
async def test_a_name_that_is_taken_by_a_channel_the_app_is_not_in_is_a_persons_matter(house: House):
    """It is private, and nobody invited the app: what is for it waits for a person, who reads the mend; once invited,
    it is found."""
    hidden = house.slack.channel("acme-private", house.dana, house.lee, private=True)
    named = Place("slack", house.team, "acme-private")
    await house.store.edit_directory(DirectoryEdit(bindings=((client_channel("ACME"), named),)))
    async with house.desk() as desk:
        with pytest.raises(Refused, match="invite"):
            await desk.face.chat.post(named, HELLO, key="one")
        house.lee.invite_app(hidden)
        await house.slack.heard()
        await desk.face.follow()
        assert (await house.store.binding(client_channel("ACME"))) == house.place(hidden)


@pytest.mark.asyncio
async def test_no_second_channel_is_made_beside_the_one_that_the_settings_name(house: House):
    """A form called it otherwise, and the app was not invited yet: what is said there waits for that, and is said in no
    channel that nobody looks into."""
    hidden = house.slack.channel("acme-private", house.dana, house.lee, private=True)
    form = Place("slack", house.team, "client-acme")
    await house.store.edit_directory(DirectoryEdit(bindings=((client_channel("ACME"), form),)))
    async with house.desk(channels={"ACME": "acme-private"}) as desk:
        with pytest.raises(Refused, match="#acme-private is private and the app is not in it: invite it"):
            await desk.face.chat.post(form, HELLO, key="one")
        house.lee.invite_app(hidden)
        await house.slack.heard()
        await desk.face.follow()
        assert (await house.store.binding(client_channel("ACME"))) == house.place(hidden)
    assert "client-acme" not in {channel.name for channel in house.slack.world.channels.values()}


@pytest.mark.asyncio
async def test_who_has_an_account_is_spoken_with_in_slack(house: House):
    """Sam's direct conversation was in the browser; with Slack there it moves, and who has no account stays."""
    await put(house, sam="dm:sam")
    async with house.desk() as desk:
        moved = await house.store.binding(direct("sam"))
        assert moved == house.place(house.sam.dm_channel)
        await desk.face.chat.post(moved, HELLO, key="one")
        assert [m.text for m in house.sam.sees(house.sam.dm_channel)] == ["hello"]


@pytest.mark.asyncio
async def test_a_file_that_was_taken_back_does_not_keep_the_words_unheard(house: House):
    """Between the message and the desk's look at it somebody deleted the file: the words are heard."""

    async with house.desk() as desk:
        message, card = await raised(house, desk)
        said = house.dana.say(house.acme, "See the log", thread=message, files={"export.log": b"x"})
        said.files[0].content = None
        await desk.until(lambda: any("See the log" in m.text for m in house.sam.thread(card.message)))
