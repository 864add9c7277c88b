"""What each kind of row becomes, and which rows and files are refused, with which words."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from snow_logs import COLUMNS, load, row, utc, write

from bot.desk.importing import CannotImport
from bot.domain.events import Opened, Replied, Status
from bot.domain.people import Role
from bot.domain.policy import ClockKind, Priority
from bot.domain.sla import Outcome


@pytest.fixture
def url(sqlite_url: str) -> str:
    """An empty database."""
    return sqlite_url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the log lies."""
    return tmp_path / "log.csv"


@pytest.mark.asyncio
async def test_a_whole_life(url: str, file: Path) -> None:
    """Opened by the client by phone; the first move to Active is an imported response, later ones are not."""
    write(
        file,
        row("INC1", 0, "New", "09:05"),
        row("INC1", 1, "Active", "09:30", assigned_to="Resolver 8"),
        row("INC1", 2, "Awaiting User Info", "10:00"),
        row("INC1", 3, "Active", "11:00"),
        row("INC1", 4, "Awaiting Vendor", "12:00"),
        row("INC1", 5, "Awaiting Evidence", "12:10"),
        row("INC1", 6, "Active", "12:30", priority="2 - High", assigned_to="Resolver 9"),
        row("INC1", 7, "Resolved", "13:00", priority="2 - High"),
        row("INC1", 8, "Active", "14:00", priority="?"),
        row("INC1", 9, "Resolved", "14:30", priority="2 - High"),
        row("INC1", 10, "Closed", "05-03-2016 12:00"),
    )
    desk = await load(url, file)
    assert desk.kinds("INC1") == [
        "opened", "assigned", "replied", "asked_client", "resumed", "waited_on", "waited_on", "priority_changed",
        "assigned", "resumed", "resolved", "reopened", "resolved", "closed",
    ]  # fmt: skip
    request, first = desk.requests["INC1"], desk.histories["INC1"][0]
    assert (request.status, request.priority, request.owner) == (Status.CLOSED, Priority.P2, "snow-resolver-9")
    assert request.ended_at == utc("2016-03-05 12:00")
    assert isinstance(first.event, Opened)
    assert (first.event.source, first.event.from_client, first.event.priority) == ("phone", True, Priority.P3)
    assert (first.at, first.by, first.role) == (utc("2016-02-29 09:00"), "snow-acme-caller-1", Role.CLIENT)
    reply = next(e for e in desk.histories["INC1"] if isinstance(e.event, Replied))
    assert reply.event == Replied("", imported=True)
    assert (reply.by, reply.role) == ("snow-updated-by-7", Role.ENGINEER)
    clock = request.sla.latest(ClockKind.FIRST_RESPONSE)
    assert clock
    assert (clock.outcome, clock.ended_at) == (Outcome.MET, utc("2016-02-29 09:30"))
    assert desk.report.medians[Priority.P2] == {ClockKind.FIRST_RESPONSE: 30, ClockKind.RESOLUTION: 210}
    assert not desk.wrong


@pytest.mark.asyncio
async def test_rows_out_of_order(url: str, file: Path) -> None:
    """The modification count orders the rows, wherever they stand in the file."""
    rows = [
        row("INC1", 0, "New", "09:05"),
        row("INC1", 1, "Active", "09:30"),
        row("INC1", 2, "Resolved", "09:30"),
        row("INC1", 10, "Closed", "10:00"),
    ]
    desk = await load(url, write(file, *rows[::-1]))
    assert desk.kinds("INC1") == ["opened", "replied", "resolved", "closed"]
    assert not desk.report.refused


@pytest.mark.asyncio
async def test_it_does_not_start_at_new(url: str, file: Path) -> None:
    """An incident that the log finds resolved still opens when it was opened, and its clocks are judged."""
    desk = await load(url, write(file, row("INC1", 4, "Resolved", "10:00"), row("INC1", 5, "Closed", "11:00")))
    assert desk.kinds("INC1") == ["opened", "resolved", "closed"]
    clock = desk.requests["INC1"].sla.latest(ClockKind.FIRST_RESPONSE)
    assert clock
    assert clock.outcome is Outcome.CLOSED_WITHOUT_REPLY


@pytest.mark.asyncio
async def test_unknown_people(url: str, file: Path) -> None:
    """A question mark is nobody in particular: it takes no owner away, and its answer is still an answer."""
    unknown = {"caller_id": "?", "sys_updated_by": "?"}
    desk = await load(
        url,
        write(
            file,
            row("INC1", 0, "New", "09:05", assigned_to="Resolver 8", **unknown),
            row("INC1", 1, "Active", "09:30", priority="?", **unknown),
        ),
    )
    assert desk.kinds("INC1") == ["opened", "assigned", "replied", "adopted"]
    assert desk.requests["INC1"].requester == "snow-acme-caller"
    assert desk.requests["INC1"].owner == "snow-resolver-8"
    assert desk.histories["INC1"][3].by == "snow-staff"
    assert desk.directory.name_of("snow-staff") == "Somebody at ServiceNow"
    assert desk.directory.name_of("snow-acme-caller") == "Unknown caller"


@pytest.mark.asyncio
async def test_people_have_left(url: str, file: Path) -> None:
    """Imported people are named, but are in nobody's lists and cannot come in; each client has its own Caller 1."""
    write(file, row("INC1", 0, "Active", "09:05", assigned_to="Ana de Souza"))
    await load(url, file)
    desk = await load(url, file, client="Globex")
    assert {p.id: p.active for p in desk.directory.people.values()} == {
        "snow-acme-caller-1": False,
        "snow-globex-caller-1": False,
        "snow-updated-by-7": False,
        "snow-ana-de-souza": False,
    }
    assert not desk.directory.staff()
    assert not desk.directory.people_of("ACME")


@pytest.mark.asyncio
async def test_contradicting_dates(url: str, file: Path) -> None:
    """A date before the opening is refused, and as few others as leave the rest in order: here one far too late."""
    write(
        file,
        row("INC1", 0, "New", "08:00"),
        row("INC1", 1, "Active", "09:30"),
        row("INC1", 2, "Awaiting User Info", "28-12-2016 10:00"),
        row("INC1", 3, "Resolved", "10:30"),
        row("INC1", 4, "Closed", "11:00"),
    )
    desk = await load(url, file)
    assert desk.kinds("INC1") == ["opened", "replied", "resolved", "closed"]
    assert desk.refusals() == [
        (2, "it is dated before the incident was opened (opened_at)"),
        (4, "its date contradicts its place among the incident's rows (sys_mod_count 2)"),
    ]
    assert (desk.report.rows_refused, desk.report.requests_refused) == (2, 0)


@pytest.mark.asyncio
async def test_unreadable_cells(url: str, file: Path) -> None:
    """Only the row that cannot be read is refused, with its line and the reason."""
    good = row("INC1", 0, "New", "09:05")
    bad = [
        row("INC1", 1, "Active", "yester-day"),
        row("INC1", 1, "Active", "30-02-2016 10:00"),
        row("INC1", 1, "Active", "01-01-0001 10:00"),
        row("INC1", 1, "Active", "01-01-2999 10:00"),
        row("INC1", 1, "-100", "10:00"),
        row("INC1", 1, "Active", "10:00", sys_mod_count="?"),
        row("INC1", 1, "Active", "10:00", priority="high"),
        row("?", 1, "Active", "10:00"),
    ]
    desk = await load(url, write(file, good, *bad))
    assert desk.kinds("INC1") == ["opened", "adopted"]
    assert desk.refusals() == [
        (3, "“yester-day” is no date (sys_updated_at); they are written 29-02-2016 01:23"),
        (4, "“30-02-2016 10:00” is no date (sys_updated_at); they are written 29-02-2016 01:23"),
        (5, "“01-01-0001 10:00” is no date (sys_updated_at); they are written 29-02-2016 01:23"),
        (6, "01-01-2999 10:00 (sys_updated_at) has not come yet"),
        (7, "“-100” is no incident state"),
        (8, "“?” is no modification count (sys_mod_count)"),
        (9, "“high” is no priority; it begins with 1 to 5"),
        (10, "“?” is no incident number"),
    ]


@pytest.mark.asyncio
async def test_an_incident_that_cannot_be(url: str, file: Path) -> None:
    """Without a usable row or an opening date the whole incident is refused, with its reason; the others are not."""
    write(
        file,
        row("INC1", 0, "New", "09:05", opened_at="?"),
        row("INC2", 0, "Odd", "09:05"),
        row("INC3", 0, "New", "08:05"),
        row("INC4", 0, "New", "09:05", opened_at="?"),
        row("INC4", 1, "New", "09:10"),
    )
    desk = await load(url, file)
    assert list(desk.requests) == ["INC4"]
    assert (desk.report.requests_added, desk.report.requests_refused, desk.report.rows_refused) == (1, 3, 2)
    assert (2, "no row says when it was opened (opened_at)") in desk.refusals()
    assert (3, "none of its rows can be used: “Odd” is no incident state") in desk.refusals()
    assert desk.refusals()[-1] == (
        4,
        "none of its rows can be used: it is dated before the incident was opened (opened_at)",
    )


@pytest.mark.asyncio
async def test_illegal_moves(url: str, file: Path) -> None:
    """The desk's own transition table refuses a row, in its own words; what comes after it still counts."""
    write(
        file,
        row("INC1", 0, "Closed", "10:00"),
        row("INC1", 1, "Resolved", "11:00"),
        row("INC1", 2, "Awaiting Problem", "12:00"),
        row("INC1", 3, "Closed", "13:00", assigned_to="Resolver 8", priority="1 - Critical"),
        row("INC1", 4, "Active", "14:00"),
    )
    desk = await load(url, file)
    assert desk.kinds("INC1") == ["opened", "closed", "reopened", "replied", "adopted"]
    ref = desk.requests["INC1"].ref
    assert desk.refusals() == [(n, f"{ref} is closed already; reopen it first.") for n in (3, 4)]


@pytest.mark.asyncio
async def test_records_that_stand_there_twice(url: str, file: Path) -> None:
    """A record that is in the file twice happens once, and is not refused."""
    rows = [row("INC1", 0, "Active", "09:05"), row("INC1", 1, "Resolved", "10:00")]
    desk = await load(url, write(file, *rows, *rows))
    assert desk.kinds("INC1") == ["opened", "replied", "resolved", "adopted"]
    assert not desk.report.refused


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("27-03-2016 01:30", "2016-03-27 01:30"),  # does not exist: forward by the gap, 02:30 summer time
        ("30-10-2016 01:30", "2016-10-30 00:30"),  # exists twice: the first, in summer time
        ("30-06-2016 01:30:15", "2016-06-30 00:30:15"),
        ("2016-06-30 01:30:00", "2016-06-30 00:30"),
    ],
)
async def test_local_times(url: str, file: Path, written: str, instant: str) -> None:
    """Times are of the zone that was named, on their own day."""
    desk = await load(url, write(file, row("INC1", 0, "Resolved", written)))
    assert desk.requests["INC1"].ended_at == utc(instant)


@pytest.mark.asyncio
async def test_a_deadline_that_falls_on_an_act_comes_after_it(url: str, file: Path) -> None:
    """An answer at the due minute is in time (rules 3 and 18); a minute later, the breach stands when it happened."""
    write(
        file,
        row("INC1", 0, "Active", "13:00"),
        row("INC2", 0, "Active", "13:01"),
        row("INC3", 0, "New", "15:00"),
    )
    desk = await load(url, file)
    assert desk.kinds("INC1") == ["opened", "warned", "replied", "adopted"]
    assert desk.kinds("INC2") == ["opened", "warned", "breached", "replied", "adopted"]
    assert [e.at for e in desk.histories["INC2"]][3] == utc("2016-02-29 13:00")
    assert desk.report.breaches[Priority.P3] == 2
    assert set(desk.outbox) == {"suppressed"}


def test_other_separators_and_a_byte_order_mark(url: str, file: Path) -> None:
    """A spreadsheet's semicolons and byte order mark are no trouble; quoted line ends keep the line numbers right."""
    opened = ["INC1", "New", "0", "Caller 1", "29-02-2016 09:00", "Updated by 7", "29-02-2016 09:05", "5 - Planning"]
    text = ";".join(COLUMNS) + "\r\n" + ";".join([*opened, "?", '"two\nlines"']) + "\r\nINC1;Odd;1\r\n"
    file.write_text(text, encoding="utf-8-sig", newline="")
    desk = asyncio.run(load(url, file))
    assert desk.requests["INC1"].priority is Priority.P4
    assert desk.refusals() == [(4, "it has 3 fields where the header has 10")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\xff\xfe\x00", "is not a UTF-8 text file"),
        (b"number,priority\n", "has no column incident_state, sys_mod_count, caller_id, opened_at"),
        ((",".join(COLUMNS) + '\n"' + "x" * 200_000 + "\n").encode(), "is not a CSV file (field larger"),
    ],
    ids=["missing", "empty", "blank", "binary", "header", "csv"],
)
def test_files_that_are_no_log(url: str, file: Path, content: bytes | None, says: str) -> None:
    """One clear line names the file, what is wrong and the mend; the database is not even opened."""
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CannotImport) as refused:
        asyncio.run(load(url, file))
    assert str(file) in str(refused.value)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not list(file.parent.glob("steward.db*"))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("client", "zone", "says"),
    [("  ", "UTC", "Name the client"), ("x" * 81, "UTC", "too long"), ("Acme", "Mars/X", "no time zone")],
)
async def test_a_client_and_a_zone_are_needed(url: str, file: Path, client: str, zone: str, says: str) -> None:
    """A blank or endless client name and an unknown zone are refused in a line."""
    write(file, row("INC1", 0, "New", "09:05"))
    with pytest.raises(CannotImport, match=says):
        await load(url, file, client=client, zone=zone)


@pytest.mark.asyncio
async def test_which_client(url: str, file: Path) -> None:
    """The key comes from the name; a client is known again by name or key, and a taken key is not shared."""
    write(file, row("INC1", 0, "New", "09:05"))
    keys = [
        (await load(url, file, client=name)).report.client
        for name in ("Acme Ltd", "acme", "ACME LTD", "Acme Inc", "Acme Inc.", "3M", "Ø", "Ünal & Co")
    ]
    assert keys == ["ACME", "ACME", "ACME", "ACMEINC", "ACME2", "C3M", "CLIENT", "UNAL"]
