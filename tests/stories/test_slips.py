"""Words for the team that somebody typed where the client reads them: nothing happens, and their author is told."""

from __future__ import annotations

import pytest
from desk_world import words

from bot.desk import front
from bot.domain.events import Breached, NoteAdded, Replied
from bot.domain.policy import ClockKind
from bot.messages.model import NOTHING, Said

pytestmark = pytest.mark.asyncio


async def opened(world):
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    return number


async def test_a_slip_in_the_clients_thread_does_nothing_and_tells_its_author(world):
    """No post, no fact, no clock; only they read that the client can see it."""
    number = await opened(world)
    place = await world.thread(number, "client")
    before = (await world.request(number), await world.thread_screen(number, "team"))
    _, answer = await world.write("sam", "note: they never pay on time", place=place)
    assert isinstance(answer.message, Said)
    assert words(answer.message) == (
        "That looked like a note for the team, but it is in Acme's channel and they can see it. "
        "I have not acted on it. Keep it among the team moves it to the team's thread of ACME-1."
    )
    labels = [a.label for a in answer.message.actions]
    assert labels == ["Keep it among the team", "Delete it", "It was meant for them"]
    assert (await world.request(number), await world.thread_screen(number, "team")) == before
    assert (await world.thread_screen(number, "client"))[-1] == "sam: note: they never pay on time"


async def test_it_was_meant_for_them_counts_from_when_it_was_written(world):
    """Minutes later, and after the clock's deadline: the reply came in time, at its own time."""
    number = await opened(world)
    heard, answer = await world.write("sam", "Note: we are on it", place=await world.thread(number, "client"))
    await world.pass_(hours=30)
    entries = await world.store.history(number)
    assert [e for e in entries if isinstance(e.event, Breached)]
    meant = answer.message.actions[-1]
    said = await world.do("sam", meant.command, place=heard.ref.place, **meant.args)
    assert words(said.message) == "Good: it counts as your reply, from when you wrote it."
    clock = (await world.request(number)).sla.latest(ClockKind.FIRST_RESPONSE)
    assert (clock.outcome, clock.ended_at) == ("met", heard.at)
    assert (await world.thread_screen(number, "team"))[-1] == "Sam Ito: Note: we are on it"
    assert await world.store.check() == ()
    again = await world.do("sam", meant.command, place=heard.ref.place, **meant.args)
    assert "dealt with already" in words(again.message)
    replies = [e for e in await world.store.history(number) if isinstance(e.event, Replied)]
    assert len(replies) == 1


async def test_meant_at_once_is_a_reply_like_any_other(world):
    """Nothing happened meanwhile: it stands in the history at its own time."""
    number = await opened(world)
    heard, answer = await world.write("sam", "note: done", place=await world.thread(number, "client"))
    await world.pass_(minutes=3)
    await world.do("sam", "meant", place=heard.ref.place, **answer.message.actions[-1].args)
    entry = (await world.store.history(number))[-1]
    assert (entry.at, entry.event.text) == (heard.at, "note: done")


async def test_a_slip_can_be_taken_away(world):
    """Where the platform lets the desk; it is no reply then, ever."""
    number = await opened(world)
    place = await world.thread(number, "client")
    heard, answer = await world.write("sam", "internal: they never pay", place=place)
    await world.do("sam", "unsay", place=place, **answer.message.actions[1].args)
    assert not await world.stands(heard.ref)
    assert "dealt with already" in words(
        (await world.do("sam", "meant", place=place, message=heard.ref.message)).message
    )
    assert not [e for e in await world.store.history(number) if isinstance(e.event, Replied | NoteAdded)]


async def test_only_their_author_decides_about_a_slip(world):
    """Not a colleague, not the client."""
    number = await opened(world)
    place = await world.thread(number, "client")
    heard, _ = await world.write("sam", "internal: they never pay", place=place)
    for who in ("priya", "dana"):
        for verb in ("meant", "unsay", "inside"):
            answer = await world.do(who, verb, place=place, message=heard.ref.message)
            assert answer.message.purpose == "refusal"
    reply, _ = await world.write("sam", "We are on it", place=place)
    assert "dealt with" in words((await world.do("sam", "unsay", place=place, message=reply.ref.message)).message)


async def test_a_slip_in_the_channel_is_held_too(world):
    """Beneath a client's message that is no request yet it is not taken for an answer either."""
    place = world.place("client-acme")
    asked, _ = await world.write("dana", "The export fails", place=place)
    thread = world.place("client-acme", asked.ref.message)
    heard, answer = await world.write("sam", "note: wait for Lee", place=thread)
    assert answer.message.purpose == "slip"
    other, held = await world.write("sam", "internal: ask Lee", place=place)
    assert held.message.purpose == "slip"
    await world.do("sam", "turn", place=place, heard=asked)
    assert not [e for e in await world.store.history(1) if isinstance(e.event, Replied)]
    await world.do("sam", "meant", place=place, message=other.ref.message)
    assert (await world.store.source(other.ref)).slip is False
    assert heard.text == "note: wait for Lee"


async def test_clients_and_the_teams_own_thread_know_no_slips(world):
    """A client may write what they like; what is for the team may stand in the team's thread."""
    number = await opened(world)
    _, answer = await world.write("dana", "note: it fails at night", place=await world.thread(number, "client"))
    assert answer == NOTHING
    _, answer = await world.write("sam", "note: ask Lee", place=await world.thread(number, "team"))
    assert answer == NOTHING
    event_told_again = await front.hear(
        world.desk, "sam", (await world.write("sam", "note: x", place=await world.thread(number, "client")))[0]
    )
    assert event_told_again == NOTHING


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("@lee can you look at this before we answer?", "@lee can you look at this before we answer?"),
        ("internal - do not tell Dana", "internal - do not tell Dana"),
        ("note 1 they are on the old plan", "they are on the old plan"),
    ],
)
async def test_an_aside_is_kept_among_the_team_in_one_press(world, typed, noted):
    """It goes from the client's thread into the team's, once; it is a note and never a reply."""
    number = await opened(world)
    place = await world.thread(number, "client")
    heard, answer = await world.write("sam", typed, place=place)
    keep = answer.message.actions[0]
    assert (answer.message.purpose, keep.label) == ("slip", "Keep it among the team")
    said = await world.do("sam", keep.command, place=place, **keep.args)
    assert "ACME-1 keeps it as a note for the team." in words(said.message)
    assert not await world.stands(heard.ref)
    assert (await world.thread_screen(number, "team"))[-1].casefold() == f"sam ito: {noted.casefold()}", (
        "as the face has names"
    )
    notes = [e for e in await world.store.history(number) if isinstance(e.event, NoteAdded | Replied)]
    assert [(e.by, e.event.text.casefold()) for e in notes] == [("sam", noted.casefold())]
    assert noted not in "\n".join(await world.thread_screen(number, "client"))
    again = await world.do("sam", keep.command, place=place, **keep.args)
    assert "dealt with already" in words(again.message)
    assert await world.store.check() == ()


async def test_a_slip_in_a_channel_has_no_thread_to_be_kept_in(world):
    """The button is not offered there; pressed all the same, as a forged one would be, it says what to do."""
    place = world.place("client-acme")
    heard, answer = await world.write("sam", "internal: ask Lee", place=place)
    assert [a.label for a in answer.message.actions] == ["Delete it", "It was meant for them"]
    refused = await world.do("sam", "inside", place=place, message=heard.ref.message)
    assert "no request's thread" in words(refused.message)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("claim", "Claim: ACME-1"),
        ("/desk assign 1 @priya", "Assign: ACME-1"),
        ("priority P1 it is down", "Priority: ACME-1"),
    ],
)
async def test_a_command_typed_as_a_message_is_called_so_and_runs_in_one_press(world, typed, label):
    """Its author reads what it is, and that it was not run; the button runs it, and the words may still be sent."""
    number = await world.raised()
    place = await world.thread(number, "client")
    _, answer = await world.write("sam", typed, place=place)
    says = f"That looked like a command, {typed}, and not like words for Acme"
    assert words(answer.message).casefold().startswith(says.casefold()), "a name may be shown as the face has it"
    run, *others = answer.message.actions
    assert (run.label, [a.label for a in others]) == (label, ["Delete it", "It was meant for them"])
    before = await world.request(number)
    assert (before.owner, before.priority) == (None, "P3")
    await world.do("sam", run.command, place=place, **run.args)
    after = await world.request(number)
    assert (after.owner, after.priority) == {
        "claim": ("sam", "P3"),
        "assign": ("priya", "P3"),
        "priority": (None, "P1"),
    }[run.command]


async def test_a_command_alone_that_takes_more_opens_its_form(world):
    """`resolve` may be told what was done; nothing is done by the word itself."""
    number = await opened(world)
    place = await world.thread(number, "client")
    _, answer = await world.write("sam", "resolve", place=place)
    run = answer.message.actions[0]
    assert run.label == "Resolve: ACME-1"
    pressed = await world.do("sam", run.command, place=place, **run.args)
    assert pressed.form is not None


async def test_a_command_that_is_not_theirs_names_who_may(world):
    """No button for what would be refused; an unknown verb is called so, and a bare call offers what there is."""
    number = await opened(world)
    place = await world.thread(number, "client")
    _, answer = await world.write("sam", "/desk snooze 1 1h", place=place)
    assert "“Snooze” is for leads and managers." in words(answer.message)
    assert [a.label for a in answer.message.actions] == ["Delete it", "It was meant for them"]
    _, answer = await world.write("sam", "/desk resolv", place=place)
    assert "I do not know “resolv”" in words(answer.message)
    _, answer = await world.write("sam", "/desk", place=place)
    assert answer.message.actions[0].command == "help"
    _, answer = await world.write("sam", "/desk priority 1 P9", place=place)
    assert dict(answer.message.actions[0].args) == {"request": number}
