"""A request is worked: one card edited in place, two threads that never mix, and every change in its history."""

from __future__ import annotations

import pytest
from desk_world import World, words

from bot.desk.context import Heard
from bot.domain.events import Assigned, Opened, Replied, Resolved, Status, from_to
from bot.domain.people import Role
from bot.messages.model import Card, Relay, Said
from bot.ports import MessageRef

pytestmark = pytest.mark.asyncio


async def card_of(world: World, number: int) -> Card:
    """The one card of a request in triage."""
    cards = [m.body for m in await world.messages("triage") if isinstance(m.body, Card) and m.body.number == number]
    assert len(cards) == 1, "a request has one card, edited in place"
    return cards[0]


async def test_every_change_edits_the_one_card(world):
    """Claim, priority, question, answer, resolve, works: always the same message in triage."""
    number = await world.raised(stopped="team")
    assert (await card_of(world, number)).status == "New"
    await world.do("sam", "claim", request=str(number))
    assert (await card_of(world, number)).status == "In progress"
    await world.do("sam", "priority", request=str(number), to="P1", reason="the whole floor")
    assert (await card_of(world, number)).priority == "P1"
    await world.do("sam", "ask-client", request=str(number), text="Which format?")
    assert (await card_of(world, number)).status == "Waiting for client"
    await world.write("dana", "PDF", place=await world.thread(number, "client"))
    assert (await card_of(world, number)).status == "In progress"
    await world.do("sam", "resolve", request=str(number), text="Restarted it")
    assert (await card_of(world, number)).status == "Resolved"
    await world.pass_(seconds=61)
    await world.do("dana", "works", request=str(number))
    card = await card_of(world, number)
    assert (card.status, card.tone) == ("Closed", "good")


async def test_claiming_tells_the_client_who_has_it(world):
    """The client reads who has it and when they hear; a second claim is refused and changes nothing."""
    number = await world.raised()
    await world.do("sam", "claim", request=f"acme-{number}")
    assert "Sam Ito has it and will reply by" in (await world.thread_screen(number, "client"))[-1]
    again = await world.do("sam", "claim", request=str(number))
    assert "is yours already" in words(again.message)
    other = await world.do("priya", "claim", request=str(number))
    assert "has an owner; use assign to hand it over" in words(other.message)


async def test_assigning_tells_the_new_owner_and_the_team_can_have_it_back(world):
    """Handing over sends the new owner a direct message; “team” puts it back."""
    number = await world.raised()
    await world.type("lee", f"assign {number} @sam", place=world.place("triage"))
    assert "Lee Novak handed you ACME-1" in (await world.screen("dm:sam"))[-1]
    await world.type("sam", f"assign {number} team")
    assert (await world.request(number)).owner is None
    assert (await world.request(number)).status is Status.NEW


async def test_what_staff_write_in_the_team_thread_stays_there(world):
    """Words in the team's thread are notes: they reach no place a client can see."""
    number = await world.raised(details="Secret cause wanted")
    await world.write("sam", "The client is wrong, as always", place=await world.thread(number, "team"))
    await world.do("sam", "note", request=str(number), text="Their contract ends in May")
    for channel in [c for c in await world.store.channels() if c.kind != "team" and c.id not in ("dm:sam",)]:
        shown = await world.screen(channel.id)
        for message in await world.messages(channel.id):
            shown += await world.screen(channel.id, message.id)
        assert not [s for s in shown if "wrong" in s or "contract" in s]
    notes = [e for e in await world.store.history(number) if type(e.event).__name__ == "NoteAdded"]
    assert len(notes) == 2


async def test_the_clients_words_are_copied_into_the_team_thread(world):
    """The first words and each later one reach the team under the client's name."""
    number = await world.raised(title="Export fails", details="Since Monday")
    await world.write("dana", "It says code 7", place=await world.thread(number, "client"))
    assert await world.thread_screen(number, "team") == ["Dana Reyes: Since Monday", "Dana Reyes: It says code 7"]


@pytest.mark.parametrize("way", ["button", "command", "thread"])
@pytest.mark.rule("5.3")
async def test_a_reply_goes_out_under_the_engineers_name_and_stops_the_clock(world, way):
    """By button, by command, or in the client's thread itself: one public message and fact, clock met (rule 5)."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    client = await world.thread(number, "client")
    before = len(await world.messages(client.channel, client.thread))
    match way:
        case "button":
            form = await world.do("sam", "reply", request=str(number))
            assert form.form is not None
            await world.do("sam", form.form.command, **form.form.args, text="On it")
        case "command":
            await world.type("sam", "reply On it", place=await world.thread(number, "team"))
        case _:
            await world.write("sam", "On it", place=client)
    shown = await world.messages(client.channel, client.thread)
    assert len(shown) == before + 1
    last = shown[-1]
    assert last.author == "sam" or (isinstance(last.body, Relay) and last.body.person == "sam")
    replies = [e for e in await world.store.history(number) if isinstance(e.event, Replied)]
    assert [(e.by, e.role, e.event.text) for e in replies] == [("sam", Role.ENGINEER, "On it")]
    first = next(c for c in (await world.request(number)).sla.clocks if c.kind == "first_response")
    assert first.outcome == "met"
    assert any("On it" in line for line in await world.thread_screen(number, "team"))


async def test_asking_pauses_the_resolution_clock_and_the_answer_resumes_it(world):
    """While we wait for the client nothing is due; their answer gives the time back."""
    number = await world.raised()
    await world.do("sam", "ask-client", request=str(number), text="Which format?")
    waiting = await world.request(number)
    assert waiting.status is Status.WAITING_CLIENT
    assert next(c for c in waiting.sla.clocks if c.kind == "resolution").paused
    assert "Which format?" in (await world.thread_screen(number, "client"))[-1]
    await world.pass_(hours=2)
    await world.write("dana", "ok", place=await world.thread(number, "client"))
    resumed = await world.request(number)
    assert resumed.status is Status.ACTIVE, "who asked has it"
    assert not next(c for c in resumed.sla.clocks if c.kind == "resolution").paused


async def test_a_resolve_can_be_undone_for_a_minute_and_the_client_never_hears(world):
    """Within 60 s undo leaves no trace at the client; after it, the client is asked and undo says reopen."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    quiet = await world.thread_screen(number, "client")
    answer = await world.do("sam", "resolve", request=str(number), text="Restarted")
    assert "In 1 min the client is asked" in words(answer.message)
    for seen in (await world.screen("client-acme"), [words((await world.type("dana", f"show {number}")).message)]):
        assert any("In progress" in said for said in seen)
        assert not any("Resolved" in said or "Restarted" in said for said in seen)
    await world.pass_(seconds=59)
    await world.do("sam", "undo", request=str(number))
    await world.pass_(minutes=5)
    assert await world.thread_screen(number, "client") == quiet
    assert (await world.request(number)).status is Status.ACTIVE
    await world.do("sam", "resolve", request=str(number), text="Restarted again")
    await world.pass_(seconds=60)
    asked = (await world.thread_screen(number, "client"))[-1]
    assert asked.startswith("Sam Ito believes ACME-1 is solved:\nRestarted again\nDoes it work for you?")
    late = await world.do("sam", "undo", request=str(number))
    assert "use reopen instead" in words(late.message)


async def test_not_yet_reopens_with_the_clients_words(world):
    """*Not yet* asks what still goes wrong, reopens, tells the owner, and a reply is due again."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    await world.do("sam", "reply", request=str(number), text="Fixed")
    await world.do("sam", "resolve", request=str(number), text="Fixed")
    await world.pass_(seconds=61)
    form = await world.do("dana", "not-yet", request=str(number))
    assert form.form is not None
    await world.do("dana", "not-yet", request=str(number), text="March is still empty")
    request = await world.request(number)
    assert request.status is Status.ACTIVE
    assert any(c.kind == "next_reply" and c.running for c in request.sla.clocks)
    assert "is open again" in (await world.screen("dm:sam"))[-1]
    assert any("March is still empty" in s for s in await world.thread_screen(number, "team"))


async def stands(world, number: int, purpose: str) -> list[tuple[str, list[str]]]:
    """What the client's thread shows of that occasion now: the last line, and the buttons."""
    place = await world.thread(number, "client")
    shown = [m.body for m in await world.messages(place.channel, place.thread) if isinstance(m.body, Said)]
    return [(words(b).split("\n")[-1], [a.command for a in b.actions]) for b in shown if b.purpose == purpose]


async def test_what_asked_the_client_says_in_place_how_it_ended(world):
    """“Does it work for you?” and the receipt lose their buttons at the end; on reopening only the receipt has its own
    back, and the question of the next resolve is another one."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    ((_, before),) = await stands(world, number, "receipt")
    assert before == ["urgent", "why", "cancel"]
    await world.do("sam", "resolve", request=str(number), text="Restarted")
    assert (await stands(world, number, "receipt"))[0][1] == before, "it may still be undone"
    await world.pass_(seconds=61)
    ((asks, buttons),) = await stands(world, number, "resolved")
    assert asks.startswith("Does it work for you?")
    assert buttons == ["works", "not-yet"]
    ((said, left),) = await stands(world, number, "receipt")
    assert "We believe it is solved; please tell us below." in said
    assert left == []
    await world.do("dana", "not-yet", request=str(number), text="Still empty")
    ((said, left),) = await stands(world, number, "resolved")
    assert said.startswith("It was opened again ")
    assert left == []
    assert (await stands(world, number, "receipt"))[0][1] == before
    await world.do("sam", "resolve", request=str(number), text="Restarted twice")
    await world.pass_(seconds=61)
    assert [b for _, b in await stands(world, number, "resolved")] == [[], ["works", "not-yet"]]
    await world.do("dana", "works", request=str(number))
    (first, second) = await stands(world, number, "resolved")
    assert first[0].startswith("It was opened again ")
    assert second[0].startswith("Dana Reyes said that it works, ")
    assert second[1] == []
    assert "It is closed." in (await stands(world, number, "receipt"))[0][0]


@pytest.mark.parametrize(
    ("end", "became"),
    [("silence", "It closed without an answer "), ("close", "Sam Ito closed it "), ("cancel", "It ended otherwise ")],
)
async def test_the_question_ends_however_it_came(world, end, became):
    """Closed by silence or by the team, or no request after all: nobody is asked any more."""
    number = await world.raised()
    await world.do("sam", "resolve", request=str(number), text="Restarted")
    await world.pass_(seconds=61)
    if end == "silence":
        await world.pass_(days=5)
    else:
        await world.do("sam", end, request=str(number), reason="said by phone", sure=True)
    ((said, buttons),) = await stands(world, number, "resolved")
    assert said.startswith(became)
    assert buttons == (await stands(world, number, "receipt"))[0][1] == []


async def test_silence_closes_and_a_message_within_two_weeks_reopens(world):
    """Without an answer it closes on the named day; "thanks" does not reopen it, words of substance do."""
    number = await world.raised()
    await world.do("sam", "resolve", request=str(number), text="Restarted")
    await world.pass_(days=4)
    assert (await world.request(number)).status is Status.CLOSED
    thread = await world.thread(number, "client")
    await world.write("dana", "Thanks!", place=thread)
    assert (await world.request(number)).status is Status.CLOSED
    await world.write("dana", "It is back again", place=thread)
    assert (await world.request(number)).status is Status.NEW


@pytest.mark.rule("15.4")
async def test_after_two_weeks_a_message_opens_a_new_request_in_the_same_thread(world):
    """Rule 15: too late to reopen means a new request that names the old one; later words follow the new one."""
    number = await world.raised(title="Export fails")
    await world.do("sam", "close", request=str(number), text="done")
    await world.pass_(days=15)
    thread = await world.thread(number, "client")
    await world.write("dana", "It is back again", place=thread)
    assert (await world.request(number)).status is Status.CLOSED
    new = await world.request(number + 1)
    assert new.title == "It is back again"
    assert (new.details, new.follows) == ("It is back again", "ACME-1")
    await world.write("dana", "Since today at nine", place=thread)
    assert len(await world.store.history(number + 1)) > 2


async def test_emoji_on_the_card_claims_and_resolves(world):
    """👀 takes it, ✅ resolves it; a client's 👀 does nothing, and no emoji is ever an error."""
    number = await world.raised()
    card = next(m for m in await world.messages("triage") if isinstance(m.body, Card))
    heard = Heard(MessageRef(world.place("triage"), str(card.id)), "desk", card.at, "")
    await world.react("dana", "👀", heard)
    assert (await world.request(number)).owner is None
    await world.react("sam", "👀", heard)
    assert (await world.request(number)).owner == "sam"
    await world.react("sam", "🎉", heard)
    await world.react("sam", "✅", heard)
    assert (await world.request(number)).status is Status.RESOLVED


async def test_history_tells_who_in_which_role_when_from_and_to(world):
    """Every change is one entry: who, in which role, when, from, to."""
    number = await world.raised()
    await world.pass_(minutes=5)
    await world.do("sam", "claim", request=str(number))
    await world.do("sam", "resolve", request=str(number), text="Restarted")
    entries = {type(e.event): e for e in await world.store.history(number)}
    claim, resolve = entries[Assigned], entries[Resolved]
    assert (claim.by, claim.role, from_to(claim.event)) == ("sam", Role.ENGINEER, ("", "sam"))
    assert (claim.at - entries[Opened].at).total_seconds() == 300
    assert from_to(resolve.event) == ("active", "resolved")
    told = words((await world.do("lee", "history", request=str(number))).message)
    assert "Sam Ito (engineer) resolved it: In progress → Resolved. Restarted" in told


async def test_a_clients_history_hides_notes_and_alarms(world):
    """A client reads the history without the team's notes, warnings and breaches."""
    number = await world.raised()
    await world.do("sam", "note", request=str(number), text="They never pay")
    await world.pass_(hours=5)
    told = words((await world.do("dana", "history", request=str(number))).message)
    assert "never pay" not in told
    assert "breach" not in told
    assert "opened it" in told


async def test_my_show_and_find_are_each_ones_own(world):
    """A client sees only their client's; staff see their work by next deadline and what is unowned."""
    first = await world.raised(title="Export fails")
    await world.write("mia", "The VPN is down", place=world.place("client-globex"))
    await world.do("sam", "claim", request=str(first))
    assert "ACME-1" in words((await world.do("dana", "my")).message)
    assert "GLOBEX" not in words((await world.do("dana", "find", words="vpn")).message)
    assert "GLOBEX-2" in words((await world.do("sam", "find", words="VPN")).message)
    mine = words((await world.do("sam", "my")).message)
    assert mine.index("ACME-1") < mine.index("GLOBEX-2"), "one's own work comes first"
    assert "Sam Ito has it" in words((await world.do("dana", "show", request="1")).message)


@pytest.mark.parametrize("verb", ["show", "history", "why", "cancel", "works", "not-yet"])
@pytest.mark.parametrize("name", ["2", "GLOBEX-2", "#2", "999999999999", "-1", "ACME-2", "0"])
async def test_another_clients_request_does_not_exist(world, verb, name):
    """Another client's number, a missing one and a mistyped one are refused alike, and nothing leaks."""
    await world.raised()
    await world.write("mia", "The VPN of Globex is down", place=world.place("client-globex"))
    said = await world.do("dana", verb, request=name, text="x")
    text = words(said.message)
    assert "that you can see" in text or "is no request number" in text
    assert "VPN" not in text
    before = await world.store.history(2)
    assert len(before) == 2, "and nothing happened to it"


async def test_typed_verbs_are_for_their_roles(world):
    """A client's claim, an engineer's works: a kind refusal that says whom to ask."""
    number = await world.raised()
    client = await world.type("dana", f"claim {number}")
    assert words(client.message) == "“Claim” is for our team. If it should be for you too, ask Lee Novak."
    unknown = await world.type("sam", "clam 1")
    assert "Did you mean /desk claim?" in words(unknown.message)
    stranger = await world.type("nobody", "my")
    assert "I do not know you yet" in words(stranger.message)


async def test_a_note_typed_in_the_clients_thread_is_not_repeated(world):
    """A staff verb in a public place makes no public post; its author is told where to write instead."""
    number = await world.raised()
    thread = await world.thread(number, "client")
    before = await world.thread_screen(number, "client")
    answer = await world.type("sam", "note they never pay", place=thread)
    assert "The client can see this place" in words(answer.message)
    assert await world.thread_screen(number, "client") == before


async def test_who_is_handed_a_request_reads_what_is_due_and_what_is_known(world):
    """Reopened, it says whose it is; where it is nobody's, it offers to claim it."""
    number = await world.raised()
    await world.do("lee", "assign", request=str(number), to="sam")
    handed = (await world.screen("dm:sam"))[-1]
    assert handed.startswith("Lee Novak handed you ACME-1, “Export fails”. Reply due 2026-06-09T")
    assert "The client was told that you have it; what was said so far is in its thread." in handed
    await world.do("sam", "resolve", request=str(number), text="Mended")
    await world.pass_(seconds=61)
    await world.do("dana", "not-yet", request=str(number), text="Still empty")
    assert "is open again: it does not work yet. You have it. Reply due " in (await world.screen("dm:sam"))[-1]
    other = await world.raised()
    await world.do("priya", "resolve", request=str(other), text="Mended")
    await world.do("priya", "assign", request=str(other), to="team")
    await world.pass_(seconds=61)
    await world.do("dana", "not-yet", request=str(other), text="Still empty")
    told = [m.body for m in await world.messages("triage") if getattr(m.body, "purpose", "") == "reopened"][-1]
    assert "Nobody has it yet; whoever claims it does. Reply due " in words(told)
    assert [action.command for action in told.actions] == ["claim", "reply", "show"]
    await world.do("sam", "claim", request=str(other))
    told = [m.body for m in await world.messages("triage") if getattr(m.body, "purpose", "") == "reopened"][-1]
    assert told.actions == (), "somebody has it"
