"""What is said while the desk is away from Discord is heard once it is back: after a lost socket, a lost session, a
restart; nothing twice."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse
from test_discord_hearing import opened

from adapters.discord.places import PLATFORM
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit


async def heard(house: DiscordHouse) -> list[str]:
    """What the client said for the first request, in the order in which the desk heard it."""
    entries = await house.store.history(1)
    return [text for entry in entries if (text := getattr(entry.event, "text", "")) and entry.by == "dana"]


@pytest.mark.asyncio
async def test_a_socket_that_is_resumed_loses_and_doubles_nothing(house: DiscordHouse):
    """Discord tells what came meanwhile; what it tells twice is heard once."""
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        house.dana.say(thread, "before it")
        house.discord.faults.tell_twice = lambda name: name == "MESSAGE_CREATE"
        house.discord.gateway.cut()
        await desk.until(lambda: not house.discord.gateway.open)
        house.dana.say(thread, "during it")
        await desk.until(lambda: house.discord.gateway.open)
        house.dana.say(thread, "after it")
        await desk.until(lambda: any("after it" in m.text for m in house.sam.sees(inside)))
        await house.discord.gateway.quiet()
        await desk.settled()
        assert await heard(house) == ["before it", "during it", "after it"]


@pytest.mark.asyncio
async def test_a_session_that_is_gone_is_made_up_for_from_history(house: DiscordHouse):
    """Words, an edit and a deletion, in a thread and in the channel, of which nothing was ever told."""
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        changed, gone = house.dana.say(thread, "will change"), house.dana.say(thread, "will be gone")
        await desk.until(lambda: any("will be gone" in m.text for m in house.sam.sees(inside)))
        house.discord.gateway.refuses_resume = True
        house.discord.gateway.cut()
        await desk.until(lambda: not house.discord.gateway.open)
        house.dana.say(thread, "during it")
        house.dana.edit(changed, "has changed")
        house.dana.delete(gone)
        question = house.dana.say(house.acme, "Something else is broken, too")
        await desk.until(lambda: any("during it" in m.text for m in house.sam.sees(inside)))
        await desk.until(lambda: any("has changed" in m.text for m in house.sam.sees(inside)))
        await desk.until(lambda: not any("will be gone" in m.text for m in house.sam.sees(inside)))
        await house.dana.message_menu("Turn into a request", question)
        await desk.until(lambda: len(house.sam.threads(house.triage)) == 2)


@pytest.mark.asyncio
async def test_a_desk_that_starts_again_hears_what_it_missed(house: DiscordHouse):
    """And buttons from before work as ever."""
    async with house.desk() as desk:
        thread, card, inside = await opened(house)
        await desk.settled()
    house.dana.say(thread, "while you were away")
    async with house.desk() as desk:
        await desk.until(lambda: any("while you were away" in m.text for m in house.sam.sees(inside)))
        await house.sam.press("Claim", on=card)
        await desk.until(lambda: any("Sam Ito" in m.text for m in house.dana.sees(thread)))
        await desk.settled()
    assert (await heard(house)).count("while you were away") == 1


@pytest.mark.asyncio
async def test_what_could_not_be_heard_is_read_again(house: DiscordHouse):
    """An event that failed, as with a database that is gone for a moment, is in the history within a minute."""
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        house.discord.faults.lose = lambda name, data: data.get("content") == "never told"
        house.dana.say(thread, "never told")
        await house.discord.gateway.quiet()
        desk.face._missed()
        await desk.face.look()
        await desk.until(lambda: any("never told" in m.text for m in house.sam.sees(inside)))


@pytest.mark.asyncio
async def test_while_discord_is_away_nothing_is_lost(house: DiscordHouse):
    """What is to be said waits, and goes once; who listens comes back by itself."""
    async with house.desk() as desk:
        thread, _, _ = await opened(house)
        await desk.settled()
        house.discord.faults.away = True
        house.discord.gateway.cut()
        from bot.desk import front

        await front.run_text(desk.desk, "sam", "reply 1 We are on it")
        await desk.until(lambda: not house.discord.gateway.open)
        house.discord.faults.away = False
        await desk.until(lambda: any("We are on it" in m.text for m in house.dana.sees(thread)))
        await desk.settled()
        assert sum("We are on it" in m.text for m in house.dana.sees(thread)) == 1


@pytest.mark.asyncio
async def test_a_desk_without_the_intent_says_which_switch_it_is(house: DiscordHouse, caplog: pytest.LogCaptureFixture):
    """Commands and buttons work all the same."""
    house.discord.app.privileged.clear()
    async with house.desk() as desk:
        assert "Message Content Intent" in caplog.text
        await opened(house)
        await desk.settled()


@pytest.mark.asyncio
async def test_words_that_cannot_be_heard_any_more_are_not_gone(house: DiscordHouse):
    """Whoever wrote them is a stranger by now, or calls the desk by its name in them: they stand in Discord, and so
    they do where the team reads them."""
    tom = house.discord.person("Tom Ray", roles=[house.client])
    account = (PLATFORM, house.server, tom.id, "tom")
    person = Person("tom", "Tom Ray", Role.CLIENT, "Europe/London", "ACME")
    await house.store.edit_directory(DirectoryEdit(people=(person,), identities=(account,)))
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        said = house.dana.say(thread, "It is the blue one")
        tom.say(thread, "Mine fails, too")
        await desk.until(lambda: any("Mine fails" in m.text for m in house.sam.sees(inside)))
        await desk.settled()
    await house.store.edit_directory(DirectoryEdit(parted=(account[:3],)))
    house.dana.edit(said, "@Steward it is the red one")
    house.dana.say(thread, "while you were away")
    async with house.desk() as desk:
        await desk.until(lambda: any("while you were away" in m.text for m in house.sam.sees(inside)))
        await desk.settled()
        told = [m.text for m in house.sam.sees(inside)]
        assert any("Mine fails, too" in text for text in told)
        assert any("it is the red one" in text for text in told)
