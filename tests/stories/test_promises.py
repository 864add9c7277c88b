"""Somebody gives their word on time: the client sees it at once, and it is kept or missed; third parties are chased."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from desk_world import World, words

from bot.domain.clocks import Outcome
from bot.domain.events import Breached, ChaserNudged, NewsPromised, Replied, Status, Warned
from bot.domain.policy import ClockKind
from bot.domain.settings import ClientSettings, changed
from bot.messages.model import Listing, Said, plain
from bot.ports import DirectoryEdit, Posted

pytestmark = pytest.mark.asyncio


async def set_for(world: World, key: str = "ACME", **settings: object) -> None:
    """A client's settings, changed."""
    directory = await world.store.directory()
    client = directory.clients[key]
    new = changed(client.settings, settings)
    assert isinstance(new, ClientSettings)
    edited = type(client)(client.key, client.name, client.zone, new)
    await world.store.edit_directory(DirectoryEdit(clients=(edited,)))


async def verdicts(world: World, number: int) -> list[Outcome]:
    """How each promise of a request stands."""
    return [c.outcome for c in (await world.request(number)).sla.clocks if c.kind is ClockKind.PROMISE]


async def news(world: World, number: int) -> list[str]:
    """What the client's thread says about the next news."""
    place = await world.thread(number, "client")
    shown = await world.messages(place.channel, place.thread)
    return [words(m.body) for m in shown if isinstance(m.body, Said) and m.body.purpose == "news"]


async def test_the_client_sees_at_once_when_they_hear_next(world):
    """`next 42 16:00 I'm on it.`: a reply under one's own name, the time in the thread and in the channel; confirmed in
    words with the zone."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    answer = await world.type("sam", f"next {number} 16:00 I'm on it.")
    assert "Dana sees that news on ACME-1 comes by 2026-06-09T15:00+00:00 (Europe/London)" in words(answer.message)
    thread = await world.thread_screen(number, "client")
    assert "Sam Ito: I'm on it." in thread
    assert thread[-1] == "ACME-1: Sam Ito has it. You hear next by 2026-06-09T15:00+00:00 your time."
    root = (await world.screen("client-acme"))[-1]
    assert "Next news by 2026-06-09T15:00+00:00 your time." in root
    first = (await world.request(number)).sla.latest(ClockKind.FIRST_RESPONSE)
    assert first is not None
    assert first.outcome is Outcome.MET, "“I'm on it, news at 16:00” counts as a reply"
    card = words(answer.message and (await world.do("sam", "show", request=str(number))).message)
    assert "News due: 2026-06-09T15:00+00:00" in card
    mine = (await world.type("sam", "my")).message
    assert isinstance(mine, Listing)
    assert plain(mine.rows[0].note).startswith("News due 2026-06-09T15:00+00:00")


async def test_the_time_alone_is_no_reply(world):
    """Without words the client sees the time, and the reply that is due stays due."""
    number = await world.raised()
    answer = await world.do("sam", "next", request=str(number), when="tomorrow 10:00")
    assert "a reply that is due stays due" in words(answer.message)
    assert (await world.request(number)).sla.running(ClockKind.FIRST_RESPONSE) is not None
    assert not [e for e in await world.store.history(number) if isinstance(e.event, Replied)]


@pytest.mark.parametrize("when", ["9:00", "25:00", "soon"])
async def test_a_time_that_is_none_is_asked_again_with_examples(world, when):
    """The form comes back with what was typed, and says how it would do."""
    number = await world.raised()
    answer = await world.type("sam", f"next {number} {when}")
    assert answer.form is not None
    assert "Say it like 16:00, tomorrow 10:00" in answer.form.errors["when"]
    assert answer.form.inputs[0].value == when
    assert await verdicts(world, number) == []


async def test_a_promise_is_reminded_before_and_kept_by_a_reply(world):
    """The owner hears a quarter of an hour before; a reply in time keeps it, and its message says so in place."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    await world.type("sam", f"next {number} 12:00 I'm on it.")
    await world.pass_(minutes=104)
    assert not [s for s in await world.screen("dm:sam") if "promised" in s]
    await world.pass_(minutes=2)
    reminded = [s for s in await world.screen("dm:sam") if "promised" in s]
    assert len(reminded) == 1
    assert "ACME-1: you promised Dana Reyes news; news due 2026-06-09T11:00+00:00" in reminded[0]
    await world.do("sam", "reply", request=str(number), text="Found it.")
    assert await verdicts(world, number) == [Outcome.MET]
    assert await news(world, number) == ["ACME-1: news was promised by 2026-06-09T11:00+00:00, and you have it."]
    await world.pass_(hours=1)
    assert not [e for e in await world.store.history(number) if isinstance(e.event, Breached)]


async def test_a_missed_promise_is_alerted_and_told(world):
    """Once, to alerts and the owner, and honestly to the client; the late reply ends it in place."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    await world.type("sam", f"next {number} 11:00 On it")
    await world.pass_(minutes=61)
    for channel in ("alerts", "dm:sam"):
        missed = [s for s in await world.screen(channel) if "missed promised news" in s]
        assert len(missed) == 1
        assert "Dana Reyes waits for the news we promised." in missed[0]
    late = [s for s in await world.thread_screen(number, "client") if "We promised news on ACME-1 by" in s]
    assert len(late) == 1
    assert "are late; we are sorry" in late[0]
    await world.pass_(minutes=19)
    await world.do("sam", "reply", request=str(number), text="Sorry")
    assert await verdicts(world, number) == [Outcome.MISSED]
    assert "came at 2026-06-09T10:20+00:00. We are sorry it took longer." in (await news(world, number))[0]
    ended = [s for s in await world.screen("alerts") if "promised news" in s]
    assert ended[0].endswith("Answered 2026-06-09T10:20+00:00, 20 min late.")


async def test_promised_again_in_time_the_same_message_shows_the_new_time(world):
    """An extension before its time is recorded and seen; nothing is missed at the earlier time."""
    number = await world.raised()
    await world.do("sam", "next", request=str(number), when="11:00", words="On it")
    await world.pass_(minutes=50)
    await world.do("sam", "next", request=str(number), when="14:00")
    assert await news(world, number) == ["ACME-1: Sam Ito has it. You hear next by 2026-06-09T13:00+00:00 your time."]
    await world.pass_(hours=2)
    promised = [e for e in await world.store.history(number) if isinstance(e.event, NewsPromised | Breached)]
    assert [type(e.event) for e in promised] == [NewsPromised, NewsPromised]
    await world.do("sam", "resolve", request=str(number), text="Done")
    assert await verdicts(world, number) == [Outcome.CANCELLED, Outcome.MET], "resolving is news"


async def test_a_later_promise_has_a_message_of_its_own(world):
    """What was kept stays as it is; the next promise is told below it."""
    number = await world.raised()
    await world.do("sam", "next", request=str(number), when="11:00", words="On it")
    await world.do("sam", "next", request=str(number), when="12:00", words="Found the cause")
    assert await news(world, number) == [
        "ACME-1: news was promised by 2026-06-09T10:00+00:00, and you have it.",
        "ACME-1: Sam Ito has it. You hear next by 2026-06-09T11:00+00:00 your time.",
    ]
    assert await verdicts(world, number) == [Outcome.MET, Outcome.RUNNING]


async def test_why_tells_of_a_promise(world):
    """Promised when and for when, and how it ended; to the client as well."""
    number = await world.raised()
    await world.do("sam", "next", request=str(number), when="11:00")
    for who in ("dana", "sam"):
        told = words((await world.do(who, "why", request=str(number))).message)
        assert "2026-06-09T09:00+0000 Sam Ito promised news by 2026-06-09T10:00+00:00" in told
    history = words((await world.do("dana", "history", request=str(number))).message)
    assert "promised news by 2026-06-09 10:00 UTC" in history


# --- waiting for a third party ----------------------------------------------------------------------------------------


async def test_a_third_party_is_waited_for_and_chased(world):
    """The client reads kind words without the party's name; the chaser is reminded on the day, and on each open day
    after it, until work goes on."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    answer = await world.type("sam", f"wait-on {number} Contoso until fri")
    assert "Sam Ito is reminded on 2026-06-12T08:00+00:00 (Europe/London), then each day" in words(answer.message)
    request = await world.request(number)
    assert (request.status, request.party, request.chaser) == (Status.WAITING_OTHER, "Contoso", None)
    resolution = request.sla.running(ClockKind.RESOLUTION)
    assert resolution is not None
    assert not resolution.paused, "waiting for others pauses nothing by default (rule 9)"
    told = (await world.thread_screen(number, "client"))[-1]
    assert told == (
        "ACME-1 now waits for a third party. Sam Ito chases them, next on 2026-06-12T08:00+00:00. "
        "You need do nothing; add anything here."
    )
    assert "Contoso" not in words((await world.do("dana", "history", request=str(number))).message)

    async def chased() -> Posted:
        """The one reminder that stands with the chaser; each new one takes the place of the last."""
        (found,) = [m for m in await world.messages("dm:sam") if isinstance(m.body, Said) and m.body.purpose == "chase"]
        return found

    await world.pass_(days=2, hours=23)  # Friday, nine in London
    friday = await chased()
    assert [a.label for a in friday.body.actions] == ["Go on", "Chased, new date", "Reply to client"]
    await world.pass_(days=2)  # Sunday: nothing on closed days
    assert await chased() == friday
    await world.pass_(days=1)  # Monday
    assert (await chased()).at.date() == date(2026, 6, 15)
    await world.do("sam", "resume", request=str(number))
    await world.pass_(days=2)
    assert len([e for e in await world.store.history(number) if isinstance(e.event, ChaserNudged)]) == 2


async def test_a_new_date_edits_what_the_client_reads(world):
    """Chased again: one message in the client's thread, with the new date; its form knows party and chaser."""
    number = await world.raised()
    await world.do("sam", "wait-on", request=str(number), party="Contoso", until="tomorrow 10:00", chaser="priya")
    form = (await world.do("sam", "wait-on", request=str(number))).form
    assert form is not None
    assert [i.value for i in form.inputs] == ["Contoso", "", "priya"]
    await world.do("sam", "wait-on", request=str(number), party="Contoso", until="fri", chaser="priya")
    told = [s for s in await world.thread_screen(number, "client") if "waits for" in s]
    assert len(told) == 1
    assert "Priya Nair chases them, next on 2026-06-12T08:00+00:00" in told[0]
    await world.pass_(days=3)
    assert [s for s in await world.screen("dm:priya") if "still waits for Contoso" in s]


async def test_the_partys_name_is_told_where_the_setting_says_so(world):
    """`name_party`: some clients should know whom they wait for."""
    await set_for(world, name_party=True)
    number = await world.raised()
    await world.do("sam", "wait-on", request=str(number), party="Contoso")
    assert (
        "now waits for Contoso. Sam Ito chases them until they answer."
        in (await world.thread_screen(number, "client"))[-1]
    )


async def test_a_chase_keeps_its_time_on_the_wall_over_a_shift_of_the_zone(world):
    """Nine in London is nine in London on both sides of the last Sunday in October; once a day."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    world.clock.move_by(timedelta(days=136))  # Friday 23 October
    await world.wake()
    await world.do("sam", "wait-on", request=str(number), party="Contoso", until="in 10 minutes")
    await world.pass_(days=4, hours=2)
    nudged = [e.at.isoformat() for e in await world.store.history(number) if isinstance(e.event, ChaserNudged)]
    assert nudged == [
        "2026-10-23T09:10:00+00:00",
        "2026-10-26T10:10:00+00:00",
        "2026-10-27T10:10:00+00:00",
    ]


@pytest.mark.parametrize("until", ["until never ever", "until 9:00"])
async def test_a_wait_until_a_time_that_is_none_is_asked_again(world, until):
    """The form comes back, and names how it would do."""
    number = await world.raised()
    answer = await world.type("sam", f"wait-on {number} Contoso {until}")
    assert answer.form is not None
    assert "Say it like" in answer.form.errors["until"]
    assert (await world.request(number)).status is Status.NEW


async def test_warnings_of_promises_come_once_even_where_nobody_has_it(world):
    """The team is reminded in triage, with a button to take it."""
    number = await world.raised()
    await world.do("sam", "next", request=str(number), when="in 20 min", words="We look")
    await world.do("sam", "assign", request=str(number), to="team")
    await world.pass_(minutes=16)
    shown = [m.body for m in await world.messages("triage") if isinstance(m.body, Said)]
    assert shown[-1].actions[0].label == "Claim"
    assert len([e for e in await world.store.history(number) if isinstance(e.event, Warned)]) == 1
