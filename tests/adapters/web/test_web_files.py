"""Files: sent up, sent with a message, served to those who can read it; nothing in them runs."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from web_house import Browser, House

from bot.domain.files import COUNT_LIMIT, SIZE_LIMIT

pytestmark = pytest.mark.asyncio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


async def put(
    browser: Browser, name: str = "log.txt", body: bytes = b"line", kind: str = "text/plain"
) -> httpx.Response:
    """A page sends a file up."""
    return await browser.http.post("/files", params={"name": name}, content=body, headers={"content-type": kind})


async def send(
    browser: Browser, files: object, text: str = "", channel: str = "client-acme", thread: int | None = None
) -> httpx.Response:
    """A message with files."""
    body = {"id": str(uuid4()), "text": text, "thread": thread, "files": files}
    return await browser.post(f"/c/{channel}/messages", body)


async def test_a_file_is_sent_and_saved(house: House) -> None:
    """With its own name and bytes; it is shown as a link with its size."""
    dana = house.browser("dana")
    file = (await put(dana, "Übersicht & Co.txt", "größe".encode())).json()
    message = (await send(dana, [file["id"]], "See here")).json()["message"]
    shown = (await house.browser("sam").get(f"/part/m/{message}")).text
    assert f'href="{file["path"]}"' in shown
    assert "Übersicht &amp; Co.txt" in shown
    assert "1 kB" in shown
    answer = await house.browser("sam").get(file["path"])
    assert answer.content == "größe".encode()
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%C3%9Cbersicht")


async def test_only_pictures_are_shown(house: House) -> None:
    """PNG, JPEG, GIF and WebP in place, with their name for who cannot see them; a script in an SVG is only saved."""
    dana = house.browser("dana")
    picture = (await put(dana, "screen.png", PNG, "image/png")).json()
    drawing = (await put(dana, "x.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")).json()
    page = (await put(dana, "x.html", b"<script>alert(1)</script>", "text/html; charset=utf-8")).json()
    message = (await send(dana, [picture["id"], drawing["id"], page["id"]])).json()["message"]
    shown = (await dana.get(f"/part/m/{message}")).text
    assert shown.count("<img") == 1
    assert f'<img src="{picture["path"]}" alt="screen.png"' in shown
    answer = await dana.get(picture["path"])
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline;")
    for file in (drawing, page):
        answer = await dana.get(file["path"])
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")
    for file in (picture, drawing, page):
        headers = (await dana.get(file["path"])).headers
        assert headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "private, no-cache"
    tag = (await dana.get(picture["path"])).headers["etag"]
    again = await dana.get(picture["path"], headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_who_cannot_read_the_message_cannot_read_the_file(house: House) -> None:
    """Before it is sent nobody but its author; then the channel's people; deleted, nobody. One answer for all."""
    dana = house.browser("dana")
    file = (await put(dana)).json()
    assert (await dana.get(file["path"])).status_code == 200
    for who in ("tom", "sam", "mia"):
        assert (await house.browser(who).get(file["path"])).status_code == 404
    message = (await send(dana, [file["id"]])).json()["message"]
    assert (await house.browser("tom").get(file["path"])).status_code == 200
    assert (await house.browser("sam").get(file["path"])).status_code == 200
    refused, unknown = await house.browser("mia").get(file["path"]), await house.browser("mia").get("/files/no/x")
    assert (refused.status_code, refused.json()) == (unknown.status_code, unknown.json())
    assert (await house.browser().get(file["path"])).status_code == 401
    await dana.post(f"/m/{message}/delete", {"id": str(uuid4())})
    assert (await house.browser("tom").get(file["path"])).status_code == 404


async def test_the_teams_files_stay_with_the_team(house: House) -> None:
    """A file in triage is no client's, whatever address is tried."""
    sam = house.browser("sam")
    file = (await put(sam)).json()
    assert (await send(sam, [file["id"]], "For us", "triage")).status_code == 200
    assert (await house.browser("lee").get(file["path"])).status_code == 200
    assert (await house.browser("dana").get(file["path"])).status_code == 404


async def test_limits_name_the_mend(house: House) -> None:
    """Too large, empty, too many, not theirs: nothing is sent, and it says what to do."""
    dana = house.browser("dana")
    large = await put(dana, "big.bin", bytes(SIZE_LIMIT + 1))
    assert large.status_code == 413
    assert "Send a smaller one, or a link to it." in large.json()["error"]
    huge = await put(dana, "huge.bin", bytes(SIZE_LIMIT + 2**21))
    assert (huge.status_code, "send a smaller file" in huge.json()["error"]) == (413, True)
    assert (await put(dana, "empty.txt", b"")).status_code == 400
    own = [(await put(dana, f"{n}.txt")).json()["id"] for n in range(COUNT_LIMIT + 1)]
    many = await send(dana, own)
    assert (many.status_code, "Send the others in a second message." in many.json()["error"]) == (400, True)
    told = (await dana.get("/static/files.js")).text
    assert (f"const MANY = {COUNT_LIMIT};" in told, "const LIMIT = 10 * 1024 * 1024;" in told) == (True, True)
    assert (await send(house.browser("tom"), own[:1])).status_code == 400
    for odd in ("x", [1], [["x"]], {"a": 1}, ["x" * 65]):
        assert (await send(dana, odd)).status_code == 404
    assert await house.store.messages("client-acme") == ()


async def test_an_upload_comes_from_our_own_page(house: House) -> None:
    """Like every POST."""
    answer = await house.browser("dana").http.post(
        "/files?name=x", content=b"x", headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


async def test_a_command_takes_no_files(house: House) -> None:
    """Nothing runs and nothing is lost: the page is told to keep the words."""
    dana = house.browser("dana")
    file = (await put(dana)).json()
    answer = (await send(dana, [file["id"]], "/desk new Export fails")).json()
    assert answer["keep"] is True
    assert "files" in answer["refused"]
    assert await house.store.request(1) is None


async def test_a_clients_files_reach_the_teams_thread(house: House) -> None:
    """What came with words for a request is shown with their copy, and the team can open it there."""
    dana = house.browser("dana")
    await dana.press("new", "client-acme", title="Export fails")
    client, team = await house.store.binding("request:1:client"), await house.store.binding("request:1:team")
    assert client is not None
    assert team is not None
    file = (await put(dana, "screen.png", PNG, "image/png")).json()
    answer = await send(dana, [file["id"]], "It looks like this", thread=int(client.thread or 0))
    assert answer.status_code == 200
    shown = (await house.browser("sam").get(f"/part/c/triage/t/{team.thread}")).text
    assert "It looks like this" in shown
    assert f'<img src="{file["path"]}" alt="screen.png"' in shown
