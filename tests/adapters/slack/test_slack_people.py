"""Who is client and who is staff in Slack: by workspace, user group and explicit list, and nobody by a name alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from fakes.slack.person import Person as User
from slack_house import House, Running

from adapters.slack.people import Profile, profile_of
from bot.desk import claiming, front
from bot.desk.conversations import client_channel, direct
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit, RateLimited


async def person_of(house: House, desk: Running, user: User) -> Person | None:
    id = await desk.face.own.people.known(house.team, user.id)
    return (await house.store.directory()).people[id] if id else None


@pytest.mark.asyncio
async def test_who_is_on_no_list_is_nobody(house: House):
    """Deny by default: without lists only known accounts come in."""
    async with house.desk() as desk:
        assert await person_of(house, desk, house.eve) is None
        assert (await person_of(house, desk, house.sam)).id == "sam"


@pytest.mark.asyncio
async def test_a_workspace_a_group_and_a_person_can_be_listed(house: House):
    """The workspace's people are the team, a group of it and one by name are Acme's; what names somebody most closely
    counts, and of two that name them alike the client's."""
    ann, ben, kim = (house.slack.person(name) for name in ("Ann Lee", "Ben Ode", "Kim Roe"))
    group, both = house.slack.usergroup("acme-people", ann, kim), house.slack.usergroup("support", kim)
    lists = {"staff": [house.team, both.id], "clients": {"ACME": [group.id, ben.id]}}
    async with house.desk(**lists) as desk:
        eve = await person_of(house, desk, house.eve)
        assert (eve.role, eve.client) == (Role.ENGINEER, None)
        for user in (ann, ben, kim):
            found = await person_of(house, desk, user)
            assert (found.role, found.client) == (Role.CLIENT, "ACME"), user
        assert (await house.store.binding(direct("ann"))).platform == "slack"
        assert await person_of(house, desk, ann) == await person_of(house, desk, ann)


@pytest.mark.asyncio
async def test_nobody_of_a_list_becomes_somebody_else_by_their_name(house: House):
    """People choose their names themselves: who has an account in another chat, or may do more than the list lets
    everybody do, is not taken over by it."""
    known = (Person("max", "Max Boss", Role.MANAGER), Person("nora", "Nora Kay", Role.CLIENT, client="ACME"))
    account = ("discord", "1100112233440000", "1100112233440001", "nora")
    await house.store.edit_directory(DirectoryEdit(people=known, identities=(account,)))
    boss, nora = house.slack.person("Max Boss"), house.slack.person("Nora Kay")
    async with house.desk(staff=[boss.id], clients={"ACME": [nora.id]}) as desk:
        found = await person_of(house, desk, boss)
        assert (found.id, found.role) == ("max-boss", Role.ENGINEER)
        assert (await person_of(house, desk, nora)).id == "nora-kay"


@pytest.mark.asyncio
async def test_a_group_that_slack_will_not_tell_of_now_turns_nobody_away(house: House):
    """Asked too often, Slack says nothing of a group: whoever is in it is not taken for a stranger, is asked for once
    however many of their words come at once, and comes in as soon as Slack says."""
    ann = house.slack.person("Ann Lee")
    group = house.slack.usergroup("acme-people", ann)
    async with house.desk(clients={"ACME": [group.id]}) as desk:
        people = desk.face.own.people
        house.slack.faults.add("usergroups.users.list", status=429, retry_after=1, times=1)
        with pytest.raises(RateLimited):
            await people.known(house.team, ann.id)
        found = await asyncio.gather(*(people.known(house.team, ann.id) for _ in range(20)))
        assert set(found) == {"ann"}
        assert len(house.slack.record.of("usergroups.users.list")) == 2
        assert len(house.slack.record.of("users.info")) == 1
        people._groups[group.id] = (0.0, people._groups[group.id][1])  # as five minutes later
        house.slack.faults.add("usergroups.users.list", status=429, retry_after=1, times=1)
        assert await people._members(group.id) == {ann.id}


@pytest.mark.asyncio
async def test_guests_are_in_a_workspace_without_being_its_people(house: House):
    """A guest of the listed workspace comes in by no list of workspaces, but by name."""
    guest = house.slack.person("Gus Guest", guest="single")
    async with house.desk(staff=[house.team]) as desk:
        assert await person_of(house, desk, guest) is None
    async with house.desk(staff=[house.team], clients={"ACME": [guest.id]}) as desk:
        assert (await person_of(house, desk, guest)).client == "ACME"


@pytest.mark.asyncio
async def test_somebody_of_a_connected_workspace_is_whose_their_workspace_is(house: House):
    """In Slack Connect the user's own team decides: Globex's people are the client's, whoever else is in the channel is
    refused, and neither can run the command: a message and 🎫 are enough."""
    globex, other = house.slack.workspace("Globex"), house.slack.workspace("Other")
    gina, olaf = house.slack.person("Gina Globe", team=globex), house.slack.person("Olaf Other", team=other)
    shared = house.slack.channel("ext-acme", house.sam, house.installed, shared_with=[globex, other])
    shared.members += [gina.id, olaf.id]
    await house.store.edit_directory(
        DirectoryEdit(bindings=((client_channel("ACME"), house.place(shared)),)),
    )
    async with house.desk(staff=[house.team], clients={"ACME": [globex.id]}) as desk:
        message = gina.say(shared, "Our export fails")
        await house.slack.heard()
        gina.react(message, "ticket")
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Our export fails" in m.text])
        assert (await house.store.request(1)).requester == "gina"
        olaf.say(shared, "Me too")
        (no,) = await desk.until(lambda: olaf.alone(shared))
        assert "I do not know you yet" in no.text
        olaf.react(message, "ticket")
        await house.slack.heard()
        assert await house.store.request(2) is None


@pytest.mark.asyncio
async def test_a_file_may_name_somebody_by_their_own_workspace(house: House):
    """An account as an export of theirs has it, slack/their workspace/their id, is enough for who shares a channel."""
    globex = house.slack.workspace("Globex")
    gina = house.slack.person("Gina Globe", team=globex)
    shared = house.slack.channel("ext-acme", house.sam, house.installed, shared_with=[globex])
    shared.members.append(gina.id)
    person = Person("gina", "Gina Globe", Role.CLIENT, "UTC", "ACME")
    edit = DirectoryEdit(people=(person,), identities=(("slack", globex.id, gina.id, "gina"),))
    await house.store.edit_directory(edit)
    async with house.desk() as desk:
        assert (await person_of(house, desk, gina)).id == "gina"
        assert (await house.store.identify("slack", house.team, gina.id)) == "gina"


@pytest.mark.asyncio
async def test_nobody_is_somebody_by_their_name_in_a_channel(house: House):
    """Nia was added as Acme's, Max as a manager: whoever calls themselves so in Acme's channel, or in the team's own,
    is a stranger. The code that a manager hands over makes them known, and is told to the manager in one step."""
    nia, max = house.slack.person("Nia Moss"), house.slack.person("Max Boss")
    house.acme.members.append(nia.id)
    house.triage.members.append(max.id)
    people = (Person("nia", "Nia Moss", Role.CLIENT, "UTC", "ACME"), Person("max", "Max Boss", Role.MANAGER))
    accounts = tuple(("slack", house.team, each.id, each.id) for each in people)
    await house.store.edit_directory(DirectoryEdit(people=people, identities=accounts))
    async with house.desk() as desk:
        for user, channel in ((nia, house.acme), (max, house.triage)):
            assert await person_of(house, desk, user) is None
            user.say(channel, "@steward my")
            (no,) = await desk.until(lambda user=user, channel=channel: user.alone(channel))
            assert "I do not know you yet" in no.text
        await house.lee.slash(house.triage, "/desk invite @nia")
        (told,) = await desk.until(lambda: house.lee.alone(house.triage))
        nia.dm(next(row for row in told.text.splitlines() if row.startswith("link ")))
        await desk.until(lambda: [m for m in nia.sees(nia.dm_channel) if "you are *Nia Moss*" in m.text])
        assert (await person_of(house, desk, nia)).id == "nia"


@pytest.mark.asyncio
async def test_a_list_lets_somebody_be_who_was_added_by_that_name_and_has_nothing_yet(house: House):
    """Then the name gives them nothing that the list does not: not who has a request of their own."""
    people = (
        Person("nia", "Nia Moss", Role.CLIENT, "UTC", "ACME"),
        Person("ann", "Ann Lee", Role.CLIENT, "UTC", "ACME"),
    )
    await house.store.edit_directory(DirectoryEdit(people=people))
    nia, ann = house.slack.person("Nia Moss"), house.slack.person("Ann Lee")
    async with house.desk(clients={"ACME": [nia.id, ann.id]}) as desk:
        await front.run(desk.desk, "ann", "new", {"title": "Salaries", "private": "yes"}, place=house.place(house.acme))
        assert (await person_of(house, desk, nia)).id == "nia"
        assert (await person_of(house, desk, ann)).id == "ann-lee"


@pytest.mark.asyncio
async def test_a_bot_and_who_has_left_are_nobody(house: House):
    """Whatever the lists say."""
    gone = house.slack.person("Gil Gone")
    gone.user.deleted = True
    async with house.desk(staff=[house.team, gone.id]) as desk:
        assert await person_of(house, desk, gone) is None
        assert await desk.face.own.people.known(house.team, house.installed.user.id) is None
        assert await desk.face.own.people.known(house.team, "USLACKBOT") is None
        assert await desk.face.own.people.known(house.team, "sam'; --") is None


@pytest.mark.asyncio
async def test_the_setup_code_makes_a_manager_of_whoever_has_it(house: House):
    """On a desk's first day somebody types what was printed where it was started; a wrong one is refused."""
    async with house.desk() as desk:
        code = await claiming.new_code(desk.desk)
        await house.eve.slash(house.acme, "/desk setup WRONG-CODES")
        await desk.until(lambda: house.eve.alone(house.acme))
        await house.eve.slash(house.acme, f"/desk setup {code}")
        await desk.until(lambda: house.eve.modal)
        found = await person_of(house, desk, house.eve)
        assert (found.name, found.role) == ("Eve Out", Role.MANAGER)


@pytest.mark.asyncio
async def test_who_was_listed_before_anybody_managed_can_still_claim_the_desk(house: House):
    """The administrator's own workspace is the team, so that they are an engineer by their first word: the code makes
    them a manager all the same, and a client's person never."""
    async with house.desk(staff=[house.team]) as desk:
        assert (await person_of(house, desk, house.eve)).role is Role.ENGINEER
        code = await claiming.new_code(desk.desk)
        await house.dana.slash(house.acme, f"/desk setup {code}")
        await desk.until(lambda: house.dana.alone(house.acme))
        assert (await person_of(house, desk, house.dana)).role is Role.CLIENT
        await house.eve.slash(house.acme, f"/desk setup {code}")
        await desk.until(lambda: house.eve.modal)
        assert (await person_of(house, desk, house.eve)).role is Role.MANAGER


def test_a_profile_is_read_whatever_is_missing():
    """Slack tells more or less of people of other workspaces."""
    assert profile_of({"id": "U1"}) == Profile("U1", "Somebody", "UTC", frozenset(), full=True, human=True)
    org = {"id": "W1", "team_id": "T1", "enterprise_user": {"enterprise_id": "E1", "teams": ["T1", "T2"]}}
    assert profile_of(org).workspaces == {"T1", "T2", "E1"}
    assert profile_of({"id": "U1", "profile": {"real_name": "  A \u202e B "}, "is_restricted": True}).name == "A B"
    assert not profile_of({"id": "U1", "is_stranger": True}).full


@pytest.mark.asyncio
async def test_who_comes_in_while_slack_is_asked_too_often_is_spoken_with_all_the_same(house: House):
    """Their direct conversation cannot be opened just now: they come in, and it is opened at the next look; nobody is
    given up until the next start."""
    ann = house.slack.person("Ann Lee")
    async with house.desk(staff=[ann.id]) as desk:
        house.slack.faults.add("conversations.open", status=429, retry_after=1, times=99)
        assert await desk.face.own.people.known(house.team, ann.id) == "ann"
        assert await house.store.binding(direct("ann")) is None
        desk.face.own.rooms._version = -1
        with pytest.raises(RateLimited):
            await desk.face.own.rooms.follow()
        house.slack.faults.clear()
        await desk.face.own.rooms.follow()
        assert (await house.store.binding(direct("ann"))).platform == "slack"


@pytest.mark.asyncio
async def test_who_leaves_a_user_group_is_out_within_minutes(house: House):
    """They read nothing any more, and nobody else goes: not for an outage, nor for a group that is empty. Whoever Slack
    itself has no longer is out, too, and put into the group again they are back."""
    ann, ben, kim = (house.slack.person(name) for name in ("Ann Lee", "Ben Ode", "Kim Roe"))
    group = house.slack.usergroup("support", ann, ben)
    async with house.desk(staff=[group.id, kim.id]) as desk:
        rolls, people = desk.face.own.rolls, desk.face.own.people
        rolls.grace = timedelta(0)
        for user in (ann, ben, kim):
            await person_of(house, desk, user)

        async def active() -> set[str]:
            people._groups.clear()  # as five minutes later
            await rolls.look()
            people._groups.clear()
            await rolls.look()
            return {p.id for p in (await house.store.directory()).staff()} & {"ann", "ben", "kim"}

        await desk.face.look()
        assert await active() == {"ann", "ben", "kim"}
        for trouble in ({"status": 503}, {"error": "usergroup_not_found"}):
            house.slack.faults.add("usergroups.users.list", times=9, **trouble)
            assert await active() == {"ann", "ben", "kim"}
            house.slack.faults.clear()
        everybody, group.users = list(group.users), []
        assert await active() == {"ann", "ben", "kim"}
        group.users = [ann.id]
        assert await active() == {"ann", "kim"}
        kim.user.deleted = True
        assert await active() == {"ann"}
        group.users = everybody
        assert await active() == {"ann", "ben"}
        await desk.until(lambda: [m for m in house.lee.sees(house.alerts) if "is back" in m.text])
        told = [m.text for m in house.lee.sees(house.alerts)]
        assert any("has nobody in it, or cannot be read" in text for text in told)
