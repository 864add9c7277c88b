"""Who may see and do what: another client's people are told in the same words as for what does not exist."""

from __future__ import annotations

import pytest
from web_house import House

from adapters.web.access import may_enter
from bot.domain.people import Person, Role
from bot.ports import Channel, ChannelKind

pytestmark = pytest.mark.asyncio

ACME = Channel("client-acme", "acme", ChannelKind.CLIENT, client="ACME")
TEAM = Channel("triage", "triage", ChannelKind.TEAM)
DIRECT = Channel("dm:dana", "Steward", ChannelKind.DIRECT, person="dana")
DANA = Person("dana", "Dana", Role.CLIENT, client="ACME")
MIA = Person("mia", "Mia", Role.CLIENT, client="GLOBEX")
SAM = Person("sam", "Sam", Role.ENGINEER)


@pytest.mark.parametrize(
    ("person", "channel", "may"),
    [
        (DANA, ACME, True),
        (DANA, TEAM, False),
        (DANA, DIRECT, True),
        (MIA, ACME, False),
        (MIA, DIRECT, False),
        (SAM, ACME, True),
        (SAM, TEAM, True),
        (SAM, DIRECT, False),
        (Person("gone", "Gone", Role.ENGINEER, active=False), TEAM, False),
        (Person("lost", "Lost", Role.CLIENT), ACME, False),
        (Person("lost", "Lost", Role.CLIENT), Channel("x", "x", ChannelKind.CLIENT), False),
        (Person("desk", "Steward", Role.DESK), TEAM, False),
    ],
)
async def test_the_rule(person: Person, channel: Channel, may: bool) -> None:
    """A client's channel is for its people and staff, the team's for staff, a direct one for its person alone."""
    assert may_enter(person, channel) is may


async def _routes(house: House) -> list[tuple[str, str, object]]:
    """Every way to touch Acme's channel and one message with a thread in it: method, path, body."""
    root = (await house.browser("dana").say("The export fails since Monday")).json()["message"]
    await house.browser("dana").say("Also for invoices", thread=root)
    act = {"id": "0123456789abcdef", "command": "turn", "args": {}, "channel": "client-acme"}
    return [
        ("GET", "/c/client-acme", None),
        ("GET", f"/c/client-acme/t/{root}", None),
        ("GET", "/part/c/client-acme", None),
        ("GET", f"/part/c/client-acme/older?before={root + 1}", None),
        ("GET", f"/part/c/client-acme/t/{root}", None),
        ("GET", f"/part/c/client-acme/t/{root}/older?before={root + 9}", None),
        ("GET", f"/part/m/{root}", None),
        ("GET", f"/part/m/{root}?thread=1", None),
        ("GET", f"/part/m/{root + 1}", None),
        ("GET", "/complete?channel=client-acme&text=/", None),
        ("POST", "/read", {"channel": "client-acme"}),
        ("POST", "/react", {"id": "0123456789abcdef", "message": root, "emoji": "👍", "on": True}),
        ("POST", "/act", {**act, "command": "help", "id": "fedcba9876543210"}),
        ("POST", "/act", {**act, "message": root}),
        ("POST", "/c/client-acme/messages", {"id": "0123456789abcdef", "text": "hello", "thread": root}),
    ]


@pytest.mark.parametrize("person", ["dana", "tom", "sam", "lee"])
async def test_insiders_may_use_every_route(house: House, person: str) -> None:
    """Acme's people and staff reach all of it."""
    browser = house.browser(person)
    for method, path, body in await _routes(house):
        answer = await browser.http.request(method, path, json=body)
        assert answer.status_code == 200, (method, path, answer.text)


async def test_another_client_finds_nothing(house: House) -> None:
    """For Globex's Mia each of Acme's routes answers 404, in the very words it has for what does not exist."""
    browser = house.browser("mia")
    absent = (await browser.get("/part/c/client-nobody")).json()
    for method, path, body in await _routes(house):
        answer = await browser.http.request(method, path, json=body)
        assert answer.status_code == 404, (method, path)
        assert answer.json() == absent
        assert "export" not in answer.text.lower()


async def test_a_stranger_is_asked_to_sign_in(house: House) -> None:
    """Without a session a script gets 401 and a person the sign-in page; neither gets a word of a conversation."""
    browser = house.browser()
    for method, path, body in await _routes(house):
        answer = await browser.http.request(method, path, json=body)
        assert answer.status_code == 401, (method, path)
        assert "export" not in answer.text.lower()
    page = await browser.visit("/c/client-acme")
    assert "Sign in" in page.text
    assert "export" not in page.text.lower()


async def test_one_who_left_is_out_at_once(house: House) -> None:
    """A session is worth nothing once its person is no longer active, or was never known."""
    assert (await house.browser("nobody").get("/part/side")).status_code == 401


@pytest.mark.parametrize("person", ["dana", "mia"])
async def test_clients_see_no_team_channel(house: House, person: str) -> None:
    """The team's channels are neither listed nor reachable, nor are their messages by number."""
    await house.browser("dana").press("new", "client-acme", title="Printer is slow")
    browser = house.browser(person)
    card = next(m for m in await house.store.messages("triage"))
    for path in ("/part/c/triage", "/part/c/alerts", f"/part/m/{card.id}", f"/part/c/triage/t/{card.id}"):
        assert (await browser.get(path)).status_code == 404
    assert (await browser.say("let me in", "triage")).status_code == 404
    side = (await browser.get("/part/side")).text
    assert "triage" not in side
    assert "alerts" not in side


async def test_the_sidebar_names_only_what_is_theirs(house: House) -> None:
    """No id or name of another client's channel or another person's direct one leaks."""
    page = (await house.browser("dana").visit("/")).text
    assert "client-acme" in page
    for other in ("globex", "Globex", "dm:sam", "dm:mia", "triage"):
        assert other not in page


async def test_a_direct_channel_is_for_one(house: House) -> None:
    """Not even a manager reads what the desk has for somebody else."""
    assert (await house.browser("dana").get("/part/c/dm:dana")).status_code == 200
    for person in ("lee", "sam", "mia"):
        assert (await house.browser(person).get("/part/c/dm:dana")).status_code == 404


async def test_a_message_of_another_channel_does_not_come_along(house: House) -> None:
    """A thread or a message is looked for in the channel that was named, even by staff who may see both."""
    root = (await house.browser("dana").say("Where is my invoice?")).json()["message"]
    sam = house.browser("sam")
    assert (await sam.get(f"/part/c/client-globex/t/{root}")).status_code == 404
    assert (await sam.say("hi", "client-globex", thread=root)).status_code == 404
    body = {"id": "0123456789ab", "command": "turn", "args": {}, "channel": "client-globex", "message": root}
    assert (await sam.post("/act", body)).status_code == 404


@pytest.mark.parametrize("id", ["0", "-1", "x", "1" * 30, "1e3", "٣", "%00", "1;drop"])
async def test_what_is_no_message_is_not_there(house: House, id: str) -> None:
    """Odd ids are answered like missing ones."""
    browser = house.browser("sam")
    assert (await browser.get(f"/part/m/{id}")).status_code == 404
    assert (await browser.get(f"/part/c/triage/t/{id}")).status_code == 404


async def test_a_page_opened_as_somebody_else_acts_for_nobody(house: House) -> None:
    """After a switch in another tab the old page's acts are refused, and nothing is done."""
    browser = house.browser("sam")
    body = {"id": "0123456789ab", "text": "From the old tab", "thread": None}
    answer = await browser.post("/c/client-acme/messages", body, headers={"x-person": "dana"})
    assert answer.status_code == 409
    assert not await house.store.messages("client-acme")


async def test_what_became_private_is_no_title_in_a_colleagues_list(house: House) -> None:
    """An old thread with news in it is listed without saying whose matter it was."""
    await house.browser("dana").press("new", "client-acme", title="Payroll of Ms Green")
    root = next(m for m in await house.store.messages("client-acme") if m.body)
    await house.browser("sam").say("On it.", thread=root.id)
    assert "Payroll of Ms Green" in (await house.browser("tom").visit("/part/side")).text
    await house.browser("dana").press("private", "client-acme", request="1", sure=True)
    for path in ("/part/side", f"/c/client-acme/t/{root.id}"):
        page = (await house.browser("tom").visit(path)).text
        assert "Green" not in page
        assert "ACME-1" not in page


@pytest.mark.parametrize("id", ["%00", "%ED%A0%80", "x" * 65, "..%2F..%2Fsecret", "a b"])
async def test_what_names_no_file_is_not_there(house: House, id: str) -> None:
    """Odd ids are as absent as any other, in an address and in a message."""
    assert (await house.browser("dana").get(f"/files/{id}/x")).status_code == 404
    odd = {"id": "12345678", "text": "x", "files": ["a\x00b"]}
    assert (await house.browser("dana").post("/c/client-acme/messages", odd)).status_code < 500
