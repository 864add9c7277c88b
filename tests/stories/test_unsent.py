"""What could not be sent: managers hear of it, see why, and send it again or leave it; nobody else reads it."""

from __future__ import annotations

import pytest
from desk_world import World, words

from bot.desk.auditing import Auditor
from bot.desk.unsent import MOST
from bot.messages.model import Said, line
from bot.ports import Change, Channel, ChannelKind, Draft, Op

pytestmark = pytest.mark.asyncio


async def attic(world: World, *words: str, where: str = "attic", **more: str) -> None:
    """Messages to a channel that is not there."""
    drafts = (Draft(word, Op.POST, where, Said("test", (line(word),)), **more) for word in words)  # type: ignore[arg-type]
    await world.store.commit(Change(outbox=tuple(drafts), bindings=((where, world.place("attic")),)))
    await world.wake()


async def test_a_manager_sees_it_and_sends_it_again(world: World):
    """Where, what and why; once the channel is there it arrives, once."""
    await attic(world, "hello")
    listed = (await world.type("lee", "unsent")).message
    assert isinstance(listed, Said)
    assert "the attic channel: “hello” There is no channel attic (tried once" in words(listed)
    doctor = words((await world.type("lee", "doctor")).message)
    assert doctor.startswith("1 error, no warnings; each with what mends it.")
    assert "A message could not be sent because: there is no channel attic. Mend: /desk unsent" in doctor
    again, leave = listed.actions
    assert words((await world.do("dana", "unsent", **again.args)).message).startswith("“What was not sent” is for")
    await world.do("lee", "unsent", **again.args)
    assert await world.store.outbox_states() == {"dead": 1}, "it is as gone as before"
    await world.store.put_channel(Channel("attic", "attic", ChannelKind.TEAM))
    assert "goes again" in words((await world.do("lee", "unsent", **again.args)).message)
    assert await world.screen("attic") == ["hello"]
    assert "waits for nobody" in words((await world.do("lee", "unsent", **leave.args)).message)
    assert words((await world.type("lee", "unsent")).message) == "Everything that was said has been sent, or left."


async def test_what_is_left_stays_unsent_with_a_name(world: World):
    """Pressed twice it says kindly that it is done."""
    await attic(world, "hello")
    listed = (await world.type("lee", "unsent")).message
    assert isinstance(listed, Said)
    assert "is not sent" in words((await world.do("lee", "unsent", **listed.actions[1].args)).message)
    assert await world.store.outbox_states() == {"suppressed": 1}


async def test_whoever_decided_about_one_goes_on_with_the_others(world: World):
    """By one button, and no button of another message stands where somebody may click twice."""
    await attic(world, "one", "two")
    listed = (await world.type("lee", "unsent")).message
    assert isinstance(listed, Said)
    done = (await world.do("lee", "unsent", **listed.actions[1].args)).message
    assert isinstance(done, Said)
    assert "is not sent. It is kept" in words(done)
    (others,) = done.actions
    listed = (await world.do("lee", "unsent", **others.args)).message
    assert isinstance(listed, Said)
    assert "“two”" not in words(listed)
    done = (await world.do("lee", "unsent", **listed.actions[1].args)).message
    assert isinstance(done, Said)
    assert done.actions == (), "there is no other"


async def test_all_are_sent_again_at_once(world: World):
    """After an outage nobody decides about each by itself; of one alone there is one button."""
    await attic(world, "one", "two")
    listed = (await world.type("lee", "unsent")).message
    assert isinstance(listed, Said)
    assert listed.actions[-1].label == "Send all 2 again"
    await world.store.put_channel(Channel("attic", "attic", ChannelKind.TEAM))
    done = (await world.do("lee", "unsent", **listed.actions[-1].args)).message
    assert "2 messages go again now" in words(done)
    assert await world.screen("attic") == ["one", "two"]
    done = (await world.do("lee", "unsent", **listed.actions[-1].args)).message
    assert words(done) == "Everything that was said has been sent, or left."


async def test_the_owner_hears_what_did_not_arrive(world: World):
    """Once, by the request's name and none of the words; another failure is told again; what tells of it never is."""
    await world.raised()
    await world.type("sam", "claim 1")
    await attic(world, "secret words", where="request:1:attic")
    auditor = Auditor(world.desk)
    for _ in range(2):
        await auditor.look()
        await world.relay.drain()
    heard = [said for said in await world.screen("dm:sam") if "could not be sent" in said]
    assert len(heard) == 1
    assert "ACME-1" in heard[0]
    assert "secret words" not in heard[0]
    await attic(world, "more", where="request:1:attic")
    await auditor.look()
    await world.relay.drain()
    assert sum("could not be sent" in said for said in await world.screen("dm:sam")) == 2


async def test_the_alerts_channel_hears_once_and_of_its_own_trouble_never(world: World):
    """However many fail and however often it is looked; without their words; and then that it is over."""
    await attic(world, "hello", "secret")
    auditor = Auditor(world.desk)
    for _ in range(3):
        await auditor.look()
        await world.wake()
    (told,) = [text for text in await world.screen("alerts") if "not be sent" in text]
    assert told.startswith("2 messages could not be sent.")
    assert "secret" not in told
    await attic(world, "again", slot="audit:unsent")
    letters = await world.store.unsent.all()
    assert len(letters) == 3
    for letter in letters[1:]:
        await world.store.unsent.leave(letter.id, "test")
    assert await auditor.look() == ()


async def test_of_a_direct_message_nobody_else_reads_the_words(world: World):
    """Its occasion is enough to decide."""
    await attic(world, "secret", where="dm:sam")
    text = words((await world.type("lee", "unsent")).message)
    assert "to Sam" in text
    assert "secret" not in text


async def test_of_a_great_heap_none_is_out_of_reach(world: World):
    """The newest are listed, with how many follow; an older one is decided by its number all the same."""
    await attic(world, *(f"word {n}" for n in range(MOST + 2)))
    first = min(letter.id for letter in await world.store.unsent.all(MOST + 2))
    text = words((await world.type("lee", "unsent")).message)
    assert "2 older ones follow once these are done." in text
    assert "“word 2”" in text
    assert "“word 1”" not in text
    assert "is not sent" in words((await world.do("lee", "unsent", letter=str(first), leave=True)).message)
    assert "An older one follows" in words((await world.type("lee", "unsent")).message)
    for odd in ("9" * 5000, "-1", "٣", " "):
        said = words((await world.do("lee", "unsent", letter=odd, again=True)).message)
        assert "waits for nobody" in said or "follows" in said, odd
    assert await world.store.unsent.count() == MOST + 1
