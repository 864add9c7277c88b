"""The doctor looks at the desk as a whole, and says what mends each thing it finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from desk_world import words

from bot.desk.doctor import CHECKS, examine
from bot.desk.findings import Finding, Level
from bot.desk.plan.service import promised, service_of
from bot.domain.calendar import Calendar
from bot.domain.people import Client, Person, Role
from bot.domain.policy import ClockKind, Priority
from bot.domain.settings import ClientSettings
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


async def found(world, about: str = "") -> list[Finding]:
    """What is not well."""
    every = await examine(world.store, world.clock.now(), "/desk")
    return [each for each in every if each.level is not Level.OK and about in each.about]


async def test_a_desk_that_is_well_is_told_so(world):
    """Every check says what it looked at; nothing else is said."""
    await world.raised()
    every = await examine(world.store, world.clock.now(), "/desk")
    assert [each for each in every if each.level is not Level.OK] == []
    assert len(every) == len(CHECKS)
    page = words((await world.type("lee", "doctor")).message)
    assert page.startswith("All is well.")
    assert "✓ people: 3 on the team, 1 of them managing" in page


async def test_only_managers_ask_the_doctor(world):
    """It speaks of everybody, so it speaks to managers alone."""
    for who in ("dana", "sam", "priya"):
        assert "is for managers" in words((await world.type(who, "doctor")).message)


async def edited(world, **edit) -> None:
    """The directory as somebody left it, past the desk's own checks."""
    await world.store.edit_directory(DirectoryEdit(**edit))


async def test_people_who_are_missing(world):
    """No manager, no lead, nobody who works, somebody without an account: each with the command that mends it."""
    people = (await world.store.directory()).people
    stranger = Person("ghost", "Gia Host", Role.ENGINEER)
    await edited(world, people=(replace(people["lee"], active=False), replace(people["priya"], active=False), stranger))
    findings = await found(world, "people")
    assert {(f.level, f.what.split(".")[0]) for f in findings} == {
        (Level.ERROR, "Nobody manages the desk"),
        (Level.WARNING, "Gia Host has no account on any platform, so nothing they write is known as theirs"),
    }
    assert all(f.mend for f in findings)
    lee = people["lee"]
    await edited(world, people=(lee, replace(stranger, active=False)))
    assert "no lead" in (await found(world, "people"))[0].what
    await edited(world, people=(replace(people["sam"], active=False),))
    assert "/desk add-person engineer NAME" in (await found(world, "people"))[0].mend


async def test_a_client_without_people_or_promise(world):
    """Nobody who could ask, no policy, no targets; a closed client is left in peace."""
    await edited(world, clients=(Client("INI", "Initech", "UTC"),))
    whats = " ".join(f.what for f in await found(world, "clients"))
    assert "Initech has nobody who could raise a request" in whats
    assert "Initech was promised nothing" in whats
    await edited(world, clients=(Client("INI", "Initech", "UTC", ClientSettings(closed=True)),))
    assert await found(world, "clients") == []
    directory = await world.store.directory()
    policy = directory.policies_of("ACME")[0]
    hollow = replace(policy, version=2, targets={Priority.P1: {ClockKind.PERIODIC_UPDATE: 60}})
    await edited(world, policies=(hollow, replace(policy, client="GONE")))
    whats = " ".join(f.what for f in await found(world, "clients"))
    assert "Acme's Gold has no targets for P2, P3, P4" in whats
    assert "promises neither a reply nor a solution for P1" in whats
    assert "The policy of GONE matches nothing" in whats


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"hours": ((), (), (), (), (), (), ()), "special": {date(2028, 1, 3): ((0, 3600),)}}, "do not open before"),
        ({"hours": (((0, 3600),), (), (), (), (), (), ())}, "open 1.0 h a week"),
        ({"hours": ((), (), (), (), (), (), ()), "special": {date(2020, 1, 3): ((0, 3600),)}}, "does not open"),
    ],
)
async def test_hours_that_hardly_open(world, change, says):
    """Never again, not for long, or an hour a week: nobody means that."""
    directory = await world.store.directory()
    service = service_of(directory, "ACME")
    assert service is not None
    calendars, policies = promised(directory, directory.clients["ACME"], replace(service, **change), world.clock.now())
    await edited(world, calendars=calendars, policies=policies)
    [finding] = await found(world, "hours")
    assert says in finding.what
    assert finding.mend == "/desk edit-client ACME"


async def test_holidays_that_run_out_and_days_off_that_are_nowhere(world):
    """Said while there is time to mend it."""
    directory = await world.store.directory()
    policy = directory.policies_of("ACME")[0]
    old: Calendar = directory.calendars[policy.calendar]
    public = frozenset({date(2026, 12, 25)})
    short = replace(old, version=2, region="GB", public=public, holidays=old.holidays | public)
    await edited(
        world,
        calendars=(short,),
        policies=(replace(policy, version=2, calendar=short.ref),),
        team=replace(directory.team, holidays_of="nobody-hours"),
    )
    assert [f.what.split(" (")[0] for f in await found(world, "hours")] == [
        "Acme's public holidays",
        "The team's days off are those of “nobody-hours”, and there is no such calendar",
    ]


async def test_channels_that_are_nowhere(world):
    """A client that came by an import has no channel yet."""
    await edited(world, clients=(Client("INI", "Initech", "UTC", ClientSettings(closed=True)),))
    [finding] = await found(world, "channels")
    assert finding.level is Level.ERROR
    assert "Initech's channel is nowhere" in finding.what


async def test_a_timer_that_is_late_and_a_clock_that_went_back(world):
    """The desk was not running; the machine's clock was set back."""
    await world.raised()
    world.clock.move_to(world.clock.now() + timedelta(days=1))
    assert "A timer has been due since" in (await found(world, "sending"))[0].what
    every = await examine(world.store, world.clock.now() - timedelta(days=9), "/desk")
    assert [f.about for f in every if f.level is Level.ERROR] == ["clock"]


async def test_a_digest_whose_days_are_all_off(world):
    """A rule that never fires is said."""
    team = (await world.store.directory()).team
    await edited(world, team=replace(team, holidays_of="acme-hours", digest_days="mon"))
    directory = await world.store.directory()
    policy = directory.policies_of("ACME")[0]
    old = directory.calendars[policy.calendar]
    mondays = frozenset(date(2026, 6, 1) + timedelta(weeks=n) for n in range(600))
    off = replace(old, version=2, holidays=mondays)
    await edited(world, calendars=(off,), policies=(replace(policy, version=2, calendar=off.ref),))
    assert "no next day" in (await found(world, "rules"))[0].what


async def test_a_check_that_breaks_is_a_finding(world, monkeypatch):
    """One that cannot be done says so, and the others are done."""

    async def broken(look):
        raise RuntimeError("no such thing")

    monkeypatch.setattr("bot.desk.doctor.CHECKS", [broken, *CHECKS])
    every = await examine(world.store, world.clock.now(), "/desk")
    assert every[0] == Finding(Level.ERROR, "broken", "This could not be looked at: no such thing", "steward db check")
    assert len(every) == len(CHECKS) + 1


async def test_platforms_are_looked_at_too(world):
    """What the desk finds of the platforms it is in stands with all else; where that breaks, that is a finding."""

    async def look():
        return [Finding(Level.ERROR, "elsewhere", "The app is in no channel.", "invite it")]

    async def broken():
        raise RuntimeError("no answer")

    world.desk.look_outside = look
    assert "elsewhere: The app is in no channel. Mend: invite it" in words((await world.type("lee", "doctor")).message)
    world.desk.look_outside = broken
    assert "platforms: This could not be looked at: no answer" in words((await world.type("lee", "doctor")).message)


async def test_each_december_a_year_of_holidays_comes_in(world):
    """On the first of December each calendar with a region holds the next three years; open requests keep theirs."""
    form = (await world.do("lee", "edit-client", client="ACME", part="service")).form
    args = {**dict(form.args), **{i.name: i.value for i in form.inputs}, "region": "GB-ENG"}
    await world.do("lee", "edit-client", **args)
    await world.store.edit_directory(DirectoryEdit(team=replace((await world.store.directory()).team, digest=False)))

    def last(directory) -> int:
        return max(directory.calendars[directory.policies_of("ACME")[0].calendar].public).year

    assert last(await world.store.directory()) == 2028
    await world.wake()
    world.clock.move_to(datetime.combine(date(2026, 11, 30), time(12), UTC))
    await world.wake()
    assert last(await world.store.directory()) == 2028
    for _ in range(2):
        await world.pass_(days=1)
        assert last(await world.store.directory()) == 2029
    assert [t.due_at.year for t in await world.store.timers("holidays")] == [2027]
    [*_, change] = await world.store.setting_changes("clients.ACME")
    assert change.by == "lee", "the record says who changed the rest; a year of holidays changes no rule"
