"""A client on one platform and engineers on another work one request, each in their own chat."""

from __future__ import annotations

import pytest
from bridge_sides import Bridge

from bot.desk import front
from bot.desk.conversations import client_thread, direct
from bot.domain.events import NoteAdded

pytestmark = pytest.mark.asyncio


async def test_a_request_is_opened_answered_and_solved_across(bridge: Bridge):
    """Its receipt stands in the client's thread, its card and words in the team's; each says what they say under their
    own name; the card follows; times stand in each platform's own form, and mean the same instant."""
    ref = await bridge.raised()
    theirs, ours, triage = await bridge.theirs(), await bridge.ours(), await bridge.triage()
    receipt = await bridge.read(bridge.client, "dana", theirs, "ACME-1")
    assert receipt.times, receipt
    card = await bridge.read(bridge.team, "sam", triage, "The export fails since nine")
    assert set(card.times) & set(receipt.times), "the reply is due at the same time on both sides"
    words = await bridge.read(bridge.team, "sam", ours, "The export fails since nine")
    assert words.author == "Dana Reyes"
    await bridge.team.press("sam", "Claim", card.ref)
    await bridge.read(bridge.client, "dana", theirs, "Sam")
    await bridge.team.press("sam", "Reply", card.ref, "We restarted it, please try.")
    assert (await bridge.read(bridge.client, "dana", theirs, "We restarted it")).author == "Sam Ito"
    await bridge.client.say("dana", "It hangs at 40% & says <error>", theirs)
    back = await bridge.read(bridge.team, "sam", ours, "It hangs at 40% & says <error>")
    assert back.author == "Dana Reyes"
    assert (await bridge.read(bridge.team, "sam", triage, "The export fails")).text.count("In progress") == 1
    assert ref.place.platform == bridge.client.platform != bridge.team.platform


async def test_a_note_never_crosses(bridge: Bridge):
    """What the team says in its thread, with its files, stays on its platform; nothing of it is anywhere at the
    client's."""
    await bridge.raised()
    ours = await bridge.ours()
    await bridge.team.say("sam", "Between us: their licence is overdue", ours, {"licence.txt": b"internal"})

    async def noted() -> bool:
        return any(isinstance(entry.event, NoteAdded) for entry in await bridge.store.history(1))

    await bridge.until(noted)
    await bridge.settled()
    for at in (await bridge.theirs(), await bridge.channel()):
        lines = await bridge.client.reads("dana", at)
        assert not any("licence" in line.text or line.files for line in lines)


async def test_a_private_request_is_its_requesters_and_the_teams_alone(bridge: Bridge):
    """It is spoken of in a thread of Dana's own and in the team's, each on its platform, under each one's name; a
    colleague of hers, who reads all of the client's channel, learns nothing of it."""
    private = {"title": "Salaries are wrong", "private": "yes"}
    await front.run(bridge.desk, "dana", "new", private, place=await bridge.channel())
    hers, ours = await bridge.own(), await bridge.ours()
    card = await bridge.read(bridge.team, "sam", await bridge.triage(), "Salaries are wrong")
    await bridge.read(bridge.client, "dana", hers, "ACME-1")
    said = await bridge.client.say("dana", "Mine are on the wrong page", hers, {"page.txt": b"mine"})
    words = await bridge.read(bridge.team, "sam", ours, "Mine are on the wrong page")
    assert words.author == "Dana Reyes"
    await bridge.client.rewrite("dana", said, "Mine were on the wrong page")
    await bridge.read(bridge.team, "sam", ours, "Mine were on the wrong page")
    await bridge.team.press("sam", "Reply", card.ref, "We look at it with you alone.")
    assert (await bridge.read(bridge.client, "dana", hers, "with you alone")).author == "Sam Ito"
    await bridge.settled()
    toms = [await bridge.channel(), await bridge.store.binding(direct("tom"))]
    told = [line.text for place in toms if place for line in await bridge.client.reads("tom", place)]
    assert not any(word in text for text in told for word in ("Salaries", "wrong page", "with you alone", "ACME-1"))
    assert await bridge.store.binding(client_thread(1)) is None


async def test_words_are_changed_and_taken_back_on_both_sides(bridge: Bridge):
    """What somebody edits or deletes where they wrote it changes or goes where it was carried to, on the other
    platform; it is one message there as before."""
    await bridge.raised()
    theirs, ours = await bridge.theirs(), await bridge.ours()
    said = await bridge.client.say("dana", "Since tuesday", theirs)
    first = await bridge.read(bridge.team, "sam", ours, "Since tuesday")
    await bridge.client.rewrite("dana", said, "Since wednesday")
    again = await bridge.read(bridge.team, "sam", ours, "Since wednesday")
    assert again.ref == first.ref
    await bridge.gone(bridge.team, "sam", ours, "Since tuesday")
    await bridge.client.take_back("dana", said)
    await bridge.gone(bridge.team, "sam", ours, "Since wednesday")
    reply = await bridge.client.say("sam", "Looking into it from here", theirs)
    await bridge.read(bridge.team, "lee", ours, "Looking into it from here")
    await bridge.client.rewrite("sam", reply, "Looked into it from here")
    await bridge.read(bridge.team, "lee", ours, "Looked into it from here")


async def test_files_go_both_ways(bridge: Bridge):
    """With their bytes and names, under the words they came with."""
    await bridge.raised()
    theirs, ours = await bridge.theirs(), await bridge.ours()
    await bridge.client.say("dana", "Here is the log", theirs, {"export.log": b"disk full \xf0\x9f"})

    async def arrived() -> bool:
        line = await bridge.read(bridge.team, "sam", ours, "Here is the log")
        return dict(line.files) == {"export.log": b"disk full \xf0\x9f"}

    await bridge.until(arrived)
    said = await bridge.client.say("sam", "Run this", theirs, {"fix.sh": b"rm cache"})
    await bridge.read(bridge.team, "lee", ours, "Run this")
    copy = await bridge.read(bridge.team, "lee", ours, "Run this")
    await bridge.client.take_back("sam", said)
    await bridge.gone(bridge.team, "lee", ours, "Run this")

    async def left() -> bool:
        return all("fix.sh" not in line.files for line in await bridge.team.reads("lee", ours))

    await bridge.until(left)
    assert copy.author == "Sam Ito"


@pytest.mark.parametrize(
    "bridge",
    [("slack", "discord"), ("discord", "slack"), ("slack", "browser")],
    indirect=True,
    ids=lambda pair: "-to-".join(pair),
)
async def test_a_file_that_is_too_large_is_said_to_be_and_its_words_go_on(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
):
    """Its words and the files beside it arrive; who reads them sees what it is called, how large it is and who has it,
    and the team where it stands; whoever sent it is told. A client is told of no address among the team."""
    for place in ("adapters.slack.files", "bot.domain.files", "bot.messages.words", "bot.desk.files"):
        monkeypatch.setattr(f"{place}.SIZE_LIMIT", 50_000)
    await bridge.raised()
    theirs, ours = await bridge.theirs(), await bridge.ours()
    files = {"dump.bin": b"x" * 60_000, "log.txt": b"short"}
    said = await bridge.client.say("dana", "Here is the dump", theirs, files)
    line = await bridge.read(bridge.team, "sam", ours, "Here is the dump")
    assert "dump.bin (60 kB) is too large to be passed on: Dana Reyes has it. It is here: " in line.text
    assert "http" in line.text.partition("It is here: ")[2]

    async def arrived() -> bool:
        return any("log.txt" in each.files for each in await bridge.team.reads("sam", ours))

    await bridge.until(arrived)
    source = await bridge.store.source(said)
    assert [file.is_kept for file in source.files if source] == [False, True]  # pyright: ignore

    async def told() -> bool:
        return any("“dump.bin” has 0.1 MB. I take files" in text for text in bridge.client.alone("dana"))

    await bridge.until(told)
    await bridge.client.say("sam", "Try this one", theirs, {"fix.bin": b"x" * 60_000})
    await bridge.read(bridge.team, "lee", ours, "fix.bin (60 kB) is too large to be passed on: Sam Ito has it")


async def test_whoever_is_named_is_called_on_their_own_platform_and_nobody_else(bridge: Bridge):
    """A client mentions Sam, who is on both platforms, and he is called where the team works, by name; words that only
    look like a mention of everybody call nobody, and a name that is somebody's at another client stays words."""
    await bridge.raised()
    theirs, ours = await bridge.theirs(), await bridge.ours()
    await bridge.client.say("dana", "@sam can you look? Not you, @here", theirs)
    line = await bridge.read(bridge.team, "sam", ours, "can you look?")
    assert line.calls == {"sam"}
    assert "@here" in line.text
    await bridge.client.say("dana", "mail dana@sam.example or @mia", theirs)
    assert not (await bridge.read(bridge.team, "lee", ours, "dana@sam.example")).calls - {"sam"}
    card = await bridge.read(bridge.team, "sam", await bridge.triage(), "The export fails")
    await bridge.team.press("sam", "Reply", card.ref, "@Dana Reyes please try, <!channel> @lee")
    told = await bridge.read(bridge.client, "tom", theirs, "please try")
    assert {"dana"} <= told.calls <= {"dana", "lee"}  # Lee can come in wherever the team can
    assert "<!channel>" in told.text


async def test_an_emoji_does_the_same_on_either_platform(bridge: Bridge):
    """👀 on the card by an engineer claims it; the client is told on theirs. A client's emoji does nothing there."""
    await bridge.raised()
    theirs, triage = await bridge.theirs(), await bridge.triage()
    card = await bridge.read(bridge.team, "sam", triage, "The export fails")
    await bridge.team.react("lee", "👀", card.ref)
    told = await bridge.read(bridge.client, "dana", theirs, "Lee")
    await bridge.client.react("dana", "✅", told.ref)
    await bridge.settled()
    request = await bridge.store.request(1)
    assert request is not None
    assert (request.owner, request.status.is_open) == ("lee", True)


async def test_a_solution_is_confirmed_where_the_client_is(bridge: Bridge):
    """The engineer resolves it by a reaction on their card; the client is asked in their own thread and says yes there;
    both sides read that it is closed."""
    await bridge.raised()
    theirs, triage = await bridge.theirs(), await bridge.triage()
    card = await bridge.read(bridge.team, "sam", triage, "The export fails")
    await bridge.team.press("sam", "Claim", card.ref)
    await bridge.read(bridge.team, "sam", triage, "In progress")
    await bridge.team.press("sam", "Resolve", card.ref, "Made room on the disk")
    bridge.skip(minutes=2)
    asked = await bridge.read(bridge.client, "dana", theirs, "Made room on the disk")
    await bridge.client.press("dana", "Yes, it works", asked.ref)
    await bridge.read(bridge.team, "sam", triage, "Closed")
    await bridge.gone(bridge.client, "dana", theirs, "Yes, it works")


async def test_a_client_who_moves_to_the_other_platform_keeps_the_thread_of_what_is_open(bridge: Bridge):
    """Acme's channel is moved to where the team works: what is open goes on in its thread, what stands there is changed
    where it stands, and what is new begins in the new channel."""
    await bridge.raised()
    theirs, ours = await bridge.theirs(), await bridge.ours()
    await bridge.move_client()
    said = await bridge.client.say("dana", "Still in the old thread", theirs)
    await bridge.read(bridge.team, "sam", ours, "Still in the old thread")
    await bridge.client.rewrite("dana", said, "Still here, in the old thread")
    await bridge.read(bridge.team, "sam", ours, "Still here, in the old thread")
    there = await bridge.team.say("dana", "Invoices are empty", await bridge.channel())
    await bridge.until(lambda: bridge.store.source(there))
    await bridge.team.react("dana", "🎫", there)
    await bridge.read(bridge.team, "dana", await bridge.theirs(2), "ACME-2")
