"""The API as a program meets it: what is answered, page by page, once, and what is refused; never a 500."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from web_house import HOST, House

from adapters.web.api.bodies import LIMIT
from adapters.web.api.endpoints import OPERATIONS, ROOT
from adapters.web.api.openapi import document
from adapters.web.api.pace import Pace
from adapters.web.api.wiring import create_api
from bot.desk import tokens
from bot.desk.tokens import Asked

pytestmark = pytest.mark.asyncio


async def secret_of(house: House, **asked: str) -> str:
    """A token that was asked for like this."""
    return (await tokens.make(house.desk, Asked(**asked)))[1]


def program(house: House, secret: str = "", **headers: str) -> httpx.AsyncClient:
    """It comes in by the workspace's own server, as everybody does."""
    given = {"authorization": f"Bearer {secret}"} if secret else {}
    transport = httpx.ASGITransport(app=house.app)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}{ROOT}", headers={**given, **headers})


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """A problem as RFC 9457 has it, with a sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["detail"].endswith((".", "json"))
    return body


NO_TOKENS: list[dict[str, Any]] = [
    {},
    {"authorization": ""},
    {"authorization": "Basic c2FtOnNhbQ=="},
    {"authorization": "Bearer"},
    {"authorization": "Bearer stw_" + "x" * 43},
    {"authorization": "Bearer stw_short"},
    {"authorization": "Bearer " + "x" * 9000},
    {"authorization": b"Bearer stw_\xff\xfe" + b"x" * 41},
    {"authorization": b"\xc3\xa9"},
    {"cookie": "steward_session=forged"},
]


async def test_nobody_comes_in_without_a_token(house: House):
    """Whatever else is sent: 401, with the scheme that would do."""
    async with program(house) as outside:
        for header in NO_TOKENS:
            answer = await outside.get("/requests", headers=header)
            is_problem(answer, 401)
            assert answer.headers["www-authenticate"].startswith('Bearer realm="steward"')


async def test_a_session_in_the_browser_is_nothing_here(house: House):
    """A page of the workspace, or one elsewhere, makes a signed-in browser do nothing, and reads no answer."""
    browser = house.browser("lee")
    is_problem(await browser.post(f"{ROOT}/requests", {"title": "x", "requester": "dana"}), 401)
    answer = await browser.http.options(f"{ROOT}/requests", headers={"origin": "https://evil.example"})
    is_problem(answer, 405)
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_another_host_is_refused(house: House):
    """As in the workspace: a name that was rebound reaches nothing."""
    async with program(house, await secret_of(house, name="ci", service="ci", role="lead")) as ci:
        assert (await ci.get("/me", headers={"host": "evil.example"})).status_code == 400


async def test_what_is_not_done_says_what_is(house: House):
    """404 for a path that there is not, 405 with what is allowed."""
    async with program(house, await secret_of(house, name="ci", service="ci", role="lead")) as ci:
        for path in ("/nothing", "/requests/1/2/3", "/requests/1/delete", "/requests/", "/../v2"):
            is_problem(await ci.post(path), 404)
        for method, path, allowed in (
            ("PUT", "/requests", "GET, HEAD, POST"),
            ("DELETE", "/requests/1", "GET, HEAD"),
            ("GET", "/requests/1/claim", "POST"),
            ("POST", "/openapi.json", "GET, HEAD"),
        ):
            answer = await ci.request(method, path)
            is_problem(answer, 405)
            assert answer.headers["allow"] == allowed
        head = await ci.head("/me")
        assert head.status_code == 200


DEEP = "[" * 100_000
BAD_BODIES: list[tuple[bytes, int]] = [
    (b"", 415),
    (b"{", 400),
    (b"[]", 400),
    (b"null", 400),
    (b'"x"', 400),
    (b'{"title": "\xff"}', 400),
    (b'{"title": NaN}', 400),
    (b'{"title": "a", "title": "b"}', 400),
    (DEEP.encode(), 400),
    (b'{"title": ' + b"1" * 5000 + b"}", 400),
    (b"{}", 422),
    (b'{"title": null}', 422),
    (b'{"title": 5}', 422),
    (b'{"title": ["x"]}', 422),
    (b'{"title": ""}', 422),
    (b'{"title": "   "}', 422),
    (b'{"title": "\\ud800"}', 422),
    (b'{"title": "\\u0000"}', 422),
    (b'{"title": "x", "colour": "red"}', 422),
    (b'{"title": "x", "private": "yes"}', 422),
    (b'{"title": "x", "stopped": "P1"}', 422),
    (b'{"title": "x", "stopped": {}}', 422),
    (b'{"title": "x", "kind": "no such kind"}', 422),
    (b'{"title": "x", "answers": {"a": 1}}', 422),
    (b'{"title": "x", "answers": {"a": "b"}}', 422),
    (b'{"title": "x", "requester": "tom"}', 422),
    (b'{"title": "x", "details": "' + b"y" * 20_001 + b'"}', 422),
    (b'{"title": "' + b"y" * LIMIT + b'"}', 413),
]


async def test_a_body_that_will_not_do_is_told_why(house: House):
    """Broken, deep, huge, doubled, of the wrong type or unknown: each with its status and a sentence; nothing opens."""
    async with program(house, await secret_of(house, name="danas", person="dana")) as dana:
        for body, status in BAD_BODIES:
            answer = await dana.post(
                "/requests", content=body, headers={"content-type": "application/json"} if body else {}
            )
            is_problem(answer, status)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
            is_problem(await dana.post("/requests", content=b'{"title": "x"}', headers={"content-type": kind}), 415)
        assert (await dana.get("/requests?q=status:all")).json() == {"items": [], "next": None}
        fine = await dana.post(
            "/requests",
            content='{"title": "Grüße 👩🏽‍🚀"}'.encode(),
            headers={"content-type": "Application/JSON; charset=UTF-8"},
        )
        assert (fine.status_code, fine.json()["title"]) == (201, "Grüße 👩🏽‍🚀")


ODD: list[tuple[str, int]] = [
    ("/requests?cursor=x", 400),
    ("/requests?cursor=%FF%00", 400),
    ("/requests?cursor=" + "A" * 3000, 400),
    ("/requests?cursor=MS4xLnh4eHh4eHh4eHh4eA", 400),
    ("/requests?limit=-1", 400),
    ("/requests?limit=101", 400),
    ("/requests?limit=1e1", 400),
    ("/requests?limit=%D9%A1", 400),
    ("/requests?limit=1&limit=2", 400),
    ("/requests?page=2", 400),
    ("/requests?q=" + "x" * 501, 422),
    ("/requests?q=status:nope", 422),
    ("/requests?q=%00%FF%F0%9F", 422),
    ("/requests/0", 404),
    ("/requests/-1", 404),
    ("/requests/%00", 404),
    ("/requests/%FF", 404),
    ("/requests/GLOBEX-1", 404),
    ("/requests/" + "9" * 12, 404),
    ("/requests/" + "9" * 400, 404),
    ("/requests/1/history?after=x", 400),
    ("/requests/1/conversation?after=" + "9" * 30, 400),
    ("/reports?period=whenever", 422),
    ("/reports?client=NOPE", 422),
    ("/people?q=x", 400),
]


async def test_odd_questions_are_answered_kindly(house: House):
    """Weird cursors, numbers, bytes and searches."""
    await house.browser("dana").press("new", "client-acme", title="Export fails")
    async with program(house, await secret_of(house, name="ci", service="ci", role="lead")) as ci:
        for path, status in ODD:
            is_problem(await ci.get(path), status)


async def test_a_list_is_read_page_by_page(house: House):
    """Each once, the newest first, whatever comes in meanwhile; a cursor belongs to its search."""
    async with program(house, await secret_of(house, name="danas", person="dana")) as dana:
        for number in range(1, 6):
            await dana.post("/requests", json={"title": f"Matter {number}"})
        for query in ("", "sort:old", "matter"):
            read, cursor = list[int](), ""
            while cursor is not None:
                page = (await dana.get("/requests", params={"q": query, "limit": 2, "cursor": cursor})).json()
                read += [item["number"] for item in page["items"]]
                if len(read) == 2 and not query:
                    await dana.post("/requests", json={"title": "Came in meanwhile"})
                cursor = page["next"]
            assert sorted(read) == ([1, 2, 3, 4, 5] if query != "sort:old" else [1, 2, 3, 4, 5, 6])
            assert len(read) == len(set(read))
        first = (await dana.get("/requests?limit=2")).json()
        is_problem(await dana.get("/requests", params={"q": "other", "cursor": first["next"]}), 400)


async def test_the_same_under_one_key_is_done_once_and_answered_alike(house: House):
    """Also when both come at once; something else under that key is refused, and another token's key is its own."""
    danas, toms = await secret_of(house, name="danas", person="dana"), await secret_of(house, name="toms", person="tom")
    async with program(house, danas) as dana, program(house, toms) as tom:
        key = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
        both = await asyncio.gather(*(dana.post("/requests", json={"title": "Once"}, headers=key) for _ in range(3)))
        assert {answer.status_code for answer in both} == {201}
        assert len({answer.text for answer in both}) == 1
        is_problem(await dana.post("/requests", json={"title": "Another"}, headers=key), 422)
        is_problem(await dana.post("/requests/1/urgent", json={"impact": "team"}, headers=key), 422)
        assert (await tom.post("/requests", json={"title": "Once"}, headers=key)).json()["requester"]["id"] == "tom"
        assert len((await dana.get("/requests")).json()["items"]) == 2
        for bad in ("", " ", "x" * 201, b"caf\xc3\xa9", "a\tb"):
            is_problem(await dana.post("/requests", json={"title": "x"}, headers={"idempotency-key": bad}), 400)


async def test_roles_and_states_are_told_apart(house: House):
    """403 for another role's verb, 409 for what the request's state does not let, 422 for words that do not fit."""
    sams, danas = await secret_of(house, name="sams", person="sam"), await secret_of(house, name="danas", person="dana")
    async with program(house, sams) as sam, program(house, danas) as dana:
        await dana.post("/requests", json={"title": "Export fails"})
        is_problem(await dana.post("/requests/1/claim"), 403)
        is_problem(await sam.post("/requests/1/works"), 403)
        is_problem(await sam.post("/requests/1/undo"), 409)
        is_problem(await sam.post("/requests/1/assign", json={"to": "nobody"}), 422)
        is_problem(await sam.post("/requests/1/next", json={"at": "2026-06-09T16:00:00"}), 422)
        is_problem(await sam.post("/requests/1/next", json={"at": "2020-01-01T00:00:00Z"}), 422)
        is_problem(await sam.post("/requests/1/reply", json={"text": " "}), 422)
        is_problem(await sam.post("/requests", json={"title": "x"}), 422)
        is_problem(await sam.post("/requests", json={"title": "x", "requester": "sam"}), 422)
        is_problem(await sam.post("/requests", json={"title": "x", "requester": "dana", "private": True}), 422)
        closed = await sam.post("/requests/1/close", json={"text": "done by phone"})
        assert closed.json()["status"] == "closed"
        is_problem(await sam.post("/requests/1/claim"), 409)
        assert (await sam.post("/requests/ACME-1/reopen")).json()["status"] != "closed"


async def test_whoever_asks_too_fast_is_told_when(house: House):
    """The bucket fills again; another token is not held up."""
    one, two = await secret_of(house, name="one", person="sam"), await secret_of(house, name="two", person="sam")
    app = create_api(house.desk, house.wake, pace=Pace(burst=2, rate=0.1))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{HOST}{ROOT}") as ci:

        async def ask(secret: str) -> httpx.Response:
            return await ci.get("/me", headers={"authorization": f"Bearer {secret}"})

        assert [(await ask(one)).status_code for _ in range(3)] == [200, 200, 429]
        answer = await ask(one)
        is_problem(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 10
        assert (await ask(two)).status_code == 200
        house.clock.ahead = timedelta(seconds=11)
        assert (await ask(one)).status_code == 200


async def test_the_description_is_of_what_is_served(house: House):
    """Every path and method there is, none more; each reference leads somewhere; what is answered has the fields that
    are promised, and no others."""
    async with program(house) as nobody:
        said = (await nobody.get("/openapi.json")).json()
    assert said == json.loads(json.dumps(document()))
    served = {(ROOT + each.path, each.method.lower()) for each in OPERATIONS} | {(f"{ROOT}/openapi.json", "get")}
    assert {(path, method) for path, methods in said["paths"].items() for method in methods} == served
    ids = [each["operationId"] for methods in said["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))
    refs = {word.split('"')[0] for word in json.dumps(said).split("#/components/schemas/")[1:]}
    assert refs <= set(said["components"]["schemas"])
    secret = await secret_of(house, name="sams", person="sam")
    async with program(house, secret) as sam:
        await sam.post("/requests", json={"title": "Export fails", "requester": "dana"})
        for path, name in (
            ("/me", "Me"),
            ("/requests", "Requests"),
            ("/requests/1", "Request"),
            ("/requests/1/conversation", "Conversation"),
            ("/requests/1/history", "History"),
            ("/reports?period=this+month", "Report"),
            ("/clients", "Clients"),
            ("/people", "People"),
            ("/nothing", "Problem"),
        ):
            fits((await sam.get(path)).json(), said["components"]["schemas"][name], said["components"]["schemas"])


def fits(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """As much of JSON Schema as the description uses."""
    if "$ref" in schema:
        fits(value, schemas[schema["$ref"].rsplit("/")[-1]], schemas)
    elif "anyOf" in schema:
        assert value is None or fits(value, schema["anyOf"][0], schemas) is None
    elif schema["type"] == "object" and "properties" in schema:
        assert set(schema["required"]) <= set(value) <= set(schema["properties"])
        for name, each in value.items():
            fits(each, schema["properties"][name], schemas)
    elif schema["type"] == "array":
        for each in value:
            fits(each, schema["items"], schemas)
    else:
        kinds = {"string": str, "integer": int, "boolean": bool, "object": dict}
        assert isinstance(value, kinds[schema["type"]]), (value, schema)
        assert value in schema.get("enum", [value])
