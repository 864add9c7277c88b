"""Edited promises and the requests that are open: what would change, and changing it where somebody asks for that.

An edit alone leaves open requests as they are (rule 12). Applying it goes request by request, each in a transaction of
its own; cut short, the rest is applied by asking again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.changing import step
from bot.desk.context import Rules
from bot.domain import promising
from bot.domain.fact import Status
from bot.domain.people import DESK, Directory, Person
from bot.domain.previewing import Effect, effects
from bot.domain.request import Decision
from bot.domain.standing import Request
from bot.ports import Change, Conflict, DirectoryEdit, RequestQuery, SettingChange, Store

PAGE = 200
_OPEN = tuple(status for status in Status if status.is_open)
_TRIES = 5

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


@dataclass
class Preview:
    """What applying the promises to open requests would change."""

    looked_at: int = 0
    same: int = 0
    """Those that would get the new version with the very same times."""
    changed: list[Effect] = field(default_factory=list[Effect])

    @property
    def numbers(self) -> list[int]:
        """The requests that change, the oldest first."""
        return [effect.request.number for effect in self.changed]

    @property
    def newly_late(self) -> list[Effect]:
        """Those that it makes late."""
        return [effect for effect in self.changed if effect.newly_late]

    @property
    def eased(self) -> list[Effect]:
        """Those that are no longer past their time."""
        return [effect for effect in self.changed if effect.eased]


def _nothing(done: int, total: int) -> None:
    pass


async def preview(
    store: Store,
    before: Directory,
    after: Directory,
    now: datetime,
    clients: Iterable[str],
    *,
    tell: Progress = _nothing,
) -> Preview:
    """Page by page over the open requests of these clients."""
    found = Preview()
    pending: list[Effect] = []
    wanted = [key for key in clients if key in before.clients]
    for place, client in enumerate(wanted):
        up_to: int | None = None
        offset, total = 0, 1
        while offset < total:
            page = await store.page(RequestQuery(client=client, statuses=_OPEN, limit=PAGE, offset=offset, up_to=up_to))
            up_to, total, offset = page.newest, page.total, offset + PAGE
            found.looked_at += len(page.requests)
            pending += effects(page.requests, before, after, now)
            tell(found.looked_at, found.looked_at + max(0, total - offset) + len(wanted) - 1 - place)
    found.changed = sorted((e for e in pending if e.clocks), key=lambda e: e.request.number)
    found.same = len(pending) - len(found.changed)
    return found


async def carry_out(
    store: Store,
    rules: Rules,
    clients: Iterable[str],
    at: Callable[[], datetime],
    *,
    by: Person = DESK,
    name: str = "",
    tell: Progress = _nothing,
) -> int:
    """Let the promises in force hold for the open requests of these clients; answers how many got them.

    Each request's history says who applied them, and the record of settings how many there were; `name` is who did it
    where that is no person.
    """
    directory = await store.directory()
    wanted = list(clients)
    numbers = {client: await _open_numbers(store, client) for client in wanted if client in directory.clients}
    total, seen, moved = sum(map(len, numbers.values())), 0, 0
    for client, each in numbers.items():
        count = 0
        for number in each:
            count += await _move(store, directory, rules, number, at(), by, _applied)
            seen += 1
            tell(seen, total)
        if count:
            record = SettingChange(at(), name or by.id, f"clients.{client}.open_requests", "", f"{count} got them")
            await store.edit_directory(DirectoryEdit(changes=(record,)))
        moved += count
    return moved


async def rematch(store: Store, rules: Rules, client: str, at: Callable[[], datetime]) -> int:
    """Let each open request of a client fall under that of the policies it keeps which takes it now (rule 13)."""
    directory = await store.directory()
    moved = 0
    for number in await _open_numbers(store, client):
        moved += await _move(store, directory, rules, number, at(), DESK, _followed)
    return moved


def _applied(directory: Directory, request: Request) -> Decision:
    """What is promised now holds for it."""
    return promising.apply_to_open(request, directory.policies_of(request.client), _plan(directory, request))


def _followed(directory: Directory, request: Request) -> Decision:
    """Of the policies it keeps, the first that takes it now."""
    if not request.status.is_open:
        return ()
    policies = promising.kept(directory.promises_to(request.client), request)
    return promising.follow(request, policies, _plan(directory, request))


def _plan(directory: Directory, request: Request) -> str:
    return directory.clients[request.client].settings.plan


async def _open_numbers(store: Store, client: str) -> list[int]:
    """All of them before the first is changed: what closes meanwhile shifts no page."""
    numbers: list[int] = []
    up_to: int | None = None
    total = 1
    while len(numbers) < total:
        query = RequestQuery(client=client, statuses=_OPEN, limit=PAGE, offset=len(numbers), up_to=up_to)
        page = await store.page(query)
        if not page.requests:
            break
        up_to, total = page.newest, page.total
        numbers += [request.number for request in page.requests]
    return sorted(set(numbers))


async def _move(
    store: Store,
    directory: Directory,
    rules: Rules,
    number: int,
    at: datetime,
    by: Person,
    decide: Callable[[Directory, Request], Decision],
) -> bool:
    for attempt in range(_TRIES):
        request = await store.request(number)
        if request is None:
            return False
        events = decide(directory, request)
        if not events:
            return False
        done = step(directory, rules, request, events, at=at, by=by)
        try:
            await store.commit(Change((done.change,), done.outbox, at=at))
        except Conflict:
            if attempt == _TRIES - 1:
                raise
        else:
            return True
    return False
