"""What people do in Discord, and what the desk makes of it."""

from __future__ import annotations

import asyncio

import pytest
from discord_house import DiscordHouse
from fakes.discord.permissions import P
from fakes.discord.screen import controls
from fakes.waiting import PATIENCE

from bot.desk.claiming import new_code
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit


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
        dana.edit(said, "@Steward it says error 8 still")  # what was no command becomes none
        await desk.until(lambda: any("error 8 still" in m.text for m in sam.sees(inside)))
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


@pytest.mark.asyncio
async def test_nobody_of_a_list_becomes_somebody_else_by_their_name(house: DiscordHouse):
    """People choose their names themselves: who has an account in another chat, or may do more than the list lets
    everybody do, is not taken over by it."""
    known = (Person("max", "Max Boss", Role.MANAGER), Person("nora", "Nora Kay", Role.CLIENT, client="ACME"))
    account = ("slack", "T1", "U1", "nora")
    await house.store.edit_directory(DirectoryEdit(people=known, identities=(account,)))
    boss, nora = house.discord.person("Max Boss", roles=[house.team]), house.discord.person("Nora Kay")
    async with house.desk(clients={"ACME": [nora.id]}, staff=[house.team.id]) as desk:
        boss.dm("hello")
        nora.dm("hello")
        await desk.until(lambda: boss.dms[1:] and nora.dms[1:])
        people, accounts = (await house.store.directory()).people, await house.store.identities()
        assert {whose for _, _, user, whose in accounts if user in (boss.id, nora.id)} == {"max-boss", "nora-kay"}
        assert people["max-boss"].role is Role.ENGINEER


@pytest.mark.asyncio
async def test_what_is_offered_in_person_means_where_it_was_written(house: DiscordHouse):
    """Nobody can be answered alone in a channel who used nothing there: the button stands in their own conversation,
    and makes a request of the message in the channel."""
    async with house.desk() as desk:
        said = house.dana.say(house.acme, "The export is broken since noon")
        (offer,) = await desk.until(lambda: house.dana.dms)
        await house.dana.press(offer.buttons[0], on=offer)
        (thread,) = await desk.until(lambda: house.dana.threads(house.acme))
        assert thread.id == said.id


@pytest.mark.asyncio
async def test_whoever_runs_the_desk_claims_it_and_sets_it_up(house: DiscordHouse):
    """A stranger with the code becomes a manager; the first form opens, in Discord as everywhere."""
    ida = house.discord.person("Ida Boss", roles=[house.discord.role("Boss")])
    async with house.desk() as desk:
        code = await new_code(desk.desk)
        no = await ida.slash(house.acme, "/desk setup", code="WRONG-CODES")
        assert no is not None
        await ida.slash(house.acme, "/desk setup", code=code)
        assert ida.modal
        assert (await house.store.directory()).people["ida"].role == "manager"


@pytest.mark.asyncio
async def test_a_menu_can_be_chosen_from_again(house: DiscordHouse):
    """Once something was chosen the card shows its menu anew."""
    async with house.desk() as desk:
        _, card, _ = await opened(house)
        await desk.settled()
        (menu,) = [each for each in card.selects if each == "More…"]
        ids = [part["custom_id"] for part in controls(card.message.components) if part["type"] == 3]
        labels = [o["label"] for part in controls(card.message.components) for o in part.get("options") or ()]
        await house.sam.choose(menu, labels[0], on=card)
        await desk.until(lambda: [p["custom_id"] for p in controls(card.message.components) if p["type"] == 3] != ids)
        assert "Export fails" in card.text


@pytest.mark.asyncio
async def test_who_writes_in_a_thread_before_the_desk_knows_it_is_heard(house: DiscordHouse):
    """The threads stand there, and the answers that say so are long in coming: what the client and the team write
    meanwhile is the request's, and none of it is something new."""
    dana, sam, answered = house.dana, house.sam, asyncio.Event()
    house.discord.faults.add("POST /channels/{channel_id}/messages/{message_id}/threads", held=answered, times=2)
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        assert await house.store.conversation_at(house.place(house.acme, thread.id)) is None
        dana.say(thread, "It says error 7")
        sam.say(inside, "It is the night run again")
        said = {"It says error 7", "It is the night run again"}

        async def heard() -> bool:
            return said <= {getattr(entry.event, "text", "") for entry in await house.store.history(1)}

        async with asyncio.timeout(PATIENCE):
            while not await heard():  # noqa: ASYNC110  # the store tells nobody
                await asyncio.sleep(0.02)
        assert await house.store.conversation_at(house.place(house.acme, thread.id)) is None
        answered.set()
        await desk.until(lambda: any("error 7" in m.text for m in sam.sees(inside)))
        await desk.settled()
        assert not any("look into this" in m.text for m in dana.sees(thread))
