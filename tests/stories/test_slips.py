"""Words for the team that somebody typed where the client reads them: nothing happens, and their author is told."""

from __future__ import annotations

import pytest
from desk_world import words

from bot.commands import REGISTRY
from bot.desk import front, slips
from bot.domain.events import Breached, NoteAdded, Replied
from bot.domain.policy import ClockKind
from bot.messages.model import NOTHING, Said

pytestmark = pytest.mark.asyncio

SLIPS = (
    "/desk note the disk is full",
    "/desk",
    "`/desk claim 1`",
    "/note the disk is full again",
    "!resolve",
    "!note they are on the old plan",
    "note: they are on the old plan",
    "Note: ask Lee first",
    "Internal: they never pay on time",
    "internal note: ask Lee",
    "team only: do not tell them yet",
    "note to self: call back",
    "not for the client: we broke it",
    "claim 1",
    "claim #1",
    "claim ACME-1",
    "Claim",
    "resolve",
    "resolve 1 restarted it",
    "close 1",
    "note 1 they are angry",
    "reply 1 we are on it",
    "assign 1 @priya",
    "assign @priya",
    "assign priya",
    "priority P1",
    "priority p2 whole floor down",
    "priority 1 P1",
    "ask-client which format?",
    "wait-on Contoso until Friday",
    "done 1",
)
REPLIES = (
    "reply to come tomorrow",
    "note that the export now runs at night",
    "Please note: the window moves to 9",
    "Note the new address below",
    "claim form attached",
    "claim 4711 was rejected by the insurer",
    "Claims are processed on Mondays",
    "done",
    "Done!",
    "close to a fix now",
    "close 12 windows first, then retry",
    "resolve.conf was wrong; fixed",
    "Resolved by restarting",
    "resolved",
    "next we look at the logs",
    "Next: we restart the server at 16:00",
    "next",
    "why",
    "help is on the way",
    "assigning this to Priya now",
    "assign the role Editor to your user and retry",
    "priority is high, we know",
    "Priority one for us too",
    "cancel the old job, then retry",
    "Undo the last change and tell me",
    "reopen the window and retry",
    "log in again please",
    "log out, then in",
    "find it under Settings",
    "show me a screenshot please",
    "private browsing breaks it",
    "internal server error means our side",
    "internally we call it a lock",
    "/etc/hosts needs a line",
    "! careful with that",
    "urgent fix is rolling out",
    "merge 2 is deployed",
    "resume the download",
    "1",
    "P1",
)


def held(text, number=1):
    from bot.domain.people import Directory, Person, Role

    staff = {p: Person(p, n, Role.ENGINEER) for p, n in (("sam", "Sam Ito"), ("priya", "Priya Nair"))}
    return slips.is_slip(
        text,
        REGISTRY.commands.values(),
        Directory(people=staff),
        word="/desk",
        number=number,
        clients=("ACME",),
    )


@pytest.mark.parametrize("text", SLIPS)
async def test_what_is_plainly_for_the_team_is_held(text):
    """Commands, labels that name the team, and verbs with what they take."""
    assert held(text)


@pytest.mark.parametrize("text", REPLIES)
async def test_what_engineers_write_to_clients_is_no_slip(text):
    """The same words, in prose."""
    assert not held(text)


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
        "That looked like a note for the team, but it is in Acme's channel and they can see it. I have not acted on it."
    )
    assert [a.label for a in answer.message.actions] == ["Delete it", "It was meant for them"]
    assert (await world.request(number), await world.thread_screen(number, "team")) == before
    assert (await world.thread_screen(number, "client"))[-1] == "sam: note: they never pay on time"


async def test_it_was_meant_for_them_counts_from_when_it_was_written(world):
    """Minutes later, and after the clock's deadline: the reply came in time, at its own time."""
    number = await opened(world)
    heard, answer = await world.write("sam", "Note: we are on it", place=await world.thread(number, "client"))
    await world.pass_(hours=30)
    entries = await world.store.history(number)
    assert [e for e in entries if isinstance(e.event, Breached)]
    meant = answer.message.actions[1]
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
    await world.do("sam", "meant", place=heard.ref.place, **answer.message.actions[1].args)
    entry = (await world.store.history(number))[-1]
    assert (entry.at, entry.event.text) == (heard.at, "note: done")


async def test_a_slip_can_be_taken_away(world):
    """Where the platform lets the desk; it is no reply then, ever."""
    number = await opened(world)
    place = await world.thread(number, "client")
    heard, answer = await world.write("sam", "internal: they never pay", place=place)
    await world.do("sam", "unsay", place=place, **answer.message.actions[0].args)
    assert (await world.messages(place.channel, place.thread))[-1].deleted
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
        for verb in ("meant", "unsay"):
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
