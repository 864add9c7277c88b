"""An account that is somebody's no more, while they go on elsewhere: nothing of theirs is shown where it reads."""

from __future__ import annotations

from dataclasses import replace

from bot.desk import publishing
from bot.desk.context import Desk
from bot.desk.conversations import client_side, direct, over
from bot.domain.people import Directory, Person
from bot.domain.request import Request, may_reopen
from bot.domain.search import Search
from bot.ports import BROWSER, DirectoryEdit, Draft, Place, RequestQuery

PAGE = 100


async def away(desk: Desk, directory: Directory, person: Person, platform: str) -> DirectoryEdit:
    """What stands there in person is changed there no more, and private requests go on in a thread of their own where
    the desk speaks with them by then."""
    if platform == BROWSER:
        return DirectoryEdit()  # everybody is themselves there, and reads it when they sign in
    forgotten = [(platform, f"%{direct(person.id)}"), (platform, f"%{publishing.PRIVATE}:{person.id}")]
    unbound, bindings, drafts = list[str](), list[tuple[str, Place]](), list[Draft]()
    for request in await _private(desk, person):
        name = client_side(request)
        place = await desk.store.binding(name)
        if place is None or place.platform != platform:
            continue
        forgotten.append((platform, f"{request.ref}:%{publishing.PRIVATE}"))
        unbound.append(name)
        bindings.append((over(name, directory.version), place))
        days = directory.clients[request.client].settings.reopen_days
        if request.status.is_open or may_reopen(request, at=desk.now(), days=days):
            drafts += publishing.elsewhere(request, directory, at=desk.now())
    return DirectoryEdit(
        unbound=tuple(unbound),
        bindings=tuple(bindings),
        forgotten=tuple(forgotten),
        outbox=() if desk.suppressed else tuple(drafts),
    )


async def _private(desk: Desk, person: Person) -> list[Request]:
    """All private requests that somebody raised."""
    found: list[Request] = []
    asked = RequestQuery(requester=person.id, search=Search(private=True), limit=PAGE)
    while True:
        page = await desk.store.page(replace(asked, offset=len(found)))
        found += page.requests
        if not page.requests or len(found) >= page.total:
            return found
