"""What people do in Discord, and what the desk makes of it."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse
from fakes.discord.permissions import P


async def opened(house: DiscordHouse, title: str = "Export fails"):
    """A request by command; its thread with the client, its card, and the team's thread."""
    await house.dana.slash(house.acme, "/desk new", title=title)
    (thread,) = await house.discord.until(lambda: house.dana.threads(house.acme))
    (card,) = await house.discord.until(lambda: [m for m in house.sam.sees(house.triage) if title in m.text])
    (inside,) = await house.discord.until(lambda: house.sam.threads(house.triage))
    return thread, card, inside


@pytest.mark.asyncio
async def test_words_files_edits_and_deletions_are_mirrored(house: DiscordHouse):
    """What a client writes stands in the team's thread under their name, file and all; it changes and goes with the
    original, singly and in a sweep."""
    dana, sam = house.dana, house.sam
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        said = dana.say(thread, "It says error 7", files={"log file.txt": b"seven"})
        (copy,) = await desk.until(lambda: [m for m in sam.sees(inside) if "error 7" in m.text])
        assert copy.author == "Dana Reyes"
        assert copy.files == {"log_file.txt": b"seven"}
        dana.edit(said, "It says error 8")
        await desk.until(lambda: any("error 8" in m.text for m in sam.sees(inside)))
        assert not any("error 7" in m.text and m.author == "Dana Reyes" for m in sam.sees(inside))
        dana.delete(said)
        await desk.until(lambda: not any("error 8" in m.text for m in sam.sees(inside)))
        more = [dana.say(thread, f"part {n} of what happened") for n in range(2)]
        await desk.until(lambda: sum("of what happened" in m.text for m in sam.sees(inside)) == 2)
        mods = house.discord.role("Mods", permissions=P.MANAGE_MESSAGES | P.VIEW_CHANNEL)
        house.discord.person("Mo Lane", roles=[mods]).delete_many(more)
        await desk.until(lambda: not any("of what happened" in m.text for m in sam.sees(inside)))


@pytest.mark.asyncio
async def test_emoji(house: DiscordHouse):
    """🎫 by the client makes a request of a message; 👀 and ✅ on its card by the team; a client's 👀 is nothing."""
    dana, sam = house.dana, house.sam
    async with house.desk() as desk:
        said = dana.say(house.acme, "The export is broken")
        dana.react(said, "🎫")
        (thread,) = await desk.until(lambda: dana.threads(house.acme))
        (card,) = await desk.until(lambda: [m for m in sam.sees(house.triage) if "broken" in m.text])
        dana.react(said, "👀")
        sam.react(card.message, "👀")
        await desk.until(lambda: any("Sam Ito" in m.text for m in dana.sees(thread)))
        # Two who open at once may leave a number unused.
        request = await house.store.request(1) or await house.store.request(2)
        assert request is not None
        assert request.owner == "sam"


@pytest.mark.asyncio
async def test_a_mention_is_a_command(house: DiscordHouse):
    """`@Steward claim` in a request's thread; its answer is for whoever wrote it."""
    async with house.desk() as desk:
        _, _, inside = await opened(house)
        house.sam.say(inside, "@Steward claim")
        await desk.until(lambda: any("Sam Ito" in m.text for m in house.sam.sees(inside)))
        house.sam.say(inside, "@Steward frobnicate")
        (no,) = await desk.until(lambda: [m for m in house.sam.dms if "frobnicate" in m.text])
        assert "frobnicate" in no.text


@pytest.mark.asyncio
async def test_an_outsider_gets_a_kind_no_and_no_data(house: DiscordHouse):
    """By command, in words and with a button alike."""
    eve = house.eve
    async with house.desk() as desk:
        thread, card, _ = await opened(house)
        no = await eve.slash(house.acme, "/desk show", request="1")
        assert no is not None
        assert "Export" not in no.text
        eve.say(thread, "let me in")
        await desk.until(lambda: eve.dms)
        assert not any("Export" in m.text for m in eve.dms)
        listed = await eve.suggestions(house.acme, "/desk show", "request", "")
        assert listed == {}
        assert "let me in" not in "".join(m.text for m in house.sam.sees(card.message.channel))


@pytest.mark.asyncio
async def test_who_is_who_by_roles_and_lists(house: DiscordHouse):
    """Somebody with the client's role is one of its people from their first act on; with the team's, an engineer."""
    new = house.discord.person("Nia Field", roles=[house.client])
    async with house.desk(clients={"ACME": [house.client.id]}, staff=[house.team.id]) as desk:
        await new.slash(house.acme, "/desk new", title="Where is my invoice")
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "invoice" in m.text])
        request = await house.store.request(1)
        assert request is not None
        assert (request.client, request.requester) == ("ACME", "nia")
        kim = house.discord.person("Kim Poe", roles=[house.team])
        kim.dm("hello")
        await desk.until(lambda: kim.dms[1:])
        directory = await house.store.directory()
        assert directory.people["kim"].is_staff
