"""The activity page: who may see it, what it lists, its filters and pages."""

from __future__ import annotations

import re

import pytest
from web_house import Browser, House

from adapters.web import activity

pytestmark = pytest.mark.asyncio


async def refs(browser: Browser, path: str = "/activity") -> list[str]:
    """The requests its lines are about."""
    return re.findall(r'data-ref="([^"]+)"', (await browser.get(f"{path}{'&' if '?' in path else '?'}part=1")).text)


@pytest.mark.parametrize(("who", "status"), [("lee", 200), ("priya", 200), ("sam", 403), ("dana", 403)])
async def test_leads_and_managers_see_it(house: House, who: str, status: int) -> None:
    """Others are told kindly what is theirs, and have no way to it in their sidebar."""
    await house.browser("dana").press("new", "client-acme", title="Export fails")
    browser = house.browser(who)
    page = await browser.visit("/activity")
    assert page.status_code == status
    assert ("Export fails" in page.text) is (status == 200)
    assert ('href="/activity"' in (await browser.get("/part/side")).text) is (status == 200)
    if status == 403:
        assert "/desk my" in page.text


async def test_it_says_who_did_what_when(house: House) -> None:
    """The newest first, each with its request, its client and a link; escaped like everything."""
    await house.browser("dana").press("new", "client-acme", title="<b>Export</b> fails")
    await house.browser("sam").press("claim", "triage", request=1)
    page = (await house.browser("lee").visit("/activity")).text
    assert page.index("took it") < page.index("opened it by command")
    assert 'href="/r/ACME-1"' in page
    assert "&lt;b&gt;Export&lt;/b&gt; fails" in page
    assert "Sam Ito" in page
    assert "Today" in page


async def test_it_is_filtered_by_client_and_kind(house: House) -> None:
    """Together, too; a client or kind that is none is nothing."""
    await house.browser("dana").press("new", "client-acme", title="Export fails")
    await house.browser("mia").press("new", "client-globex", title="Stock is wrong")
    await house.browser("sam").press("claim", "triage", request=2)
    lee = house.browser("lee")
    assert set(await refs(lee, "/activity?client=GLOBEX")) == {"GLOBEX-2"}
    assert await refs(lee, "/activity?kind=assigned") == ["GLOBEX-2"]
    assert await refs(lee, "/activity?kind=opened&client=ACME") == ["ACME-1"]
    nothing = (await lee.get("/activity?kind=late&client=ACME&part=1")).text
    assert "<h2>Nothing of this kind</h2>" in nothing
    for odd in ("client=NOBODY", "kind=x", "before=1", "before=1-2-x", f"before={'9' * 17}-1-1"):
        answer = await lee.get(f"/activity?{odd}")
        assert answer.status_code in (200, 404)
        assert "Traceback" not in answer.text


async def test_it_has_pages(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is on one of them, and the last one says so by offering no more."""
    monkeypatch.setattr(activity, "PAGE", 2)
    for n in range(4):
        await house.browser("dana").press("new", "client-acme", title=f"Question {n}")
    lee, seen, path = house.browser("lee"), [], "/activity?kind=opened"
    for _ in range(5):
        page = (await lee.get(f"{path}&part=1")).text
        seen += re.findall(r'data-ref="([^"]+)"', page)
        more = re.search(r'class="btn" href="([^"]+)">Earlier', page)
        if more is None:
            break
        path = more[1].replace("&amp;", "&")
    assert seen == ["ACME-4", "ACME-3", "ACME-2", "ACME-1"]


async def test_changed_settings_are_part_of_it(house: House) -> None:
    """Who set what, from and to; under the client they are for."""
    answer = await house.browser("lee").press("change-settings", "triage", subject="ACME", reopen_days="21")
    assert answer.status_code == 200
    changes = await house.store.setting_changes()
    page = (await house.browser("lee").get("/activity?kind=settings&part=1")).text
    assert page.count('class="deed ') == len(changes) > 0
    assert "Acme" in page
    assert "→ 21" in page
    only = (await house.browser("lee").get("/activity?kind=settings&client=GLOBEX&part=1")).text
    assert "→ 21" not in only


async def test_whoever_is_new_is_one_line(house: House) -> None:
    """Not one for each thing they were given; what is changed later is told by itself."""
    lee = house.browser("lee")
    answer = await lee.press("add-person", "triage", role="engineer", person_name="Bob Ray")
    assert answer.status_code == 200
    page = (await lee.get("/activity?kind=settings&part=1")).text
    assert page.count('class="deed ') == 1
    assert "added Bob Ray" in page
