"""The team's morning digest: what a team needs to know before its first coffee, once, short, and in its own zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from desk_world import LONDON, World

from bot.desk import digest, jobs, reminders
from bot.desk.context import Desk
from bot.domain.settings import changed
from bot.messages.model import Said
from bot.ports import DirectoryEdit, Urgency

pytestmark = pytest.mark.asyncio

BERLIN = ZoneInfo("Europe/Berlin")


async def set_team(world: World, **values: Any) -> None:
    """Settings of the team, as a manager would set them."""
    team = (await world.store.directory()).team
    await world.store.edit_directory(DirectoryEdit(team=changed(team, values)))
    await world.wake()


@pytest_asyncio.fixture
async def morning(world: World) -> World:
    """The team lives in London; the digest comes at nine."""
    await set_team(world, zone="Europe/London")
    return world


async def digests(world: World, channel: str = "triage") -> list[str]:
    """Every digest that stands there, the oldest first."""
    said = await world.messages(channel)
    screen = await world.screen(channel)
    return [
        words for words, m in zip(screen, said, strict=True) if isinstance(m.body, Said) and m.body.purpose == "digest"
    ]


async def until(world: World, *moment: int) -> None:
    """Let time pass until then, in London."""
    at = datetime(*moment, tzinfo=LONDON)  # type: ignore[misc, arg-type]
    await world.pass_(seconds=(at - world.clock.now()).total_seconds())


async def test_a_morning_names_what_is_late_at_risk_unowned_waiting_and_stale(morning: World) -> None:
    """Each open request once, in its most pressing group, with whose it is and what is next; the busiest is told."""
    world = morning
    late = await world.raised(title="Export fails")
    await world.do("sam", "claim", request=late)
    waiting = await world.raised(title="Which printer?")
    await world.do("priya", "claim", request=waiting)
    await world.do("priya", "ask-client", request=waiting, text="Which one?")
    old = await world.raised("mia", title="Slow pages")
    await world.do("sam", "claim", request=old)
    await world.do("sam", "reply", request=old, text="We look into it.")
    await until(world, 2026, 6, 9, 16, 30)
    risk = await world.raised("tom", title="Password")
    await until(world, 2026, 6, 10, 8, 59)
    assert await digests(world) == []
    await until(world, 2026, 6, 10, 9, 0)
    (said,) = await digests(world)
    lines = said.split("\n")
    assert lines[0] == "Good morning. Wednesday 10 June: 1 late, 1 at risk, 1 waiting."
    assert lines[1] == "4 open: Sam Ito 2, Priya Nair 1, nobody 1."
    assert lines[2] == "Late (1)"
    assert lines[3].startswith(f"ACME-{late} Export fails · Sam Ito · reply due since 2026-06-09T")
    assert lines[5].startswith(f"ACME-{risk} Password · nobody yet · reply due 2026-06-10T")
    assert f"ACME-{waiting} Which printer? · Priya Nair · waiting for Dana Reyes since 2026-06-09T" in said


async def test_it_stands_in_triage_and_yesterdays_stays(morning: World) -> None:
    """Every day of the week has its own; none at the weekend; nothing is edited away."""
    await until(morning, 2026, 6, 16, 12, 0)
    said = await digests(morning)
    days = ["Wednesday 10", "Thursday 11", "Friday 12", "Monday 15", "Tuesday 16"]
    assert [s.split(":")[0] for s in said] == [f"Good morning. {day} June" for day in days]


async def test_nothing_to_tell_is_one_kind_line_or_none(morning: World) -> None:
    """A setting decides which."""
    await until(morning, 2026, 6, 10, 9, 0)
    assert await digests(morning) == ["Good morning. Wednesday 10 June: nothing is open."]
    await set_team(morning, digest_quiet=False)
    await until(morning, 2026, 6, 11, 10, 0)
    assert len(await digests(morning)) == 1


async def test_a_long_group_is_cut_and_says_how_to_see_all(morning: World) -> None:
    """At most so many lines a group; the rest is counted."""
    await set_team(morning, digest_lines=2)
    for n in range(4):
        await morning.raised("mia", title=f"Question {n}")
    await until(morning, 2026, 6, 10, 9, 0)
    (said,) = await digests(morning)
    assert said.count("Question") == 2
    assert "and 2 more: /desk find" in said


async def test_what_nobody_spoke_about_for_open_days_is_stale(morning: World) -> None:
    """A word or a note counts, an alarm of the desk does not; weekends are no open days."""
    number = await morning.raised("mia", title="Idea for later")
    await morning.do("sam", "claim", request=number)
    await morning.do("sam", "reply", request=number, text="Noted, thank you.")
    await morning.do("sam", "priority", request=number, to="P4", reason="no hurry")
    request = await morning.request(number)
    quiet = await digest._quiet(  # pyright: ignore[reportPrivateUsage]
        morning.desk, [request], await morning.store.directory(), request.opened_at + timedelta(days=3, hours=8)
    )
    assert list(quiet) == [number]
    await until(morning, 2026, 6, 12, 10, 0)
    await morning.do("sam", "note", request=number, text="Asked around.")
    quiet = await digest._quiet(  # pyright: ignore[reportPrivateUsage]
        morning.desk, [request], await morning.store.directory(), datetime(2026, 6, 15, 18, tzinfo=LONDON)
    )
    assert quiet == {}


async def test_after_downtime_one_late_digest_says_so(morning: World) -> None:
    """Of the days it slept through it tells none; today's comes late, once, with the time it was due."""
    morning.clock.move_to(datetime(2026, 6, 15, 11, 0, tzinfo=LONDON))  # down since Tuesday
    await morning.wake()
    await morning.wake()
    (said,) = await digests(morning)
    assert said.startswith("Good morning. Monday 15 June")
    assert "This comes late: it was due 2026-06-15T08:00+00:00, and I was not running then." in said
    await until(morning, 2026, 6, 16, 9, 0)
    assert len(await digests(morning)) == 2


async def test_a_past_day_is_never_told(morning: World) -> None:
    """Up again on Saturday: Friday's is over, and Monday has its own."""
    morning.clock.move_to(datetime(2026, 6, 13, 11, 0, tzinfo=LONDON))
    await morning.wake()
    assert await digests(morning) == []
    await until(morning, 2026, 6, 15, 9, 0)
    assert len(await digests(morning)) == 1


async def test_a_changed_hour_gives_no_second_one(morning: World) -> None:
    """Moved to eleven after nine: today's was told."""
    await until(morning, 2026, 6, 10, 9, 30)
    await set_team(morning, digest_at="11:00")
    await until(morning, 2026, 6, 10, 12, 0)
    assert len(await digests(morning)) == 1
    await until(morning, 2026, 6, 11, 11, 0)
    assert len(await digests(morning)) == 2


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2027, 3, 28), "2027-03-28T01:30:00+00:00"),  # 02:30 does not exist: 03:30 summer time
        (date(2026, 10, 25), "2026-10-25T00:30:00+00:00"),  # 02:30 is there twice: the first
    ],
)
async def test_a_shift_of_the_clocks_gives_one(world: World, day: date, due: str) -> None:
    """At half past two on the two nights of the year: once, and the next day again."""
    await set_team(world, zone="Europe/Berlin", digest_at="02:30", digest_days="daily")
    midnight = datetime.combine(day, datetime.min.time(), BERLIN)
    world.clock.move_to(midnight)
    await world.wake()
    before = len(await digests(world))
    await world.pass_(hours=24)
    said = (await world.messages("triage"))[-1]
    assert said.at == datetime.fromisoformat(due)
    assert len(await digests(world)) - before == 1


async def test_the_teams_holidays_have_none(morning: World) -> None:
    """Days off of the calendar that the team's settings name."""
    directory = await morning.store.directory()
    office = next(c for c in directory.calendars.values() if c.zone == "Europe/London")
    later = replace(office, name="team", holidays=frozenset({date(2026, 6, 10)}))
    await morning.store.edit_directory(DirectoryEdit(calendars=(later,)))
    await set_team(morning, holidays_of="team")
    await until(morning, 2026, 6, 11, 9, 0)
    assert [s.split(":")[0] for s in await digests(morning)] == ["Good morning. Thursday 11 June"]


async def test_each_may_have_their_own_by_direct_message(morning: World) -> None:
    """Their own work only, to those who have some; off unless it is set."""
    number = await morning.raised(title="Export fails")
    await morning.do("sam", "claim", request=number)
    await until(morning, 2026, 6, 10, 9, 0)
    assert await digests(morning, "dm:sam") == []
    await set_team(morning, digest_people=True)
    await until(morning, 2026, 6, 11, 9, 0)
    (own,) = await digests(morning, "dm:sam")
    assert own.startswith("Good morning Sam. 1 open with you; these need you first.\nLate (1)\n")
    assert await digests(morning, "dm:priya") == []


async def test_switched_off_there_is_none(morning: World) -> None:
    """And switched on again it comes the next day."""
    await set_team(morning, digest=False)
    assert await morning.store.timers(digest.SUBJECT) == ()
    await until(morning, 2026, 6, 10, 12, 0)
    assert await digests(morning) == []
    await set_team(morning, digest=True)
    await until(morning, 2026, 6, 11, 9, 0)
    assert len(await digests(morning)) == 1


async def test_two_workers_tell_it_once(morning: World) -> None:
    """Two desks on one store wake at the same moment: one tells, the other hears of a conflict and says nothing."""
    second = Desk(morning.store, morning.clock)
    morning.clock.move_to(datetime(2026, 6, 10, 9, 0, tzinfo=LONDON))
    (timer,) = await morning.store.due_jobs(morning.clock.now(), 10)
    run = jobs.JOBS[digest.SUBJECT].run
    change = await run(second, timer, morning.clock.now())
    assert [d.urgency for d in change.outbox] == [Urgency.DIGEST]
    await reminders.fire(morning.desk)
    await reminders.fire(second)
    await morning.relay.drain()
    assert len(await digests(morning)) == 1


async def test_private_requests_stay_with_the_team(morning: World) -> None:
    """The digest names every request, so it stands only where no client reads."""
    for channel in ("client-acme", "client-globex"):
        await until(morning, 2026, 6, 10, 9, 0)
        assert await digests(morning, channel) == []
