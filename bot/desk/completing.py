"""What can follow the words typed so far: requests one may see, people, choices."""

from __future__ import annotations

from bot.commands import Command, Kind
from bot.desk.context import Context
from bot.domain.events import Status
from bot.domain.names import read_ref
from bot.ports import RequestQuery


async def suggest(context: Context, command: Command, rest: str) -> list[tuple[str, str, str]]:
    """Completions of a command's arguments: (what to insert, its label, a word of help)."""
    typed = rest.split(" ")
    last, before = typed[-1].lower().lstrip("@"), " ".join([command.name, *typed[:-1]])
    index = len(typed) - 1
    params = [p for p in command.params if p.kind is not Kind.FLAG and not p.option]
    if context.thread_request and params and params[0].kind is Kind.REQUEST and not read_ref(typed[0]):
        index += 1
    if index >= len(params):
        return []
    param = params[index]
    found: list[tuple[str, str, str]] = []
    match param.kind:
        case Kind.REQUEST:
            live = tuple(s for s in Status if s.is_open or s is Status.RESOLVED)
            for request in await context.desk.store.requests(
                RequestQuery(viewer=context.actor, statuses=live, limit=50)
            ):
                found.append((str(request.number), request.ref, request.title))
        case Kind.CHOICE:
            found = [(c, c, "") for c in param.choices]
        case Kind.PERSON:
            people = context.directory.staff()
            if param.suggest == "people":
                people = sorted(
                    (p for p in context.directory.people.values() if p.active and not p.is_staff),
                    key=lambda p: p.name,
                )
            elif param.suggest == "everybody":
                people = sorted((p for p in context.directory.people.values() if p.active), key=lambda p: p.name)
            elif param.suggest == "own":
                people = context.directory.people_of(context.actor.client or "")
            if not context.actor.is_staff:  # of other clients' people they do not even learn the names
                people = [p for p in people if p.is_staff or p.client == context.actor.client]
            found = [(f"@{p.id}", p.name, p.client or p.role) for p in people]
        case Kind.CLIENT:
            found = [(c.key, c.key, c.name) for c in context.directory.clients.values() if context.actor.is_staff]
        case _:
            pass
    hits = [f for f in found if any(last in part.lower() for part in f)]
    return [(f"{before} {insert} ", label, help) for insert, label, help in hits[:12]]
