"""Time passes: warnings before, breach alerts after, each once and on time, and the story of a clock in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk_world import words

from bot.desk import reminders
from bot.domain.clocks import due_at
from bot.domain.events import Breached, Replied, Warned
from bot.messages.model import Said
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


async def test_the_engineer_is_warned_once_by_direct_message(world):
    """At 75 % of the target the owner hears what is due and what counts; once."""
    number = await world.raised(stopped="team")  # Gold P2: first response within an hour
    await world.do("sam", "claim", request=str(number))
    await world.pass_(minutes=44)
    assert await world.screen("dm:sam") == []
    await world.pass_(minutes=2)
    told = await world.screen("dm:sam")
    assert len(told) == 1
    assert told[0].startswith("ACME-1: Dana Reyes is waiting for you; reply due ")
    assert "Claiming doesn't count" in told[0]
    await world.pass_(minutes=10)
    assert len(await world.screen("dm:sam")) == 1


async def test_where_nobody_has_it_the_triage_channel_is_warned(world):
    """An unowned request warns the team, with a button to take it."""
    await world.raised(stopped="team")
    await world.pass_(minutes=46)
    warning = (await world.messages("triage"))[-1].body
    assert isinstance(warning, Said)
    assert warning.purpose == "warning"
    assert warning.actions[0].label == "Claim"


async def test_an_answer_that_comes_with_the_warning_makes_it_needless(world):
    """Where a desk was slow, the reply may be what first records that it was time to warn: nobody is told then."""
    number = await world.raised(stopped="team")
    world.clock.move_by(timedelta(minutes=50))  # and nobody fires
    await world.do("sam", "reply", request=str(number), text="Looking at it")
    await world.wake()
    entries = {type(entry.event): entry for entry in await world.store.history(number)}
    warned, replied = entries[Warned], entries[Replied]
    assert (warned.at, warned.seq < replied.seq) == (replied.at, True)
    slots = [f"ACME-1:first_response:1:breach:{where}" for where in ("triage", "dm:sam")]
    assert not await world.store.placed(slots)


async def test_a_breach_reaches_the_alerts_channel_and_the_lead_once(world):
    """Past the target: one alert in alerts, one to the lead, with what was promised, who has it and what next."""
    await world.raised(stopped="team")
    await world.pass_(minutes=61)
    for channel in ("alerts", "triage", "dm:priya"):
        told = [s for s in await world.screen(channel) if "missed" in s]
        assert len(told) == 1
        promised = "due 2026-06-09T10:00+00:00: 1 h of service time, Gold, P2."
        assert told[0].startswith(f"ACME-1, “Export fails”, missed first response, {promised}")
        assert "Dana Reyes waits for a personal reply" in told[0]
        assert "Owner: nobody yet" in told[0]
    await world.pass_(hours=3)
    assert len([s for s in await world.screen("alerts") if "first response" in s]) == 1
    assert await world.screen("dm:dana") == [], "a client hears of no alert"


async def test_the_client_is_told_when_a_promised_reply_is_late(world):
    """Better told than left to wonder: one honest line in the client's thread, once."""
    number = await world.raised(stopped="team")
    await world.pass_(minutes=61)
    late = [s for s in await world.thread_screen(number, "client") if "are late; we are sorry" in s]
    assert late == [
        "We promised a reply on ACME-1 by 2026-06-09T10:00+00:00 and are late; we are sorry. Priya Nair has been told, "
        "and a person will reply here."
    ]
    await world.pass_(hours=3)
    assert len([s for s in await world.thread_screen(number, "client") if "are late" in s]) == 1


async def test_an_alert_tells_in_place_how_its_matter_ended(world):
    """Answered at last: the same alerts say so, and their buttons to claim or reply are gone."""
    number = await world.raised(stopped="team")
    await world.pass_(minutes=90)
    await world.do("sam", "reply", request=str(number), text="Sorry, here we are")
    for channel in ("alerts", "triage", "dm:priya"):
        alerts = [
            m.body for m in await world.messages(channel) if isinstance(m.body, Said) and "missed" in words(m.body)
        ]
        assert len(alerts) == 1
        assert words(alerts[0]).endswith("Answered 2026-06-09T10:30+00:00, 30 min late.")
        assert [a.label for a in alerts[0].actions] == ["Show"]


async def test_a_reply_before_the_deadline_prevents_both(world):
    """Answered in time: no warning, no breach, and the clock is met."""
    number = await world.raised(stopped="team")
    await world.do("sam", "reply", request=str(number), text="On it")
    await world.pass_(minutes=90)
    assert await world.screen("alerts") == []
    assert not [e for e in await world.store.history(number) if isinstance(e.event, Warned | Breached)]


async def test_a_reply_at_the_very_deadline_is_in_time(world):
    """Equal is met: the person's act goes before the timer of the same instant (rule 18)."""
    number = await world.raised(stopped="team")
    world.clock.move_by(timedelta(hours=1))
    await world.do("sam", "reply", request=str(number), text="Just in time")
    assert await world.screen("alerts") == []


async def test_an_act_after_a_missed_deadline_still_records_the_breach(world):
    """Nothing polled may miss it: a late reply that comes before the timer is recorded after the breach."""
    number = await world.raised(stopped="team")
    world.clock.move_by(timedelta(hours=2))
    await world.do("sam", "reply", request=str(number), text="Sorry")
    kinds = [type(e.event).__name__ for e in await world.store.history(number)]
    assert kinds.index("Breached") < kinds.index("Replied")
    assert len([s for s in await world.screen("alerts") if "missed" in s]) == 1


async def test_after_downtime_what_was_missed_is_told_once_with_both_times(world):
    """Down from ten to three: one alert, which says when it was due and when it was noticed."""
    await world.raised(stopped="team")
    world.clock.move_by(timedelta(hours=5))
    await world.wake()
    told = [s for s in await world.screen("alerts") if "first response" in s]
    assert len(told) == 1
    assert "I noticed this 4 h late" in told[0]
    assert [s for s in await world.screen("triage") if "waiting for us" in s] == [], "a warning too late is none"


async def fix_told(world, number: int) -> list[str]:
    return [said for said in await world.thread_screen(number, "client") if "solved by" in said]


async def test_the_client_is_told_once_when_a_solution_takes_longer_than_promised(world):
    """What was promised, who has it, when they hear next; reopened, the same late matter says it no second time."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    await world.do("sam", "reply", request=str(number), text="We look at it")
    clock = next(c for c in (await world.request(number)).sla.clocks if c.kind == "resolution")
    due = due_at(clock, (await world.store.directory()).calendars)
    await world.pass_(seconds=(due - world.clock.now()).total_seconds() - 1)
    assert await fix_told(world, number) == []
    await world.pass_(days=1)
    (said,) = await fix_told(world, number)
    assert said.startswith(
        f"We promised to have ACME-1 solved by {due.isoformat(timespec='minutes')} and are late; we are"
    )
    assert "Sam Ito has it" in said
    await world.do("sam", "resolve", request=str(number), text="Mended")
    await world.pass_(seconds=61)
    await world.do("dana", "not-yet", request=str(number), text="Still empty")
    await world.pass_(days=3)
    assert len(await fix_told(world, number)) == 1


async def test_a_late_solution_names_the_news_that_were_promised(world):
    """Somebody gave their word meanwhile: the client hears by then."""
    number = await world.raised()
    await world.type("sam", f"next {number} 2026-06-19 16:00 It takes a while")
    await world.pass_(days=5)
    (said,) = await fix_told(world, number)
    assert "Sam Ito has it, and you hear from us by 2026-06-19T" in said


@pytest.mark.parametrize("why", ["setting", "silent", "priority"])
async def test_a_client_is_not_told_of_a_late_solution_that_nobody_promised(world, why):
    """Switched off for that client; an import tells nobody; a priority that puts the time in the past named none."""
    directory = await world.store.directory()
    acme = directory.clients["ACME"]
    if why == "setting":
        quiet = replace(acme, settings=replace(acme.settings, tell_late_fix=False))
        await world.store.edit_directory(DirectoryEdit(clients=(quiet,)))
    world.desk.rules = replace(world.desk.rules, silent=why == "silent")
    number = await world.raised()
    if why == "priority":
        await world.do("sam", "priority", request=str(number), to="P4", reason="can wait")
        await world.pass_(days=2)
        await world.do("sam", "priority", request=str(number), to="P1", reason="it cannot")
    await world.pass_(days=9)
    breaches = [e.event for e in await world.store.history(number) if isinstance(e.event, Breached)]
    assert "resolution" in {breach.clock for breach in breaches}
    assert await fix_told(world, number) == []


async def test_many_wakes_and_one_late_wake_give_the_same_history(world):
    """Punctual or late, the same facts are recorded."""
    first = await world.raised(title="One")
    await world.pass_(hours=20)
    facts = [e.event for e in await world.store.history(first)]
    assert await reminders.fire(world.desk) == 0
    assert [e.event for e in await world.store.history(first)] == facts
    assert await world.store.check() == ()


async def test_a_raised_priority_brings_the_deadline_forward_from_the_original_start(world):
    """Rule 11: same start, new target; what is late already is breached at the change."""
    number = await world.raised()  # Gold P3: two hours
    await world.pass_(minutes=70)
    await world.do("lee", "priority", request=str(number), to="P2", reason="the auditor waits")
    told = [s for s in await world.screen("alerts") if "missed first response" in s]
    assert len(told) == 1
    assert "It was late already when its priority changed." in told[0]


async def test_an_alert_calls_again_when_its_resolve_is_taken_back(world):
    """Resolved late, then undone: the alert first tells the end, then asks for somebody to act once more, in place."""
    number = await world.raised(stopped="everyone")  # Gold P1: four hours to fix
    await world.do("sam", "reply", request=str(number), text="On it")
    await world.pass_(hours=5)
    await world.do("sam", "resolve", request=str(number), text="Done")
    assert "Resolved" in (await world.screen("alerts"))[-1]
    await world.do("sam", "undo", request=str(number))
    alerts = [m.body for m in await world.messages("alerts") if isinstance(m.body, Said)]
    assert len(alerts) == 1
    assert "Owner: Sam Ito" in words(alerts[0])
    assert [a.label for a in alerts[0].actions][:3] == ["I'll handle it", "Reply", "Reassign"]
