"""What each path answers. Who may what, and whose requests there are, is decided by the desk's front door."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.responses import Response

from adapters.web.access import may_know
from adapters.web.api import shapes
from adapters.web.api.bodies import body_of, instant
from adapters.web.api.calls import Call, Endpoint, answer, one_of
from adapters.web.api.cursors import Cursor, read, written
from adapters.web.api.operations import ACTS, FIGURES, LISTING, OPENING, PAGING, Act, Operation
from adapters.web.api.problems import Problem
from bot.desk.context import may_see
from bot.desk.report_rows import as_json
from bot.desk.reporting import asked, report, window_of
from bot.desk.verbs.looking import read as read_search
from bot.domain.calendar import zone
from bot.domain.people import Person
from bot.domain.period import PeriodError
from bot.domain.request import Request
from bot.domain.said import others_in
from bot.domain.search import Sort
from bot.domain.text import clean
from bot.messages.model import Arg, Ref, Said
from bot.ports import RequestQuery

ROOT = "/api/v1"


async def me(call: Call) -> Response:
    """As whom the token acts."""
    return answer(shapes.me(call.token, call.context.actor))


async def listed(call: Call) -> Response:
    """A page of what fits a search."""
    query = _query(call, [field.name for field in LISTING])
    words = query.get("q", "")
    limit = one_of(query, "limit", 20, 100) or 1
    search = read_search(call.context, words)
    begin = read(query["cursor"], words) if query.get("cursor") else Cursor()
    asks = RequestQuery(
        viewer=call.context.actor, search=search, limit=limit, offset=begin.offset, up_to=begin.up_to or None
    )
    page = await call.api.desk.store.page(asks)
    found, after = page.requests, None
    if page.total > begin.offset + len(found) and found:
        # By number a page begins below the last one, whatever happens meanwhile; in another order pages are counted.
        by_number = search.sort is Sort.NEW and search.number is None
        last = found[-1].number - 1
        ends = Cursor(begin.up_to or page.newest, begin.offset + len(found))
        after = written(Cursor(last) if by_number and last else ends, words)
    return answer({"items": await _shapes(call, found), "next": after})


async def shown(call: Call) -> Response:
    """One request."""
    return answer(await _shape(call, await _found(call)))


async def conversation(call: Call) -> Response:
    """What was said."""
    found = await _found(call)
    entries = await call.api.desk.store.history(found.number)
    said = shapes.conversation(found, entries, call.context.actor, call.context.directory)
    return _part(call, said)


async def history(call: Call) -> Response:
    """Who did what."""
    found = await _found(call)
    entries = await call.api.desk.store.history(found.number)
    sees = await call.context.seen(others_in(entries))
    return _part(call, shapes.history(entries, call.context.actor, call.context.directory, sees))


async def opened(call: Call) -> Response:
    """A new request: one's own, or for somebody of the client's."""
    given = await body_of(call.request, OPENING)
    staff = call.context.actor.is_staff
    foreign = ("stopped", "outcome", "private", "answers") if staff else ("requester", "priority")
    errors = {name: f"This is not for the role {call.context.actor.role}." for name in foreign if name in given}
    if staff and "requester" not in given:
        errors["requester"] = "Say for whom, by their id: staff raise nothing for themselves."
    if errors:
        raise Problem(422, "Some of it does not fit; each field says what would.", errors=errors)
    if staff:
        title, details = given["title"], given.get("details", "")
        args: dict[str, Arg] = {"title": title, "text": details if details.strip() else title}
        args |= {"person": _requester(call, given["requester"])}
        args |= {name: given[name] for name in ("kind", "priority") if name in given}
        done = await call.act("log", args, given)
    else:
        args = {name: value for name, value in given.items() if name != "answers"}
        done = await call.act("new", args | _answers(call, given), given)
    number = next((span.number for line in _lines(done.message) for span in line if isinstance(span, Ref)), 0)
    found = await call.context.find(number)
    return answer(await _shape(call, found), 201, {"Location": f"{ROOT}/requests/{found.ref}"})


def acted(act: Act) -> Endpoint:
    """What is done to a request, answered with how it stands then."""

    async def serve(call: Call) -> Response:
        given = await body_of(call.request, act.fields)
        ref = call.request.path_params["ref"]
        args: dict[str, Arg] = {**given, "request": ref}
        if act.sure:
            args["sure"] = True
        if act.name == "next":
            # To the minute, as people say it, in the zone in which the desk reads it.
            at = instant(given["at"])
            local = at.astimezone(zone(call.context.actor.zone)) if at else None
            args = {"request": ref, "when": f"{local:%Y-%m-%d %H:%M}", "words": given.get("text", "")}
        await call.act(act.command or act.name, args, given)
        return answer(await _shape(call, await _found(call)))

    return serve


async def figures(call: Call) -> Response:
    """How promises were kept."""
    context, words = call.context, _query(call, [field.name for field in FIGURES])
    store, actor = call.api.desk.store, context.actor
    try:
        client, period = asked(
            actor,
            context.directory,
            context.at,
            clean(words.get("client", "")),
            clean(words.get("period", "last month")),
        )
    except PeriodError as no:
        raise Problem(422, str(no), errors={"period": str(no)}) from None
    key, sees = client.key if client else None, partial(may_see, actor)
    found = await report(store, context.directory, window_of(period, context.at), client=key, sees=sees)
    body = as_json(found, period, context.directory, key)
    if not actor.is_staff:
        body = {name: value for name, value in body.items() if name not in ("by_priority", "by_person")}
    return answer(body)


async def clients(call: Call) -> Response:
    """The clients that the reader knows."""
    own, all_ = call.context.actor.kept_to, call.context.directory.clients
    _query(call, [])
    return answer({"items": [shapes.client(each) for key, each in sorted(all_.items()) if own in (None, key)]})


async def people(call: Call) -> Response:
    """The people that the reader knows."""
    actor = call.context.actor
    _query(call, [])
    known = [each for each in call.context.directory.people.values() if may_know(actor, each)]
    return answer({"items": [shapes.member(each) for each in sorted(known, key=lambda each: each.id)]})


async def _shape(call: Call, found: Request) -> shapes.Json:
    (shape,) = await _shapes(call, [found])
    return shape


async def _shapes(call: Call, found: Sequence[Request]) -> list[shapes.Json]:
    context = call.context
    sees = await context.seen({each.merged_into for each in found if each.merged_into})
    return [shapes.request(each, context.actor, context.directory, sees) for each in found]


async def _found(call: Call) -> Request:
    return await call.context.find(call.request.path_params["ref"])


def _part(call: Call, items: Sequence[shapes.Json]) -> Response:
    """Some of them, after the one that was seen last."""
    query = _query(call, [field.name for field in PAGING])
    after, limit = one_of(query, "after", 0, 10**15), one_of(query, "limit", 100, 200) or 1
    rest = [item for item in items if item["seq"] > after]
    shown = rest[:limit]
    return answer({"items": shown, "next": shown[-1]["seq"] if len(rest) > limit else None})


def _query(call: Call, known: Sequence[str]) -> dict[str, str]:
    """The query's fields, each once. Raises Problem."""
    found: dict[str, str] = {}
    for name, value in call.request.query_params.multi_items():
        if name not in known or name in found:
            there = f"There are: {', '.join(known)}, each once." if known else "Leave it out."
            raise Problem(400, f"“{name[:40]}” does not fit in this query. {there}")
        found[name] = value
    return found


def _requester(call: Call, id: str) -> str:
    """Somebody of a client's, by their very id: a program names no one by half a name."""
    person: Person | None = call.context.directory.people.get(id)
    if person is None or not person.active or person.client is None:
        says = "There is nobody of a client's with that id. GET /api/v1/people lists them."
        raise Problem(422, says, errors={"requester": says})
    return person.id


def _answers(call: Call, given: dict[str, Any]) -> dict[str, Arg]:
    """What the kind's own form asks, as the form names it."""
    wanted = " ".join(clean(given.get("kind", "")).split()).casefold()
    kinds = call.context.directory.kinds_for(call.context.actor.client or "")
    kind = next((each for each in kinds if wanted in (each.key, each.label.casefold())), None)
    labels = {field.label: f"answer-{number}" for number, field in enumerate(kind.fields)} if kind else {}
    sent: dict[str, str] = given.get("answers", {})
    if strays := [label for label in sent if label not in labels]:
        there = ", ".join(labels) or "none"
        says = f"“{strays[0][:40]}” is no question of its kind. There are: {there}."
        raise Problem(422, says, errors={"answers": says})
    return {name: sent.get(label, "") for label, name in labels.items()} if sent else {}


def _lines(message: object) -> Sequence[Sequence[object]]:
    return message.lines if isinstance(message, Said) else ()


_ONE = "/requests/{ref}"

OPERATIONS = (
    Operation("GET", "/me", "me", "As whom the token acts, and how much it may", "Me", me),
    Operation("GET", "/requests", "listRequests", "Requests, by a search", "Requests", listed, LISTING),
    Operation("POST", "/requests", "openRequest", "Raise a request", "Request", opened, (), OPENING, 201),
    Operation("GET", _ONE, "getRequest", "One request: where it stands, its clocks, what comes next", "Request", shown),
    Operation("GET", f"{_ONE}/conversation", "getConversation", "What was said", "Conversation", conversation, PAGING),
    Operation("GET", f"{_ONE}/history", "getHistory", "Who did what, and when", "History", history, PAGING),
    *(
        Operation(
            "POST", f"{_ONE}/{act.name}", act.name.replace("-", "_"), act.summary, "Request", acted(act), (), act.fields
        )
        for act in ACTS
    ),
    Operation("GET", "/reports", "getReport", "How promises were kept", "Report", figures, FIGURES),
    Operation("GET", "/clients", "listClients", "The clients you may know", "Clients", clients),
    Operation("GET", "/people", "listPeople", "The people you may know", "People", people),
)
