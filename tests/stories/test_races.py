"""What happens at once, twice, late or half: nothing is lost, nothing doubled, nothing said to the wrong one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from desk_world import World, words

from bot.desk import front
from bot.desk.context import Desk, Heard
from bot.domain.events import ClientWrote, NoteAdded, Replied, Status
from bot.domain.people import Client, Person, Role
from bot.messages.model import Card
from bot.ports import DirectoryEdit, InboxId, MessageRef, RequestQuery, Source

pytestmark = pytest.mark.asyncio


async def heard_of(world: World, who: str, text: str, channel: str) -> Heard:
    """A message that stands in a channel and that the desk has not been told of."""
    return await world.said(who, text, place=world.place(channel))


async def said_in(world: World, number: int) -> list[str]:
    """The client's words in a request's history."""
    return [e.event.text for e in await world.store.history(number) if isinstance(e.event, ClientWrote)]


async def test_a_line_after_its_bursts_request_was_resolved_reopens_it(world):
    """Within two minutes, but after ✅: the words reach the team and open it again."""
    await world.write("mia", "The export fails", place=world.place("client-globex"))
    await world.do("sam", "done", request="1")
    await world.pass_(seconds=30)
    await world.write("mia", "And now the login page is down!", place=world.place("client-globex"))
    assert (await world.request(1)).status is Status.NEW
    assert await said_in(world, 1) == ["And now the login page is down!"]


async def test_a_line_after_its_bursts_request_was_set_aside_is_a_new_one(world):
    """What was no request takes no further words with it."""
    await world.write("mia", "The export fails", place=world.place("client-globex"))
    await world.do("sam", "cancel", request="1", text="a test")
    await world.write("mia", "The login page is down", place=world.place("client-globex"))
    assert (await world.request(2)).title == "The login page is down"


async def test_two_lines_at_the_same_moment_are_one_burst(world):
    """Both find no earlier line; one of them is the first, and the other joins it."""
    heards = [
        await heard_of(world, "mia", text, "client-globex") for text in ("VPN is down", "for all of us", "since 9")
    ]
    await asyncio.gather(*(world.hear("mia", heard) for heard in heards))
    found = await world.store.requests(RequestQuery())
    assert len(found) == 1
    everything = " ".join([found[0].title, found[0].details, *await said_in(world, found[0].number)])
    assert all(heard.text in everything for heard in heards)


async def test_a_line_that_races_the_button_joins_the_request(world):
    """*Turn into request* and the next line at once: the request has both, and so has what follows."""
    place = world.place("client-acme")
    first, _ = await world.write("dana", "Checkout is down", place=place)
    second = await heard_of(world, "dana", "It says error 42", "client-acme")
    await asyncio.gather(world.do("dana", "turn", place=place, heard=first), world.hear("dana", second))
    await world.write("dana", "For everybody", place=place)
    request = await world.request((await world.store.requests(RequestQuery()))[0].number)
    everything = " ".join([request.details, *await said_in(world, request.number)])
    assert "It says error 42" in everything
    assert "For everybody" in everything


async def test_twenty_people_writing_into_one_thread_at_once_are_all_heard(world):
    """Conflicts make them wait, never drop: each line is in the history once."""
    number = await world.raised()
    thread = await world.thread(number, "client")
    heards = [await world.said("dana", f"Line {n} is here", place=thread) for n in range(20)]
    await asyncio.gather(*(world.hear("dana", heard) for heard in heards))
    assert sorted(await said_in(world, number)) == sorted(h.text for h in heards)


async def test_one_message_under_two_event_ids_is_heard_once(world):
    """Some platforms tell of a message twice, as two events."""
    number = await world.raised()
    heard, _ = await world.write("dana", "It says code 7", place=await world.thread(number, "client"))
    await world.hear("dana", heard, event="another-id")
    assert await said_in(world, number) == ["It says code 7"]


async def test_an_events_answer_is_its_actors_alone(world):
    """Naming somebody else's event gets nobody their answer."""
    await world.do("dana", "new", place=world.place("client-acme"), event="e1", title="Secret plans")
    answer = await world.do("mia", "new", place=world.place("client-globex"), event="e1", title="VPN")
    assert "ACME" not in words(answer.message)
    assert "GLOBEX-2" in words(answer.message)


async def test_a_burst_too_long_for_the_details_loses_no_word(world):
    """The first lines are the details, the others follow as messages."""
    place = world.place("client-acme")
    texts = ["export " * 2000, "import " * 2000, "the end"]
    for text in texts:
        heard, _ = await world.write("dana", text, place=place)
    await world.react("sam", "🎫", heard)
    request = await world.request(1)
    assert [request.details, *await said_in(world, 1)] == [t.strip() for t in texts]


@pytest.mark.rule("6.5")
async def test_an_answer_given_before_the_message_was_a_request_counts(world):
    """Rule 6: Sam answered under Dana's message; made a request hours later, its first response is met then."""
    heard, _ = await world.write("dana", "The stock report is a day behind", place=world.place("client-acme"))
    await world.pass_(minutes=5)
    await world.write("sam", "Looking at it", place=world.place("client-acme", heard.ref.message))
    await world.pass_(hours=4)
    await world.react("sam", "🎫", heard)
    request = await world.request(1)
    first = next(c for c in request.sla.clocks if c.kind == "first_response")
    assert first.outcome == "met"
    replied = [e for e in await world.store.history(1) if isinstance(e.event, Replied)]
    assert [(e.by, e.event.text) for e in replied] == [("sam", "Looking at it")]
    assert await world.screen("alerts") == []
    assert await world.store.check() == ()


async def test_a_guest_of_another_client_opens_nothing_in_this_ones_channel(world):
    """A message of Globex's Mia in Acme's channel cannot become Globex's request there, where Acme reads."""
    heard = await heard_of(world, "mia", "Our VPN is down", "client-acme")
    answer = await world.react("sam", "🎫", heard)
    assert "Only a message that a client wrote in its own channel" in words(answer.message)


async def test_a_thread_that_is_a_requests_stays_its_own(world):
    """A reply was turned first, then the message above it: two requests, two threads."""
    heard, _ = await world.write("dana", "The stock report is a day behind", place=world.place("client-acme"))
    await world.pass_(minutes=10)
    place = world.place("client-acme", heard.ref.message)
    reply, _ = await world.write("dana", "And the printer is broken", place=place)
    await world.react("sam", "🎫", reply)
    await world.react("sam", "🎫", heard)
    first, second = await world.thread(1, "client"), await world.thread(2, "client")
    assert first != second


async def test_emoji_on_the_clients_own_message_mean_its_request(world):
    """👀 on the message that became a request claims it, as it does on its card."""
    heard, _ = await world.write("tom", "Printer is broken", place=world.place("client-acme"))
    await world.react("tom", "🎫", heard)
    await world.react("sam", "👀", heard)
    assert (await world.request(1)).owner == "sam"


async def test_yes_it_works_closes_as_the_button_does(world):
    """ "It works now, thank you" is an answer to "does it work?", not a reason to open it again."""
    number = await world.raised()
    await world.do("sam", "resolve", request=str(number), text="Restarted")
    await world.pass_(seconds=61)
    await world.write("dana", "Yes, it works now. Thank you Sam!", place=await world.thread(number, "client"))
    assert (await world.request(number)).status is Status.CLOSED


async def test_words_before_the_client_heard_of_a_resolve_say_nothing_of_reopening(world):
    """Nothing is taken back that was never said."""
    number = await world.raised()
    await world.do("sam", "done", request=str(number))
    await world.write("dana", "It also fails in April", place=await world.thread(number, "client"))
    assert (await world.request(number)).status is Status.NEW
    assert not [s for s in await world.thread_screen(number, "client") if "open again" in s]


async def test_what_staff_give_as_a_reason_stays_with_the_team(world):
    """Reasons for priority, closing, reopening: the client's history and card have none of them, nor the priority."""
    number = await world.raised()
    await world.do("sam", "priority", request=str(number), to="P4", reason="they always whine")
    await world.do("sam", "close", request=str(number), text="not worth it")
    await world.do("sam", "reopen", request=str(number), text="the boss said so")
    told = words((await world.do("dana", "history", request=str(number))).message)
    shown = (await world.do("dana", "show", request=str(number))).message
    assert not [w for w in ("whine", "worth", "boss", "P4", "P3") if w in told]
    assert isinstance(shown, Card)
    assert shown.priority == ""
    assert "whine" in words((await world.do("lee", "history", request=str(number))).message)


async def test_stars_and_backticks_are_kept(world):
    """People write code; their words are not markup to the desk."""
    number = await world.raised(title="rm **/*.log and a**b", outcome="no **stars** lost")
    receipt = (await world.thread_screen(number, "client"))[0]
    assert "rm **/*.log and a**b" in receipt
    assert any("no **stars** lost" in s for s in await world.screen("client-acme"))


async def test_a_weekend_promise_does_not_claim_that_anybody_was_told(world):
    """Due Friday at closing, breached Monday at opening: in between the client reads when we open, and no alarm."""
    await world.pass_(days=3, hours=6, minutes=30)  # Friday 16:30
    number = await world.raised(stopped="everyone")  # half an hour: exactly closing time
    await world.pass_(hours=20)
    shown = words((await world.do("dana", "show", request=str(number))).message)
    assert "told the manager" not in shown
    assert "We open 2026-06-15T08:00+00:00" in shown


async def test_a_new_policy_version_leaves_open_requests_theirs(world):
    """Rule 12: a change of priority takes the terms of the version that was promised."""
    number = await world.raised()
    directory = await world.store.directory()
    policy = directory.policies_of("ACME")[0]
    harder = {p: {k: v // 2 for k, v in t.items()} for p, t in policy.targets.items()}
    await world.store.edit_directory(DirectoryEdit(policies=(replace(policy, version=2, targets=harder),)))
    await world.do("sam", "priority", request=str(number), to="P2", reason="pressing")
    terms = (await world.request(number)).sla.terms
    assert terms is not None
    assert (terms.version, terms.targets) == (1, policy.targets["P2"])


async def test_two_managers_adding_one_name_at_once_add_two_people(world):
    """Nobody is overwritten; both are told their own person's name."""
    place = world.place("triage")
    args = {"role": "client", "client": "ACME"}
    await asyncio.gather(
        world.do("lee", "add-person", place=place, person_name="Max Muster", **args),
        world.do("lee", "add-person", place=place, person_name="Max Other", **args),
    )
    people = (await world.store.directory()).people
    assert {p.name for p in people.values() if p.name.startswith("Max")} == {"Max Muster", "Max Other"}


async def test_a_redelivered_setup_adds_once(world):
    """The same form sent twice adds one person, and is answered alike."""
    place = world.place("triage")
    args = {"role": "engineer", "person_name": "Zed Zee"}
    sent = [await world.do("lee", "add-person", place=place, event="z", **args) for _ in "ab"]
    assert sent[0] == sent[1]
    assert len([p for p in (await world.store.directory()).people.values() if p.name == "Zed Zee"]) == 1


async def test_when_its_owner_leaves_nobody_has_it(world):
    """The client and the team read that nobody has it, and alarms go to triage."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    sam = (await world.store.directory()).people["sam"]
    await world.store.edit_directory(DirectoryEdit(people=(replace(sam, active=False),)))
    assert "Sam" not in words((await world.do("dana", "show", request=str(number))).message)
    await world.pass_(hours=1, minutes=45)
    assert "waiting for us" in (await world.screen("triage"))[-1]


async def test_a_clock_that_goes_back_leaves_the_history_in_order(world):
    """A machine's clock may be set back; entries never precede those before them."""
    number = await world.raised()
    await world.pass_(minutes=30)
    await world.do("sam", "claim", request=str(number))
    late = world.clock.now()
    world.desk.clock = type(world.clock)(late.replace(hour=late.hour - 1))
    await world.do("sam", "reply", request=str(number), text="Hello again")
    times = [e.at for e in await world.store.history(number)]
    assert times == sorted(times)


async def test_the_owner_hears_that_the_client_wrote(world):
    """An answer to the engineer's question reaches them where they look: a direct message."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    await world.write("dana", "Any news? Customers are calling", place=await world.thread(number, "client"))
    assert "Any news? Customers are calling" in (await world.screen("dm:sam"))[-1]


async def test_set_aside_and_close_ask_before_they_act(world):
    """One slip of the finger closes nothing; the form says what follows."""
    number = await world.raised()
    for verb in ("cancel", "close"):
        asked = await world.do("sam", verb, request=str(number))
        assert asked.form is not None
        assert (await world.request(number)).status is Status.NEW
    await world.do("sam", asked.form.command, **asked.form.args)
    assert (await world.request(number)).status is Status.CLOSED


async def test_plain_words_to_the_desk_itself_get_a_hint(world):
    """Nobody reads a direct message to the desk, and it says so."""
    _, answer = await world.write("dana", "Is anybody there?", place=world.place("dm:dana"))
    assert "Here I take commands only, and nobody reads along" in words(answer.message)


async def test_a_client_that_came_by_an_import_gets_a_channel(world):
    """At the next start every client has a place to write."""
    from bot.desk import bootstrap

    await world.store.edit_directory(DirectoryEdit(clients=(Client("INITECH", "Initech", "UTC"),)))
    await bootstrap.ensure(world.store, platform="web", workspace="desk")
    await world.wake()
    assert "client-initech" in [c.id for c in await world.store.channels()]


async def test_somebody_removed_is_a_stranger_even_to_their_own_events(world):
    """Who left gets nothing, not even what they were told before."""
    await world.do("dana", "my", event="m1")
    await world.store.edit_directory(
        DirectoryEdit(people=(Person("dana", "Dana Reyes", Role.CLIENT, client="ACME", active=False),))
    )
    from bot.desk import front

    answer = await front.run(world.desk, "dana", "my", {}, event=InboxId("web", "m1"))
    assert "I do not know you yet" in words(answer.message)


class Overtaken:
    """The store, in which the same message is heard by another worker right after this one saw that it was new."""

    def __init__(self, world: World, heard: Heard) -> None:
        self._world, self._heard, self._done = world, heard, False

    async def source(self, ref: MessageRef) -> Source | None:
        before = await self._world.store.source(ref)
        if not self._done:
            self._done = True
            await self._world.hear(self._heard.author, self._heard, event="mention")
        return before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.store, name)


@pytest.mark.parametrize(
    ("who", "side"), [("dana", "client"), ("sam", "client"), ("sam", "team"), ("mia", ""), ("mia", "after a line")]
)
async def test_a_message_told_as_two_events_at_once_is_one(world: World, who: str, side: str) -> None:
    """As a mention and as a message, live and from history: the second is at the door when the first is done. Whoever
    looked before must not write it again, in a thread or in the client's channel, as a first line or a further one."""
    number = await world.raised()
    place = await world.thread(number, side) if side in ("client", "team") else world.place("client-globex")
    if side == "after a line":
        await world.write(who, "The import fails", place=place)
    heard = await world.said(who, "The valve sticks", place=place)
    late = Desk(Overtaken(world, heard), world.clock, world.desk.rules)  # type: ignore[arg-type]
    await front.hear(late, who, heard, event=InboxId("web", "message"))
    requests = await world.store.requests(RequestQuery())
    told = [entry.event for each in requests for entry in await world.store.history(each.number)]
    said = [event for event in told if isinstance(event, ClientWrote | Replied | NoteAdded)]
    titles = [each.title for each in requests]
    assert [event.text for event in said].count("The valve sticks") + titles.count("The valve sticks") == 1
