"""Somebody deletes in Discord what the desk works in: it goes on in another one, nothing lost and nothing twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from discord_house import DiscordHouse, Running
from fakes.discord.discord_things import Channel
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.limits import Limits
from fakes.discord.permissions import P
from fakes.discord.person import Person
from test_discord_hearing import opened

from bot.desk import front, reopening
from bot.messages.model import Said, line
from bot.ports import Change, Draft, Op
from storage import open_store

HOOK = "POST /webhooks/{webhook_id}/{webhook_token}"
POST = "POST /channels/{channel_id}/messages"
THREAD = "POST /channels/{channel_id}/messages/{message_id}/threads"
GONE = 10003
"""What Discord says of a channel or thread that is no more."""
GOES_ON = "was deleted; we go on here"
SOON = 30.0
"""Real seconds, of which a machine with other work needs some."""


def moderator(house: DiscordHouse) -> Person:
    """Who may delete what others began."""
    role = house.discord.role("Mods", permissions=P.MANAGE_THREADS | P.MANAGE_CHANNELS | P.MANAGE_MESSAGES)
    return house.discord.person("Mo Lane", roles=[role, house.team, house.client])


def count(who: Person, channel: Channel, words: str) -> int:
    """How often somebody reads that there."""
    return sum(words in m.text for m in who.sees(channel))


async def other(desk: Running, who: Person, channel: Channel, gone: Channel) -> Channel:
    """The one thread, or post, of that channel that is there now."""
    (found,) = await desk.until(lambda: [t for t in who.threads(channel) if t is not gone], within=SOON)
    await desk.until(lambda: count(who, found, GOES_ON), within=SOON)
    return found


async def team_channel(house: DiscordHouse, kind: str) -> Channel:
    """Where cards go: a closed channel, one that everybody sees, or a forum."""
    if kind == "closed":
        return house.triage
    made = house.discord.forum("desk", only=[house.team]) if kind == "forum" else house.discord.channel("desk")
    await house.rebind("triage", made)
    return made


async def raised(house: DiscordHouse, desk: Running, triage: Channel) -> tuple[Channel, Channel]:
    """A request's two threads, the client's and the team's, once all is said."""
    await house.dana.slash(house.acme, "/desk new", title="Export fails")
    (thread,) = await desk.until(lambda: house.dana.threads(house.acme))
    (inside,) = await desk.until(lambda: house.sam.threads(triage))
    await desk.settled()
    return thread, inside


async def unsent(house: DiscordHouse) -> list[str]:
    """Why what could not be sent could not."""
    return [letter.reason for letter in await house.store.unsent.all(50)]


async def send_again(house: DiscordHouse) -> None:
    """A manager presses *Send all again*."""
    for letter in await house.store.unsent.all(50):
        await house.store.unsent.resend(letter.id, house.clock.machine())


async def noted(house: DiscordHouse, words: str) -> None:
    """The desk has heard that."""
    async with asyncio.timeout(SOON):
        while not any(getattr(e.event, "text", "") == words for e in await house.store.history(1)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.mark.asyncio
@pytest.mark.parametrize("told", [True, False], ids=["told", "missed"])
async def test_the_clients_thread_goes_on_in_another_one(house: DiscordHouse, told: bool):
    """At once where Discord tells of it, and where that was missed with what is said next, which stands below what the
    client needs to go on; they are heard there, and what is edited later is changed there."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        await desk.settled()
        house.discord.faults.lose = lambda name, data: name == "THREAD_DELETE" and not told
        mo.delete_thread(thread)
        if told:
            await other(desk, house.dana, house.acme, thread)
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        new = await other(desk, house.dana, house.acme, thread)
        await desk.until(lambda: count(house.dana, new, "We restarted it"))
        await desk.settled()
        read = [m.text for m in house.dana.sees(new)]
        places = [next(n for n, text in enumerate(read) if words in text) for words in (GOES_ON, "Hi Dana", "We rest")]
        assert places == sorted(places)
        assert [count(house.dana, new, words) for words in (GOES_ON, "Hi Dana", "We restarted it")] == [1, 1, 1]
        said = house.dana.say(new, "Thanks, one more thing")
        await desk.until(lambda: count(house.sam, inside, "one more thing"))
        house.dana.edit(said, "Thanks, two more things")
        await desk.until(lambda: count(house.sam, inside, "two more things"))
        await front.run_text(desk.desk, "sam", "next 1 23:30")
        await desk.settled()
        assert await unsent(house) == []
        (show,) = [m for m in house.dana.sees(new) if GOES_ON in m.text]
        assert show.buttons == ["What was said"]
        assert [m.id for m in house.dana.pings if m.channel is new] == [show.message.id]


@pytest.mark.asyncio
@pytest.mark.parametrize("told", [True, False], ids=["told", "missed"])
@pytest.mark.parametrize("kind", ["closed", "open", "forum"])
async def test_the_teams_thread_goes_on_below_a_new_card(house: DiscordHouse, kind: str, told: bool):
    """Be it a thread in a closed channel, a private one in a channel that everybody sees, or a forum's post, whose card
    goes with it. The old card is none any more, and the new one is changed with the request."""
    mo, triage = moderator(house), await team_channel(house, kind)
    async with house.desk(staff=[house.team.id]) as desk:
        thread, inside = await raised(house, desk, triage)
        house.discord.faults.lose = lambda name, data: name == "THREAD_DELETE" and not told
        mo.delete_thread(inside)
        house.dana.say(thread, "It says error 7")
        new = await other(desk, house.sam, triage, inside)
        await desk.until(lambda: count(house.sam, new, "error 7"))
        await desk.settled()
        assert [count(house.sam, new, words) for words in (GOES_ON, "error 7")] == [1, 1]
        where = new if kind == "forum" else triage
        (card,) = [m for m in house.sam.sees(where) if "Claim" in m.buttons]
        await house.sam.press("Claim", on=card)
        await desk.until(lambda: any("Sam Ito" in m.text for m in house.sam.sees(where) if "Resolve" in m.buttons))
        house.sam.say(new, "I look into it")
        await noted(house, "I look into it")
        await desk.settled()
        assert await unsent(house) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(("kind", "told"), [("forum", False), ("closed", True)])
async def test_what_is_found_out_in_two_ways_at_once_is_made_anew_once(
    house: DiscordHouse, monkeypatch: pytest.MonkeyPatch, kind: str, told: bool
):
    """Two messages find the post gone, or one and Discord's word of it, and neither knows of the other when it looks:
    whoever is second goes on where the first made another."""
    mo, triage, looked = moderator(house), await team_channel(house, kind), reopening._too_soon

    async def slow(*what: Any) -> Any:
        left = await looked(*what)
        await asyncio.sleep(0.2)
        return left

    monkeypatch.setattr(reopening, "_too_soon", slow)
    async with house.desk(staff=[house.team.id]) as desk:
        thread, inside = await raised(house, desk, triage)
        house.discord.faults.lose = lambda name, data: name == "THREAD_DELETE" and not told
        mo.delete_thread(inside)
        house.dana.say(thread, "It says error 7")
        new = await other(desk, house.sam, triage, inside)
        await desk.until(lambda: count(house.sam, new, "error 7"))
        await desk.settled()
        assert [count(house.sam, new, words) for words in (GOES_ON, "error 7")] == [1, 1]
        assert await unsent(house) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("told", [True, False], ids=["told", "missed"])
async def test_the_clients_own_post_goes_on_in_one_of_the_desks(house: DiscordHouse, told: bool):
    """In the same forum, with its tag."""
    mo, forum = moderator(house), house.discord.forum("requests", tags=["Open", "Resolved"])
    await house.rebind("client:ACME", forum)
    async with house.desk() as desk:
        post = house.dana.start_post(forum, "Export fails", "Since this morning")
        await desk.until(lambda: count(house.dana, post, "Hi Dana"))
        await desk.settled()
        house.discord.faults.lose = lambda name, data: name == "THREAD_DELETE" and not told
        mo.delete_thread(post)
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        new = await other(desk, house.dana, forum, post)
        await desk.until(lambda: count(house.dana, new, "We restarted it"))
        await desk.until(lambda: house.dana.tags(new) == ["Open"])
        await desk.settled()
        assert await unsent(house) == []
        assert count(house.dana, new, "We restarted it") == 1


@pytest.mark.asyncio
async def test_a_message_of_the_clients_whose_thread_is_gone(house: DiscordHouse):
    """Discord may let nobody begin a second thread below one message: a message of the desk's stands for it, also where
    the client's own was deleted."""
    mo = moderator(house)
    async with house.desk() as desk:
        said = house.dana.say(house.acme, "The export is broken")
        house.dana.react(said, "🎫")
        (thread,) = await desk.until(lambda: house.dana.threads(house.acme))
        await desk.until(lambda: count(house.dana, thread, "Hi Dana"))
        await desk.settled()
        mo.delete_thread(thread)
        new = await other(desk, house.dana, house.acme, thread)
        assert new.id != said.id
        assert count(house.dana, house.acme, "its thread was deleted") == 1
        await desk.settled()
        assert await unsent(house) == []


@pytest.mark.asyncio
async def test_a_message_that_is_gone_before_it_has_a_thread(house: DiscordHouse):
    """The client deletes it right after somebody made a request of it: there is a place for what is to be said."""
    async with house.desk() as desk:
        said = house.dana.say(house.acme, "The export is broken")
        house.discord.faults.add("POST /channels/{channel_id}/messages/{message_id}/threads", status=502, delay=0.1)
        house.dana.react(said, "🎫")
        await desk.until(lambda: house.discord.record.of("POST /channels/{channel_id}/messages/{message_id}/threads"))
        house.dana.delete(said)
        (thread,) = await desk.until(lambda: house.dana.threads(house.acme), within=SOON)
        await desk.until(lambda: count(house.dana, thread, "Hi Dana"), within=SOON)
        await desk.settled()
        assert thread.id != said.id
        assert await unsent(house) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("which", ["client", "team"])
async def test_what_was_deleted_while_the_desk_was_away(house: DiscordHouse, which: str):
    """A start finds it, takes nothing that was written there for taken away, and says what it was to say."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        house.dana.say(thread, "It says error 7")
        await desk.until(lambda: count(house.sam, inside, "error 7"))
        await desk.settled()
    await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
    gone, who, channel = {"client": (thread, house.dana, house.acme), "team": (inside, house.sam, house.triage)}[which]
    mo.delete_thread(gone)
    async with house.desk() as desk:
        new = await other(desk, who, channel, gone)
        await desk.until(lambda: count(who, new, "We restarted it"))
        await desk.settled()
        assert count(who, new, "We restarted it") == 1
        assert await unsent(house) == []
        if which == "client":
            assert count(house.sam, inside, "error 7") == 1
            assert count(house.sam, inside, "deleted") == 0


@pytest.mark.asyncio
async def test_a_gap_in_one_process_takes_nothing_for_taken_away(house: DiscordHouse):
    """The session was gone while somebody deleted the thread: nobody took back what they wrote in it."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        house.dana.say(thread, "It says error 7")
        await desk.until(lambda: count(house.sam, inside, "error 7"))
        await desk.settled()
        house.discord.gateway.refuses_resume = True
        house.discord.gateway.cut()
        await desk.until(lambda: not house.discord.gateway.open)
        mo.delete_thread(thread)
        await other(desk, house.dana, house.acme, thread)
        await desk.settled()
        assert count(house.sam, inside, "error 7") == 1
        assert await unsent(house) == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "fault", [{"delay": 0.3}, {"drop": True}, {"drop_answer": True}], ids=["late", "no", "unheard"]
)
async def test_deleted_while_a_post_is_under_way(house: DiscordHouse, fault: dict[str, Any]):
    """Whether it arrived just before or not at all: what was to be said stands once in what there is now."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, _ = await opened(house)
        await desk.settled()
        # The reply itself, and not what the team reads of it.
        under_way = house.discord.faults.add(HOOK, when=lambda body: "to the client" not in str(body), **fault)
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        await front.run_text(desk.desk, "sam", "reply 1 And it runs")
        await desk.until(lambda: under_way.struck)
        mo.delete_thread(thread)
        new = await other(desk, house.dana, house.acme, thread)
        await desk.until(lambda: count(house.dana, new, "And it runs"), within=SOON)
        await desk.settled()
        assert count(house.dana, new, "And it runs") == 1
        # What had arrived in the thread that is gone was read there, if at all, and need not be said again.
        assert count(house.dana, new, "We restarted it") in ((0, 1) if "drop_answer" in fault else (1,))
        assert await unsent(house) == []


POINTS = [
    (HOOK, "before"),
    ("GET /channels/{channel_id}", "after"),
    *((route, when) for route in (POST, THREAD) for when in ("before", "after")),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("route", "when"), POINTS)
async def test_killed_while_another_thread_is_made(sqlite_url: str, route: str, when: str):
    """At whichever call: the next process goes on with it, makes one, and says once what was to be said."""
    async with FakeDiscord(limits=Limits(paced=False)) as fake:
        house = DiscordHouse(await open_store(sqlite_url), fake)
        await house.furnish()
        mo = moderator(house)
        with fake.here():
            async with house.desk() as desk:
                thread, _, _ = await opened(house)
                await desk.settled()
                dead = asyncio.Event()
                fake.faults.lose = lambda name, data: name == "THREAD_DELETE"
                mo.delete_thread(thread)
                fake.faults.add(route, drop=when == "before", **{when: dead.set})
                await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
                async with asyncio.timeout(SOON):
                    await dead.wait()
                await desk.killed()
            await house.store.close()
            fake.faults.clear()
            house.store = await open_store(sqlite_url)
            async with house.desk() as desk:
                new = await other(desk, house.dana, house.acme, thread)
                await desk.until(lambda: count(house.dana, new, "We restarted it"), within=SOON)
                await desk.settled(SOON)
                assert [count(house.dana, new, words) for words in (GOES_ON, "Hi Dana", "We restarted it")] == [1, 1, 1]
                assert house.dana.threads(house.acme) == [new]
                assert count(house.dana, house.acme, "Export fails") == 1
                assert await unsent(house) == []
            await house.store.close()


@pytest.mark.asyncio
async def test_a_private_requests_thread_stays_its_requesters_alone(house: DiscordHouse):
    """It is opened anew in the same way."""
    mo = moderator(house)
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new", title="My salary", private=True)
        (thread,) = await desk.until(lambda: house.dana.threads(house.acme))
        await desk.until(lambda: count(house.dana, thread, "Hi Dana"))
        await desk.settled()
        mo.delete_thread(thread)
        new = await other(desk, house.dana, house.acme, thread)
        assert new.private
        assert new not in house.eve.threads(house.acme)
        await desk.settled()
        assert await unsent(house) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("told", [True, False], ids=["told", "missed"])
async def test_who_takes_no_direct_messages_has_their_thread_anew(house: DiscordHouse, told: bool):
    """What is theirs alone goes on there."""
    mo, shy = moderator(house), house.discord.person("Shy Lee", takes_dms=False)
    async with house.desk(clients={"ACME": [shy.id]}) as desk:
        await shy.slash(house.acme, "/desk my")
        shy.say(house.acme, "The invoice is wrong")
        (own,) = await desk.until(lambda: shy.threads(house.acme))
        await desk.until(lambda: any("Turn into request" in m.buttons for m in shy.sees(own)))
        await desk.settled()
        await house.store.commit(Change(outbox=(Draft("one", Op.POST, "dm:shy", Said("news", (line("for you"),))),)))
        await desk.until(lambda: count(shy, own, "for you"))
        await desk.settled()
        house.discord.faults.lose = lambda name, data: name == "THREAD_DELETE" and not told
        mo.delete_thread(own)
        await house.discord.gateway.quiet()
        await house.store.commit(Change(outbox=(Draft("two", Op.POST, "dm:shy", Said("news", (line("and this"),))),)))
        (new,) = await desk.until(lambda: shy.threads(house.acme))
        await desk.until(lambda: count(shy, new, "and this"))
        await desk.settled()
        assert await unsent(house) == []


@pytest.mark.asyncio
async def test_a_card_that_somebody_deleted_comes_anew(house: DiscordHouse):
    """With the next change of its request. Its thread goes on where it is; what is written below the new card is heard
    as well."""
    mo = moderator(house)
    async with house.desk() as desk:
        _, card, inside = await opened(house)
        await desk.settled()
        mo.delete(card.message)
        await front.run_text(desk.desk, "sam", "claim 1")
        (new,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Resolve" in m.buttons])
        await desk.settled()
        assert house.sam.threads(house.triage) == [inside]
        below = house.sam.start_thread(new.message, "Notes")
        house.sam.say(below, "It is the disk")
        await noted(house, "It is the disk")
        assert await unsent(house) == []


@pytest.mark.asyncio
async def test_a_thread_that_ended_is_missed_once_there_is_something_to_say(house: DiscordHouse):
    """Nobody is called back to what is closed."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, _ = await opened(house)
        await front.run_text(desk.desk, "sam", "cancel 1 opened twice")
        await desk.settled()
        mo.delete_thread(thread)
        await house.discord.gateway.quiet()
        await desk.settled()
        assert house.dana.threads(house.acme) == []
        await front.run_text(desk.desk, "sam", "reply 1 We looked again")
        await desk.settled()
        assert await unsent(house) == []


@pytest.mark.asyncio
async def test_where_the_channel_is_gone_as_well_a_person_must_look(house: DiscordHouse):
    """What could not be said waits for that, and goes once the client has another channel."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        await desk.settled()
        mo.delete_channel(house.acme)
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        await desk.settled()
        assert any("10003" in reason and "the channel is gone" in reason for reason in await unsent(house))
        assert thread.id not in house.discord.world.channels
        other_one = house.discord.channel("acme-again")
        await house.rebind("client:ACME", other_one)
        await send_again(house)
        (new,) = await desk.until(lambda: house.dana.threads(other_one), within=SOON)
        await desk.until(lambda: count(house.dana, new, "We restarted it"), within=SOON)
        house.dana.say(new, "It runs again")
        await desk.until(lambda: count(house.sam, inside, "It runs again"), within=SOON)
        await desk.settled()
        assert count(house.dana, new, "We restarted it") == 1
        assert await unsent(house) == []


@pytest.mark.asyncio
async def test_where_the_teams_channel_is_gone_its_threads_go_on_in_the_next_one(house: DiscordHouse):
    """As soon as triage is bound to another channel: what the client said meanwhile is read there, once it is sent
    again, and all that they say later."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, _ = await opened(house)
        await desk.settled()
        mo.delete_channel(house.triage)
        house.dana.say(thread, "It says error 7")
        await noted(house, "It says error 7")
        await desk.settled()
        assert any("the channel is gone" in reason for reason in await unsent(house))
        triage = house.discord.channel("triage-again", only=[house.team])
        await house.rebind("triage", triage)
        house.dana.say(thread, "And error 8")
        (inside,) = await desk.until(lambda: house.sam.threads(triage), within=SOON)
        await desk.until(lambda: count(house.sam, inside, "And error 8"), within=SOON)
        await send_again(house)
        await desk.until(lambda: count(house.sam, inside, "It says error 7"), within=SOON)
        await desk.settled()
        assert await unsent(house) == []
        assert (count(house.sam, inside, "error 7"), count(house.sam, inside, "error 8")) == (1, 1)
        assert any("Export fails" in m.text and "Claim" in m.buttons for m in house.sam.sees(triage))


@pytest.mark.asyncio
async def test_a_thread_that_is_deleted_each_time_is_opened_once_a_minute(house: DiscordHouse):
    """Somebody's bot may do that: the desk does not run against it."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, _ = await opened(house)
        await desk.settled()
        mo.delete_thread(thread)
        new = await other(desk, house.dana, house.acme, thread)
        await desk.settled()
        mo.delete_thread(new)
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        await desk.until(lambda: [c for c in house.discord.record.of(POST, channel_id=new.id) if c.code == GONE])
        async with asyncio.timeout(SOON):
            # What is said of who has it now, and the reply behind it: another thread's words would be more.
            while {**(await house.store.outbox_states()), "sent": 0} != {"ready": 2, "sent": 0}:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert house.dana.threads(house.acme) == []
        assert await unsent(house) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("forum", [False, True], ids=["thread", "post"])
async def test_another_name_changes_nothing(house: DiscordHouse, forum: bool):
    """Of a thread, a post or the channel: it is known by its id, and what is said goes on in both directions."""
    mo, channel = moderator(house), house.acme
    if forum:
        channel = house.discord.forum("requests")
        await house.rebind("client:ACME", channel)
    async with house.desk() as desk:
        if forum:
            house.dana.start_post(channel, "Export fails", "Since this morning")
        else:
            await house.dana.slash(channel, "/desk new", title="Export fails")
        (thread,) = await desk.until(lambda: house.dana.threads(channel))
        (inside,) = await desk.until(lambda: house.sam.threads(house.triage))
        await desk.settled()
        for each in (thread, inside):
            mo.change_thread(each, name="Something else altogether")
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        await desk.until(lambda: count(house.dana, thread, "We restarted it"))
        house.dana.say(thread, "It works again")
        await desk.until(lambda: count(house.sam, inside, "It works again"))
        await desk.settled()
        assert house.dana.threads(channel) == [thread]
        assert thread.name == "Something else altogether"
        assert await unsent(house) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("which", ["acme", "alerts", "other"])
async def test_managers_hear_once_that_a_channel_is_gone(house: DiscordHouse, which: str):
    """In alerts, or each in person where those are gone; of a channel that is nothing to the desk nobody hears."""
    mo, loose = moderator(house), house.discord.channel("loose")
    async with house.desk() as desk:
        house.discord.faults.tell_twice = lambda name: name == "CHANNEL_DELETE"
        mo.delete_channel({"acme": house.acme, "alerts": house.alerts, "other": loose}[which])
        await house.discord.gateway.quiet()
        if which == "acme":
            (told,) = await desk.until(lambda: [m for m in house.lee.sees(house.alerts) if "was deleted" in m.text])
            assert "Acme's channel in Discord, #acme-support, was deleted." in told.text
            assert "clients.ACME" in told.text
        if which == "alerts":
            await desk.until(lambda: [m for m in house.lee.dms if "The alerts channel in Discord" in m.text])
        await desk.settled()
        heard = [m for m in (*house.lee.dms, *(house.lee.sees(house.alerts) if which != "alerts" else ()))]
        assert sum("was deleted" in m.text for m in heard) == (which != "other")


@pytest.mark.asyncio
@pytest.mark.parametrize("which", ["client", "team"])
async def test_the_team_reads_once_that_a_thread_was_locked(house: DiscordHouse, which: str):
    """In its own thread, with what to do next, however often Discord tells of it; what the team says arrives all the
    same."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        await desk.settled()
        locked = {"client": thread, "team": inside}[which]
        mo.change_thread(locked, locked=True)
        mo.change_thread(locked, name="Something else")
        said = {"client": "Dana Reyes can write nothing there", "team": "what you write here reaches nobody"}[which]
        await desk.until(lambda: count(house.sam, inside, said))
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        await desk.until(lambda: count(house.dana, thread, "We restarted it"))
        await desk.settled()
        assert count(house.sam, inside, "was locked") == 1
        assert count(house.dana, thread, "was locked") == 0
        assert await unsent(house) == []


@pytest.mark.asyncio
async def test_of_a_request_that_ended_nobody_reads_that_its_thread_is_locked(house: DiscordHouse):
    """That is what one does with it."""
    mo = moderator(house)
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        await front.run_text(desk.desk, "sam", "cancel 1 opened twice")
        await desk.settled()
        mo.change_thread(thread, locked=True)
        await house.discord.gateway.quiet()
        await desk.settled()
        assert count(house.sam, inside, "was locked") == 0
        assert await unsent(house) == []
