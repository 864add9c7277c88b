"""Settings are seen by the team, changed by a manager, count at once, and everybody can see who changed them."""

from __future__ import annotations

import asyncio

import pytest
from desk_world import words

from bot.domain.events import Status
from bot.messages.model import Said

pytestmark = pytest.mark.asyncio


async def settings_of(world, who: str, subject: str) -> str:
    """The page as plain words."""
    return words((await world.type(who, f"settings {subject}")).message)


async def test_each_setting_is_shown_in_words_with_its_default(world):
    """The page says each value with its unit, whether it is the default, and what the default would be."""
    page = await settings_of(world, "lee", "globex")
    assert page.startswith("Globex's settings")
    assert "Every message opens a request: yes (default: no)" in page
    assert "Closes without an answer after: 3 open days (the default)" in page
    assert "The team's zone: UTC (the default)" in await settings_of(world, "lee", "team")


async def test_without_a_name_it_asks_whose_and_in_a_clients_channel_it_knows(world):
    """Buttons for the team and each client; in Acme's channel it is Acme's page."""
    asked = (await world.type("lee", "settings", place=world.place("triage"))).message
    assert [a.label for a in asked.actions] == ["The team", "Acme", "Globex"]
    here = await world.type("lee", "settings", place=world.place("client-acme"))
    assert words(here.message).startswith("Acme's settings")


async def test_engineers_and_leads_read_a_manager_edits(world):
    """The others see no edit button, and pressing a forged one is refused kindly."""
    for who in ("sam", "priya"):
        answer = (await world.type(who, "settings ACME")).message
        assert [a.label for a in answer.actions] == ["Who changed what"]
        assert "A manager can change these." in words(answer)
        refused = await world.do(who, "change-settings", subject="ACME", reopen_days="30")
        assert "is for managers" in words(refused.message)
    refused = await world.type("dana", "settings ACME")
    assert "is for our team" in words(refused.message)
    assert (await world.store.directory()).clients["ACME"].settings.reopen_days == 14


async def test_a_form_edits_one_group_and_it_counts_at_once(world):
    """Lee presses Edit, changes a number, reads what it means for open requests; the next resolution follows it."""
    page = (await world.type("lee", "settings ACME")).message
    button = next(a for a in page.actions if a.label == "Edit: Ending a request")
    form = (await world.do("lee", button.command, **dict(button.args))).form
    assert [(i.name, i.value) for i in form.inputs] == [("auto_close_days", "3"), ("reopen_days", "14")]
    assert "Default: 3 open days." in form.inputs[0].hint
    answer = await world.do("lee", form.command, **dict(form.args), auto_close_days="1", reopen_days="14")
    assert "Closes without an answer after: 3 open days → 1 open day" in words(answer.message)
    assert "What is resolved already keeps its day" in words(answer.message)
    number = await world.raised()
    await world.do("sam", "resolve", request=str(number), text="Restarted it.")
    await world.pass_(days=2)
    assert (await world.request(number)).status is Status.CLOSED


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("reopen_days", "soon", "Write a whole number."),
        ("reopen_days", "400", "Choose a number from 0 to 365"),
        ("auto_close_days", "", "Write a whole number."),
    ],
)
async def test_what_does_not_fit_is_said_beside_its_field(world, field, typed, error):
    """The form comes back with what was typed and the mend; nothing was changed or recorded."""
    given = {"auto_close_days": "5", "reopen_days": "30", field: typed}
    form = (await world.do("lee", "change-settings", subject="ACME", group="Ending a request", **given)).form
    assert error in form.errors[field]
    assert list(form.errors) == [field]
    assert {i.name: i.value for i in form.inputs} == given
    assert (await world.store.directory()).clients["ACME"].settings.auto_close_days == 3
    assert await world.store.setting_changes() == ()


async def test_a_zone_that_is_none_is_said_beside_its_field(world):
    """Checks of a whole dataclass are told beside the field they are about."""
    form = (await world.do("lee", "change-settings", subject="team", group="The team", zone="Mars/Olympus")).form
    assert "no time zone" in form.errors["zone"]
    form = (await world.do("lee", "change-settings", subject="team", group="The team", zone="Viena")).form
    assert form.errors["zone"] == "“Viena” is no time zone. Did you mean Europe/Vienna?"
    for typed in ("Europe/Vienna", "vienna"):
        await world.do("lee", "change-settings", subject="team", group="The team", zone=typed)
        assert (await world.store.directory()).team.zone == "Europe/Vienna"


async def test_a_client_and_a_person_are_added_with_their_city(world):
    """As in the wizard and in a file; what is no zone adds nobody, and says what was probably meant."""
    place = world.place("triage")
    client = {"key": "OTTO", "client_name": "Otto", "place": place}
    said = words((await world.do("lee", "add-client", time_zone="Berln", **client)).message)
    assert "Did you mean Europe/Berlin?" in said
    assert "OTTO" not in (await world.store.directory()).clients
    await world.do("lee", "add-client", time_zone="Berlin, Germany", **client)
    asked = {"role": "client", "person_name": "Ana Paz", "client": "OTTO", "place": place}
    assert "is no time zone" in words((await world.do("lee", "add-person", **asked, time_zone="Mars")).message)
    await world.do("lee", "add-person", **asked, time_zone="Buenos Aires")
    directory = await world.store.directory()
    assert directory.clients["OTTO"].zone == "Europe/Berlin"
    assert directory.people["ana"].zone == "America/Argentina/Buenos_Aires"


async def test_who_changed_what_is_on_record(world):
    """Who, when, from what to what; a save that changes nothing leaves no trace."""
    for days in ("30", "30", "7"):
        await world.do("lee", "change-settings", subject="ACME", group="Ending a request", reopen_days=days)
    changes = await world.store.setting_changes("clients.ACME")
    assert [(c.by, c.path, c.before, c.after) for c in changes] == [
        ("lee", "clients.ACME.settings.reopen_days", "30", "7"),
        ("lee", "clients.ACME.settings.reopen_days", "14", "30"),
    ]
    assert changes[0].at == world.clock.now()
    told = words((await world.do("sam", "settings", subject="ACME", history="true")).message)
    assert "Lee Novak  settings.reopen_days: 30 → 7" in told
    assert "nobody has changed anything yet" in words(
        (await world.do("sam", "settings", subject="GLOBEX", history="true")).message
    )


async def test_two_managers_at_once_both_count(world):
    """Each changes another field of one client at the same moment; none takes the other's back."""
    args = {"subject": "ACME", "group": "Ending a request"}
    args = (await world.do("lee", "change-settings", **args)).form.args
    await asyncio.gather(
        world.do("lee", "change-settings", **args, auto_close_days="3", reopen_days="30"),
        world.do("lee", "change-settings", **args, auto_close_days="9", reopen_days="14"),
    )
    settings = (await world.store.directory()).clients["ACME"].settings
    assert (settings.auto_close_days, settings.reopen_days) == (9, 30)


async def test_a_client_that_is_closed_opens_nothing_new(world):
    """Its agreement is over: new requests are refused kindly, what is open goes on; opening again is one click."""
    number = await world.raised()
    await world.do("lee", "change-settings", subject="ACME", group="New requests", closed="yes")
    refused = await world.do("dana", "new", place=world.place("client-acme"), title="One more")
    assert isinstance(refused.message, Said)
    assert "Acme takes no new requests any more" in words(refused.message)
    assert "Lee Novak" in words(refused.message)
    await world.do("sam", "reply", request=str(number), text="Working on it")
    await world.do("lee", "change-settings", subject="ACME", group="New requests", closed="no")
    assert await world.raised(title="One more") > number


async def test_a_client_nobody_knows_is_answered_with_the_known_ones(world):
    """A typo names what there is."""
    refused = await world.type("lee", "settings ACNE")
    assert "There is no client “ACNE”. Known: team, ACME, GLOBEX." in words(refused.message)
