"""The desk as a file: what would change is shown, done at once or not at all, and written back the same."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import tomllib
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from command_line import typed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.web.chat import place_of
from bot.clock import SystemClock
from bot.desk import plan
from bot.desk.plan import file
from bot.desk.plan.document import compare
from bot.domain.hours import say_hours, say_length
from bot.domain.people import Directory
from storage import open_store

FILE = """
[team]
zone = "Europe/London"

[clients.ACME]
name = "Acme"
zone = "Europe/London"
level = "gold"
hours = "Mon-Fri 09:00-17:00"
holidays.country = "GB"
holidays.dates = [2026-12-24]
targets.P1.first_response = "15m"

[people.dana]
name = "Dana Reyes"
client = "ACME"

[people.lee]
name = "Lee Novak"
role = "manager"

[kinds.laptop]
label = "A new laptop"
questions = ["For whom *", "Which : small / large"]

[recurring.backups]
client = "ACME"
title = "Check the backups"
rule = "FREQ=MONTHLY;BYDAY=1MO"
start = 2026-06-01

[people.sam]
name = "Sam Ito"
role = "engineer"
limit = 5
leave = ["2026-12-24 to 2027-01-02"]

[replies.hello]
text = "Hi {requester}."
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which commands are run."""
    for name in [name for name in os.environ if name.startswith("STEWARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk.toml").write_text(FILE)
    return tmp_path


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the desk that the file makes; whoever has it changes nothing there."""
    folder = tmp_path_factory.mktemp("applied")
    (folder / "desk.toml").write_text(FILE)
    assert typed("apply", "desk.toml", "--yes", cwd=folder).exit_code == 0
    return folder


def edits(folder: Path) -> int:
    """How often the directory was edited."""
    with closing(sqlite3.connect(folder / "var" / "steward.db")) as raw:
        return raw.execute("SELECT value FROM counter WHERE name = 'directory'").fetchone()[0]


def test_a_file_makes_a_desk_and_a_second_time_changes_nothing(desk: Path):
    """What would change is said in lines a person reads; a dry run does nothing."""
    done = typed("apply", "desk.toml", "--yes")
    assert done.exit_code == 0, done.output
    assert "+ clients.ACME: Acme, Europe/London" in done.output
    assert "~ team.zone: UTC → Europe/London" in done.output
    assert "Done: " in done.output
    assert "nothing to change" in typed("apply", "desk.toml").output
    (desk / "desk.toml").write_text(FILE.replace('"15m"', '"20m"'))
    dry = typed("apply", "desk.toml", "--dry-run")
    assert "~ clients.ACME.targets.P1.first_response: 15m → 20m" in dry.output
    assert "open keep the hours and targets" in dry.output
    assert "Nothing was changed (--dry-run)." in dry.output
    assert "15m → 20m" in typed("apply", "desk.toml", "--dry-run").output


def test_nobody_is_there_to_ask(desk: Path):
    """Without a terminal and without --yes nothing is done, and it says so."""
    done = typed("apply", "desk.toml")
    assert done.exit_code == 1
    assert "Add --yes" in done.output
    assert "+ clients.ACME" in typed("apply", "desk.toml", "--dry-run").output


def test_what_is_exported_is_the_desk(desk: Path):
    """Export, apply: no change. Into an empty folder: the same desk. Comments teach the fields."""
    typed("apply", "desk.toml", "--yes")
    assert "Written to out.toml" in typed("export", "out.toml").output
    text = (desk / "out.toml").read_text()
    assert "# Calendar days after it ended: 0 to 365." in text
    assert "nothing to change" in typed("apply", "out.toml").output
    assert "add --force" in typed("export", "out.toml").output
    assert typed("export", "out.toml", "--force").exit_code == 0
    assert typed("apply", "out.toml", "--yes", "--data-dir", "other").exit_code == 0
    assert typed("export", "--data-dir", "other").output == text


ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20001224
RRULE:FREQ=YEARLY
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:{year}0603T120000
DTEND:{year}0603T130000
END:VEVENT
END:VCALENDAR
"""


def test_closed_days_come_from_a_calendar_file_beside_it(desk: Path):
    """They are the client's days, are exported as dates and breaks, and go with the file that named them."""
    year = SystemClock().now().year
    (desk / "closed.ics").write_text(ICS.replace("{year}", str(year)))
    (desk / "desk.toml").write_text(
        FILE.replace(
            "holidays.dates = [2026-12-24]", 'holidays.ics = "closed.ics"\nholidays.every_year = ["12-26"]'
        ).replace('"Mon-Fri 09:00-17:00"', '"Mon-Fri 09:00-17:00, 16:00-18:00"')
    )
    done = typed("apply", "desk.toml", "--yes")
    assert done.exit_code == 0, done.output
    assert "ACME: Mon 09:00-17:00 and Mon 16:00-18:00 overlap; they count once" in done.output
    assert "nothing to change" in typed("apply", "desk.toml").output
    text = typed("export").output
    client = tomllib.loads(text)["clients"]["ACME"]
    assert {date(year, 12, 24), date(year + 2, 12, 24)} <= set(client["holidays"]["dates"])
    assert client["breaks"] == {f"{year}-06-03": ["12:00-13:00"]}
    assert client["holidays"]["every_year"] == ["12-26"]
    (desk / "out.toml").write_text(text)
    assert "nothing to change" in typed("apply", "out.toml").output
    (desk / "closed.ics").write_text(ICS.replace("{year}", str(year)).replace("UID:2", "UID:2\nSTATUS:CANCELLED"))
    assert f"~ clients.ACME.breaks.{year}-06-03: 12:00-13:00 → (nothing)" in typed("apply", "desk.toml", "--yes").output


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"BEGIN:VCALENDAR\n\xff", "not written in UTF-8"), (b"B" * 1_000_001, "larger than 1,000,000 bytes")],
)
def test_a_calendar_file_that_cannot_be_taken_is_named(desk: Path, content: bytes, said: str):
    """Nothing is done, and the field that names it is told."""
    (desk / "closed.ics").write_bytes(content)
    (desk / "desk.toml").write_text(FILE.replace("holidays.dates = [2026-12-24]", 'holidays.ics = "closed.ics"'))
    done = typed("apply", "desk.toml", "--yes")
    assert done.exit_code == 1
    assert "clients.ACME.holidays.ics: closed.ics" in done.output
    assert said in done.output


def test_what_the_file_leaves_out_stays_and_is_said(desk: Path):
    """Nobody is deleted by being forgotten."""
    typed("apply", "desk.toml", "--yes")
    (desk / "desk.toml").write_text('[people.lee]\nzone = "Europe/Paris"\n')
    done = typed("apply", "desk.toml", "--yes")
    assert "left as they are: clients.ACME, people.dana, people.sam" in done.output
    exported = tomllib.loads(typed("export").output)
    assert set(exported["people"]) == {"dana", "lee", "sam"}
    assert exported["people"]["lee"]["zone"] == "Europe/Paris"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('clients.ACME.hours.mon = ["9-5"]', "clients.ACME.hours.mon: “9-5” would end at 05:00"),
        ('clients.ACME.hours = "whenever"', "clients.ACME.hours: I found no hours"),
        ("clients.ACME.hours.mun = []", "clients.ACME.hours.mun: There is no such field. Did you mean"),
        ('clients.ACME.zone = "Mars"', "clients.ACME.zone: “Mars” is no time zone"),
        ("clients.ACME.zone = 7", "clients.ACME.zone: This does not fit. Write words in quotes."),
        ('clients.ACME.holidays.country = "Germny"', "clients.ACME.holidays.country: I know no public holidays"),
        ('clients.ACME.holidays.dates = ["Xmas"]', "clients.ACME.holidays.dates: This does not fit."),
        ("clients.ACME.breaks.Xmas = []", "clients.ACME.breaks.Xmas: Name the day as a date"),
        (
            'clients.ACME.holidays.every_year = ["02-30"]',
            "clients.ACME.holidays.every_year: “02-30” is no day of the year",
        ),
        ('clients.ACME.holidays.ics = "gone.ics"', "clients.ACME.holidays.ics: gone.ics cannot be read: No such file"),
        ("clients.ACME.holidays.ics = 7", "clients.ACME.holidays.ics: This does not fit"),
        ('clients.ACME.holidays.ics = "desk.toml"', "clients.ACME.holidays.ics: This is no iCalendar file: line 1"),
        ("clients.ACME.special_days.Xmas = []", "clients.ACME.special_days.Xmas: Name the day as a date"),
        ('clients.ACME.targets.P9.resolution = "1h"', "clients.ACME.targets.P9: There is no such field"),
        ('clients.ACME.targets.P1.resolution = "soon"', "clients.ACME.targets.P1.resolution: “soon” is no target"),
        ('clients.ACME.targets.P1.resolution = "0m"', "clients.ACME.targets.P1.resolution: “0m” is no time at all."),
        ('clients.ACME.targets.P1.resolution = "-5m"', "targets.P1.resolution: “-5m” is less than no time."),
        ('clients.ACME.warn_before = ["-1h"]', "clients.ACME.warn_before: “-1h” is less than no time."),
        ('clients.ACME.pause_statuses = ["sleeping"]', "clients.ACME.pause_statuses: “sleeping” is no status."),
        ('clients.ACME.hours = ""', "clients.ACME.hours: These hours never open."),
        ("clients.ACME.settings.reopen_days = 999", "clients.ACME.settings.reopen_days: Choose a number"),
        ("clients.ACME.settings.reopn_days = 9", "reopn_days: There is no such field. Did you mean reopen_days?"),
        ('clients.ACME.name = "A"\nclients.acme.name = "A"', "clients.acme: This is ACME once more"),
        ('clients.OTHER.name = "Acme"', "clients.OTHER.name: Acme is ACME's name already"),
        ('clients.1X.name = "X"', "clients.1X: A key has 2 to 10 letters"),
        ('clients.ACME.channel = "triage"', "clients.ACME.channel: Write it as platform/workspace/channel"),
        ("clients.ACME.warn_percents = [175]", "A warning of"),
        ('people.Dana.name = "D"', "people.Dana: A person's name for commands"),
        ('people.x.role = "boss"', "people.x.role: “boss” is no role"),
        ('people.x.client = "NOPE"', "people.x.client: There is no client NOPE. Known: ACME."),
        ('people.x.name = "X"', "people.x.client: Whose client are they?"),
        ('people.y = { role = "lead", client = "ACME" }', "people.y.client: Staff belong to no client"),
        ("people.lee.active = false", "people.lee.active: Lee Novak is the only manager left"),
        ('recurring.backups.owner = "dana"', "recurring.backups.owner: Dana Reyes is not on the team"),
        ('recurring.backups.contact = "sam"', "recurring.backups.contact: Sam Ito is not of ACME"),
        ('clients.ACME.channel = "web/desk/triage"', "clients.ACME.channel: triage is in use already"),
        ('people.lee.accounts = ["slack"]', "people.lee.accounts: Write each account as"),
        ('people.lee.accounts = ["web/desk/dana"]', "web/desk/dana is @dana's account already"),
        ('team.digest_in = "nowhere"', "team.digest_in:"),
        ("clint = 1", "clint: There is no such field. Did you mean clients?"),
        ('kinds.laptop.priority = "P9"', "kinds.laptop.priority: “P9” is no priority"),
        ('kinds.laptop.questions = ["Site : one"]', "kinds.laptop: “Site : one” offers fewer than two"),
        ('replies.x.text = "{nobody}"', "replies.x: There is no placeholder"),
        ('replies.hello.client = "NOPE"', "replies.hello.client: There is no client NOPE"),
        ('people.sam.leave = ["Xmas"]', "people.sam.leave: Write each leave as"),
        ('people.sam.leave = ["2026-12-24 to 2026-12-01"]', "people.sam.leave: A leave ends"),
        ("people.sam.limit = 9999", "people.sam.limit: A limit is a number"),
        ('recurring.backups.rule = "often"', "recurring.backups:"),
        ('recurring.backups.start = "soon"', "recurring.backups.start: Write a date"),
        ('recurring.backups.owner = "nobody"', "recurring.backups.owner: I know nobody called nobody"),
        ('recurring.x.title = "X"', "recurring.x.client: Whose is it?"),
        ("team = 7", "team: This does not fit. Write it as a table, [team]."),
        ("a = ", "no valid TOML: Invalid value (at line 1"),
    ],
)
def test_every_mistake_is_named_with_its_path_and_mend(applied: Path, line: str, says: str):
    """Nothing is done; all that is wrong is said at once."""
    before = edits(applied)
    (applied / "wrong.toml").write_text(line + "\n")
    done = typed("apply", "wrong.toml", "--yes", cwd=applied)
    assert done.exit_code == 1
    assert says in done.output
    assert "nothing was changed" in done.output
    assert edits(applied) == before


def test_a_zone_may_be_named_by_its_city(desk: Path):
    """As in chat: a client's, a person's and the hours'; what is none is refused with what was meant."""
    typed("apply", "desk.toml", "--yes")
    (desk / "desk.toml").write_text(
        'team.zone = "Lisbon"\npeople.lee.zone = "paris"\nclients.ACME = { zone = "New York", hours_zone = "Tokyo" }\n'
        'recurring.backups.zone = "Istanbul"\n'
    )
    done = typed("apply", "desk.toml", "--yes")
    assert done.exit_code == 0, done.output
    for told in ("→ Europe/Lisbon", "→ Europe/Paris", "→ America/New_York", "→ Asia/Tokyo", "→ Europe/Istanbul"):
        assert told in done.output
    (desk / "desk.toml").write_text('clients.ACME.zone = "Berln"\n')
    assert "Did you mean Europe/Berlin?" in typed("apply", "desk.toml").output


def test_all_mistakes_are_told_at_once(desk: Path):
    """One look at the list mends the whole file."""
    (desk / "wrong.toml").write_text('clients.ACME = { zone = "Mars", hours = "x" }\npeople.X = {}\n')
    assert typed("apply", "wrong.toml").output.count("\n  ") >= 2


def test_a_desk_that_runs_is_changed_in_chat(desk: Path):
    """On SQLite one process owns the file: who would change it is told where to do so meanwhile, and who only looks is
    answered."""
    typed("apply", "desk.toml", "--yes")
    (desk / "desk.toml").write_text(FILE.replace('"15m"', '"20m"'))

    async def beside_it(*commands: tuple[str, ...]) -> list[Result]:
        store = await open_store(f"sqlite:///{desk}/var/steward.db")
        try:
            return [await asyncio.to_thread(typed, *command) for command in commands]
        finally:
            await store.close()

    looks = (
        ("apply", "desk.toml", "--dry-run"),
        ("export",),
        ("doctor",),
        ("report",),
        ("sla", "list"),
        ("sla", "preview", "desk.toml"),
        ("token", "list"),
        ("export-data", "acme.zip", "--client", "ACME"),
        ("erase", "--log"),
        ("erase", "dana", "--verify"),
        ("db", "check"),
    )
    changes = (("token", "revoke", "ci"), ("erase", "dana", "--yes"), ("apply", "desk.toml", "--yes"))
    token, erase, apply, *looked = asyncio.run(beside_it(*changes, *looks))
    assert "In its chat that is /desk token." in token.output
    assert "In its chat that is /desk erase @dana." in erase.output
    assert apply.exit_code == 1
    assert "/desk settings, /desk edit-client, /desk edit-person; add --dry-run to see" in apply.output
    found = {" ".join(command): result for command, result in zip(looks, looked, strict=True)}
    assert "~ clients.ACME.targets.P1.first_response: 15m → 20m" in found["apply desk.toml --dry-run"].output
    assert 'first_response = "15m"' in found["export"].output
    assert "Gold" in found["sla list"].output
    assert "whole" in found["db check"].output
    assert {name: each.output for name, each in found.items() if each.exit_code} == {
        "erase dana --verify": found["erase dana --verify"].output  # she is there
    }


def test_the_doctor_speaks_to_people_and_to_programs(desk: Path):
    """Exit 1 with an error; findings as JSON. That there is no desk yet is no error before its first start, and is one
    where there was a desk."""
    none = typed("doctor")
    assert none.exit_code == 0
    assert "There is no desk in var/ yet." in none.output
    (desk / "var").mkdir(exist_ok=True)
    (desk / "var" / "secret").touch(0o600)
    lost = typed("doctor")
    assert lost.exit_code == 1
    assert "There is no database" in lost.output
    (desk / "var" / "secret").unlink()
    typed("apply", "desk.toml", "--yes")
    well = typed("doctor", "--json")
    assert well.exit_code == 0
    found = json.loads(well.output)
    assert {each["about"] for each in found} >= {"settings", "disk", "database", "people", "clients", "hours", "clock"}
    (desk / "var" / "steward.db").chmod(0o644)
    (open_to_all,) = [each for each in json.loads(typed("doctor", "--json").output) if "everybody" in each["what"]]
    assert (open_to_all["level"], open_to_all["mend"]) == ("warning", "chmod 600 var/steward.db*")
    (desk / "var" / "secret").write_text("x")
    (desk / "var" / "secret").chmod(0o644)
    loose = typed("doctor")
    assert loose.exit_code == 1
    assert "chmod 600" in loose.output
    assert "Traceback" not in loose.output


# --- laws ---------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029"), max_size=20)
NAMES = WORDS.map(lambda text: f"N {text}".strip()).map(lambda text: " ".join(text.split()))
WINDOW = st.tuples(st.integers(0, 86_399), st.integers(0, 86_400))
WEEK = st.tuples(*[st.lists(WINDOW, max_size=2).map(tuple)] * 7).filter(any)
LENGTH = st.integers(60, 500_000).map(say_length)
CLIENTS = st.dictionaries(
    st.from_regex(r"[A-Z][A-Z0-9]{1,5}", fullmatch=True),
    st.fixed_dictionaries(
        {
            "zone": st.sampled_from(["Europe/London", "America/New_York", "Asia/Tokyo", "UTC"]),
            "hours": WEEK.map(say_hours),
        },
        optional={
            "level": st.sampled_from(["Gold", "silver", "Special"]),
            "holidays": st.fixed_dictionaries(
                {"country": st.sampled_from(["", "GB", "DE"])},
                optional={"dates": st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), max_size=3)},
            ),
            "targets": st.dictionaries(
                st.sampled_from(["P1", "P2", "P3", "P4"]),
                st.dictionaries(
                    st.sampled_from(["first_response", "next_reply", "periodic_update", "resolution"]),
                    LENGTH | st.just("none"),
                ),
                max_size=3,
            ),
            "settings": st.fixed_dictionaries(
                {}, optional={"reopen_days": st.integers(0, 365), "auto_open": st.booleans()}
            ),
        },
    ),
    max_size=3,
)
AT = datetime(2026, 6, 9, tzinfo=UTC)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CLIENTS, NAMES)
def test_export_and_apply_are_each_others_inverse(clients: dict[str, plan.Doc], name: str):
    """Whatever desk a file makes: exported as text and read again it changes nothing, and makes the same desk anew."""
    for key, table in clients.items():
        table["name"] = f"{name} {key}"[-80:]
    doc = {"clients": clients, "people": {"lee": {"name": name[:80], "role": "manager"}}}
    empty = plan.World(Directory())
    made = plan.after(empty, plan.wanted(empty, doc, AT, place_of))
    exported = plan.export(made)
    text = file.dump(exported, plan.SECTIONS)
    assert file.load(text) == exported
    assert compare(exported, plan.export(plan.after(made, plan.wanted(made, doc, AT, place_of)))) == []
    again = plan.wanted(made, file.load(text), AT, place_of)
    assert not any(vars(again).values())
    anew = plan.after(empty, plan.wanted(empty, file.load(text), AT, place_of))
    assert compare(exported, plan.export(anew)) == []
