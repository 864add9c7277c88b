"""A workspace lets the desk in by a link, through the fake Slack's own pages; what goes wrong has a page of its own."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from fakes.slack.browsing import Browser, Page
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits
from many_house import KEY, SEALS, ManyHouse, ManyRunning

from adapters.slack.doctor import examine
from adapters.slack.links import LIFE, Links
from bot.clock import Clock
from bot.config import Settings
from storage import SqlStore

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def house(store: SqlStore) -> AsyncIterator[ManyHouse]:
    """A furnished desk with two workspaces around it."""
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        made = ManyHouse(store, slack)
        await made.furnish()
        yield made


async def test_a_client_lets_the_desk_in_and_reads_what_happens_next(house: ManyHouse, sqlite_url: str, caplog):
    """The page names the steps; the token is nowhere in clear text, in the database's files or in any log."""
    caplog.set_level(logging.DEBUG)
    async with house.many() as desk:
        page = await desk.install(house.kim)
        assert (page.status, "It is in Globex" in page.text) == (200, True)
        assert "/invite" in page.text
        assert "/desk new" in page.text
        made = await house.installed_in(house.globex)
        assert made is not None
        assert (made.side, made.name, made.here) == ("GLOBEX", "Globex", True)
        token = house.slack.app.installations[house.globex.id].token
        await desk.until(lambda: any("let me in" in m.text for m in house.lee.sees(house.alerts)))
        assert house.slack.record.refused == []
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert b"GLOBEX" in kept
    assert token.encode() not in kept
    secret = house.slack.app.client_secret
    said = "\n".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    assert "let the desk in" in said
    assert token not in said
    assert secret not in said


Try = Callable[[ManyRunning, Browser], Awaitable[Page]]


async def _no_link(desk: ManyRunning, browser: Browser) -> Page:
    return await browser.open(f"{desk.url}/slack/install")


async def _forged(desk: ManyRunning, browser: Browser) -> Page:
    return await browser.open(Links(b"another key" * 3, desk.url, desk.house.clock).make("GLOBEX"))


async def _late_link(desk: ManyRunning, browser: Browser) -> Page:
    class Ago(Clock):
        def __getattr__(self, name: str):
            return getattr(desk.house.clock, name)

        def machine(self):
            return desk.house.clock.machine() - LIFE

    return await browser.open(Links(KEY, desk.url, Ago()).make("GLOBEX"))


async def _of_nobody(desk: ManyRunning, browser: Browser) -> Page:
    return await browser.open(desk.links.make("NOBODY"))


async def _denied(desk: ManyRunning, browser: Browser) -> Page:
    return await browser.deny(await browser.open(desk.links.make("GLOBEX")))


async def _unknown_state(desk: ManyRunning, browser: Browser) -> Page:
    await browser.open(desk.links.make("GLOBEX"))
    return await browser.open(f"{desk.url}/slack/oauth_redirect?code=x&state=made-up")


async def _bare(desk: ManyRunning, browser: Browser) -> Page:
    return await browser.open(f"{desk.url}/slack/oauth_redirect")


async def _another_browser(desk: ManyRunning, browser: Browser) -> Page:
    page = await browser.open(desk.links.make("GLOBEX"))
    async with desk.browser(desk.house.bo) as other:
        await other.open(desk.links.make("GLOBEX"))
        return await other.allow(page)


async def _no_code(desk: ManyRunning, browser: Browser) -> Page:
    page = await browser.open(desk.links.make("GLOBEX"))
    return await browser.open(f"{desk.url}/slack/oauth_redirect?state={page.url.query['state']}")


async def _wrong_code(desk: ManyRunning, browser: Browser) -> Page:
    page = await browser.open(desk.links.make("GLOBEX"))
    return await browser.open(f"{desk.url}/slack/oauth_redirect?code=wrong&state={page.url.query['state']}")


async def _needs_approval(desk: ManyRunning, browser: Browser) -> Page:
    page = await browser.open(desk.links.make("GLOBEX"))
    at = f"{desk.url}/slack/oauth_redirect?error=approval_required%00&state={page.url.query['state']}"
    return await browser.open(at)


async def _slack_away(desk: ManyRunning, browser: Browser) -> Page:
    page = await browser.open(desk.links.make("GLOBEX"))
    desk.house.slack.faults.add("oauth.v2.access", drop=True)
    return await browser.allow(page)


async def _slack_odd(desk: ManyRunning, browser: Browser) -> Page:
    page = await browser.open(desk.links.make("GLOBEX"))
    desk.house.slack.faults.add("oauth.v2.access", garbage=True)
    return await browser.allow(page)


async def _wrong_secret(desk: ManyRunning, browser: Browser) -> Page:
    page = await browser.open(desk.links.make("GLOBEX"))
    desk.house.slack.faults.add("oauth.v2.access", error="bad_client_secret")
    return await browser.allow(page)


async def _own(desk: ManyRunning, browser: Browser) -> Page:
    async with desk.browser(desk.house.lee) as lees:
        return await lees.allow(await lees.open(desk.links.make("")))


async def _own_for_a_client(desk: ManyRunning, browser: Browser) -> Page:
    async with desk.browser(desk.house.lee) as lees:
        return await lees.allow(await lees.open(desk.links.make("GLOBEX")))


async def _whole_organisation(desk: ManyRunning, browser: Browser) -> Page:
    desk.house.slack.app.org_wide = True
    page = await browser.allow(await browser.open(desk.links.make("GLOBEX")))
    assert desk.house.globex.id not in desk.house.slack.app.installations, "what Slack gave was given back"
    return page


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        (_no_link, 403, "This needs a link"),
        (_forged, 403, "This needs a link"),
        (_late_link, 403, "This needs a link"),
        (_of_nobody, 403, "This needs a link"),
        (_denied, 200, "You did not let it in"),
        (_unknown_state, 400, "This try is over"),
        (_bare, 400, "This try is over"),
        (_another_browser, 400, "This try is over"),
        (_no_code, 400, "This try is over"),
        (_wrong_code, 400, "This try is over"),
        (_needs_approval, 400, "an administrator"),
        (_slack_away, 502, "Slack does not answer"),
        (_slack_odd, 502, "Slack does not answer"),
        (_wrong_secret, 500, "not set up right"),
        (_own, 200, "It is in there already"),
        (_own_for_a_client, 409, "here for somebody else"),
        (_whole_organisation, 400, "One workspace, please"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
async def test_what_goes_wrong_says_so_and_changes_nothing(house: ManyHouse, wrong: Try, status: int, says: str):
    """Nothing is kept, and whoever sits before it reads what to do next; another link is good afterwards."""
    async with house.many() as desk, desk.browser(house.kim) as browser:
        page = await wrong(desk, browser)
        assert (page.status, says in page.text) == (status, True), page.text
        assert await house.store.installations.all() == ()
        house.slack.app.org_wide = False
        link = desk.links.make("GLOBEX")
        await browser.deny(await browser.open(link))
        assert (await browser.allow(await browser.open(link))).status == 200


async def test_a_manager_makes_the_link_in_chat(house: ManyHouse):
    """For a client that there is; nobody else makes one, and what was made is not kept with the command's answer."""
    async with house.many() as desk:
        await house.lee.slash(house.triage, "/desk connect GLOBEX")
        (told,) = await desk.until(lambda: [m for m in house.lee.alone(house.triage) if "/slack/install" in m.text])
        link = re.search(r"http://[^\s>|]+/slack/install\?link=[\w.-]+", told.text)
        assert link is not None, told.text
        async with desk.browser(house.kim) as browser:
            assert (await browser.allow(await browser.open(link[0]))).status == 200
        await house.lee.slash(house.triage, "/desk connect NOBODY")
        await desk.until(lambda: any("no client “NOBODY”" in m.text for m in house.lee.alone(house.triage)))
        await house.lee.slash(house.triage, "/desk connect")
        await desk.until(lambda: any("in since" in m.text for m in house.lee.alone(house.triage)))
        await house.sam.slash(house.triage, "/desk connect GLOBEX")
        await desk.until(lambda: any("manager" in m.text for m in house.sam.alone(house.triage)))
        assert not any("/slack/install" in m.text for m in house.sam.alone(house.triage))


async def test_a_link_and_a_way_back_count_once(house: ManyHouse):
    """Who loads the last page again, or gives the link on, reads that it is done; the installation stays as it is."""
    async with house.many() as desk, desk.browser(house.kim) as browser:
        link = desk.links.make("GLOBEX")
        first, second = await browser.open(link), await browser.open(link)
        done = await browser.allow(second)
        assert done.status == 200
        made = await house.installed_in(house.globex)
        again = await browser.open(str(done.url))
        assert (again.status, "all is done" in again.text) == (400, True)
        assert (await browser.allow(first)).status == 400, "the browser has a newer try"
        used = await browser.open(link)
        assert (used.status, "used already" in used.text) == (410, True)
        assert await house.installed_in(house.globex) == made


async def test_a_workspace_is_no_other_sides(house: ManyHouse):
    """A link for another client does not make its people that client's; nobody reads whose it is."""
    async with house.many() as desk:
        await desk.install(house.kim)
        page = await desk.install(house.bo, "ACME")
        assert page.status == 409
        assert "Acme" not in page.text
        made = await house.installed_in(house.globex)
        assert made is not None
        assert made.side == "GLOBEX"


async def test_the_pages_run_nothing_and_frame_nowhere(house: ManyHouse):
    """A policy of their own; nothing is posted to them."""
    import aiohttp

    async with house.many() as desk, aiohttp.ClientSession() as session:
        async with session.get(f"{desk.url}/slack/install") as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
        async with session.post(f"{desk.url}/slack/oauth_redirect", data={"code": "x"}) as answer:
            assert answer.status == 405


async def test_the_doctor_looks_into_each_workspace(house: ManyHouse):
    """Well, not in its channel, its token unreadable, or gone: each with its mend; and no token is shown."""
    app, key = house.slack.app, base64.b64encode(SEALS[0]).decode()
    known: dict[str, Any] = {"slack_app_token": app.app_token, "slack_api_url": house.slack.api_url}
    known |= {"slack_client_id": app.client_id, "slack_client_secret": app.client_secret, "encryption_key": key}
    known |= {"public_url": "https://desk.example.org"}

    async def found(**how: Any) -> str:
        looked = await examine(Settings(**{**known, **how}), house.store, house.clock)
        return "\n".join(f"{each.level}: {each.what} {each.mend}" for each in looked)

    async with house.many() as desk:
        await desk.install(house.kim)
        assert await found() == f"ok: It is let into Globex ({house.globex.id}); all is well there. "
        assert "an https address alone" in await found(public_url="")
        assert "STEWARD_ENCRYPTION_KEY" in await found(encryption_key=base64.b64encode(SEALS[1]).decode())
        assert "set STEWARD_ENCRYPTION_KEY" in await found(encryption_key="")
        assert "SLACK_CLIENT_ID is not set" in await found(slack_client_id="")
        await desk.invite(house.kim, house.help)
        await desk.until(lambda: any("reaches our team" in m.text for m in house.kim.sees(house.help)))
        house.kim.remove_app(house.help)
        assert "not in #help" in await found()
        token = app.installations[house.globex.id].token
        house.slack.uninstall(house.globex)
        await house.slack.heard()
        gone = await found()
        assert "let the desk out" in gone
        assert "/desk connect GLOBEX" in gone
        assert token not in gone
