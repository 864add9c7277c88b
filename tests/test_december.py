"""A year of public holidays comes into every policy's hours that keep them, each December."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.desk import plan
from bot.desk.plan.document import after
from bot.desk.plan.service import OwnHours, Promise, Service, promised, service_of
from bot.domain.hours import read_hours
from bot.domain.people import Client, Directory
from bot.domain.policy import Match, Priority
from bot.ports import DirectoryEdit

CLIENT = Client("ACME", "Acme", "Europe/London")
WEEK = read_hours("Mon-Fri 09:00-17:00")
DAYS = read_hours("daily 08:00-20:00")


def given(directory: Directory, service: Service, at: datetime) -> Directory:
    """The directory with what the service needs from then on."""
    calendars, policies = promised(directory, CLIENT, service, at)
    edit = DirectoryEdit(clients=(CLIENT,), calendars=calendars, policies=policies)
    return after(plan.World(directory), edit).directory


def test_another_year_comes_into_each_policys_hours():
    """Those of the client, and own ones that are closed on its days off; not those that are open then. All policies go
    on in their order, with their hours, as the next version, and days closed by hand stay."""
    service = Service(
        "Europe/London",
        WEEK,
        "GB-ENG",
        frozenset({date(2026, 12, 31)}),
        promises=(
            Promise("VIP", match=Match(tags=("vip",)), own=OwnHours("Europe/London", DAYS), bot_counts=True),
            Promise("Night", match=Match(priorities=(Priority.P1,)), own=OwnHours("UTC", DAYS, holidays=False)),
            Promise("Gold", warn_before=(1800,)),
        ),
    )
    november = given(Directory(), service, datetime(2026, 11, 28, tzinfo=UTC))
    told = service_of(november, "ACME")
    assert told is not None
    assert promised(november, CLIENT, told, datetime(2026, 11, 30, tzinfo=UTC)) == ((), ()), "nothing is due yet"
    january = given(november, told, datetime(2027, 1, 2, tzinfo=UTC))
    policies = january.policies_of("ACME")
    assert [(p.name, p.version) for p in policies] == [("VIP", 2), ("Night", 2), ("Gold", 2)]
    hours = {p.name: january.calendars[p.calendar] for p in policies}
    christmas, by_hand = date(2029, 12, 25), date(2026, 12, 31)
    assert {name: christmas in calendar.holidays for name, calendar in hours.items()} == {
        "VIP": True,
        "Night": False,
        "Gold": True,
    }
    assert by_hand in hours["Gold"].holidays
    assert service_of(january, "ACME") == told
