"""Who comes in: the person of a session, looked up again at every step; and the pages of signing in and out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from adapters.web.auth import COOKIE, let_in, let_out
from adapters.web.state import Web, kind, missing
from bot.desk.roster import login_name
from bot.domain.people import Person

PATIENCE = 2.0
"""Seconds the database has to answer until this process counts as unable to serve."""

Endpoint = Callable[[Request, Web, Person], Awaitable[Response]]


def wants_page(request: Request) -> bool:
    """Whether a person navigates here, rather than a script asking."""
    return "text/html" in request.headers.get("accept", "")


async def visitor(request: Request, web: Web) -> Person | None:
    """The active person whose session it is."""
    return await web.accounts.person(web.sessions.person(request.cookies.get(COOKIE, "")))


def signed_in(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Only for people the desk knows. A page says whose it is: one opened as somebody else must not act for them."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        web: Web = request.app.state.web
        person = await visitor(request, web)
        if person is None:
            if wants_page(request):
                return signin_page(web)
            raise kind(401, "You are signed out. Reload the page to sign in again; what you typed is kept.")
        opened_as = request.headers.get("x-person")
        if opened_as is not None and unquote(opened_as) != person.id:
            raise kind(409, f"This browser is now signed in as {person.name}, so nothing was done. The page reloads.")
        return await endpoint(request, web, person)

    return guarded


def signin_page(web: Web, *, status: int = 200, problem: str = "") -> Response:
    """How to get in."""
    return HTMLResponse(web.render.html("signin.html", rules=web.desk.rules, problem=problem), status)


async def login_page(request: Request) -> Response:
    """A link was opened, maybe only by a preview: it shows a button and uses nothing up."""
    web: Web = request.app.state.web
    token = request.query_params.get("token", "")
    person = await web.accounts.person(web.sessions.peek(token))
    if person is None:
        return _spent(web) if token else signin_page(web)
    return HTMLResponse(web.render.html("login.html", rules=web.desk.rules, person=person, token=token))


async def login(request: Request) -> Response:
    """The button was pressed: the link is used up."""
    web: Web = request.app.state.web
    token = (await request.form()).get("token", "")
    id = await web.sessions.redeem(token) if isinstance(token, str) else None
    if id is None or await web.accounts.person(id) is None:
        return _spent(web)
    return let_in(request, RedirectResponse("/", 303), web.sessions.cookie(id))


async def known(request: Request) -> Response:
    """`steward login` asks on the desk's machine whether somebody has that name: the desk alone can read its file."""
    web: Web = request.app.state.web
    name = web.sessions.asked_name(request.query_params.get("token", ""))
    if name is None:
        raise missing()
    found = login_name(name, (await web.desk.store.directory()).people.values())
    return JSONResponse({"known": found is None, "words": found or ""})


async def logout(request: Request) -> Response:
    """Leave."""
    return let_out(request, RedirectResponse("/", 303))


async def act_as(request: Request) -> Response:
    """The demo's switch of people. The page stays where it is, if they may be there."""
    web: Web = request.app.state.web
    form = await request.form()
    id = form.get("person")
    person = (await web.desk.store.directory()).people.get(id) if isinstance(id, str) else None
    if web.demo is None or person is None or not person.active or id not in [known for known, *_ in web.demo.people]:
        raise missing()
    where = await _same_place(web, person, str(form.get("here") or ""))
    return let_in(request, RedirectResponse(where, 303), web.sessions.cookie(person.id))


async def healthz(request: Request) -> Response:
    """Whether people can be served here, for a load balancer: up, and the database answers."""
    web: Web = request.app.state.web
    try:
        async with asyncio.timeout(PATIENCE):
            await web.desk.store.directory()
    except Exception:
        return PlainTextResponse("the database does not answer", 503)
    return PlainTextResponse("ok")


async def show_error(request: Request, error: Exception) -> Response:
    """Every refusal in words: a page for who navigates, JSON for the page's scripts."""
    status = getattr(error, "status_code", 500)
    sentence = getattr(error, "detail", "")
    if status == 404 and sentence in ("", "Not Found"):
        sentence = missing().detail
    elif status == 405:
        sentence = "That is not done here. Go back to your conversations."
    elif not sentence or status == 500:
        sentence = "Something went wrong on our side. Please try again; if it stays, tell whoever runs this desk."
    headers = getattr(error, "headers", None)
    if wants_page(request):
        web: Web = request.app.state.web
        html = web.render.html("error.html", rules=web.desk.rules, sentence=sentence)
        return HTMLResponse(html, status, headers)
    return JSONResponse({"error": sentence}, status, headers)


def _spent(web: Web) -> Response:
    problem = (
        "It was used already, or is older than ten minutes. Nothing is lost: ask for a new one where it came from."
    )
    return signin_page(web, status=410, problem=problem)


async def _same_place(web: Web, person: Person, here: str) -> str:
    try:
        parts = urlsplit(here)
    except ValueError:
        return "/"
    words = [unquote(word) for word in parts.path.strip("/").split("/")]
    if parts.netloc or len(words) < 2 or words[0] != "c" or not await web.access.channel(person, words[1]):
        return "/"
    base = f"/c/{quote(words[1], safe=':')}"
    if len(words) == 4 and words[2] == "t" and words[3].isascii() and words[3].isdigit():
        root = await web.access.root(person, words[1], int(words[3][:15]))
        return f"{base}/t/{words[3][:15]}" if root else base
    return base
