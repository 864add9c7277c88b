"""The door: hosts, origins, sizes, headers; and signing in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from web_house import ORIGIN, House

from adapters.web.auth import COOKIE, LINK
from bot.desk import codes
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[", "127.0.0.1@evil.example", "localhost"]
)
async def test_a_host_that_is_not_ours_is_refused(house: House, host: str) -> None:
    """DNS rebinding ends here: any page, sign-in included, answers only under the desk's own names."""
    for path in ("/", "/login", "/healthz/", "/static/app.js"):
        answer = await house.browser("sam").get(path, headers={"host": host})
        assert answer.status_code == 400
        assert "Steward" not in answer.text
    # A load balancer asks by whatever address it has; it is told no more than that.
    assert (await house.browser("sam").get("/healthz", headers={"host": host})).text == "ok"


async def test_health_is_that_the_database_answers(house: House) -> None:
    """A process that cannot reach it is sent nobody; nothing of why is told."""
    await house.store.close()
    answer = await house.browser().get("/healthz")
    assert (answer.status_code, answer.text) == (503, "the database does not answer")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://["},
        {"origin": "http://[", "sec-fetch-site": "same-origin"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
        {"origin": ORIGIN, "sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {},
    ],
)
async def test_a_post_from_elsewhere_is_refused(house: House, headers: dict[str, str]) -> None:
    """Another site, another port, a sandboxed frame or no word of where it comes from: nothing is done."""
    browser = house.browser("sam")
    del browser.http.headers["origin"]
    answer = await browser.post("/c/triage/messages", {"id": "0123456789ab", "text": "forged"}, headers=headers)
    assert answer.status_code == 403
    assert "nothing was done" in answer.json()["error"]
    assert not await house.store.messages("triage")


async def test_our_own_page_may_post(house: House) -> None:
    """The browser's own word is enough where it sends no Origin."""
    browser = house.browser("sam")
    del browser.http.headers["origin"]
    body = {"id": "0123456789ab", "text": "mine"}
    assert (
        await browser.post("/c/triage/messages", body, headers={"sec-fetch-site": "same-origin"})
    ).status_code == 200


async def test_every_answer_is_dressed(house: House) -> None:
    """Pages, errors and files carry the content policy; pages are not stored."""
    browser = house.browser("sam")
    for path in ("/c/triage", "/part/c/nothing", "/nothing", "/static/app.js", "/login?token=x"):
        headers = (await browser.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert (await browser.get("/c/triage")).headers["cache-control"] == "no-store"


async def test_pages_need_no_exception_from_the_policy(house: House) -> None:
    """No inline script, no inline style, no handler attribute, nothing from another host."""
    await house.browser("dana").press("new", "client-acme", title="Printer is slow")
    for person, path in (("sam", "/c/triage"), ("dana", "/c/client-acme")):
        page = (await house.browser(person).visit(path)).text
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick" not in page
        assert "<script>" not in page
        assert "https://" not in page


async def test_a_body_over_one_megabyte_is_refused(house: House) -> None:
    """By its announced length, and by what really arrives."""
    browser = house.browser("sam")
    assert (await browser.post("/act", {"text": "x" * (1024 * 1024)})).status_code == 413

    async def endless():
        for _ in range(40):
            yield b" " * 65536

    answer = await browser.http.post("/act", content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 200_000, b'{"id":'])
async def test_what_is_no_json_object_is_refused(house: House, body: bytes) -> None:
    """Broken, deep or wrong JSON gets a sentence, not a stack trace."""
    answer = await house.browser("sam").http.post("/act", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "Reload" in answer.json()["error"]


async def test_other_content_types_are_refused(house: House) -> None:
    """A form of another site can send these without asking; JSON it cannot."""
    browser = house.browser("sam")
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = await browser.http.post("/act", content=b"{}", headers={"content-type": kind})
        assert answer.status_code == 415


async def test_it_says_that_it_is_up(house: House) -> None:
    """Anybody may ask."""
    assert (await house.browser().get("/healthz")).text == "ok"


async def test_errors_are_kind_pages_for_people(house: House) -> None:
    """Who navigates astray reads a sentence and finds a way back."""
    page = await house.browser("dana").visit("/c/client-globex")
    assert page.status_code == 404
    assert "Back to your conversations" in page.text


# --- signing in ------------------------------------------------------------------------------------------------------


async def _press(house: House, token: str) -> httpx.Response:
    return await house.browser().http.post("/login", data={"token": token})


async def test_a_link_signs_in_once(house: House) -> None:
    """The button gives a session; the same link again is kindly refused."""
    token = house.sessions.link_token("dana")
    browser = house.browser()
    answer = await browser.http.post("/login", data={"token": token})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Message #client-acme" in (await browser.visit("/")).text
    again = await _press(house, token)
    assert again.status_code == 410
    assert "ask for a new one" in again.text
    assert "set-cookie" not in again.headers


async def test_a_preview_uses_nothing_up(house: House) -> None:
    """Chat programs fetch links: any number of looks leaves the link whole and signs nobody in."""
    token = house.sessions.link_token("dana")
    for method in ("GET", "HEAD", "GET"):
        answer = await house.browser().http.request(method, f"/login?token={token}")
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert "Sign in as Dana" in (await house.browser().get(f"/login?token={token}")).text
    assert (await _press(house, token)).status_code == 303


async def test_a_link_lasts_ten_minutes(house: House) -> None:
    """Of machine time: skipping a day of desk time ends no link."""
    token = house.sessions.link_token("dana")
    house.clock.move_by(timedelta(days=1))
    house.clock.ahead = timedelta(minutes=9, seconds=50)
    assert house.sessions.peek(token) == "dana"
    house.clock.ahead = timedelta(minutes=10, seconds=1)
    assert "older than ten minutes" in (await house.browser().get(f"/login?token={token}")).text
    assert (await _press(house, token)).status_code == 410


async def test_a_session_lasts_a_week(house: House) -> None:
    """Then one signs in again."""
    browser = house.browser("dana")
    house.clock.ahead = timedelta(days=6, hours=23)
    assert (await browser.get("/part/side")).status_code == 200
    house.clock.ahead = timedelta(days=7, seconds=1)
    assert (await browser.get("/part/side")).status_code == 401


async def test_forged_links_and_cookies_are_worth_nothing(house: House) -> None:
    """Changed, cut, of another kind, or nonsense: refused alike."""
    token = house.sessions.link_token("dana")
    payload, _, signature = token.rpartition(".")
    forged = [
        token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        payload,
        f"{payload}x.{signature}",
        house.sessions.cookie("dana"),
        "\udcff".encode("utf-8", "replace").decode(),
        "💥",
        "." * 50,
        "a" * 5000,
        "",
    ]
    for fake in forged:
        assert house.sessions.peek(fake) is None
        assert (await _press(house, fake)).status_code == 410
    for fake in (token, "x.y", house.sessions.cookie("dana")[:-1]):
        browser = house.browser()
        browser.http.cookies.set(COOKIE, fake)
        assert (await browser.get("/part/side")).status_code == 401


async def test_a_link_for_nobody_signs_in_nobody(house: House) -> None:
    """A token of somebody the desk does not know."""
    token = house.sessions.link_token("nobody")
    assert (await _press(house, token)).status_code == 410


async def test_signing_out(house: House) -> None:
    """The cookie goes, by POST only: no picture on another site can sign anybody out."""
    browser = house.browser("dana")
    assert (await browser.get("/logout")).status_code == 405
    answer = await browser.http.post("/logout")
    assert answer.status_code == 303
    assert 'steward_session=""' in answer.headers["set-cookie"]


# --- the demo's levers ----------------------------------------------------------------------------------------------


async def test_without_a_demo_nobody_acts_as_another(house: House) -> None:
    """The switch and the clock do not exist."""
    browser = house.browser("sam")
    assert (await browser.http.post("/demo/person", data={"person": "lee"})).status_code == 404
    assert (await browser.post("/demo/skip", {"kind": "1h"})).status_code == 404
    assert "Act as" not in (await browser.visit("/")).text


async def test_the_demo_switches_people(house: House) -> None:
    """To one of its own; the page stays where the new person may be, and goes home where not."""
    browser = house.browser(app=house.make(demo=True))
    assert "Act as Dana" in (await browser.visit("/")).text
    answer = await browser.http.post("/demo/person", data={"person": "sam", "here": "/c/client-acme"})
    assert answer.headers["location"] == "/c/client-acme"
    answer = await browser.http.post("/demo/person", data={"person": "dana", "here": "/c/triage"})
    assert answer.headers["location"] == "/"
    for here in (
        "//evil.example/c/client-acme",
        "https://evil.example",
        "/c/client-acme/../../x",
        "\\\\evil",
        "http://[",
    ):
        answer = await browser.http.post("/demo/person", data={"person": "sam", "here": here})
        assert answer.headers["location"] in ("/", "/c/client-acme")
    assert (await browser.http.post("/demo/person", data={"person": "lee"})).status_code == 404


async def test_the_demo_moves_time(house: House) -> None:
    """Each of the four skips, and nothing else."""
    browser = house.browser("sam", app=house.make(demo=True))
    for kind in ("15m", "1h", "deadline", "monday"):
        assert (await browser.post("/demo/skip", {"kind": kind})).json()["said"] == "An hour went by."
    for kind in ("year", "", None, ["1h"]):
        assert (await browser.post("/demo/skip", {"kind": kind})).status_code == 404
    assert house.skipped == ["15m", "1h", "deadline", "monday"]


async def test_who_has_the_desks_key_may_ask_for_a_name(house: House) -> None:
    """`steward login` asks the desk that runs: a known name, a misspelt one with the nearest, somebody who has left; a
    sign-in link is no such question, and a question signs nobody in."""
    http = httpx.AsyncClient(transport=house.browser("sam").http._transport, base_url=ORIGIN)

    async def ask(token: str) -> httpx.Response:
        return await http.get("/login/known", params={"token": token})

    assert (await ask(house.sessions.name_token("dana"))).json() == {"known": True, "words": ""}
    assert "Did you mean dana?" in (await ask(house.sessions.name_token("dena"))).json()["words"]
    dana = (await house.store.directory()).people["dana"]
    await house.store.edit_directory(DirectoryEdit(people=(replace(dana, active=False),)))
    assert "has left" in (await ask(house.sessions.name_token("dana"))).json()["words"]
    for token in ("", "forged", house.sessions.link_token("dana")):
        assert (await ask(token)).status_code == 404
    assert house.sessions.peek(house.sessions.name_token("sam")) is None
    await http.aclose()


async def test_a_name_that_was_linked_opens_as_whom_it_was_linked_to(house: House) -> None:
    """Dana types the code of another record of hers: the browser is that person's from the next step on, the page that
    was open does nothing for the former one, and taken back it is hers again."""
    person = (await house.store.directory()).people["dana"]
    other, account = replace(person, id="danny", name="Danny"), ("chat", "T1", "U7", "danny")
    await house.store.edit_directory(DirectoryEdit(people=(other,), identities=(account,)))
    await house.store.linking.put_code("danny", codes.digest("link", "ABCDE-FGHJK"), house.clock.machine() + LINK)
    dana = house.browser("dana")
    said = await dana.say("/desk link abcde fghjk")
    assert "you are" in said.text
    late = await dana.post("/c/client-acme/messages", {"text": "hi", "id": "a" * 12}, headers={"x-person": "dana"})
    assert (late.status_code, "now signed in as Danny" in late.text) == (409, True)
    assert not (await house.store.directory()).people["dana"].active
    token = house.sessions.link_token("dana")
    assert "Danny" in (await house.browser().get("/login", params={"token": token})).text
    back = await dana.say("/desk unlink web/desk/dana")
    assert "is Danny no more" in back.text
    assert "Dana" in (await dana.visit("/")).text
