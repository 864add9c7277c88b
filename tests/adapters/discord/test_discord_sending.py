"""The desk's port to Discord: once, whole, found again, and where it was meant to stand."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from discord_house import DiscordHouse
from fakes.discord.discord_things import Webhook
from test_discord_hearing import opened

from adapters.discord.marks import mark, stamped
from adapters.discord.places import PLATFORM
from bot.desk.files import keep
from bot.messages.model import Action, Card, Relay, Said, Who, line
from bot.ports import Change, DirectoryEdit, Draft, Op, Place, RateLimited, Refused

POST = "POST /channels/{channel_id}/messages"
HOOK = "POST /webhooks/{webhook_id}/{webhook_token}"
WORDS = Relay("sam", "Sam Ito", "engineer", "We restarted it.")


def said(text: str, *actions: Action) -> Said:
    """The desk's own words."""
    return Said("news", (line(text),), actions)


@pytest.mark.asyncio
@pytest.mark.parametrize("body", [said("Once."), WORDS], ids=["own", "relayed"])
@pytest.mark.parametrize("fault", [{"drop_answer": True}, {"fail_after": 504}], ids=["nobody hears", "said to fail"])
async def test_what_may_have_arrived_is_found_and_not_sent_twice(house: DiscordHouse, body: Any, fault: dict[str, Any]):
    """By its mark, long after Discord forgot any nonce, whether the desk or a webhook wrote it."""
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.acme)
        warm = await chat.post(place, WORDS, key="warm")
        house.discord.faults.add(HOOK if body is WORDS else POST, **fault)
        if "fail_after" in fault and body is not WORDS:
            # With its nonce discord.py may make it again, and Discord answers with the message that is there.
            ref = await chat.post(place, body, key="k:1")
        else:
            with pytest.raises(Exception) as no:  # noqa: PT011  # whatever a lost connection raises
                await chat.post(place, body, key="k:1")
            assert not isinstance(no.value, RateLimited | Refused)
            ref = None
        house.discord.times.skip(3600)
        found = await chat.find(place, "k:1")
        assert found is not None
        assert ref in (None, found)
        assert await chat.find(place, "k:2") is None
        assert await chat.find(place, "warm") == warm
        assert len(house.dana.sees(house.acme)) == 2


@pytest.mark.asyncio
async def test_another_webhooks_message_counts_as_none_of_the_desks(house: DiscordHouse):
    """Whatever number its component has: one that somebody made for a channel belongs to no app."""
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.acme)
        forged = Webhook(house.discord.world.id(), "token", house.acme, "Desk", house.eve.user, None)
        house.discord.world.webhooks[forged.id] = forged
        text = {"type": 10, "id": stamped([{}], mark("k:1"))[0]["id"], "content": "We close your account."}
        body = {"components": [text], "flags": 1 << 15}
        address = f"{house.discord.api_base}/webhooks/{forged.id}/token?with_components=1"
        async with aiohttp.ClientSession() as session, session.post(address, json=body) as answer:
            assert answer.status in (200, 204)
        assert await chat.find(place, "k:1") is None
        assert await chat.post(place, WORDS, key="k:1") == await chat.find(place, "k:1")


@pytest.mark.asyncio
async def test_what_discord_had_trouble_with_is_made_again_only_with_a_nonce(house: DiscordHouse):
    """A webhook's message goes once however Discord fails; the relay looks before it goes again."""
    async with house.desk() as desk:
        thread, _, _ = await opened(house)
        house.discord.faults.add(HOOK, fail_after=502)
        await house.sam.slash(thread, "/desk reply", text="We restarted it")
        await desk.settled()
        assert sum("We restarted it" in m.text for m in house.dana.sees(thread)) == 1


@pytest.mark.asyncio
async def test_a_long_message_goes_on_and_is_one(house: DiscordHouse):
    """In as many posts as it takes; an edit changes, adds and takes away posts, and it goes whole."""
    async with house.desk() as desk:
        chat, place, dana = desk.face.chat, house.place(house.acme), house.dana
        long = said("\n".join(f"line {n} of a long story that nobody cuts" for n in range(200)))
        ref = await chat.post(place, long, key="long")
        await chat.post(place, said("between"), key="other")
        texts = [m.text for m in dana.sees(house.acme)]
        assert len(texts) > 2
        assert all(any(f"line {n} of" in text for text in texts) for n in range(200))
        assert await chat.find(place, "long") == ref
        await chat.edit(ref, said("short"))
        assert [m.text for m in dana.sees(house.acme)] == ["short", "between"]
        await chat.edit(ref, long)
        assert len(dana.sees(house.acme)) == len(texts)
        await chat.delete(ref)
        assert [m.text for m in dana.sees(house.acme)] == ["between"]
        await chat.delete(ref)


@pytest.mark.asyncio
async def test_a_message_that_broke_off_is_taken_away(house: DiscordHouse):
    """What arrived of it is no message: it is not found, and goes anew, whole."""
    async with house.desk() as desk:
        chat, place, dana = desk.face.chat, house.place(house.acme), house.dana
        long = said("\n".join(f"line {n} of a long story that nobody cuts" for n in range(200)))
        house.discord.faults.add(POST, when=lambda body: "line 150" in str(body), drop=True)
        with pytest.raises(Exception):  # noqa: B017, PT011  # whatever a lost connection raises
            await chat.post(place, long, key="long")
        assert dana.sees(house.acme)
        house.discord.times.skip(3600)
        assert await chat.find(place, "long") is None
        assert dana.sees(house.acme) == []


@pytest.mark.asyncio
async def test_files_come_along_and_stay(house: DiscordHouse):
    """Under a name that Discord leaves as it is; an edit of the words keeps them, and uploads nothing again."""
    async with house.desk() as desk:
        chat, place, dana = desk.face.chat, house.place(house.acme), house.dana
        kept = await keep(desk.desk, "sam", "Ü b.txt", "text/plain", b"bytes")
        relay = Relay("sam", "Sam Ito", "engineer", "See the file.", files=(kept,))
        ref = await chat.post(place, relay, key="file")
        (shown,) = dana.sees(house.acme)
        assert list(shown.files.values()) == [b"bytes"]
        await chat.edit(ref, Relay("sam", "Sam Ito", "engineer", "Look at the file.", files=relay.files))
        (shown,) = dana.sees(house.acme)
        assert "Look at" in shown.text
        assert list(shown.files.values()) == [b"bytes"]
        await chat.edit(ref, Relay("sam", "Sam Ito", "engineer", "Gone."))
        assert dana.sees(house.acme)[0].files == {}


@pytest.mark.asyncio
@pytest.mark.parametrize("how", [{"drop": True, "times": 1}, {"drop_answer": True}], ids=["not done", "unheard"])
async def test_words_that_an_edit_adds_are_there_once_whatever_breaks_off(house: DiscordHouse, how: dict[str, Any]):
    """A webhook's posts have no nonce: those in which it is to go on are looked for before the edit is made again."""
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.acme)
        ref = await chat.post(place, Relay("sam", "Sam Ito", "engineer", "short"), key="k:1")
        now = Relay("sam", "Sam Ito", "engineer", "\n".join(f"part {n:03} {'of a log ' * 9}" for n in range(100)))
        calls = iter(range(1, 100))
        house.discord.faults.add(HOOK, when=lambda _: next(calls) == 2, **how)
        with pytest.raises(aiohttp.ClientError):
            await chat.edit(ref, now)
        await chat.edit(ref, now)
        read = "\n".join(seen.text for seen in house.dana.sees(house.acme))
        assert [read.count(f"part {n:03} ") for n in range(100)] == [1] * 100
        await chat.delete(ref)
        assert house.dana.sees(house.acme) == []


@pytest.mark.asyncio
async def test_whoever_was_erased_stands_above_nothing(house: DiscordHouse):
    """Discord changes nobody's name above a message. Their words, or what stands in their place, go anew, once, also
    where that fails in between; somebody who is known keeps their message where it is."""
    async with house.desk() as desk:
        chat, place, dana = desk.face.chat, house.place(house.acme), house.dana
        ref = await chat.post(place, Relay("ann", "Ann Gone", "client", "first"), key="words")
        hers = await chat.post(place, Relay("dana", "Dana Reyes", "client", "hers"), key="hers")
        assert await chat.edit(hers, said("It was deleted.")) is None
        nobody = Relay("", "somebody", "client", "second")
        house.discord.faults.add("DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", code=50013)
        with pytest.raises(Refused):
            await chat.edit(ref, nobody)
        chat._known.clear()
        moved = await chat.edit(ref, nobody)
        assert [(m.author, m.text) for m in dana.sees(house.acme) if "It was" not in m.text] == [("somebody", "second")]
        assert moved is not None
        other = await chat.post(place, Relay("ann", "Ann Gone", "client", "third"), key="third")
        assert await chat.edit(other, said("It was deleted by somebody.")) is not None
        assert not any(m.author == "Ann Gone" for m in dana.sees(house.acme))


@pytest.mark.asyncio
async def test_nobody_is_called_but_whom_the_desk_names(house: DiscordHouse):
    """What people wrote calls nobody, whatever it says, but for whom it calls by a name that the desk knows as theirs,
    and who reads it there."""
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.acme)
        evil = f"<@{house.lee.id}> <@&{house.team.id}> @everyone @here"
        await chat.post(place, Relay("dana", "Dana Reyes", "client", evil), key="1")
        await chat.post(place, said(evil), key="2")
        assert house.lee.pings == house.sam.pings == []
        await chat.post(house.place(house.triage), Relay("dana", "Dana Reyes", "client", f"{evil} @lee, @eve"), key="4")
        assert (len(house.lee.pings), house.sam.pings, house.eve.pings) == (1, [], [])
        await chat.post(house.place(house.triage), Said("nudge", (line(Who("sam", "Sam Ito"), " look"),)), key="3")
        assert len(house.sam.pings) == 1
        assert len(house.lee.pings) == 1


@pytest.mark.asyncio
async def test_an_archived_thread_is_opened_first(house: DiscordHouse):
    """Whatever is to be said, changed or taken away in it."""
    async with house.desk() as desk:
        thread, _, _ = await opened(house)
        await desk.settled()
        chat, place = desk.face.chat, house.place(house.acme, thread.id)
        ref = await chat.post(place, said("one"), key="1")
        for act in (
            lambda: chat.post(place, WORDS, key="2"),
            lambda: chat.edit(ref, said("two")),
            lambda: chat.delete(ref),
        ):
            house.discord.threads.change(thread, {"archived": True}, house.discord.app.user)
            await act()
            assert not thread.archived
        assert [m.text for m in house.dana.sees(thread)][-1] == "We restarted it."


@pytest.mark.asyncio
async def test_who_takes_no_direct_messages_has_a_thread_of_their_own(house: DiscordHouse):
    """In their client's channel, and nobody else's: what is theirs alone stays so."""
    shy = house.discord.person("Shy Lee", takes_dms=False)
    async with house.desk(clients={"ACME": [shy.id]}) as desk:
        await shy.slash(house.acme, "/desk my")
        place = await desk.face.chat.direct("shy")
        ref = await desk.face.chat.post(place, said("for you"), key="d")
        (own,) = shy.threads(house.acme)
        assert [m.text for m in shy.sees(own)][-1] == "for you"
        assert own not in house.dana.threads(house.acme)
        assert ref.place == house.place(house.acme, own.id)
        assert await house.store.binding("dm:shy") == ref.place
        shy.say(house.acme, "The invoice is wrong again")
        await desk.until(lambda: any("Turn into request" in m.buttons for m in shy.sees(own)))


@pytest.mark.asyncio
async def test_a_thread_of_ones_own_that_somebody_deleted_is_made_again(house: DiscordHouse):
    """What is for them alone arrives, and there alone."""
    shy = house.discord.person("Shy Lee", takes_dms=False)
    async with house.desk(clients={"ACME": [shy.id]}) as desk:
        await shy.slash(house.acme, "/desk my")
        await desk.face.chat.post(await desk.face.chat.direct("shy"), said("for you"), key="d")
        (own,) = shy.threads(house.acme)
        house.discord.delete(own)
        draft = Draft("again", Op.POST, "dm:shy", said("for you again"))
        await house.store.commit(Change(outbox=(draft,)))
        await desk.until(lambda: [t for t in shy.threads(house.acme) if "for you again" in str(shy.sees(t))])
        await desk.settled()
        assert house.dana.threads(house.acme) == []


@pytest.mark.asyncio
async def test_who_takes_no_direct_messages_is_found_before_anything_is_bound(house: DiscordHouse):
    """They said just now that they are to be written to here: the first message opens the conversation, finds it
    closed, and stands in the thread of their own, where what they answer is theirs alone."""
    shy = house.discord.person("Shy Lee", takes_dms=False)
    async with house.desk(clients={"ACME": [shy.id]}) as desk:
        await shy.slash(house.acme, "/desk my")
        await house.store.edit_directory(DirectoryEdit(unbound=("dm:shy",)))
        draft = Draft("first", Op.POST, "dm:shy", said("for you"))
        await house.store.commit(Change(outbox=(draft,)))
        await desk.settled()
        (own,) = shy.threads(house.acme)
        assert [m.text for m in shy.sees(own)][-1] == "for you"
        assert await house.store.binding("dm:shy") == house.place(house.acme, own.id)
        assert await house.store.unsent.all(5) == ()


@pytest.mark.asyncio
async def test_two_of_one_name_have_a_thread_each(house: DiscordHouse):
    """A thread is found again by its title, and people choose their names themselves: nobody is let into another's."""
    one, two = (house.discord.person("Shy Lee", takes_dms=False) for _ in "12")
    async with house.desk(clients={"ACME": [one.id, two.id]}) as desk:
        for shy, person in ((one, "shy"), (two, "shy-lee")):
            await shy.slash(house.acme, "/desk my")
            await desk.face.chat.post(await desk.face.chat.direct(person), said(f"for {person}"), key=person)
        (first,), (second,) = one.threads(house.acme), two.threads(house.acme)
        assert first is not second
        assert [m.text for m in two.sees(second)][-1] == "for shy-lee"


@pytest.mark.asyncio
async def test_whose_account_was_taken_away_reads_no_more_of_what_is_theirs_alone(house: DiscordHouse):
    """A wrong account was linked, and taken back: it stays in its thread, and the right one has another."""
    wrong, right = (house.discord.person(name, takes_dms=False) for name in ("Shy Lee", "Shy Right"))
    async with house.desk(clients={"ACME": [wrong.id]}) as desk:
        await wrong.slash(house.acme, "/desk my")
        await desk.face.chat.post(await desk.face.chat.direct("shy"), said("before"), key="1")
        gone, come = ((PLATFORM, house.server, who.id) for who in (wrong, right))
        await house.store.edit_directory(DirectoryEdit(parted=(gone,), identities=((*come, "shy"),)))
        place = await desk.face.chat.direct("shy")
        await house.store.edit_directory(DirectoryEdit(bindings=(("dm:shy", place),)))
        await desk.face.chat.post(place, said("after"), key="2")
        (thread,) = right.threads(house.acme)
        assert [m.text for m in right.sees(thread)][-1] == "after"
        assert thread not in wrong.threads(house.acme)


@pytest.mark.asyncio
async def test_a_channel_of_the_same_name_in_another_server_takes_nothing(house: DiscordHouse):
    """Whoever lets the desk into a server of their own names channels there as they like: what is bound by a name goes
    to the server that is meant, or waits until somebody says which."""
    evil = house.discord.new_guild("Evil")
    house.discord.invite(evil)
    house.discord.channel("beta-support", guild=evil)
    await house.rebind("client:ACME", "beta-support")
    async with house.desk() as desk:
        await desk.face.follow()
        place = await house.store.binding("client:ACME")
        assert place is not None
        assert place.workspace == house.server
        with pytest.raises(Refused, match="2 servers"):
            await desk.face.chat.post(Place(PLATFORM, "", "beta-support"), said("secret"), key="1")


@pytest.mark.asyncio
async def test_without_webhooks_the_name_stands_in_the_words(house: DiscordHouse):
    """Where the app may not make one."""
    bot = house.discord.guild.roles[house.discord.guild.members[house.discord.app.id].roles[0]]
    house.discord.permit(bot, bot.permissions & ~(1 << 29))
    async with house.desk() as desk:
        await desk.face.chat.post(house.place(house.acme), WORDS, key="1")
        (shown,) = house.dana.sees(house.acme)
        assert shown.text.splitlines()[0] == "**Sam Ito**"


@pytest.mark.asyncio
async def test_a_name_that_discord_does_not_take_keeps_no_words_back(house: DiscordHouse):
    """It stands above them then, and they are found and changed there."""
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.acme)
        house.discord.faults.add(HOOK, code=50035, status=400)
        ref = await chat.post(place, WORDS, key="1")
        assert await chat.find(place, "1") == ref
        await chat.edit(ref, Relay("sam", "Sam Ito", "engineer", "We restarted it twice."))
        (shown,) = house.dana.sees(house.acme)
        assert shown.text.splitlines() == ["**Sam Ito**", "We restarted it twice."]


@pytest.mark.asyncio
async def test_a_webhook_that_must_wait_long_is_told_so(house: DiscordHouse):
    """It is not waited for within the call, which would end as one of which nobody knows whether it arrived."""
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.acme)
        house.discord.faults.add(HOOK, status=429, retry_after=0.05)
        ref = await chat.post(place, WORDS, key="1")
        house.discord.faults.add(HOOK, status=429, retry_after=40)
        with pytest.raises(RateLimited) as wait:
            await chat.post(place, WORDS, key="2")
        assert wait.value.seconds == 40
        edit = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
        house.discord.faults.add(edit, status=429, retry_after=30)
        with pytest.raises(RateLimited):
            await chat.edit(ref, Relay("sam", "Sam Ito", "engineer", "We restarted it twice."))


@pytest.mark.asyncio
async def test_a_webhook_that_somebody_took_away_is_made_anew(house: DiscordHouse):
    """And the next words go under their writer's name, as ever."""
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.acme)
        await chat.post(place, WORDS, key="1")
        house.discord.drop_webhook(next(iter(house.discord.world.webhooks.values())))
        await chat.post(place, WORDS, key="2")
        assert [m.author for m in house.dana.sees(house.acme)] == ["Sam Ito", "Sam Ito"]


@pytest.mark.asyncio
async def test_a_forum_holds_requests_as_posts(house: DiscordHouse):
    """A client's post is a request, titled so, and its tag follows; the desk's own are posts, found by their marks."""
    forum = house.discord.forum("requests", tags=["Open", "Waiting", "Resolved", "Billing"])
    await house.rebind("client:ACME", forum)
    async with house.desk() as desk:
        post = house.dana.start_post(forum, "Export fails", "Since this morning", tags=("Billing",))
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text])
        await desk.until(lambda: set(house.dana.tags(post)) == {"Open", "Billing"})
        await desk.settled()
        request = await house.store.request(1)
        assert request is not None
        assert "Since this morning" in request.details
        await house.sam.slash(house.triage, "/desk resolve", request="1", text="Restarted it")
        await desk.until(lambda: set(house.dana.tags(post)) == {"Resolved", "Billing"})
        await house.dana.slash(post, "/desk new", title="Another thing")
        other = await desk.until(lambda: [t for t in house.dana.threads(forum) if "Another thing" in t.name])
        await desk.settled()
        await desk.until(lambda: any("Add anything" in m.text for m in house.dana.sees(other[0])))
        chat, place = desk.face.chat, house.place(forum)
        house.discord.faults.add("POST /channels/{channel_id}/threads", drop_answer=True)
        with pytest.raises(Exception):  # noqa: B017, PT011  # whatever a lost connection raises
            await chat.post(place, Card(9, "ACME-9", "Third", "New", "P3", "plain", ()), key="forum")
        found = await chat.find(place, "forum")
        assert found is not None
        assert [t.name for t in house.dana.threads(forum)].count("ACME-9 Third") == 1


@pytest.mark.asyncio
async def test_a_worker_that_only_sends_needs_no_gateway(house: DiscordHouse):
    """It posts, opens threads, makes channels and finds what it sent; it never connects."""
    face = house.face()
    face.open()
    try:
        await house.rebind("client:ACME", "acme-new")
        await face.follow()
        place = await house.store.binding("client:ACME")
        assert place is not None
        made = house.discord.world.channels[place.channel]
        assert (made.name, made in house.discord.guild.channels.values()) == ("acme-new", True)
        ref = await face.chat.post(place, said("Hello"), key="1")
        thread = await face.chat.open_thread(ref, "A thread")
        assert await face.chat.open_thread(ref, "A thread") == thread
        await face.chat.post(thread, WORDS, key="2")
        assert await face.chat.find(thread, "2") is not None
        await house.rebind("triage", house.discord.channel("open-triage"))
        triage = await house.store.binding("triage")
        assert triage is not None
        private = await face.chat.open_thread(await face.chat.post(triage, said("Card"), key="3"), "ACME-1")
        assert house.discord.world.channels[str(private.thread)].type == 12
        assert not house.discord.gateway.sessions
    finally:
        await face.close()


@pytest.mark.asyncio
async def test_a_card_that_somebody_deleted_is_there_again(house: DiscordHouse):
    """With the next thing that happens to its request: the team finds what waits by its cards. It is one, though the
    desk heard nothing of its arrival, and its buttons do what they say."""
    async with house.desk() as desk:
        _, card, inside = await opened(house)
        house.discord.deeds.remove(card.message)
        fault = house.discord.faults.add(POST, drop_answer=True, when=lambda body: "**Owner**" in str(body))
        await house.sam.slash(inside, "/desk claim")
        (again,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Sam Ito" in m.text])
        await desk.settled()
        assert fault.struck
        await house.sam.press("Reply", on=again)
        assert house.sam.modal
        await house.sam.submit({house.sam.modal.labels[0]: "Restart it at nine"})
        await desk.settled()
        assert sum("Owner" in m.text for m in house.sam.sees(house.triage)) == 1
        assert "dead" not in await house.store.outbox_states()
