"""Again: the same file, a longer one, one that was cut off; and what the import leaves behind for the living desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from snow_logs import Cut, load, row, utc, write

from bot.clock import SimulatedClock
from bot.desk import reminders
from bot.desk.changing import step
from bot.desk.context import Desk, Rules
from bot.domain.events import MessageClass, Status
from bot.domain.people import Person, Role
from bot.domain.policy import ClockKind, Priority
from bot.domain.request import client_writes, prioritise, reopen
from bot.domain.settings import TeamSettings
from bot.ports import Change, DirectoryEdit
from storage import open_store

LOG = [
    row("INC1", 0, "New", "09:05"),
    row("INC1", 1, "New", "09:06", category="Category 6"),
    row("INC1", 2, "Active", "13:30", assigned_to="Resolver 8"),
    row("INC2", 0, "Active", "09:20", opened_at="29-02-2016 09:10"),
    row("INC2", 1, "Awaiting User Info", "10:00"),
    row("INC2", 2, "Resolved", "01-03-2016 10:00"),
    row("INC2", 3, "Closed", "05-03-2016 10:00"),
    row("INC2", 4, "Resolved", "05-03-2016 11:00"),
    row("INC2", 5, "Closed", "05-03-2016 12:00"),
    row("INC3", 0, "Resolved", "04-03-2016 10:00", opened_at="29-02-2016 09:10", priority="1 - Critical"),
    row("INC4", 0, "New", "08:00"),
]


@pytest.fixture
def url(sqlite_url: str) -> str:
    """An empty database."""
    return sqlite_url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The log."""
    return write(tmp_path / "log.csv", *LOG)


@pytest.mark.asyncio
async def test_a_second_run_adds_nothing(url: str, file: Path) -> None:
    """The same file again, even in another zone, changes no history; it tells the same refusals and figures."""
    first = await load(url, file)
    for zone in ("Europe/London", "Asia/Tokyo"):
        again = await load(url, file, zone=zone)
        assert (again.report.requests_added, again.report.events_added) == (0, 0)
        assert again.histories == first.histories
    again = await load(url, file)
    assert again.refusals() == first.refusals()
    assert len(first.refusals()) == 3
    assert (again.report.breaches, again.report.medians) == (first.report.breaches, first.report.medians)
    assert first.report.events_added == sum(len(entries) for entries in first.histories.values())


@pytest.mark.asyncio
@pytest.mark.parametrize("cut_at", range(1, 13))
async def test_an_interrupted_import_goes_on(tmp_path: Path, file: Path, cut_at: int) -> None:
    """Wherever it is cut off, the next run ends where one run alone would; in between no deadline waits to ring."""
    whole = await load(f"sqlite:///{tmp_path}/whole.db", file)
    url = f"sqlite:///{tmp_path}/cut.db"
    with pytest.raises(Cut):
        await load(url, file, cut_at=cut_at)
    store = await open_store(url)
    try:
        assert await store.next_due() is None
        assert set(await store.outbox_states()) <= {"suppressed"}
    finally:
        await store.close()
    rest = await load(url, file)
    assert rest.histories == whole.histories
    assert rest.requests == whole.requests
    assert rest.refusals() == whole.refusals()
    assert not rest.wrong


@pytest.mark.asyncio
async def test_a_longer_log(url: str, file: Path) -> None:
    """Next month's export brings only what is new."""
    await load(url, file)
    write(file, *LOG, row("INC1", 3, "Resolved", "04-04-2016 10:00"), row("INC5", 0, "New", "04-04-2016 10:00"))
    desk = await load(url, file)
    assert desk.report.requests_added == 1
    assert desk.kinds("INC1")[-2:] == ["resolved", "adopted"]
    assert not desk.wrong


@pytest.mark.asyncio
async def test_what_is_left_unfinished(url: str, file: Path) -> None:
    """Open and resolved requests stay as the log left them: no deadline of theirs waits or comes back, none closes."""
    desk = await load(url, file)
    assert [desk.requests[n].status for n in ("INC1", "INC3")] == [Status.ACTIVE, Status.RESOLVED]
    assert desk.kinds("INC1")[-1] == desk.kinds("INC3")[-1] == "adopted"
    assert desk.histories["INC1"][-1].at == utc("2016-03-05 12:00")
    assert not desk.timers
    assert not any(clock.running for clock in desk.requests["INC1"].sla.clocks)
    store = await open_store(url)
    try:
        clock = SimulatedClock(utc("2016-03-05 12:00"))
        # The team's own digest is no request's deadline.
        await store.edit_directory(DirectoryEdit(team=TeamSettings(digest=False)))
        assert await reminders.advance(Desk(store, clock), utc("2026-01-01 00:00"), clock.move_to) == 0
        assert set(await store.outbox_states()) == {"suppressed"}
    finally:
        await store.close()


@pytest.mark.asyncio
async def test_life_goes_on_after_it(url: str, file: Path) -> None:
    """From then on the client's words start a reply clock at once; a change of priority wakes no deadline of the past.

    And the same log once more takes nothing of that away.
    """
    desk = await load(url, file)
    at, rules = utc("2026-01-12 10:00"), Rules()
    dana = Person("dana", "Dana", Role.CLIENT, "UTC", "ACME")
    request = desk.requests["INC1"]
    said = client_writes(request, text="Still broken.", cls=MessageClass.SUBSTANCE)
    wrote = step(desk.directory, rules, request, said, at=at, by=dana)
    assert set(wrote.change.timers) == {"next_reply:1:breach", "next_reply:1:warn:75"}
    urgent = step(desk.directory, rules, wrote.request, prioritise(wrote.request, to=Priority.P1, reason="r"), at=at)
    assert set(urgent.change.timers) == {"next_reply:1:breach", "next_reply:1:warn:75"}
    assert min(urgent.change.timers.values()) > at
    solved = desk.requests["INC3"]
    again = step(desk.directory, rules, solved, reopen(solved, reason="r"), at=at)
    assert again.request.sla.running(ClockKind.RESOLUTION)
    store = await open_store(url)
    try:
        await store.commit(Change((wrote.change,)))
        await store.commit(Change((urgent.change,)))
    finally:
        await store.close()
    later = await load(url, file)
    assert later.report.events_added == 0
    assert len(later.timers) == 2


@pytest.mark.asyncio
async def test_the_desks_own_deadlines_are_left_alone(url: str, file: Path, tmp_path: Path) -> None:
    """A deadline of the living desk is not fired by the replay's clock, even where the log is later than it."""
    other = write(tmp_path / "old.csv", row("OLD1", 0, "New", "01-02-2016 10:00", opened_at="01-02-2016 09:00"))
    desk = await load(url, other, client="Globex")
    request = desk.requests["OLD1"]
    said = client_writes(request, text="Hello?", cls=MessageClass.SUBSTANCE)
    store = await open_store(url)
    try:
        await store.commit(Change((step(desk.directory, Rules(), request, said, at=utc("2016-02-02 10:00")).change,)))
    finally:
        await store.close()
    desk = await load(url, file)
    assert {timer.kind for timer in desk.timers} == {"next_reply:1:breach", "next_reply:1:warn:75"}
    assert len(desk.timers) == 2


@pytest.mark.asyncio
async def test_two_clients(url: str, file: Path) -> None:
    """The same numbers of two clients are two incidents each; request numbers are never shared."""
    first = await load(url, file)
    second = await load(url, file, client="Globex")
    assert second.report.requests_added == first.report.requests_added == 3
    assert second.report.events_added == first.report.events_added
    assert {r.client for r in second.requests.values()} == {"GLOBEX"}
    assert not {r.number for r in first.requests.values()} & {r.number for r in second.requests.values()}


@pytest.mark.asyncio
async def test_people_who_are_there_already(url: str, file: Path) -> None:
    """Somebody whom a manager has let in since stays as they are."""
    await load(url, file)
    sam = Person("snow-resolver-8", "Sam", Role.LEAD)
    store = await open_store(url)
    try:
        await store.edit_directory(DirectoryEdit(people=(sam,)))
    finally:
        await store.close()
    desk = await load(url, file)
    assert desk.directory.people["snow-resolver-8"] == sam


@pytest.mark.asyncio
async def test_nothing_usable(url: str, tmp_path: Path) -> None:
    """A log of which nothing can be used makes no client and no people."""
    desk = await load(url, write(tmp_path / "log.csv", row("INC1", 0, "Odd", "09:00")))
    assert (desk.report.requests_added, desk.report.requests_refused, desk.report.rows_refused) == (0, 1, 1)
    assert not desk.directory.clients
    assert not desk.directory.people
    assert desk.report.medians[Priority.P1] == {ClockKind.FIRST_RESPONSE: None, ClockKind.RESOLUTION: None}
