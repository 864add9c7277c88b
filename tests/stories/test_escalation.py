"""What is late climbs its ladder, one rung at a time, until somebody answers; and people may say that they act."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from desk_world import World, words

from bot.desk import reminders
from bot.desk.context import Desk
from bot.domain.alarms import Escalated, Handled, LadderResumed, Snoozed
from bot.domain.people import Person, Role
from bot.domain.policy import ClockKind
from bot.domain.settings import Hours
from bot.messages.model import Card, Listing, Said, plain
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


async def settings(world: World, **values: Any) -> None:
    """Acme's settings, changed."""
    acme = (await world.store.directory()).clients["ACME"]
    await world.store.edit_directory(DirectoryEdit(clients=(replace(acme, settings=replace(acme.settings, **values)),)))


async def people(world: World, *them: Person) -> None:
    await world.store.edit_directory(DirectoryEdit(people=them))


async def alerts(world: World, channel: str) -> list[Said]:
    """The breach alerts that stand there."""
    bodies = [m.body for m in await world.messages(channel)]
    return [b for b in bodies if isinstance(b, Said) and b.purpose == "breach"]


async def told(world: World, number: int) -> list[tuple[int, tuple[str, ...]]]:
    """The rungs that were told, and to whom."""
    return [(e.event.rung, e.event.to) for e in await world.store.history(number) if isinstance(e.event, Escalated)]


async def late(world: World, owner: str = "sam") -> int:
    """A request of priority 2 that somebody has and nobody answered: late at eleven."""
    number = await world.raised(stopped="team")
    if owner:
        await world.do(owner, "claim", request=str(number))
    await world.pass_(minutes=60, seconds=1)
    return number


async def test_the_ladder_climbs_from_its_owner_to_the_leads_to_the_managers(world):
    """At the breach its owner, after 15 min the lead, after 30 the manager; the alert says who hears next and when."""
    number = await late(world)
    (channel,), (sam,) = await alerts(world, "alerts"), await alerts(world, "dm:sam")
    assert "If nobody takes it, Priya Nair hears at 2026-06-09T10:15+00:00." in words(channel)
    assert words(sam) == words(channel)
    assert await alerts(world, "dm:priya") == await alerts(world, "dm:lee") == []
    await world.pass_(minutes=15)
    (priya,) = await alerts(world, "dm:priya")
    assert "Told as well: Priya Nair 2026-06-09T10:15+00:00." in words(priya)
    assert "If nobody takes it, Lee Novak hears at 2026-06-09T10:30+00:00." in words(priya)
    assert await alerts(world, "dm:lee") == []
    await world.pass_(minutes=15)
    assert len(await alerts(world, "dm:lee")) == 1
    await world.pass_(hours=5)
    assert await told(world, number) == [(1, ("priya",)), (2, ("lee",))]
    for place in ("alerts", "dm:sam", "dm:priya", "dm:lee"):
        copies = [a for a in await alerts(world, place) if "first response" in words(a)]
        assert len(copies) == 1, "each hears once, and each copy is kept up to date"
        assert "Lee Novak 2026-06-09T10:30+00:00." in words(copies[0])


async def test_what_nobody_has_goes_to_the_team_and_its_leads_at_once(world):
    """Unowned: triage and the lead at the breach; a quarter later there is nobody new to tell; then the manager."""
    number = await late(world, owner="")
    assert len(await alerts(world, "triage")) == len(await alerts(world, "dm:priya")) == 1
    assert "If nobody takes it, Lee Novak hears at 2026-06-09T10:30+00:00." in words((await alerts(world, "alerts"))[0])
    await world.pass_(minutes=31)
    assert await told(world, number) == [(2, ("lee",))]


async def test_where_there_are_no_leads_the_managers_take_their_place(world):
    """Nobody falls through: without a lead the manager hears after a quarter, and only once."""
    await people(world, Person("priya", "Priya Nair", Role.ENGINEER, "Europe/London"))
    number = await late(world)
    await world.pass_(minutes=40)
    assert await told(world, number) == [(1, ("lee",))]


@pytest.mark.parametrize("act", ["reply", "resolve", "cancel", "close"])
async def test_the_ladder_stops_when_the_matter_ends(world, act):
    """A public reply, a resolution, or the end of it: nobody further hears, and no copy keeps a stale button."""
    number = await late(world)
    await world.pass_(minutes=16)
    await world.do("sam", act, request=str(number), text="Here we are")
    await world.pass_(hours=3)
    assert await told(world, number) == [(1, ("priya",))]
    for place in ("alerts", "dm:sam", "dm:priya"):
        first = (await alerts(world, place))[0]
        assert [a.label for a in first.actions] == ["Show"], place
    assert [a for a in await alerts(world, "dm:lee") if "first response" in words(a)] == []


async def test_claiming_does_not_stop_it_and_every_copy_shows_who_has_it(world):
    """A new owner changes no clock; the alert names them."""
    number = await late(world, owner="")
    await world.do("sam", "claim", request=str(number))
    assert "Owner: Sam Ito." in words((await alerts(world, "alerts"))[0])
    await world.pass_(minutes=31)
    assert await told(world, number) == [(2, ("lee",))]


async def test_a_courtesy_is_no_answer_but_an_answer_before_it_escalates_ends_it(world):
    """The agent answered last, so nothing escalates; "thanks" from the agent is no answer."""
    number = await late(world)
    await world.write("sam", "thanks", place=await world.thread(number, "client"))
    await world.pass_(minutes=16)
    assert await told(world, number) == [(1, ("priya",))]
    await world.write("sam", "We found it, a fix comes today", place=await world.thread(number, "client"))
    await world.pass_(minutes=60)
    assert await told(world, number) == [(1, ("priya",))]


async def test_after_downtime_all_rungs_are_told_in_one_go_with_both_times(world):
    """Down from ten to three: owner, lead and manager each get one alert, which says when it was noticed."""
    number = await world.raised(stopped="team")
    await world.do("sam", "claim", request=str(number))
    world.clock.move_by(timedelta(hours=5))
    await world.wake()
    assert await told(world, number) == [(1, ("priya",)), (2, ("lee",))]
    for place in ("alerts", "dm:sam", "dm:priya", "dm:lee"):
        copies = [words(a) for a in await alerts(world, place) if "first response" in words(a)]
        assert len(copies) == 1
        assert "I noticed this 4 h late, at 2026-06-09T14:00+00:00." in copies[0]
    await world.wake()
    assert len(await told(world, number)) == 2


async def test_a_ladder_in_business_hours_sleeps_and_one_on_the_wall_does_not(world):
    """Late ten minutes before closing: the lead hears next morning, or the same evening where the wall counts."""
    await world.pass_(hours=5, minutes=50)  # ten to four in the afternoon: due ten to five
    number = await late(world)
    await world.pass_(hours=2)
    assert await told(world, number) == []
    await settings(world, ladder_hours=Hours.WALL, lead_after=20)
    await world.do("sam", "assign", request=str(number), to="priya")  # any change looks at the settings again
    await world.pass_(minutes=1)
    assert await told(world, number) == [(1, ("lee",))], "Priya has it, so the managers take the leads' place"


async def test_somebody_handles_it_and_the_ladder_waits_but_not_the_clock(world):
    """Priya says so: everybody sees who acts by when; the verdict stands; it goes on where it paused, saying so."""
    number = await late(world)
    await world.pass_(minutes=15)  # 11:15: Priya hears
    await world.pass_(minutes=5)
    answer = await world.do("priya", "handle", request=str(number))
    assert "Thank you. Priya Nair handles it, by 2026-06-09T10:50+00:00." in words(answer.message)
    for place in ("alerts", "dm:sam", "dm:priya"):
        shown = words((await alerts(world, place))[0])
        assert "Priya Nair handles it, by 2026-06-09T10:50+00:00. The alarm waits; the clock does not." in shown
        assert "If nothing has happened by then, Lee Novak hears at 2026-06-09T11:00+00:00." in shown
    card = next(m.body for m in await world.messages("triage") if isinstance(m.body, Card))
    assert "Alarm: Priya Nair handles it" in words(card)
    await world.pass_(minutes=29)
    assert await told(world, number) == [(1, ("priya",))]
    await world.pass_(minutes=2)
    ran_out = "Priya Nair had it until 2026-06-09T10:50+00:00. Nothing has happened since, so the alarm goes on."
    assert ran_out in words((await alerts(world, "alerts"))[0])
    (hers,) = await alerts(world, "dm:priya")
    assert ran_out in words(hers), "her own copy comes anew, instead of a second message"
    await world.pass_(minutes=9)
    after = words((await alerts(world, "alerts"))[0])
    assert ran_out in after, "it stays there as the ladder climbs on"
    assert "Everybody on the ladder has been told; a reply to the client ends it." in after
    assert await told(world, number) == [(1, ("priya",)), (2, ("lee",))]
    kinds = [type(e.event) for e in await world.store.history(number)]
    assert kinds.count(Handled) == kinds.count(LadderResumed) == 1
    story = words((await world.do("sam", "why", request=str(number))).message)
    assert "Told as well: Priya Nair" in story
    history = words((await world.do("sam", "history", request=str(number))).message)
    assert "Priya Nair (lead) said that they handle it; the alarm waits" in history
    assert "handle" not in words((await world.do("dana", "history", request=str(number))).message)


async def test_a_second_person_is_told_who_has_it_already(world):
    """Lee presses the button after Priya: nothing changes, and he reads that she acts."""
    number = await late(world)
    await world.do("priya", "handle", request=str(number), until="12:30")
    answer = await world.do("lee", "handle", request=str(number))
    assert "Priya Nair handles it, by 2026-06-09T11:30+00:00." in words(answer.message)
    assert (await world.request(number)).attention.holds[-1].by == "priya"
    answer = await world.do("lee", "snooze", request=str(number), until="1h")
    assert "Priya Nair handles it" in words(answer.message)
    again = await world.do("priya", "handle", request=str(number), until="45m")
    assert "by 2026-06-09T10:45+00:00" in words(again.message), "one may change one's own time"


async def test_who_may_handle(world):
    """Leads, managers and its owner; another engineer is told what to do instead; what is not late needs nobody."""
    number = await late(world, owner="priya")
    answer = await world.do("sam", "handle", request=str(number))
    assert "is not yours. Claim it, or tell a lead" in words(answer.message)
    assert "is for leads and managers" in words((await world.do("sam", "snooze", request=str(number))).message)
    assert "is for our team" in words((await world.do("dana", "handle", request=str(number))).message)
    other = await world.raised()
    answer = await world.do("lee", "handle", request=str(other))
    assert "Nothing on ACME-2 is late" in words(answer.message)


async def test_a_snooze_waits_and_silences_neither_clock_nor_verdict(world):
    """Lee snoozes an hour: the ladder waits, the card says so; the late answer is judged late all the same."""
    number = await late(world)
    assert (await world.do("lee", "snooze", request=str(number))).form is not None
    answer = await world.do("lee", "snooze", request=str(number), span="1h")
    assert "Snoozed by Lee Novak until 2026-06-09T11:00+00:00." in words(answer.message)
    await world.pass_(minutes=59)
    assert await told(world, number) == []
    await world.pass_(minutes=16)
    assert await told(world, number) == [(1, ("priya",))]
    await world.do("sam", "reply", request=str(number), text="Sorry")
    clock = (await world.request(number)).sla.latest(ClockKind.FIRST_RESPONSE)
    assert clock is not None
    assert clock.outcome == "missed"
    assert sum(isinstance(e.event, Snoozed) for e in await world.store.history(number)) == 1


async def test_snoozed_until_tomorrow_means_the_clients_next_opening(world):
    """Tomorrow at nine in London, whatever the presser's zone; words that are no time are refused with examples."""
    number = await late(world)
    answer = await world.do("lee", "snooze", request=str(number), span="tomorrow")
    assert "until 2026-06-10T08:00+00:00" in words(answer.message)
    answer = await world.do("lee", "snooze", request=str(number), until="whenever")
    assert "is no time I can read" in words(answer.message)
    answer = await world.do("lee", "snooze", request=str(number), until="in 30 days")
    assert "within the next 7 days" in words(answer.message)
    answer = await world.do("lee", "snooze", request=str(number), until="1h please")
    assert "I did not understand “please”" in words(answer.message)
    assert (await world.do("lee", "handle", request=str(number), ask=True)).form is not None


async def test_a_draft_for_the_client_is_kind_and_only_sent_when_somebody_sends_it(world):
    """The button opens a reply with words to change; nothing is said by itself."""
    number = await late(world)
    form = (await world.do("lee", "draft-note", request=str(number))).form
    assert form is not None
    assert form.command == "reply"
    assert form.inputs[0].value.startswith("Hi Dana, this has taken us longer than we promised, and I am sorry.")
    assert "longer than we promised" not in "\n".join(await world.thread_screen(number, "client"))


async def test_two_workers_tell_each_rung_once(world):
    """Both wake at the same moment: one fires, the other finds nothing to do."""
    number = await late(world)
    world.clock.move_by(timedelta(minutes=20))
    other = Desk(world.store, world.clock)
    await reminders.fire(world.desk)
    await reminders.fire(other)
    await world.wake()
    assert await told(world, number) == [(1, ("priya",))]
    assert await world.store.check() == ()


async def test_a_warning_tells_in_place_that_it_was_answered(world):
    """Warned at three quarters, answered at fifty minutes: the warning says so, and its buttons go."""
    number = await world.raised(stopped="team")
    await world.do("sam", "claim", request=str(number))
    await world.pass_(minutes=50)
    await world.do("sam", "reply", request=str(number), text="We found it")
    (warning,) = [m.body for m in await world.messages("dm:sam") if isinstance(m.body, Said)]
    assert words(warning).endswith("Answered 2026-06-09T09:50+00:00, in time.")
    assert [a.label for a in warning.actions] == ["Show"]


async def flooded(world: World, count: int = 7) -> list[int]:
    """So many requests of priority 2 that are late at once at eleven."""
    numbers = [await world.raised(title=f"Export {n} fails", stopped="team") for n in range(count)]
    await world.pass_(minutes=60, seconds=1)
    return numbers


async def lists(world: World, channel: str) -> list[Listing]:
    bodies = [m.body for m in await world.messages(channel)]
    return [b for b in bodies if isinstance(b, Listing) and ("late" in b.title or "dealt with" in b.title)]


async def test_a_flood_becomes_one_message_that_is_edited_as_it_is_dealt_with(world):
    """Seven at once: one list in alerts and one for the lead; each row leads to its request; none is dropped."""
    numbers = await flooded(world)
    for channel in ("alerts", "dm:priya"):
        (told,) = await lists(world, channel)
        assert told.title == "7 requests are late"
        assert [row.number for row in told.rows] == numbers
        assert "Missed first response, due 2026-06-09T10:00+00:00." in plain(told.rows[0].note)
        assert await alerts(world, channel) == []
    await world.do("sam", "reply", request=str(numbers[0]), text="On it")
    (told,) = await lists(world, "alerts")
    assert told.title == "6 requests are late"
    assert "Answered" in plain(told.rows[0].note)
    for number in numbers[1:]:
        await world.do("sam", "reply", request=str(number), text="On it")
    assert (await lists(world, "alerts"))[0].title == "All 7 are dealt with"
    assert await world.store.check() == ()


async def test_of_a_great_flood_the_late_ones_are_shown_and_all_are_counted(world):
    """Twenty rows, those first that are still late; a button lists the rest, and pressing it works."""
    numbers = await flooded(world, 23)
    await world.do("sam", "reply", request=str(numbers[0]), text="On it")
    (told,) = await lists(world, "alerts")
    assert told.title == "22 requests are late"
    assert [row.number for row in told.rows] == numbers[1:21]
    assert "20 of 23" in plain(told.lines[-1])
    (button,) = told.actions
    found = await world.do("sam", button.command, **button.args)
    assert "1–20 of 22" in words(found.message)
    assert f"ACME-{numbers[22]}" in words(found.message)


async def test_a_few_alerts_are_each_told_on_their_own(world):
    """Five are not yet a flood; a sixth, told a minute later, begins one and leaves them as they stand."""
    await flooded(world, 5)
    assert len(await alerts(world, "alerts")) == 5
    assert await lists(world, "alerts") == []


async def test_what_is_pressing_is_never_told_among_others(world):
    """A P1 in the flood has its own alert."""
    for n in range(6):
        await world.raised(title=f"Export {n} fails", stopped="team")
    await world.pass_(minutes=30)
    urgent = await world.raised(title="All is down", stopped="everyone")
    await world.pass_(minutes=31)
    own = [words(a) for a in await alerts(world, "alerts")]
    assert len(own) == 1
    assert f"ACME-{urgent}" in own[0]
    assert [told.title for told in await lists(world, "alerts")] == ["6 requests are late"]


async def test_quiet_hours_hold_direct_messages_but_no_channel(world):
    """Sam is on the other side of the world: his copy comes in his morning, unless the request is pressing."""
    await people(world, Person("sam", "Sam Ito", Role.ENGINEER, "Pacific/Auckland"))
    await late(world)  # eleven in London, ten at night in Auckland
    assert len(await alerts(world, "alerts")) == 1
    assert await alerts(world, "dm:sam") == []
    await world.pass_(hours=9)
    assert len(await alerts(world, "dm:sam")) >= 1


async def test_nothing_rings_in_the_morning_about_what_ended_at_night(world):
    """Answered while Sam slept: the channel tells how it ended, and his phone stays quiet."""
    await people(world, Person("sam", "Sam Ito", Role.ENGINEER, "Pacific/Auckland"))
    number = await late(world)
    warned = [m.id for m in await world.messages("dm:sam") if m.body and "ACME-1" in words(m.body)]
    await world.do("lee", "reply", request=str(number), text="Here we are")
    await world.pass_(hours=12)
    replies = [m for m in await world.messages("dm:sam") if m.body and "first response" in words(m.body)]
    assert [m.id for m in replies] == warned, "no message of it is new"
    assert "Answered" in words(replies[0].body), "the warning he had says how it ended"
    assert "Answered" in words((await alerts(world, "alerts"))[0])


async def live(world: World, channel: str) -> list[Said]:
    """What stands there and asks for something to be done."""
    said = [m.body for m in await world.messages(channel) if isinstance(m.body, Said)]
    return [body for body in said if {a.command for a in body.actions if a.staff_only} - {"show", "why"}]


async def test_a_late_request_is_one_direct_message_for_each(world):
    """Warned, late, and told further up: for Sam one message, which comes anew; at the end no button is left of it."""
    number = await world.raised(stopped="team")
    await world.do("priya", "assign", request=str(number), to="sam")
    await world.pass_(minutes=50)
    (warning,) = [m for m in await world.messages("dm:sam") if isinstance(m.body, Said) and m.body.purpose == "warning"]
    await world.pass_(minutes=11)
    said = [m for m in await world.messages("dm:sam") if isinstance(m.body, Said) and m.body.purpose != "handed"]
    assert [m.body.purpose for m in said if isinstance(m.body, Said)] == ["breach"]
    assert said[0].id != warning.id, "it rang"
    await world.do("sam", "resolve", request=str(number), text="Done")
    for channel in ("dm:sam", "dm:priya", "alerts", "triage"):
        assert await live(world, channel) == [], channel


async def test_a_warning_of_somebody_elses_asks_for_nothing(world):
    """Handed over after the warning: whoever had it reads who has it now."""
    number = await world.raised(stopped="team")
    await world.do("sam", "claim", request=str(number))
    await world.pass_(minutes=50)
    await world.do("sam", "assign", request=str(number), to="priya")
    (warning,) = [m.body for m in await world.messages("dm:sam") if isinstance(m.body, Said)]
    assert "Priya Nair has it; reply due" in words(warning)
    assert [a.label for a in warning.actions] == ["Show"]


@pytest.mark.rule("20.2")
async def test_due_times_name_the_zone_of_the_service_where_it_is_another(world):
    """Sam reads in New York: his copy says when it is in London; Priya's, who is there, does not (rule 20)."""
    await people(world, Person("sam", "Sam Ito", Role.ENGINEER, "America/New_York"))
    await settings(world, quiet_from="00:00", quiet_until="00:00")
    await late(world)
    await world.pass_(minutes=15)
    assert "(Tue 11:00 Europe/London): 1 h of service time" in words((await alerts(world, "dm:sam"))[0])
    assert "Europe/London" not in words((await alerts(world, "dm:priya"))[0])
