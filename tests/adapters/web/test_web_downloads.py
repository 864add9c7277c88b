"""A report as a file: of what its reader may see, and of nothing else."""

from __future__ import annotations

import csv
import io

import httpx
import pytest
from web_house import House

from bot.desk.changing import step
from bot.desk.report_rows import CLIENT_COLUMNS, REQUEST_COLUMNS
from bot.domain.events import Opened
from bot.ports import Change

pytestmark = pytest.mark.asyncio

JUNE = {"period": "this month"}


def rows(answer: httpx.Response) -> list[list[str]]:
    """The file, as a spreadsheet reads it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def raised(house: House) -> None:
    """One request of Dana's, one of Mia's, and a private one of Tom's."""
    await house.browser("dana").press("new", "client-acme", title="=1+1 fails")
    await house.browser("mia").press("new", "client-globex", title="Login fails")
    now, directory = house.clock.now(), await house.store.directory()
    opened = Opened(await house.store.reserve_number(), "ACME", "My contract", "tom", now, "command", private=True)
    done = step(directory, house.desk.rules, None, (opened,), at=now, by=directory.people["tom"])
    await house.store.commit(Change((done.change,), done.outbox))


async def test_each_takes_along_what_they_may_see(house: House) -> None:
    """Staff all clients or one, a client's people their own, private ones only who may; formulas are text."""
    await raised(house)
    acme, globex, private = "ACME-1", "GLOBEX-2", "ACME-3"
    seen = {"sam": [acme, globex, private], "dana": [acme], "tom": [acme, private], "mia": [globex]}
    for who, refs in seen.items():
        head, *found = rows(await house.browser(who).get("/report.csv", params=JUNE))
        assert head == list(REQUEST_COLUMNS if who == "sam" else CLIENT_COLUMNS)
        assert [row[0] for row in found] == refs
        assert all(row[2] != "=1+1 fails" for row in found)
    answer = await house.browser("sam").get("/report.csv", params={**JUNE, "client": "globex"})
    assert [row[0] for row in rows(answer)[1:]] == ["GLOBEX-2"]
    assert answer.headers["content-disposition"] == 'attachment; filename="report-globex-2026-06-01-2026-06-30.csv"'


async def test_nobody_takes_along_what_is_not_theirs(house: House) -> None:
    """Another client, one that is not there, no session: words, and not a line of the file."""
    await raised(house)
    for client in ("GLOBEX", "NOSUCH"):
        refused = await house.browser("dana").get("/report.csv", params={**JUNE, "client": client})
        assert refused.status_code == 403
        assert refused.json() == {"error": "You see the figures of Acme. Leave the other name out, and I show them."}
    assert (await house.browser().get("/report.csv", params=JUNE)).status_code == 401
    odd = await house.browser("dana").get("/report.csv", params={"period": "soon"})
    assert odd.status_code == 400
    assert "no time I can report on" in odd.json()["error"]


async def test_the_report_offers_its_file(house: House) -> None:
    """The link asks for just what is shown."""
    await raised(house)
    answer = await house.browser("sam").press("report", "triage", period="this month", client="ACME")
    link = 'href="/report.csv?period=2026-06-01..2026-06-30&amp;client=ACME" download>Download CSV</a>'
    assert link in answer.json()["ephemeral"]
    empty = await house.browser("sam").press("report", "triage", period="2025-01")
    assert "Download CSV" not in empty.text
