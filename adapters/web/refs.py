"""A request by its name: the way to its thread, for whoever may see it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from adapters.web.chat import PLATFORM
from adapters.web.door import signed_in, wants_page
from adapters.web.state import Web, missing
from adapters.web.views import path_of
from bot.desk.context import may_see
from bot.desk.conversations import client_channel, client_side, direct, team_thread
from bot.domain.names import read_ref
from bot.domain.people import Person
from bot.ports import Place


@signed_in
async def to_request(request: Request, web: Web, person: Person) -> Response:
    """To the team's thread for staff (`?with=client` to the other), to their own for a client's people. What is not
    there and what is not theirs answer alike."""
    named = read_ref(request.path_params["ref"][:40])
    found = await web.desk.store.request(named.number) if named and named.number < 2**31 else None
    if named is None or found is None or (named.key and named.key != found.client) or not may_see(person, found):
        raise missing()
    with_client = not person.is_staff or request.query_params.get("with") == "client"
    threads = (client_side(found), direct(person.id) if found.private else client_channel(found.client))
    for conversation in threads if with_client else (team_thread(found.number), *threads):
        place = await web.desk.store.binding(conversation)
        if place is not None and await _open_to(web, person, place):
            thread = int(place.thread) if place.thread else None
            if wants_page(request):
                return RedirectResponse(path_of(place.channel, thread), 303)
            return JSONResponse({"channel": place.channel, "thread": thread})
    raise missing()


async def _open_to(web: Web, person: Person, place: Place) -> bool:
    return place.platform == PLATFORM and await web.access.channel(person, place.channel) is not None
