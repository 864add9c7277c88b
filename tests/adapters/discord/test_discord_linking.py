"""Somebody who is known elsewhere becomes the same person in Discord, by a code that they write to the desk there."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse

from adapters.web.chat import PLATFORM as WEB
from adapters.web.chat import WORKSPACE
from bot.desk import codes, front
from bot.desk.conversations import direct, private_thread
from bot.desk.linking import LIFE
from bot.domain.people import Client, Person, Role
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


async def test_who_is_unlinked_is_out_of_private_threads_and_reads_none_of_them(house: DiscordHouse):
    """Eve's account was Eva's of the browser, and had her private request's thread: taken back, it is in no thread of
    it, archived or not; the request goes on where Eva is, and nothing new comes to the thread."""
    eva = Person("eva", "Eva Browser", Role.CLIENT, "Europe/London", "ACME", home="discord")
    accounts = ((WEB, WORKSPACE, "eva", "eva"), ("discord", house.server, house.eve.id, "eva"))
    await house.store.edit_directory(DirectoryEdit(people=(eva,), identities=accounts))
    async with house.desk() as desk:
        for title in ("Salaries", "Contracts"):
            values = {"title": title, "private": "yes"}
            await front.run(desk.desk, "eva", "new", values, place=house.place(house.acme))
        await desk.settled()
        threads = [await house.store.binding(private_thread(number)) for number in (1, 2)]
        open_one, archived = [house.discord.guild.threads[there.thread] for there in threads if there and there.thread]
        assert house.eve.id in open_one.thread_members
        house.discord.threads.change(archived, {"archived": True})
        said = len(open_one.messages)
        await front.run(desk.desk, "eva", "unlink", {"account": "discord"})
        await desk.face.follow()
        await desk.until(lambda: house.eve.id not in {*open_one.thread_members, *archived.thread_members})
        await desk.until(lambda: archived.archived)
        await front.run(desk.desk, "sam", "reply", {"request": "1", "text": "They are mended"})
        await desk.settled()
        moved = await house.store.binding(private_thread(1))
        assert moved is not None
        assert moved.platform == WEB
        shown = await house.store.messages(moved.channel, thread=int(moved.thread or 0), limit=50)
        assert any("They are mended" in str(m.body) for m in shown)
        assert [m for m in list(open_one.messages.values())[said:] if "mended" in str(m)] == []
        assert await house.store.accounts.departures("discord") == ()


async def test_who_still_reads_a_closed_channel_is_named_to_the_managers(house: DiscordHouse):
    """The desk made Acme's channel and let Dana and the team see it. Dana goes over to Globex, and Sam leaves: the desk
    may not change who reads a channel, so whoever manages it is told, once each; not of what a role showed to Sam."""
    await house.rebind("client:ACME", "acme-desk")
    async with house.desk() as desk:
        await desk.until(lambda: "acme-desk" in {c.name for c in house.discord.guild.channels.values()})
        await desk.settled()
        said = len(house.lee.sees(house.alerts))
        globex = Client("GLOBEX", "Globex", "Europe/London")
        moved = Person("dana", "Dana Reyes", Role.CLIENT, "Europe/London", "GLOBEX")
        gone = Person("sam", "Sam Ito", Role.ENGINEER, "Europe/London", active=False)
        await house.store.edit_directory(DirectoryEdit(clients=(globex,), people=(moved, gone)))
        house.discord.set_roles(house.discord.guild, house.discord.guild.members[house.sam.id], [])
        await desk.face.follow()
        await desk.until(lambda: len(house.lee.sees(house.alerts)) > said)
        await desk.until(lambda: len(house.lee.sees(house.alerts)) == said + 2)
        told = sorted(message.text for message in house.lee.sees(house.alerts)[said:])
        assert "Dana Reyes** has no part in #acme-desk any more, but still reads it in Discord." in told[0]
        assert "Sam Ito** has no part in #acme-desk any more" in told[1]
        await desk.face.look()
        await desk.settled()
        assert await house.store.accounts.departures("discord") == ()
        assert len(house.lee.sees(house.alerts)) == said + 2
