"""From nothing to the first request in a few minutes, in chat; and every later change of it."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import pytest
import pytest_asyncio
from desk_world import TUESDAY, World, words

from adapters.web.chat import PLATFORM, WORKSPACE
from bot.clock import SimulatedClock
from bot.desk import bootstrap, claiming, front, plan
from bot.desk.claiming import Newcomer
from bot.domain.people import Role
from bot.domain.policy import ClockKind
from bot.messages.model import Form
from bot.ports import InboxId, Place
from storage import open_store

pytestmark = pytest.mark.asyncio

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261224
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20260603T120000
DTEND:20260603T130000
END:VEVENT
END:VCALENDAR
"""
CLIENT = {"name": "Initech Ltd", "key": "", "zone": "berlin", "region": ""}
SERVICE = {"level": "gold", "hours": "Mon-Fri 08:00-12:00, 13:00-17:00", "channel": "client-initech"}
PEOPLE = {"people": "Ina Berg <client>, Jo Hahn, engineer\nKim Lot lead"}


@pytest_asyncio.fixture
async def bare(sqlite_url):
    """A desk that was started for the first time: nobody but its manager."""
    store = await open_store(sqlite_url)
    try:
        world = World(store, SimulatedClock(TUESDAY))
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        await world.wake()
        yield world
    finally:
        await store.close()


async def step(world, form: Form, who: str = "manager", *, back: bool = False, **typed: str):
    """Fill in a form and send it, as a page does: what it remembers, what it shows, what was typed."""
    shown = {each.name: each.value for each in form.inputs}
    args = {**dict(form.args), **shown, **typed, **({"back": "true"} if back else {})}
    return await world.do(who, form.command, place=world.place("triage"), **args)


async def first(world, who: str = "manager") -> Form:
    """The wizard's first form."""
    answer = await world.type(who, "setup", place=world.place("triage"))
    assert answer.form is not None, words(answer.message)
    return answer.form


async def walked(world, who: str = "manager", *steps: dict[str, str]) -> Form:
    """The form after these steps."""
    form = await first(world, who)
    for typed in steps:
        answer = await step(world, form, who, **typed)
        assert answer.form is not None, words(answer.message)
        assert not answer.form.errors, answer.form.errors
        form = answer.form
    return form


async def test_from_nothing_to_the_first_request(bare):
    """Five forms, a client with hours, holidays, targets and people; its client asks, and is promised what was set."""
    summary = await walked(bare, "manager", CLIENT, SERVICE, {}, PEOPLE)
    for told in (
        "Initech Ltd (INITECH), in Europe/Berlin",
        "Mon-Fri 08:00-12:00, 13:00-17:00",
        "public holidays: DE",
        "Gold: P1 30m / 1h / 4h",
        "Ina Berg (client), Jo Hahn (engineer), Kim Lot (lead)",
        "Nothing is made until you press Create.",
    ):
        assert told in summary.intro
    assert (await bare.store.directory()).clients == {}, "abandoned here, nothing would be left"
    done = await step(bare, summary)
    assert "steward login ina" in words(done.message)
    directory = await bare.store.directory()
    assert {(p.id, p.role, p.client) for p in directory.people.values()} == {
        ("manager", Role.MANAGER, None),
        ("ina", Role.CLIENT, "INITECH"),
        ("jo", Role.ENGINEER, None),
        ("kim", Role.LEAD, None),
    }
    calendar = directory.calendars[directory.policies_of("INITECH")[0].calendar]
    assert {date(2026, 12, 25), date(2027, 10, 3), date(2028, 1, 1)} <= calendar.holidays
    [hello] = await bare.screen("client-initech")
    assert "type /desk new" in hello
    assert "Jo Hahn and Kim Lot answer here." in hello
    assert "Mon-Fri 08:00-12:00, 13:00-17:00 (Europe/Berlin)" in hello
    assert "within 30 min when everyone is stopped" in hello
    answer = await bare.do("ina", "new", place=bare.place("client-initech"), title="Export fails", stopped="team")
    assert "INITECH-1" in words(answer.message)
    clock = (await bare.request(1)).sla.terms
    assert clock is not None
    assert clock.targets[ClockKind.FIRST_RESPONSE] == 3600
    await bare.do("jo", "claim", request="1")
    assert any("INITECH-1" in line for line in await bare.screen("triage"))


async def test_a_channel_that_the_settings_name_is_not_asked_for(bare):
    """The second step says where it is, and so does the end; what is bound there already is named, with its mend."""
    bare.desk.channel_said = lambda platform, key: {"INITECH": "initech-help", "ACME": "triage"}.get(key, "")
    second = await walked(bare, "manager", CLIENT)
    assert "channel" not in {each.name for each in second.inputs}
    assert "They write to you in #initech-help, as the settings say." in second.intro
    done = await step(bare, await walked(bare, "manager", CLIENT, SERVICE, {}, PEOPLE))
    assert "its channel #initech-help has a welcome" in words(done.message)
    taken = await step(bare, await walked(bare, "manager", CLIENT | {"name": "Acme"}), **SERVICE)
    assert "#triage is in use already (triage). Name another one in the settings" in words(taken.message)


async def test_hours_that_overlap_are_told(bare):
    """They count once; whoever set them hears of it when the client is made."""
    hours = SERVICE | {"hours": "Mon-Fri 08:00-12:00, 11:00-17:00"}
    done = await step(bare, await walked(bare, "manager", CLIENT, hours, {}, PEOPLE))
    assert "Mon 08:00-12:00 and Mon 11:00-17:00 overlap; they count once" in words(done.message)


async def test_each_step_says_what_does_not_fit_beside_its_field(bare):
    """Names, keys, zones, countries, hours, targets and people: each error names the mend, and keeps what was typed."""
    form = await first(bare)
    wrong = {"name": " ", "key": "1X", "zone": "Berln", "region": ""}
    form = (await step(bare, form, **wrong)).form
    assert set(form.errors) == {"name", "key", "zone"}
    assert form.errors["zone"].endswith("Did you mean Europe/Berlin?")
    assert {i.name: i.value for i in form.inputs} == {**wrong, "name": ""}
    form = (await step(bare, form, **{**CLIENT, "region": "Germny"})).form
    assert "Did you mean Germany (DE)?" in form.errors["region"]
    form = (await step(bare, form, **CLIENT)).form
    form = (await step(bare, form, level="gold", hours="9-5", channel="Team Room")).form
    assert set(form.errors) == {"hours", "channel"}
    form = (await step(bare, form, **{**SERVICE, "channel": "triage"})).form
    assert "in use already" in form.errors["channel"]
    form = (await step(bare, form, **SERVICE)).form
    form = (await step(bare, form, P1="soon / 1h / 4h", P2="1h")).form
    assert set(form.errors) == {"P1", "P2"}
    assert "“soon” is no target" in form.errors["P1"]
    form = (await step(bare, form, P1="15m / 1h / 4h", P2="1h / 2h / 1d")).form
    form = (await step(bare, form, people="Ina Berg, client\nJo Hahn")).form
    assert "What is Jo Hahn?" in form.errors["people"]
    form = (await step(bare, form, people="")).form
    assert "P1 15m / 1h / 4h" in form.intro


async def test_who_is_somebody_elses_already_is_said_beside_the_people(world):
    """A person of another client, or one of the team as something else, is never dropped in silence."""
    form = await walked(world, "lee", CLIENT, SERVICE, {})
    form = (await step(world, form, "lee", people="Dana Reyes, client\nIna Berg, client")).form
    assert "Dana Reyes already belongs to Acme" in form.errors["people"]
    assert "/desk edit-person @dana moves them" in form.errors["people"]
    assert form.inputs[0].value.startswith("Dana Reyes, client"), "what was typed is kept"
    form = (await step(world, form, "lee", people="Sam Ito, client")).form
    assert "Sam Ito is on your team already (engineer)" in form.errors["people"]
    form = (await step(world, form, "lee", people="Sam Ito, engineer\nIna Berg <ina@initech.example>, client")).form
    assert "Sam Ito (engineer, on your team already), Ina Berg (client)" in form.intro, "a pasted address is no name"
    done = await step(world, form, "lee")
    assert "steward login ina" in words(done.message)


async def test_one_can_go_back_and_nothing_typed_is_lost(bare):
    """Back shows the earlier answers, also past a field that does not fit; another level brings its own targets."""
    form = await walked(bare, "manager", CLIENT, SERVICE)
    assert form.inputs[0].value == "30m / 1h / 4h"
    form = (await step(bare, form, back=True, P1="nonsense")).form
    assert {i.name: i.value for i in form.inputs} == SERVICE
    form = (await step(bare, form, **{**SERVICE, "level": "bronze"})).form
    assert form.inputs[0].value == "2h / 4h / 16h"
    form = (await step(bare, form, P1="3h / 4h / 16h")).form
    form = (await step(bare, form, back=True)).form
    assert form.inputs[0].value == "3h / 4h / 16h"
    form = (await step(bare, (await step(bare, form, back=True)).form, back=True)).form
    assert form.inputs[0].value == "Initech Ltd"
    assert form.back == ""


async def test_two_managers_who_set_up_one_client_at_once_make_one(world):
    """Whoever is second is led back to the name, with what they typed kept; nothing is half made."""
    await world.do("lee", "add-person", place=world.place("triage"), role="manager", person_name="Max Muster")
    forms = [await walked(world, who, CLIENT, SERVICE, {}, PEOPLE) for who in ("lee", "max")]
    answers = await asyncio.gather(step(world, forms[0], "lee"), step(world, forms[1], "max"))
    [late] = [answer.form for answer in answers if answer.form]
    assert "is here already, with the key INITECH" in late.errors["name"]
    people = (await world.store.directory()).people.values()
    assert len([p for p in people if p.name == "Ina Berg"]) == 1


async def test_a_redelivered_create_makes_it_once(world):
    """The same press twice is answered alike."""
    form = await walked(world, "lee", CLIENT, SERVICE, {}, PEOPLE)
    args = {**dict(form.args)}
    sent = [await world.do("lee", "setup", place=world.place("triage"), event="once", **args) for _ in "ab"]
    assert sent[0] == sent[1]
    assert len(await world.screen("client-initech")) == 1


async def test_only_managers_set_up(world):
    """Others are refused kindly, also with a forged form."""
    for who in ("sam", "priya", "dana"):
        for verb in ("setup", "edit-client", "edit-person", "invite"):
            refused = await world.do(who, verb, client="ACME", person="dana", step="create")
            assert "managers" in words(refused.message), (who, verb)


async def test_hours_and_holidays_are_edited_for_new_requests_only(world):
    """A form with what is there; the change makes new versions; what is open keeps its promise, and it is said."""
    number = await world.raised()
    page = (await world.type("lee", "edit-client ACME")).message
    assert "Open: Mon-Fri 09:00-17:00" in words(page)
    assert "open ones keep theirs" in words(page)
    form = (await world.do("lee", "edit-client", client="ACME", part="service")).form
    assert {i.name: i.value for i in form.inputs} == {
        "name": "Acme",
        "zone": "Europe/London",
        "hours": "Mon-Fri 09:00-17:00",
        "region": "none",
        "dates": "2026-05-25",
        "ics": "",
    }
    answer = await step(world, form, "lee", hours="24/7", region="GB-ENG", dates="2026-12-24")
    assert "open ones keep the hours and targets they were promised" in words(answer.message)
    directory = await world.store.directory()
    calendar = directory.calendars[directory.policies_of("ACME")[0].calendar]
    assert (calendar.version, calendar.region) == (2, "GB-ENG")
    assert {date(2026, 12, 24), date(2026, 12, 25)} <= calendar.holidays
    assert date(2026, 5, 25) in calendar.holidays, "the spring bank holiday is one of England's"
    terms = (await world.request(number)).sla.terms
    assert terms is not None
    assert terms.calendar.endswith("@1")
    later = await world.request(await world.raised())
    assert later.sla.terms is not None
    assert later.sla.terms.calendar == calendar.ref
    paths = {c.path for c in await world.store.setting_changes("clients.ACME")}
    assert {"clients.ACME.hours.sun", "clients.ACME.holidays.country"} <= paths


async def test_closed_days_are_pasted_from_a_calendar_file(world):
    """They come to the days that are there; times become breaks; the page shows both. Overlapping hours are told."""
    form = (await world.do("lee", "edit-client", client="ACME", part="service")).form
    answer = await step(world, form, "lee", ics=ICS, hours="Mon-Fri 09:00-13:00, 12:00-17:00")
    assert "holidays.dates: 2026-05-25 → 2026-05-25, 2026-12-24" in words(answer.message)
    assert "Mon 09:00-13:00 and Mon 12:00-17:00 overlap; they count once" in words(answer.message)
    directory = await world.store.directory()
    calendar = directory.calendars[directory.policies_of("ACME")[0].calendar]
    assert calendar.breaks == {date(2026, 6, 3): ((12 * 3600, 13 * 3600),)}
    assert "Break on 2026-06-03: 12:00-13:00" in words((await world.type("lee", "edit-client ACME")).message)
    more = ICS.replace("20261224", "20261231").replace("0603T", "0604T")
    again = (await world.do("lee", "edit-client", client="ACME", part="service")).form
    answer = await step(world, again, "lee", ics=more)
    assert "2026-12-24, 2026-12-31" in words(answer.message)
    assert "overlap" not in words(answer.message), "who changed the days did not set the hours"
    directory = await world.store.directory()
    assert len(directory.calendars[directory.policies_of("ACME")[0].calendar].breaks) == 2


async def test_targets_are_edited_in_a_line_each(world):
    """none takes a clock away; what was left alone stays as somebody else may have set it meanwhile."""
    form = (await world.do("lee", "edit-client", client="ACME", part="targets")).form
    answer = await step(world, form, "lee", P1="15m / 45m / none", level="Platinum")
    assert "targets.P1.first_response: 30m → 15m" in words(answer.message)
    policy = (await world.store.directory()).policies_of("ACME")[0]
    assert (policy.name, policy.version) == ("Platinum", 2)
    assert policy.targets["P1"] == {ClockKind.FIRST_RESPONSE: 900, ClockKind.NEXT_REPLY: 2700}
    assert policy.targets["P2"][ClockKind.FIRST_RESPONSE] == 3600
    stale = await step(world, form, "lee", P2="2h / 2h / 8h")
    assert "P1" not in words(stale.message)
    assert (await world.store.directory()).policies_of("ACME")[0].targets["P1"][ClockKind.FIRST_RESPONSE] == 900
    same = (await world.do("lee", "edit-client", client="ACME", part="targets")).form
    assert "everything stays as it was" in words((await step(world, same, "lee")).message)


@pytest.mark.parametrize(
    ("part", "typed", "field", "mend"),
    [
        ("service", {"hours": "whenever"}, "hours", "no hours in"),
        ("service", {"zone": "Londn"}, "zone", "Did you mean Europe/London?"),
        ("service", {"region": "Atlantis"}, "region", "no public holidays"),
        ("service", {"dates": "Christmas"}, "dates", "2026-12-24"),
        ("service", {"ics": "Christmas"}, "ics", "line 1 should be BEGIN:VCALENDAR"),
        ("service", {"ics": "BEGIN:VCALENDAR\nDTSTART"}, "ics", "Line 2 is no line of a calendar"),
        ("service", {"name": "Globex"}, "name", "GLOBEX's name already"),
        ("targets", {"P1": "1h"}, "P1", "30m / 1h / 4h"),
        ("targets", {"P3": "x / 1h / 1h"}, "P3", "is no target"),
        ("targets", {"P3": "0m / 1h / 1h"}, "P3", "“0m” is no time at all"),
        ("targets", {"P3": "1h / -5m / 1h"}, "P3", "“-5m” is less than no time"),
        ("service", {"hours": "closed"}, "hours", "no hours in"),
    ],
)
async def test_an_edit_that_does_not_fit_is_said_beside_its_field(world, part, typed, field, mend):
    """The form comes back; nothing was changed."""
    form = (await world.do("lee", "edit-client", client="ACME", part=part)).form
    again = (await step(world, form, "lee", **typed)).form
    assert list(again.errors) == [field]
    assert mend in again.errors[field]
    assert {i.name: i.value for i in again.inputs}[field] == typed[field]
    assert await world.store.setting_changes() == ()


async def test_people_change_roles_and_leave(world):
    """Sam becomes a lead; Tom leaves, and is nobody to the desk; what changed is on record."""
    form = (await world.do("lee", "edit-person", person="sam")).form
    answer = await step(world, form, "lee", role="lead", zone="paris")
    assert "role: engineer → lead" in words(answer.message)
    form = (await world.do("lee", "edit-person", person="tom")).form
    await step(world, form, "lee", active="no")
    directory = await world.store.directory()
    assert (directory.people["sam"].role, directory.people["sam"].zone) == (Role.LEAD, "Europe/Paris")
    assert not directory.people["tom"].active
    assert "I do not know you" in words((await world.type("tom", "my")).message)
    form = (await world.do("lee", "edit-person", person="tom")).form
    assert {i.name: i.value for i in form.inputs}["active"] == "no", "who has left can come back"
    assert [c.path for c in await world.store.setting_changes("people.tom")] == ["people.tom.active"]


@pytest.mark.parametrize("typed", [{"role": "lead"}, {"active": "no"}, {"role": "client", "client": "ACME"}])
async def test_the_last_manager_stays(world, typed):
    """Somebody must manage the desk: make somebody else a manager first."""
    form = (await world.do("lee", "edit-person", person="lee")).form
    again = (await step(world, form, "lee", **typed)).form
    assert "the only manager left" in next(iter(again.errors.values()))
    sam = (await world.do("lee", "edit-person", person="sam")).form
    await step(world, sam, "lee", role="manager")
    done = await step(world, again, "lee", **typed)
    assert done.form is None


async def test_a_client_made_staff_belongs_to_nobody_and_back(world):
    """Dana joins the team: her client goes; a client's person needs one."""
    form = (await world.do("lee", "edit-person", person="dana")).form
    await step(world, form, "lee", role="engineer")
    assert (await world.store.directory()).people["dana"].client is None
    form = (await world.do("lee", "edit-person", person="sam")).form
    again = (await step(world, form, "lee", role="client")).form
    assert "Whose client are they?" in again.errors["client"]


async def test_a_manager_makes_a_link_to_hand_over(world):
    """The link is made where the desk brings a workspace, is on record, and is kept nowhere."""
    refused = await world.type("lee", "invite @dana")
    assert "steward login dana" in words(refused.message)
    world.desk.sign_in = lambda id: f"https://desk.example.org/login?token={id}-secret"
    answer = await world.do("lee", "invite", person="dana", event="link")
    assert "https://desk.example.org/login?token=dana-secret" in words(answer.message)
    [record] = await world.store.setting_changes("people.dana")
    assert (record.by, record.after) == ("lee", "a link was made")


def slack(user: str = "U1", name: str = "Rosa Klein") -> Newcomer:
    """Somebody another chat knows, and the desk does not."""
    return Newcomer("slack", "T1", user, name, "Europe/Berlin")


async def typed(world, text: str, newcomer: Newcomer | None):
    """A stranger's command in another chat."""
    return await front.run_text(world.desk, "", text, place=Place("slack", "T1", "D1"), newcomer=newcomer)


async def test_a_setup_code_that_is_told_twice_counts_once(bare, monkeypatch):
    """A platform that tells of the same words again spends no further try, and takes nothing back; should the desk have
    ended between the code and the manager, the same event makes them one."""
    code = await claiming.new_code(bare.desk)

    async def told(text: str, event: str):
        place, id = Place("slack", "T1", "D1"), InboxId("slack", event)
        return await front.run_text(bare.desk, "", text, place=place, event=id, newcomer=slack())

    for _ in range(6):
        assert "That code does not fit" in words((await told("setup WRONG-CODES", "e1")).message)
    edit = bare.store.edit_directory
    with monkeypatch.context() as patch:
        patch.setattr(bare.store, "edit_directory", dies)
        with pytest.raises(ConnectionError):
            await told(f"setup {code}", "e2")
    assert bare.store.edit_directory == edit
    first, second = await asyncio.gather(told(f"setup {code}", "e2"), told(f"setup {code}", "e2"))
    assert first.form is not None
    assert second.form is not None
    managers = [each.name for each in (await bare.store.directory()).staff(Role.MANAGER)]
    assert managers.count("Rosa Klein") == 1


async def dies(*_: object) -> None:
    raise ConnectionError


async def test_whoever_has_the_code_becomes_a_manager_and_the_wizard_begins(bare):
    """However it is typed; it works once."""
    code = await claiming.new_code(bare.desk)
    answer = await typed(bare, f"setup {code.lower().replace('-', ' ')}", slack())
    assert answer.form is not None
    assert answer.form.title.endswith("1 of 5")
    assert await bare.store.identify("slack", "T1", "U1") == "rosa"
    rosa = (await bare.store.directory()).people["rosa"]
    assert (rosa.role, rosa.zone) == (Role.MANAGER, "Europe/Berlin")
    again = await typed(bare, f"setup {code}", slack("U2", "Eve"))
    assert "That code does not fit" in words(again.message)
    assert await bare.store.identify("slack", "T1", "U2") is None


@pytest.mark.parametrize("used", [False, True])
async def test_the_first_starts_manager_is_put_aside_where_nobody_used_them(bare, used: bool):
    """Strangers are sent to whoever set the desk up, and to nobody's name; who has done something in the browser
    stays."""
    if used:
        place = bare.place("triage")
        await bare.do("manager", "add-person", place=place, role="engineer", person_name="Jo Hahn")
    code = await claiming.new_code(bare.desk)
    assert (await typed(bare, f"setup {code}", slack())).form is not None
    managers = [each.name for each in (await bare.store.directory()).staff(Role.MANAGER)]
    assert managers == (["Manager", "Rosa Klein"] if used else ["Rosa Klein"])
    told = words((await typed(bare, "my", slack("U2", "Eve"))).message)
    assert f"Ask {managers[0]} to add you" in told


async def test_strangers_without_the_code_are_refused_and_cannot_guess(bare, caplog):
    """Kindly; anything but setup is a stranger's; after five tries another code is needed, and stands in the log."""
    caplog.set_level("WARNING", "steward.setup")
    code = await claiming.new_code(bare.desk)
    assert "I do not know you yet" in words((await typed(bare, "my", slack())).message)
    assert "I do not know you yet" in words((await typed(bare, f"setup {code}", None)).message)
    for _ in range(6):
        assert "Write the code behind it, as in /desk setup" in words((await typed(bare, "setup", slack())).message)
    for _ in range(4):
        assert "If you do not run this desk" in words((await typed(bare, "setup WRONG-GUESS", slack())).message)
    assert "after five tries there is a new one" in words((await typed(bare, "setup WRONG-GUESS", slack())).message)
    assert "That code does not fit" in words((await typed(bare, f"setup {code}", slack())).message)
    [another] = re.findall(r"it is now (\S+)", caplog.text)
    assert (await typed(bare, f"setup {another}", slack())).form is not None


async def test_a_code_is_good_for_a_day_of_the_machine(bare):
    """Skipping desk time ends nothing, a day of the machine's does."""
    code = await claiming.new_code(bare.desk)
    await bare.pass_(days=3)
    late = bare.clock.machine() + claiming.LIFE
    bare.desk.clock = type("Later", (), {"now": bare.clock.now, "machine": lambda self: late})()
    assert "does not fit" in words((await typed(bare, f"setup {code}", slack())).message)


async def test_with_several_clients_a_new_person_asks_whose_they_are(world: World):
    """`add-person client Rita` is no dead end: a form has what was said, and the clients to choose from."""
    form = (await world.type("lee", "add-person client Rita Bloom")).form
    assert form is not None
    values = {each.name: each.value for each in form.inputs}
    assert (values["person_name"], values["role"]) == ("Rita Bloom", "client")
    (client,) = [each for each in form.inputs if each.name == "client"]
    assert {o.value for o in client.options} == set((await world.store.directory()).clients)
    assert form.errors == {"client": "Choose whose person this is."}
    answer = await world.do(
        "lee", "add-person", **values | {"client": client.options[0].value}, place=world.place("triage")
    )
    assert answer.form is None
    assert (await world.store.directory()).people["rita"].client == client.options[0].value


async def test_a_misspelt_client_is_asked_again_with_what_was_typed(world: World):
    """The form names the clients there are."""
    form = (await world.do("lee", "add-person", role="client", person_name="Rita", client="ACMO")).form
    assert form is not None
    assert "Known: ACME" in form.errors["client"]


async def test_a_channel_has_one_name_everywhere(world: World):
    """What it was set up as is what the sidebar shows and the file says, whatever the client is called."""
    await world.do("lee", "add-client", key="NOVA", client_name="Nova & Sons Ltd", place=world.place("triage"))
    shown = {channel.client: channel.name for channel in await world.store.channels()}
    assert shown["NOVA"] == "client-nova"
    place = await world.store.binding("client:NOVA")
    assert place is not None
    assert place.channel == "client-nova"
    document = plan.export(await plan.world_of(world.store))
    assert document["clients"]["NOVA"]["channel"].endswith("/client-nova")
